"""``cycle.toml``: its sections as rows, its problems at their line and column."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from criteria.models import DeadlineReading, MissingRule, NotApplicableRule, PhaseKind, RankOn, TieRule
from results.bundle.rows import DRAFT, ISSUED, Place, Problem, gettext_noop
from results.imports import cells
from results.imports.cells import BadCell, Reader
from units.models import UnitKind

HEADER = re.compile(r"\s*\[(\[?)\s*([A-Za-z0-9_-]+)\s*\]?\]")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=\s*")
ERROR_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
Row = TypeVar("Row")
Where = tuple[str, int]

KIND = cells.choice(UnitKind.values)
CODE = cells.code(40)
SLUG = cells.slug(40)
UNIT = cells.code(32)
NAME = cells.text(200, required=True)
SECTIONS: Mapping[str, Mapping[str, tuple[Reader, str | None]]] = {
    "": {
        "code": (SLUG, None),
        "name": (NAME, None),
        "year": (cells.whole(1990, 2199), None),
        "authority": (UNIT, None),
        "period_start": (cells.day, None),
        "period_end": (cells.day, None),
        "previous": (cells.code(40, required=False), ""),
        "plan": (cells.text(300), ""),
        "is_demo": (cells.flag, "false"),
    },
    "settings": {
        "published_places": (cells.whole(0, 6), "2"),
        "rank_on": (cells.choice(RankOn.values), "exact"),
        "band_on": (cells.choice(RankOn.values), "exact"),
        "tie_rule": (cells.choice(TieRule.values), "competition"),
        "not_applicable": (cells.choice(NotApplicableRule.values), "reduce"),
        "unscored": (cells.choice(MissingRule.values), "zero"),
        "missing_survey": (cells.choice(MissingRule.values), "withhold"),
    },
    "bands": {"name": (cells.text(60, required=True), None), "lower": (cells.points, None)},
    "tiers": {
        "code": (SLUG, None),
        "name": (NAME, None),
        "authority": (UNIT, None),
        "standing_body": (cells.text(200), ""),
        "is_prepared": (cells.flag, "false"),
    },
    "groups": {
        "tier": (CODE, None),
        "code": (SLUG, None),
        "name": (NAME, None),
        "kind": (KIND, None),
        "parent": (UNIT, None),
    },
    "phases": {
        "kind": (cells.choice(PhaseKind.values), None),
        "unit_kind": (KIND, None),
        "opens_at": (cells.instant, None),
        "closes_at": (cells.instant, None),
        "reading": (cells.text(300, required=True), None),
        "reads": (cells.choice(DeadlineReading.values), "instant"),
        "named_day": (cells.maybe_day, ""),
        "late_until": (cells.maybe_instant, ""),
    },
    "sets": {
        "kind": (KIND, None),
        "title": (cells.text(300, required=True), None),
        "scale": (cells.points, None),
        "survey_points": (cells.points, None),
        "legal_basis": (cells.lines(2000), ""),
        "is_demo": (cells.flag, "false"),
        "file": (cells.text(200), ""),
        "state": (cells.choice((ISSUED, DRAFT)), ISSUED),
        "number": (cells.text(60), ""),
        "issued_on": (cells.maybe_day, ""),
        "signer": (cells.text(120), ""),
        "bonus_cap": (cells.points, "0"),
        "penalty_cap": (cells.points, "0"),
        "may_exceed": (cells.flag, "false"),
    },
    "practice": {
        "finished": (cells.flag, "false"),
        "evidence": (cells.whole(0, 20), "3"),
        "waiting": (cells.text(2000), ""),
        "watermark": (cells.text(60), ""),
    },
    "drafts": {"unit": (UNIT, None), "scored": (cells.whole(0, 100), None)},
}
LISTS = ("bands", "tiers", "groups", "phases", "sets", "drafts")
TABLES = ("settings", "practice", "files")


class Settings:
    """The sections of one ``cycle.toml`` and everything that is wrong with it."""

    def __init__(self, file: str, content: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.is_readable = True
        self.damaged: set[str] = set()
        self.places = _places(content)
        self.content = self._parsed(content)
        for name, value in self.content.items():
            if name not in SECTIONS[""] and name not in LISTS + TABLES:
                self._at(("", 0), name, gettext_noop("Unknown key “%(name)s”."), name=name[:40])
            elif name in LISTS and not _is_list(value):
                self._at(("", 0), name, gettext_noop("Write each entry under its own [[%(name)s]]."), name=name)
            elif name in TABLES and not isinstance(value, dict):
                self._at(("", 0), name, gettext_noop("Write the values under [%(name)s]."), name=name)

    def _parsed(self, content: str) -> dict[str, object]:
        try:
            return tomllib.loads(content, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            line, column = _error_place(str(error), content)
            text = gettext_noop("This is not TOML: %(error)s")
            reason = ERROR_PLACE.sub("", str(error))[:200] or "nesting"
            self.problems.append(Problem(self.file, line, column, text, {"error": reason}))
            self.is_readable = False
            return {}

    def one(self, name: str, make: Callable[..., Row]) -> Row | None:
        """The row of a section that stands once; None when a value of it cannot be read."""
        table = self.content if not name else self.content.get(name, {})
        return self._row(name, (name, 0), table, make) if isinstance(table, dict) else None

    def many(self, name: str, make: Callable[..., Row]) -> tuple[Row, ...]:
        """The rows of a section that may stand many times."""
        tables = self.content.get(name, [])
        if not isinstance(tables, list) or not _is_list(tables):
            self.damaged.add(name)
            return ()
        made = [self._row(name, (name, number), table, make) for number, table in enumerate(tables)]
        return tuple(row for row in made if row is not None)

    def files(self) -> dict[str, tuple[str, Place]]:
        """The map of file names, as far as it is readable."""
        table = self.content.get("files", {})
        found = {}
        for name, value in table.items() if isinstance(table, dict) else ():
            if isinstance(value, str) and value.strip():
                found[name] = (value.strip(), self._place(("files", 0), [name]))
            else:
                self._at(("files", 0), name, gettext_noop("must be the name of a file"), name)
        return found

    def _row(self, name: str, where: Where, table: dict[str, object], make: Callable[..., Row]) -> Row | None:
        keys, values, sound = SECTIONS[name], {}, True
        for key in table:
            if name and key not in keys:
                self._at(where, key, gettext_noop("Unknown key “%(name)s”."), name=key[:40])
        for key, (read, default) in keys.items():
            if key not in table and default is None:
                sound = self._at(where, "", gettext_noop("The key “%(name)s” is missing."), name=key)
                continue
            try:
                values[key] = read(_written(table.get(key, default)))
            except BadCell as error:
                sound = self._at(where, key, error.text, key, **error.values)
        if not sound:
            self.damaged.add(name or "cycle")
            return None
        return make(place=self._place(where, list(keys)), **values)

    def _place(self, where: Where, keys: list[str]) -> Place:
        line, _ = self.places.get((where, ""), (1, 1))
        return Place(self.file, line, {key: self.places[where, key] for key in keys if (where, key) in self.places})

    def _at(self, where: Where, key: str, text: str, cell: str = "", **values: object) -> bool:
        line, column = self.places.get((where, key)) or self.places.get((where, "")) or (1, 1)
        self.problems.append(Problem(self.file, line, column, text, {"cell": cell, **values} if cell else values))
        return False


def _error_place(error: str, content: str) -> tuple[int, int]:
    """Line and column that the parser names; the end of the file or its beginning where it names none."""
    place = ERROR_PLACE.search(error)
    if place is None:
        return 1, 1
    lines = content.split("\n")
    return int(place[1] or len(lines)), int(place[2] or len(lines[-1]) + 1)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _written(value: object) -> str:
    """The value as it would stand in a CSV cell, so that both are read by one reader."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    if isinstance(value, int) and abs(value) > 10**12:
        return "∞"
    return str(value)


def _places(content: str) -> dict[tuple[Where, str], tuple[int, int]]:
    """Where each header and each value stands: (section, its number) and key to line and column."""
    places: dict[tuple[Where, str], tuple[int, int]] = {(("", 0), ""): (1, 1)}
    counts: dict[str, int] = {}
    where: Where = ("", 0)
    for number, line in enumerate(content.split("\n"), 1):
        if header := HEADER.match(line):
            name = header[2]
            where = (name, counts.get(name, 0))
            counts[name] = where[1] + (1 if header[1] else 0)
            places[where, ""] = (number, header.start(2) + 1)
            places.setdefault((("", 0), name), (number, header.start(2) + 1))
        elif key := KEY.match(line):
            places.setdefault((where, key[1]), (number, key.end() + 1))
    return places
