"""A criteria set as CSV for programs: every value of every node, with the columns of a cycle bundle's criteria file.

UTF-8, comma, decimal point, one header. An empty ``max_points`` is a maximum that is not known.
"""

import csv
import io
from dataclasses import fields
from decimal import Decimal

from criteria.tree.nodes import Node, Outline, plain

COLUMNS = {"parent": "parent_code", "maximum": "max_points", "minimum": "min_points"}
FIRST = ("code", "parent", "name", "maximum", "minimum")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(outline: Outline) -> str:
    """The whole CSV; the same set gives the same text."""
    names = [*FIRST, *(each.name for each in fields(Node) if each.name not in FIRST)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([COLUMNS.get(name, name) for name in names])
    writer.writerows([_cell(getattr(node, name)) for name in names] for node in outline.nodes)
    return text.getvalue()


def _cell(value: Decimal | str | None) -> str:
    """A number with a decimal point, or a text that no spreadsheet takes for a formula."""
    if isinstance(value, Decimal):
        return plain(value)
    return f"'{value}" if value and value.startswith(FORMULA) else value or ""
