"""A bundle filled with practice data: what ``demo_bundle`` writes, the same bytes for a seed. Plain Python."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from results.bundle import papers, practice
from results.bundle.lookup import Lookup
from results.bundle.practice import Claim
from results.bundle.rows import Bundle, CriterionRow, UnitRow
from results.bundle.trees import plain

HEADERS = {
    "scores": ("unit_code", "criterion_code", "points", "not_applicable", "explanation"),
    "dossiers": ("unit_code", "state", "submitted_at", "submitted_by"),
    "evidence": ("unit_code", "criterion_code", "file", "place"),
    "appraisals": (
        "unit_code",
        "criterion_code",
        "username",
        "points",
        "not_applicable",
        "reason",
        "decided_at",
    ),
    "survey": ("unit_code", "criterion_code", "points", "respondents"),
}
STRICTNESS = 9
CITED = 55
BY_DAY = timedelta(days=1)


@dataclass
class Filling:
    """The rows of the optional files and the documents beside them."""

    tables: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: {name: [] for name in HEADERS})
    documents: dict[str, bytes] = field(default_factory=dict)


def files(bundle: Bundle, seed: int) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every file that is added to the bundle or takes the place of one of its files."""
    look = Lookup(bundle)
    filling = Filling()
    for unit in look.assessed.values():
        _Season(look, unit, seed, filling).fill()
    for name, rows in filling.tables.items():
        yield f"{name}.csv", _csv(HEADERS[name], rows)
    yield from filling.documents.items()
    if bundle.practice.finished:
        yield "councils.csv", _closed_councils(look)


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def _closed_councils(look: Lookup) -> bytes:
    """The councils with the day each closed: the last day of its latest appraisal."""
    chairs = {seat.tier: seat.username for seat in look.bundle.seats if seat.role == "chair"}
    rows = []
    for row in look.bundle.councils:
        kinds = {group.kind for group in look.bundle.groups if group.tier == row.tier}
        closings = [
            each.closes_at for each in look.bundle.phases if each.kind == "appraisal" and each.unit_kind in kinds
        ]
        closed = (max(closings) - timedelta(hours=8)).isoformat()
        rows.append((row.tier, row.name, row.decision, closed, chairs[row.tier]))
    return _csv(("tier", "name", "decision", "closed_at", "closed_by"), rows)


class _Season:
    """One unit's way through the season."""

    def __init__(self, look: Lookup, unit: UnitRow, seed: int, filling: Filling) -> None:
        self.look, self.unit, self.filling = look, unit, filling
        self.rng = Random(f"{seed}:{look.bundle.cycle.code}:{unit.code}")  # noqa: S311
        # A unit is about as good in one year as in the next.
        lasting = practice.level(Random(f"{seed}:{unit.code}"), unit.kind)  # noqa: S311
        self.good = min(97, lasting + self.rng.randint(-3, 4))
        self.leaves = look.leaves[unit.kind]
        self.phases = {each.kind: each for each in look.bundle.phases if each.unit_kind == unit.kind}
        drafts = {each.unit: each.scored for each in look.bundle.drafts}
        self.scored = drafts.get(unit.code)

    def fill(self) -> None:
        own = [leaf for leaf in self.leaves if leaf.method == "appraisal"]
        kept = own if self.scored is None else practice.answered(self.rng, own, self.scored)
        claims = {leaf.code: practice.claim(self.rng, leaf, self.good) for leaf in kept}
        for code, said in claims.items():
            self._add("scores", code, *_points(said.points, said.not_applicable), said.explanation)
        self._add_evidence(kept)
        for leaf in self.leaves:
            if leaf.method == "survey":
                points, respondents = practice.survey(self.rng, leaf, self.good)
                # Who practises from a draft on also practises to bring the survey points in.
                if self.scored is None:
                    self._add("survey", leaf.code, plain(points), str(respondents))
        if self.scored is None and (head := self._head()):
            self._hand_in(claims, head)

    def _add(self, table: str, *cells: str) -> None:
        self.filling.tables[table].append((self.unit.code, *cells))

    def _add_evidence(self, kept: list[CriterionRow]) -> None:
        asked = self.look.bundle.practice.evidence
        count = max(1, asked - 1) if self.unit.kind == "commune" else asked + self.rng.randint(0, 1)
        names = [self._document(number) for number in range(count)] if asked and kept else []
        for number, leaf in enumerate(kept):
            if names and (number < count or practice.chance(self.rng, CITED)):
                self._add("evidence", leaf.code, names[number % count], f"trang 1, mục {self.rng.randint(1, 3)}")

    def _document(self, number: int) -> str:
        # Two thirds of the documents are those of communes: the papers of one page, which are drawn faster.
        kinds = papers.PAPERS[::2] if self.unit.kind == "commune" else papers.PAPERS
        paper, year = kinds[number % len(kinds)], self.look.bundle.cycle.year
        name = f"evidence/{self.unit.code}/{number + 1}-{paper.short.replace('Đ', 'D')}-CCHC-{year}.pdf"
        above = self.look.units.get(self.unit.parent_code)
        superior = above.name.replace("UBND", "Ủy ban nhân dân", 1) if above else ""
        self.filling.documents[name] = papers.pdf(
            paper,
            superior,
            self.unit.name,
            year,
            self.rng.randint(1, 98),
            self.look.bundle.practice.watermark or "DEMO",
        )
        return name

    def _hand_in(self, claims: dict[str, Claim], head: str) -> None:
        at = self._submitted_at()
        self._add("dossiers", self._state(), at.isoformat(), head)
        finished = self.look.bundle.practice.finished
        waiting = not finished and self.unit.code in self.look.bundle.practice.waiting
        opens = max(at, self.phases["appraisal"].opens_at)
        for leaf in self.leaves:
            if leaf.method == "survey" or (waiting and practice.chance(self.rng, 40)):
                continue
            said = claims.get(leaf.code) or practice.claim(self.rng, leaf, self.good)
            decided = practice.ruling(self.rng, leaf, said, STRICTNESS)
            seat = self.rng.choice(self.look.deciders(self.unit, leaf))
            when = self._in_office_hours(opens)
            cells = _points(decided.points, decided.not_applicable)
            self._add("appraisals", leaf.code, seat.username, *cells, decided.reason, when.isoformat())

    def _in_office_hours(self, opens: datetime) -> datetime:
        """Between 8:00 and 17:00 of one of the next days, by the offset in which the bundle writes its instants."""
        day = (opens + BY_DAY * self.rng.randint(0, 2)).replace(hour=8, minute=0, second=0)
        at = day + timedelta(seconds=self.rng.randint(0, 9 * 3600))
        return at if at > opens else at + BY_DAY

    def _state(self) -> str:
        """A dossier counts as appraised when its council closes."""
        return "appraised" if self.look.bundle.practice.finished else "submitted"

    def _submitted_at(self) -> datetime:
        """In office hours, some ten to twenty days after self-scoring opened."""
        phase = self.phases["self_scoring"]
        at = phase.opens_at + BY_DAY * self.rng.randint(9, 20) + timedelta(minutes=self.rng.randint(450, 1010))
        return min(at, phase.closes_at - timedelta(minutes=1))

    def _head(self) -> str:
        """Who hands in: the head of the unit, else an officer."""
        by_role = {each.role: each.username for each in self.look.bundle.accounts if each.unit_code == self.unit.code}
        return by_role.get("head") or by_role.get("officer", "")


def _points(points: Decimal | None, not_applicable: bool) -> tuple[str, str]:
    return ("" if points is None else plain(points)), ("1" if not_applicable else "")
