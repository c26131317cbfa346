"""An independent computation of a tier's results: plain fractions over the files of a bundle, none of our code."""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

Pair = tuple[str, str]
NOT_APPLICABLE = None


@dataclass
class Oracle:
    """What the files of the bundle say, and what was decided since (``decided``: by unit and criterion code)."""

    folder: Path
    decided: dict[Pair, Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self._rows("appraisals.csv"):
            given = NOT_APPLICABLE if row["not_applicable"] in {"1", "true", "yes"} else Fraction(row["points"])
            self.decided.setdefault((row["unit_code"], row["criterion_code"]), given)
        for row in self._rows("survey.csv"):
            self.decided.setdefault((row["unit_code"], row["criterion_code"]), Fraction(row["points"]))

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def leaves(self, kind: str) -> dict[str, Fraction]:
        """Maximum by code of every leaf of the kind's set."""
        rows = self._rows(f"criteria_{kind}.csv")
        inner = {row["parent_code"] for row in rows}
        return {row["code"]: Fraction(row["max_points"]) for row in rows if row["code"] not in inner}

    def units(self, kind: str, parent: str) -> dict[str, str]:
        """Name by code."""
        rows = self._rows("units.csv")
        return {row["code"]: row["name"] for row in rows if row["kind"] == kind and row["parent_code"] == parent}

    def index(self, unit: str, kind: str) -> Fraction:
        """Exact, in percent: points over the maximum that applies; a leaf without points counts 0."""
        points, maximum = Fraction(0), Fraction(0)
        for code, most in self.leaves(kind).items():
            given = self.decided.get((unit, code), Fraction(0))
            if given is not NOT_APPLICABLE:
                points, maximum = points + given, maximum + most
        return 100 * points / maximum

    def ranking(self, kind: str, parent: str) -> dict[str, tuple[int, str]]:
        """Rank and index as printed (two places, decimal comma), by name of unit."""
        exact = {name: self.index(code, kind) for code, name in self.units(kind, parent).items()}
        better: dict[str, int] = defaultdict(int)
        for name, value in exact.items():
            better[name] = sum(other > value for other in exact.values())
        return {name: (better[name] + 1, printed(value)) for name, value in exact.items()}


def printed(value: Fraction) -> str:
    """Half up, two places, decimal comma."""
    hundredths = math.floor(value * 100 + Fraction(1, 2))
    return f"{hundredths // 100},{hundredths % 100:02d}"
