"""The documents that a leaf asks for: one a line, with the period it covers and who issues it.

``Kế hoạch CCHC năm (kỳ: năm; cơ quan ban hành: UBND huyện)``. Every text can be read: what does not say a period or an
issuer in this way is part of the document's name.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from criteria.scoring.numbers import fold
from criteria.tree.lines import last_brackets, split

PERIOD, ISSUER = "kỳ", "cơ quan ban hành"
DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
QUARTER = re.compile(r"\bquý (iv|i{1,3}|[1-4])\b")
HALF = re.compile(r"\b6 tháng (đầu|cuối)\b")
NINE = re.compile(r"\b9 tháng\b")
MONTH = re.compile(r"\btháng (\d{1,2})\b")
YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d|/\w)")
IN_YEAR = re.compile(r"\bnăm (\d{4})\b")
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
Span = tuple[date, date]


@dataclass(frozen=True)
class Item:
    """One document: what it is, the period that it covers and who issues it, both as typed and perhaps empty."""

    kind: str
    period: str = ""
    issuer: str = ""


def parse(text: str) -> tuple[Item, ...]:
    """The checklist of a leaf; no text is refused.

    >>> parse("- Kế hoạch năm (kỳ: năm; cơ quan ban hành: Sở Nội vụ)")
    (Item(kind='Kế hoạch năm', period='năm', issuer='Sở Nội vụ'),)
    """
    return tuple(_item(line) for _, line in split(text))


def _item(line: str) -> Item:
    kind, inside = last_brackets(line)
    said = _said(inside)
    return Item(kind, said.get(PERIOD, ""), said.get(ISSUER, "")) if said else Item(line)


def _said(inside: str) -> dict[str, str]:
    """The values by their words; nothing when any of the pieces says something else, or says a thing twice."""
    found: dict[str, str] = {}
    for piece in inside.split(";"):
        word, sign, value = piece.partition(":")
        if not sign or fold(word) not in {PERIOD, ISSUER} or fold(word) in found or not value.strip():
            return {}
        found[fold(word)] = value.strip()
    return found


def write(items: Iterable[Item]) -> str:
    """The text that ``parse`` reads back."""
    return "\n".join(_line(item) for item in items)


def _line(item: Item) -> str:
    said = [f"{word}: {value}" for word, value in ((PERIOD, item.period), (ISSUER, item.issuer)) if value]
    return f"{item.kind} ({'; '.join(said)})" if said else item.kind


# ---- which days


def span(item: Item) -> Span | None:
    """The first and the last day that the document covers, where its period (or "năm …" in its name) says a year.

    >>> span(Item("Báo cáo", "6 tháng đầu năm 2022"))
    (datetime.date(2022, 1, 1), datetime.date(2022, 6, 30))
    """
    if found := days(item.period):
        return found
    years = [int(each) for each in IN_YEAR.findall(fold(item.kind))]
    return _months(years[0], 1, 12) if len(set(years)) == 1 and years[0] else None


def days(period: str) -> Span | None:
    """First and last day of a period in words; None where it names no year, or no day that there is."""
    words = fold(period)
    try:
        named = [date(int(year), int(month), int(day)) for day, month, year in DAY.findall(words)]
        if named:
            return min(named), max(named)
        years = [int(each) for each in YEAR.findall(words)]
        return _in_years(words, min(years), max(years)) if years else None
    except ValueError:
        return None


def _in_years(words: str, first: int, last: int) -> Span:
    if first != last:
        return _months(first, 1, 12)[0], _months(last, 1, 12)[1]
    if found := QUARTER.search(words):
        quarter = QUARTERS[found[1]]
        return _months(first, 3 * quarter - 2, 3 * quarter)
    if found := HALF.search(words):
        return _months(first, 1, 6) if found[1] == "đầu" else _months(first, 7, 12)
    if NINE.search(words):
        return _months(first, 1, 9)
    months = [int(each) for each in MONTH.findall(words)]
    return _months(first, min(months), max(months)) if months else _months(first, 1, 12)


def _months(year: int, first: int, last: int) -> Span:
    """Raises ``ValueError`` for a month that there is not."""
    start = date(year, first, 1)
    return start, date(year, last, monthrange(year, last)[1] if 1 <= last <= 12 else 0)
