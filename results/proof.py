"""What follows from frozen lines and settings: outcomes, ranks, bands, and the digest that names them. Plain Python.

A run is proved by doing this again over its stored lines: same lines and settings, same bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from criteria.scoring.caps import Cap, Caps
from results import index, ranking
from results.index import NO_CAPS, Answer, Line, Outcome, OutOfRange, Policy

PUBLISHED = "published"
DENSE = "dense"


@dataclass(frozen=True)
class Settings:
    """How a cycle computes. ``rank_on`` and ``band_on``: exact or published; ``bands``: (name, lower limit).

    ``caps``: those of bonus and penalty by ranking group, where its criteria set has any.
    """

    places: int
    rank_on: str
    band_on: str
    dense: bool
    policies: Mapping[Answer, Policy]
    bands: tuple[tuple[str, Decimal], ...]
    caps: Mapping[str, Caps] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A unit of a ranking group with its leaves. ``key`` tells it from every other unit."""

    key: int
    group: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Standing:
    """What follows for one unit: ``index`` is the published one; None, like ``rank``, while it is withheld."""

    outcome: Outcome
    index: Decimal | None
    rank: int | None
    band: str


class Incalculable(Exception):
    """A line that cannot be summed up: ``key`` names the unit, ``line`` the leaf with its points."""

    def __init__(self, key: int, problem: OutOfRange) -> None:
        super().__init__(str(problem))
        self.key = key
        self.line = problem.line


def settings_from(frozen: Mapping[str, Any]) -> Settings:
    """The settings as a run has frozen them."""
    return Settings(
        places=frozen["published_places"],
        rank_on=frozen["rank_on"],
        band_on=frozen["band_on"],
        dense=frozen["tie_rule"] == DENSE,
        policies={
            Answer.NOT_APPLICABLE: Policy(frozen["not_applicable"]),
            Answer.UNSCORED: Policy(frozen["unscored"]),
            Answer.NO_SURVEY: Policy(frozen["missing_survey"]),
        },
        bands=tuple((each["name"], Decimal(each["lower"])) for each in frozen["bands"]),
        caps={group["code"]: caps_from(group["outside"]) for group in frozen.get("groups", ()) if "outside" in group},
    )


def frozen_caps(caps: Caps) -> dict[str, Any]:
    """The caps as a run freezes them; ``caps_from`` reads them back. Numbers are written as fractions are."""
    return {
        "bonus": str(caps.bonus),
        "penalty": str(caps.penalty),
        "may_exceed": caps.may_exceed,
        "nodes": [
            {"code": code, "above": cap.above, "side": cap.side, "limit": str(cap.limit)}
            for code, cap in caps.nodes.items()
        ],
    }


def caps_from(frozen: Mapping[str, Any]) -> Caps:
    nodes = {each["code"]: Cap(each["side"], each["above"], Fraction(each["limit"])) for each in frozen["nodes"]}
    return Caps(Fraction(frozen["bonus"]), Fraction(frozen["penalty"]), frozen["may_exceed"], nodes)


def standings(entries: Iterable[Entry], settings: Settings) -> dict[int, Standing]:
    """Every unit's standing in its group. Raises ``Incalculable`` for points outside the bounds of their leaf."""
    groups: dict[str, dict[int, Outcome]] = {}
    for entry in entries:
        groups.setdefault(entry.group, {})[entry.key] = _outcome(entry, settings)
    return {key: standing for outcomes in groups.values() for key, standing in _ranked(outcomes, settings).items()}


def _outcome(entry: Entry, settings: Settings) -> Outcome:
    try:
        return index.outcome(entry.lines, settings.policies, settings.caps.get(entry.group, NO_CAPS))
    except OutOfRange as problem:
        raise Incalculable(entry.key, problem) from problem


def _ranked(outcomes: Mapping[int, Outcome], settings: Settings) -> dict[int, Standing]:
    exact = {key: each.index for key, each in outcomes.items() if each.index is not None}
    rounded = {key: index.published(value, settings.places) for key, value in exact.items()}
    shown = {key: Fraction(value) for key, value in rounded.items()}
    places = ranking.ranks(shown if settings.rank_on == PUBLISHED else exact, dense=settings.dense)
    banded = shown if settings.band_on == PUBLISHED else exact
    return {
        key: Standing(outcome, rounded[key], places[key], ranking.band(banded[key], settings.bands))
        if key in exact
        else Standing(outcome, None, None, "")
        for key, outcome in outcomes.items()
    }


def plain(value: object) -> object:
    """A value as the canonical form writes it: decimals without superfluous zeros, instants in UTC.

    >>> plain(Decimal("2.5000")), plain(Decimal("100")), plain(None)
    ('2.5', '100', None)
    """
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def digest(settings: Mapping[str, Any], lines: Iterable[Iterable[object]], results: Iterable[Iterable[object]]) -> str:
    """SHA-256 over settings, input lines and results, independent of machine, database and order of reading."""
    rows = [
        sorted(json.dumps([plain(value) for value in row], ensure_ascii=False) for row in rows_)
        for rows_ in (lines, results)
    ]
    content = json.dumps([settings, *rows], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
