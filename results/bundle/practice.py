"""Invented self-scores, decisions and survey points for one unit: plausible, seeded, every text marked. Plain Python.

No floats: shares are whole hundredths of a percent, chances whole percents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from criteria.scoring.notation import in_words, options, parse
from criteria.scoring.rules import BadRule, Bands, Count, Expression, Rule
from results.bundle.rows import CriterionRow

MARK = "(dữ liệu trình diễn)"
CENT = Decimal("0.01")
# Percent of leaves that a unit of the kind does well in, and how far units of the kind lie apart.
LEVELS = {"department": (87, 7), "district": (85, 7), "central_agency": (88, 7), "commune": (80, 13)}
REJECTED = (
    "Tài liệu kiểm chứng chưa chứng minh được kết quả tự chấm.",
    "Văn bản kèm theo ban hành chậm so với thời hạn quy định.",
    "Số liệu trên hệ thống theo dõi thấp hơn số liệu báo cáo.",
    "Đối chiếu báo cáo của cơ quan chủ trì, nội dung này chưa hoàn thành trong kỳ.",
    "Qua kiểm tra thực tế tại đơn vị, việc thực hiện chưa đầy đủ.",
)
RAISED = (
    "Đơn vị đã bổ sung tài liệu kiểm chứng hợp lệ trong thời gian thẩm định.",
    "Đơn vị tự chấm thấp hơn kết quả thực tế trên hệ thống.",
)
ACCEPTED = ("", "", "", "", "", "Thống nhất với điểm tự chấm.", "Tài liệu kiểm chứng đầy đủ.")


@dataclass(frozen=True)
class Claim:
    """What the unit says of a leaf."""

    points: Decimal | None
    not_applicable: bool
    explanation: str


@dataclass(frozen=True)
class Ruling:
    """What the council decides on a leaf."""

    points: Decimal | None
    not_applicable: bool
    reason: str


def chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def level(rng: Random, kind: str) -> int:
    """How good a unit is, in percent: three throws lie near the middle of the kind more often than one."""
    middle, spread = LEVELS.get(kind, (85, 8))
    thrown = sum(rng.randint(-spread, spread) for _ in range(3))
    return max(40, min(97, middle + thrown // 2))


def claim(rng: Random, leaf: CriterionRow, good: int) -> Claim:
    """A self-score by the leaf's own rule: a step, a share, deductions, or not applicable."""
    offered = [option.points for option in options(leaf.rule, leaf.max_points)]
    papers = leaf.evidence or "Văn bản của đơn vị"
    if offered:
        points = offered[0] if chance(rng, good + 4) else rng.choice(offered[1:] or offered)
        return Claim(points, False, f"{_kept(points, leaf)} Căn cứ: {papers} {MARK}.")
    if "không áp dụng" in leaf.rule and chance(rng, 12):
        return Claim(None, True, f"Trong kỳ không phát sinh nội dung phải thực hiện {MARK}.")
    rule = _read(leaf.rule)
    if (floor := _floor(rule)) is not None:
        return _share(rng, leaf, floor, good, papers)
    if isinstance(rule, Count) and rule.terms[0].amount < 0:
        step = -rule.terms[0].amount
        return _deducted(rng, leaf, Decimal(step.numerator) / step.denominator, good, papers)
    whole = rng.randint(4, 16)
    done = whole if chance(rng, good) else rng.randint(whole // 2, whole)
    points = (leaf.max_points * done / whole).quantize(CENT, ROUND_HALF_UP)
    return Claim(points, False, f"Đã hoàn thành {done}/{whole} nội dung. Căn cứ: {papers} {MARK}.")


def _read(text: str) -> Rule | None:
    try:
        return parse(text)
    except BadRule:
        return None


def _floor(rule: Rule | None) -> int | None:
    """The percentage from which a rule of bands gives a share of the maximum."""
    if not isinstance(rule, Bands) or rule.unit != "%":
        return None
    floors = [
        band.interval.lower
        for band in rule.bands
        if band.interval and band.interval.lower and isinstance(band.value, Expression)
    ]
    return int(min(floors) * 100) if floors else None


def _kept(points: Decimal, leaf: CriterionRow) -> str:
    if points == leaf.max_points:
        return "Đã thực hiện đầy đủ, đúng thời hạn."
    return "Có thực hiện nhưng chưa đầy đủ." if points else "Chưa thực hiện trong kỳ."


def _share(rng: Random, leaf: CriterionRow, floor: int, good: int, papers: str) -> Claim:
    """A share in hundredths of a percent; the good lie near the top, a few below the floor."""
    if chance(rng, max(1, (96 - good) // 3)):
        share = rng.randint(max(0, floor - 25) * 100, floor * 100 - 1)
    else:
        low = floor * 100 + (10000 - floor * 100) * max(0, good - 45) // 60
        share = rng.randint(min(low, 9800), 10000)
    return Claim(_of_share(leaf, floor, share), False, f"Tỷ lệ đạt {_percent(share)}. Căn cứ: {papers} {MARK}.")


def _of_share(leaf: CriterionRow, floor: int, share: int) -> Decimal:
    if share < floor * 100:
        return Decimal(0)
    return (leaf.max_points * share / 10000).quantize(CENT, ROUND_HALF_UP)


def _percent(share: int) -> str:
    return f"{share // 100},{share % 100:02d}%"


def _deducted(rng: Random, leaf: CriterionRow, step: Decimal, good: int, papers: str) -> Claim:
    times = 0 if chance(rng, good) else rng.randint(1, 2)
    points = max(Decimal(0), leaf.max_points - step * times)
    told = f"Có {times} trường hợp bị trừ điểm." if times else "Không có trường hợp bị trừ điểm."
    return Claim(points, False, f"{told} Căn cứ: {papers} {MARK}.")


def ruling(rng: Random, leaf: CriterionRow, said: Claim, strictness: int) -> Ruling:
    """The council's decision: mostly as the unit says, less in ``strictness`` percent, rarely more."""
    if said.not_applicable:
        return Ruling(None, True, "Thống nhất: không áp dụng.")
    points = said.points or Decimal(0)
    if points and chance(rng, strictness):
        less = _lower(rng, leaf, points)
        return Ruling(less, False, f"{rng.choice(REJECTED)} {_by_rule(leaf, less)} {MARK}.")
    if points < leaf.max_points and chance(rng, 4):
        more = _higher(rng, leaf, points)
        return Ruling(more, False, f"{rng.choice(RAISED)} {_by_rule(leaf, more)} {MARK}.")
    return Ruling(points, False, rng.choice(ACCEPTED))


def _by_rule(leaf: CriterionRow, points: Decimal) -> str:
    rule = f"Theo cách tính “{in_words(leaf.rule)}”" if leaf.rule else "Theo bộ tiêu chí"
    return f"{rule}, đạt {words(points)}/{words(leaf.max_points)} điểm"


def _lower(rng: Random, leaf: CriterionRow, points: Decimal) -> Decimal:
    offered = sorted({option.points for option in options(leaf.rule, leaf.max_points)}, reverse=True)
    if offered:
        return next((each for each in offered if each < points), Decimal(0))
    return (points * rng.randint(60, 95) / 100).quantize(CENT, ROUND_HALF_UP)


def _higher(rng: Random, leaf: CriterionRow, points: Decimal) -> Decimal:
    offered = sorted({option.points for option in options(leaf.rule, leaf.max_points)})
    if offered:
        return next((each for each in offered if each > points), leaf.max_points)
    step = ((leaf.max_points - points) * rng.randint(20, 80) / 100).quantize(CENT, ROUND_HALF_UP)
    return points + max(step, CENT) if points + CENT <= leaf.max_points else leaf.max_points


def survey(rng: Random, leaf: CriterionRow, good: int) -> tuple[Decimal, int]:
    """Points and valid forms of a survey leaf; people are less divided than papers."""
    share = max(5200, min(9850, good * 60 + 3200 + rng.randint(-700, 700)))
    return (leaf.max_points * share / 10000).quantize(CENT, ROUND_HALF_UP), rng.randint(60, 240)


def words(points: Decimal) -> str:
    """With a decimal comma, without superfluous zeros."""
    return format(points.normalize(), "f").replace(".", ",")


def answered(rng: Random, leaves: Sequence[CriterionRow], percent: int) -> list[CriterionRow]:
    """The leaves that a unit in draft has answered: from the top on when half done, else all but a few."""
    count = len(leaves) * percent // 100
    if percent <= 60:
        return list(leaves[:count])
    left = set(rng.sample(range(len(leaves)), len(leaves) - count))
    return [leaf for number, leaf in enumerate(leaves) if number not in left]
