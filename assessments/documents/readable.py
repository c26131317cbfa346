"""An Office file as plain pages: its text and its tables, for reading at a glance without the program that made it."""

from typing import Any

from django.template.loader import render_to_string

from assessments.models import Evidence

MOST_CHARACTERS = 60_000
MOST_TABLE_ROWS = 600
MOST_CELL = 400


def readable(evidence: Evidence, blocks: list[dict[str, Any]], is_all: bool) -> str:
    """The page's HTML. Long files are shown as far as people read, and say so."""
    shown, is_cut = _cut(blocks)
    context = {"evidence": evidence, "blocks": shown, "is_cut": is_cut or not is_all}
    return render_to_string("assessments/documents/readable.html", context)


def _cut(blocks: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    shown: list[dict[str, Any]] = []
    characters, rows = MOST_CHARACTERS, MOST_TABLE_ROWS
    for block in blocks:
        if characters <= 0 or rows <= 0:
            return shown, True
        if "text" in block:
            characters -= len(block["text"])
            shown.append({**block, "text": block["text"][:MOST_CHARACTERS]})
            continue
        taken = [[cell[:MOST_CELL] for cell in row] for row in block["rows"][:rows]]
        characters -= sum(len(cell) for row in taken for cell in row)
        rows -= len(taken)
        shown.append({"title": block["title"], "rows": _squared(taken)})
        if len(taken) < len(block["rows"]):
            return shown, True
    return shown, False


def _squared(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one length: the cells that a row lacks at its end are empty."""
    width = max(map(len, rows), default=0)
    return [[*row, *([""] * (width - len(row)))] for row in rows]
