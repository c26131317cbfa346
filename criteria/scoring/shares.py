"""Conditions in percent as annexes word them, with the thing measured around the number: ``Từ 80% kế hoạch trở lên``.

What is measured is dropped only where every line speaks of the same; else the lines stay as they are.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from criteria.scoring.conditions import OTHERWISE
from criteria.scoring.numbers import fold

NUMBER = r"[0-9][0-9.,]*"
SIGN = "từ|trên|dưới|đạt|bằng|không quá|ít nhất|tối thiểu|lớn hơn|nhỏ hơn|cao hơn|thấp hơn|hơn|>=|<=|≥|≤|>|<|="
SIGN_WORDS = {"lớn hơn": "trên", "cao hơn": "trên", "hơn": "trên", "nhỏ hơn": "dưới", "thấp hơn": "dưới"}
SIGN_WORDS |= {"tối thiểu": "từ"}
SHARE = re.compile(
    rf"(?P<before>(?:[^\W\d]+ )*?)(?:(?P<sign>{SIGN}) ?)?"
    rf"(?P<span>{NUMBER} ?%|{NUMBER} ?%?(?: đến | ?- ?)(?:(?:dưới|<=|<|≤) ?)?{NUMBER} ?%)"
    r"(?P<tail>(?: [^\W\d]+,?)*?)(?P<end> trở (?:lên|xuống|đi))?"
)
MIDDLE = re.compile(rf"({NUMBER} ?%) ?(<=|<|≤) ?([^\W\d]+(?: [^\W\d]+)*) ?(<=|<|≤) ?({NUMBER} ?%)")
DONE = ("hoàn thành", "thực hiện")
OPENINGS = frozenset(
    {"", "đạt", "tỷ lệ", "đạt tỷ lệ", *DONE}
    | {f"{opening} {done}" for opening in ("tỷ lệ", "mức độ") for done in DONE}
    | {f"{opening} {done} kế hoạch" for opening in ("tỷ lệ", "mức độ") for done in DONE}
)
DECLARED_OPENINGS = frozenset({"", "đạt", *DONE})
"""Those that may stand where the rule declares names: "tỷ lệ …" may be one of them."""
NEUTRAL = frozenset({"", "đạt", "tỷ lệ", "đạt tỷ lệ"})
CONNECTING = re.compile(
    r"\b(?:và|hoặc|nhưng|nếu|thì|trừ|cộng|mỗi|cứ|dưới|trên|từ|đến|trở|không|chưa|còn|riêng|kể|chỉ|khi|điểm)\b"
)
PLAIN_TAIL = re.compile(
    r"(?:tổng )?(?:số )?(?:kế hoạch|nhiệm vụ|chỉ tiêu|hồ sơ|đơn vị|cơ quan|văn bản|thủ tục hành chính|tthc)"
    r"(?: năm| trong năm| đề ra| được giao| theo kế hoạch)*"
)


@dataclass(frozen=True)
class Share:
    """A condition in percent apart from what it measures: ``opening`` before it, ``tail`` after the number."""

    said: str
    opening: str = ""
    tail: str = ""


def plain_labels(labels: Sequence[str], openings: Collection[str] = OPENINGS) -> tuple[str, ...] | None:
    """The labels as bare conditions in percent; None unless all are and measure the same.

    >>> plain_labels(["Hoàn thành từ 80% - dưới 100% kế hoạch", "Dưới 80% kế hoạch"])
    ('từ 80% - dưới 100%', 'dưới 80%')
    """
    found = [_share(fold(label), openings) for label in labels]
    shares = [share for share in found if share]
    if len(shares) < len(found) or not _measure_the_same([share for share in shares if share.said not in OTHERWISE]):
        return None
    return tuple(share.said for share in shares)


def _share(key: str, openings: Collection[str]) -> Share | None:
    if key in OTHERWISE:
        return Share(key)
    key = key.removeprefix("nếu ").removeprefix("trường hợp ")
    if found := MIDDLE.fullmatch(key):
        return _between(*found.groups()) if found[3] in openings else None
    found = SHARE.fullmatch(key)
    if not found:
        return None
    opening, tail = found["before"].strip().removesuffix(" đạt"), (found["tail"] or "").strip()
    if opening not in openings or CONNECTING.search(tail):
        return None
    said = _said(found["sign"] or "", found["span"], found["end"] or "")
    is_whole = said in {"100%", "0%", "đạt 100%", "đạt 0%", "bằng 100%"}
    if (opening or tail) and not is_whole and not found["end"] and found["sign"] in {None, "đạt", "bằng", "="}:
        return Share(said, opening, tail) if "-" in said or "đến" in said else None
    return Share(said, opening, tail)


def _said(sign: str, span: str, end: str) -> str:
    words = SIGN_WORDS.get(sign, sign)
    return f"{words}{' ' if words else ''}{span}{end}"


def _between(lower: str, above: str, name: str, below: str, upper: str) -> Share:
    """``80% ≤ tỷ lệ < 100%`` in words."""
    return Share(f"{'trên' if above == '<' else 'từ'} {lower} đến {'dưới ' if below == '<' else ''}{upper}", name)


def _measure_the_same(shares: Sequence[Share]) -> bool:
    """One opening at most besides those that say nothing; one tail at most, which a line may lack if it is plain."""
    openings = {share.opening for share in shares} - NEUTRAL
    tails = {share.tail for share in shares}
    if len(openings) > 1 or len(tails - {""}) > 1:
        return False
    return len(tails) <= 1 or all(PLAIN_TAIL.fullmatch(tail) for tail in tails if tail)
