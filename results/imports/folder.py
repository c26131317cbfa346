"""A folder into a bundle, or into everything that is wrong with it."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext

from results.bundle import rows
from results.bundle.checks import problems_of
from results.bundle.rows import Bundle, Place, Problem, Refused, gettext_noop
from results.imports.settings import Settings
from results.imports.tables import TABLES, Sheet, decoded

SETTINGS = "cycle.toml"
EMPTY = hashlib.sha256(b"").hexdigest()
UNITS = "units"
WITH_TIERS = ("councils", "seats", "assignments", "accounts")
"""Files that a bundle must have as soon as it assesses anybody; a bundle of criteria sets alone needs none of them."""
OPTIONAL = ("scores", "dossiers", "evidence", "appraisals", "survey", "delegations")
TABLE_FILES = (UNITS, *WITH_TIERS, *OPTIONAL)


def in_words(problem: Problem) -> str:
    """``file:line:column: sentence`` in the reader's language."""
    cell = problem.values.get("cell")
    sentence = gettext(problem.text) % problem.values
    return f"{problem.file}:{problem.line}:{problem.column}: {f'{cell}: ' if cell else ''}{sentence}"


@dataclass
class _Reading:
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)
    content: dict[str, str] = field(default_factory=dict)

    def bytes_of(self, name: str, asked: tuple[str, int, int]) -> bytes | None:
        """The content of a file of the bundle; a problem at the place that asks for it where it cannot be read."""
        try:
            data = (self.folder / name).read_bytes()
        except (OSError, ValueError):
            self.problems.append(Problem(*asked, gettext_noop("There is no file “%(name)s”."), {"name": name}))
            return None
        self.content[name] = hashlib.sha256(data).hexdigest()
        return data

    def table(self, table: str, name: str, asked: tuple[str, int, int], **fixed: object) -> list[object]:
        data = self.bytes_of(name, asked)
        sheet = Sheet(TABLES[table], name, data, **fixed) if data is not None else None
        if sheet is None or sheet.problems:
            self.damaged.add(table)
        self.problems += sheet.problems if sheet else []
        return sheet.rows if sheet else []

    def digest(self) -> str:
        listed = "\n".join(f"{name} {sha256}" for name, sha256 in sorted(self.content.items()))
        return hashlib.sha256(listed.encode()).hexdigest()


def read_bundle(folder: Path) -> Bundle:
    """The bundle of a folder. Raises ``Refused`` with every problem found, not only the first."""
    reading = _Reading(folder)
    data = reading.bytes_of(SETTINGS, (SETTINGS, 1, 1))
    if data is None:
        raise Refused(reading.problems)
    settings = Settings(SETTINGS, decoded(data, SETTINGS, reading.problems))
    if reading.problems or not settings.is_readable:
        raise Refused(reading.problems + settings.problems)
    cycle = settings.one("", rows.CycleRow)
    general = settings.one("settings", rows.SettingsRow)
    practice = settings.one("practice", _practice)
    sets = settings.many("sets", rows.SetRow)
    tables = _tables(reading, settings, sets)
    lists = {
        "bands": settings.many("bands", rows.BandRow),
        "tiers": settings.many("tiers", rows.TierRow),
        "groups": settings.many("groups", rows.GroupRow),
        "phases": settings.many("phases", rows.PhaseRow),
        "drafts": settings.many("drafts", rows.DraftRow),
    }
    problems = reading.problems + settings.problems
    if cycle is None or general is None or practice is None:
        raise Refused(problems)
    damaged = frozenset(reading.damaged | settings.damaged)
    bundle = Bundle(cycle, general, practice, sets=sets, digest=reading.digest(), damaged=damaged, **lists, **tables)  # type: ignore[arg-type]
    if problems := problems + problems_of(bundle):
        raise Refused(problems)
    return bundle


def _practice(*, place: Place, finished: bool, evidence: int, waiting: str, watermark: str) -> rows.PracticeRow:
    return rows.PracticeRow(place, finished, evidence, tuple(waiting.split()), watermark)


def _tables(reading: _Reading, settings: Settings, sets: tuple[rows.SetRow, ...]) -> dict[str, tuple[object, ...]]:
    names = settings.files()
    found: dict[str, list[object]] = {}
    for kind, (_, place) in names.items():
        if kind not in TABLE_FILES:
            text = gettext_noop("Unknown key “%(name)s”.")
            settings.problems.append(Problem(*place.at(kind), text, {"name": kind[:40]}))
    compulsory = (UNITS, *WITH_TIERS) if _is_appraised(settings.content.get("tiers")) else (UNITS,)
    for kind in TABLE_FILES:
        name, place = names.get(kind, (f"{kind}.csv", Place(SETTINGS, 1, {})))
        if kind in compulsory or kind in names or (reading.folder / name).exists():
            found[kind] = reading.table(kind, name, place.at(kind))
    found["criteria"] = []
    for each in sets:
        name = each.file or f"criteria_{each.kind}.csv"
        found["criteria"] += reading.table("criteria", name, each.place.at("file"), kind=each.kind)
    folder = Path(names.get("evidence", ("evidence.csv", None))[0]).parent
    found["evidence"] = [_found(reading, folder, row) for row in found.get("evidence", [])]
    return {kind: tuple(rows) for kind, rows in found.items()}


def _is_appraised(tiers: object) -> bool:
    """Whether a council sits in any tier: none does in those that only prepare their dossiers."""
    rows = tiers if isinstance(tiers, list) else [tiers] if tiers else []
    return any(not isinstance(each, dict) or each.get("is_prepared") is not True for each in rows)


def _found(reading: _Reading, folder: Path, row: object) -> object:
    """An evidence row with its file found and hashed. The file must lie beside or below ``evidence.csv``."""
    assert isinstance(row, rows.EvidenceRow)
    name = Path(row.file)
    if name.is_absolute() or ".." in name.parts:
        text = gettext_noop("“%(name)s” must lie in the bundle's own folder.")
        reading.problems.append(Problem(*row.place.at("file"), text, {"name": row.file}))
        return row
    path = str(folder / name)
    if path not in reading.content and reading.bytes_of(path, row.place.at("file")) is None:
        return row
    if reading.content[path] == EMPTY:
        reading.problems.append(Problem(*row.place.at("file"), gettext_noop("The file is empty.")))
    return replace(row, path=reading.folder / path, sha256=reading.content[path])
