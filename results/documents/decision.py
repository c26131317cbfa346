"""The decision "phê duyệt và công bố Chỉ số cải cách hành chính" with its annexes, as HTML and as PDF.

Everything is read from the run and the decision: the same decision gives the same bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from criteria.scoring.numbers import number
from criteria.templatetags.points import fixed, points
from results import naming
from results.models import Decision, Run, UnitResult
from results.proof import caps_from
from results.selectors import published
from results.selectors.published import Area, GroupTable
from units import pdf

RANK_WORDS = {"exact": "chỉ số chưa làm tròn", "published": "chỉ số đã làm tròn"}
TIE_WORDS = {
    "competition": "các đơn vị bằng nhau cùng một hạng, các hạng tiếp theo được bỏ qua tương ứng",
    "dense": "các đơn vị bằng nhau cùng một hạng, hạng tiếp theo liền kề",
}
UNKNOWN = "chưa xác định"
# A place where a narrow cell may break its line.
BREAK = "\u200b"


@dataclass(frozen=True)
class Line:
    """One unit in an annex, every figure as it is printed."""

    place: int
    unit: str
    points: str
    maximum: str
    index: str
    rank: str
    band: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Annex:
    """One ranking group: the ranking, then the points of its areas. ``number`` is empty for a single annex."""

    number: str
    title: str
    lines: tuple[Line, ...]
    areas: tuple[Area, ...]
    has_reduced: bool


@dataclass(frozen=True)
class Paper:
    """All words of the decision, in the order of its parts."""

    agency: tuple[str, ...]
    number: str
    place_and_date: str
    subject: str
    issuer: str
    grounds: tuple[str, ...]
    summary: tuple[str, ...]
    withheld: str
    standing_body: str
    authority: str
    recipients: tuple[str, ...]
    on_behalf_of: str
    offices: tuple[str, ...]
    signer: str
    annexes: tuple[Annex, ...]
    reference: str
    notes: tuple[str, ...]
    year: int
    is_demo: bool


def decision_pdf(decision: Decision, each_step: Callable[[], None] | None = None) -> bytes:
    """The decision as PDF. ``each_step`` is called at least once a page. Raises ``pdf.MissingLibrary``."""
    return pdf.render(decision_html(decision), each_step)


def decision_html(decision: Decision) -> str:
    with translation.override("vi"):
        return render_to_string("results/documents/decision.html", {"paper": paper(decision)})


def paper(decision: Decision) -> Paper:
    """What the decision says."""
    run = decision.run
    tier, authority = run.tier, run.tier.authority
    tables = published.tables(run)
    groups = "; ".join(naming.within(table.group.name) for table in tables)
    return Paper(
        agency=naming.heading(authority.name),
        number=decision.number,
        place_and_date=f"{decision.place}, {naming.day_in_words(decision.date)}",
        subject=f"Về việc phê duyệt và công bố Chỉ số cải cách hành chính năm {tier.cycle.year} của {groups}",
        issuer=issuer(decision),
        grounds=tuple(line.strip().rstrip(";.") for line in decision.grounds.splitlines() if line.strip()),
        summary=_summary(tables, run),
        withheld=_withheld(tables),
        standing_body=tier.standing_body,
        authority=naming.full_name(authority.name),
        recipients=_recipients(decision),
        on_behalf_of=decision.on_behalf_of.upper().replace(naming.SHORT, naming.COMMITTEE.upper()),
        offices=tuple(line.strip().upper() for line in decision.signer_office.split("/")),
        signer=decision.signer,
        annexes=_annexes(tables, run),
        reference=_reference(decision),
        notes=_notes(run),
        year=tier.cycle.year,
        is_demo=tier.cycle.is_demo,
    )


def issuer(decision: Decision) -> str:
    """Who decides: the collective where the signer signs on its behalf, else its chairman."""
    name = naming.full_name(decision.run.tier.authority.name)
    return (name if decision.on_behalf_of else f"Chủ tịch {name}").upper()


def _reference(decision: Decision) -> str:
    authority = decision.run.tier.authority.name
    who = authority if decision.on_behalf_of else f"Chủ tịch {authority}"
    return f"(Kèm theo Quyết định số {decision.number} {naming.day_in_words(decision.date)} của {who})"


def _recipients(decision: Decision) -> tuple[str, ...]:
    tier = decision.run.tier
    above = [f"{tier.authority.parent.name} (để báo cáo)"] if tier.authority.parent else []
    saved = f"Lưu: VT, {naming.initials(tier.standing_body)}" if tier.standing_body else "Lưu: VT"
    return ("Như Điều 3", *above, f"Chủ tịch, các Phó Chủ tịch {tier.authority.name}", saved)


def _summary(tables: list[GroupTable], run: Run) -> tuple[str, ...]:
    """One sentence for each group: how many units, their mean and the best."""
    return tuple(
        f"{table.group.name}: {_count(table)}{_figures(table, run)}{_at_annex(place, tables)}"
        for place, table in enumerate(tables, start=1)
    )


def _count(table: GroupTable) -> str:
    return f"{len(table.rows)} đơn vị"


def _figures(table: GroupTable, run: Run) -> str:
    if not table.ranked:
        return ""
    places = run.settings["published_places"]
    best = [row.result for row in table.ranked if row.result.rank == 1]
    names = ", ".join(result.unit.name for result in best)
    mean = _percent(published.published_mean(table, places), places)
    return f"; chỉ số trung bình {mean}; cao nhất: {names} ({_percent(best[0].index, places)})"


def _at_annex(place: int, tables: list[GroupTable]) -> str:
    return f" (Phụ lục {naming.roman(place)})" if len(tables) > 1 else " (Phụ lục)"


def _withheld(tables: list[GroupTable]) -> str:
    """The units without an index, by name."""
    names = [row.result.unit.name for table in tables for row in table.withheld]
    if not names:
        return ""
    listed = "; ".join(names)
    return f"{len(names)} đơn vị chưa xác định Chỉ số do còn tiêu chí chưa có điểm: {listed}"


def _annexes(tables: list[GroupTable], run: Run) -> tuple[Annex, ...]:
    return tuple(
        _annex(table, naming.roman(place) if len(tables) > 1 else "", run)
        for place, table in enumerate(tables, start=1)
    )


def _annex(table: GroupTable, number: str, run: Run) -> Annex:
    results = [row.result for row in table.rows]
    usual = usual_areas(results)
    lines = tuple(_line(place, result, usual, run) for place, result in enumerate(results, start=1))
    return Annex(
        number=number,
        title=f"Chỉ số cải cách hành chính năm {run.settings['year']} của {naming.within(table.group.name)}".upper(),
        lines=lines,
        areas=tuple(usual.values()),
        has_reduced=any("/" in cell for line in lines for cell in line.areas),
    )


def usual_areas(results: list[UnitResult]) -> dict[str, Area]:
    """Each area with the greatest maximum that applied to a unit of the group."""
    usual: dict[str, Area] = {}
    for result in results:
        for area in published.areas_of(result):
            if area.code not in usual or area.maximum > usual[area.code].maximum:
                usual[area.code] = area
    return usual


def _line(place: int, result: UnitResult, usual: dict[str, Area], run: Run) -> Line:
    own = {area.code: area for area in published.areas_of(result)}
    return Line(
        place=place,
        unit=result.unit.name,
        points=points(result.points),
        maximum=points(result.maximum),
        index=UNKNOWN if result.index is None else fixed(result.index, run.settings["published_places"]),
        rank="–" if result.rank is None else str(result.rank),
        band=result.band or "–",
        areas=tuple(_cell(own.get(code), area.maximum) for code, area in usual.items()),
    )


def _cell(area: Area | None, usual: Decimal) -> str:
    if area is not None and area.limit is not None:
        return points(area.points)
    return "–" if area is None or not area.maximum else _award(area.points, area.maximum, usual)


def _award(value: Decimal, maximum: Decimal, usual: Decimal) -> str:
    """Points of an area; with their maximum where it is not the usual one, because something did not apply."""
    return points(value) if maximum == usual else f"{points(value)}/{BREAK}{points(maximum)}"


def _percent(value: Decimal | None, places: int) -> str:
    return f"{fixed(value, places)}%"


def _outside(frozen: dict[str, Any]) -> Iterator[str]:
    """What groups with bonus and penalty points add to the notes."""
    for group in frozen["groups"]:
        if "outside" not in group:
            continue
        caps = caps_from(group["outside"])
        held = "có thể vượt" if caps.may_exceed else "không vượt quá"
        yield (
            f"{group['name']}: điểm = điểm trong thang + điểm thưởng (tối đa {number(caps.bonus)}) - điểm trừ "
            f"(tối đa {number(caps.penalty)}), {held} điểm tối đa áp dụng; điểm thưởng, điểm trừ không tính vào "
            "điểm tối đa."
        )


def _notes(run: Run) -> tuple[str, ...]:
    """How the figures were come by, as the cycle's settings say."""
    frozen: dict[str, Any] = run.settings
    bands = "; ".join(f"{each['name']}: từ {points(Decimal(each['lower']))}%" for each in frozen["bands"])
    return (
        "Chỉ số (%) = Điểm / Điểm tối đa áp dụng × 100, làm tròn một lần đến "
        f"{frozen['published_places']} chữ số thập phân.",
        f"Xếp hạng theo {RANK_WORDS[frozen['rank_on']]} trong từng nhóm; {TIE_WORDS[frozen['tie_rule']]}.",
        *_outside(frozen),
        *([f"Xếp loại theo {RANK_WORDS[frozen['band_on']]}: {bands}."] if bands else []),
        f"Số liệu của lần tổng hợp số {run.number}; mã kiểm SHA-256: {run.digest}.",
    )
