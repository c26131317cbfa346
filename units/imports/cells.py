"""Texts of a line into values. A cell that cannot be read leaves a problem at its address and gives an empty value."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from units.imports.workbook import Line, Problem, in_all_languages
from units.naming import folded

CODE = re.compile(r"[\w.\-]+")
DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y")
YES = {"x", "1", "co", "yes", "true"}
NO = {"", "0", "khong", "no", "false"}


class Cells:
    """Reader of one line; ``problems`` grows with every cell that is refused."""

    def __init__(self, line: Line, problems: list[Problem]) -> None:
        self.line = line
        self.problems = problems
        self.before = len(problems)

    @property
    def is_good(self) -> bool:
        return len(self.problems) == self.before

    def refuse(self, key: str, text: str) -> None:
        """Note what is wrong with the cell under ``key``, or with the line where the sheet has no such column."""
        cell = self.line.addresses.get(key, f"A{self.line.number}")
        self.problems.append(Problem(cell, text, self.line.cells.get(key, "")[:80]))

    def text(self, key: str, most: int, *, required: bool = False) -> str:
        value = self.line.cells.get(key, "")
        if required and not value:
            self.refuse(key, _("must not be empty"))
        if len(value) > most:
            self.refuse(key, _("is longer than %(most)s characters") % {"most": most})
        if value.startswith("#"):
            self.refuse(key, _("holds an error of a formula"))
        return value

    def code(self, key: str, most: int, *, required: bool = True) -> str:
        value = self.text(key, most, required=required)
        if value and not value.startswith("#") and not CODE.fullmatch(value):
            self.refuse(key, _("may hold letters, digits, “.”, “-” and “_” only"))
        return value

    def day(self, key: str) -> date | None:
        """A day as 31/12/2026 or 2026-12-31; None for an empty cell."""
        value = self.line.cells.get(key, "")
        for form in DAYS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007
            except ValueError:
                continue
        if value:
            self.refuse(key, _("is not a day; write it as 31/12/2026"))
        return None

    def choice(self, key: str, choices: Iterable[tuple[str, str | Promise]]) -> str:
        """The value whose word, in any language of the pages, or code stands in the cell; case and accents apart."""
        pairs = list(choices)
        words = {folded(word): value for value, label in pairs for word in (value, *in_all_languages(label))}
        found = words.get(folded(self.line.cells.get(key, "")), "")
        if not found:
            self.refuse(
                key, _("must be one of: %(words)s") % {"words": ", ".join(str(label) for _value, label in pairs)}
            )
        return found

    def flag(self, key: str) -> bool:
        value = folded(self.line.cells.get(key, ""))
        if value not in YES | NO:
            self.refuse(key, _("must be x or empty"))
        return value in YES
