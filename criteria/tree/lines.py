"""Texts that hold one thing a line, as people type them into a cell."""

import re
from collections.abc import Iterator

BULLET = re.compile(r"^(?:[-–−+•*]\s+)+")
BRACKETS = {")": 1, "(": -1}


def split(text: str) -> Iterator[tuple[int, str]]:
    """Each line that says something, with its number from 1; spaces folded, without "- " before and ";" behind it."""
    for number, line in enumerate(text.splitlines(), 1):
        said = BULLET.sub("", " ".join(line.split())).rstrip(" ;")
        if said:
            yield number, said


def last_brackets(text: str) -> tuple[str, str]:
    """What stands before the brackets that close the text, and inside them; ("…", "") where none do.

    >>> last_brackets("Kế hoạch (bản ký số) (kỳ: năm)")
    ('Kế hoạch (bản ký số)', 'kỳ: năm')
    """
    level = 0
    for at in range(len(text) - 1, -1, -1):
        level += BRACKETS.get(text[at], 0)
        if level == 0:
            before, inside = text[:at].rstrip(), text[at + 1 : -1].strip()
            return (before, inside) if text[at] == "(" and before and inside else (text, "")
    return text, ""
