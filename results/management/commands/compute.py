"""The index of a cycle from its rows, without the browser: computed afresh, nothing written to the database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from criteria.models import Criterion, Cycle, Tier
from results.models import UnitResult
from results.proof import Incalculable, plain
from results.selectors.calculation import Calculation, calculation
from results.selectors.runs import Contradiction
from units.models import Unit

COLUMNS = ("tier", "group", "rank", "unit", "name", "index", "exact", "band", "points", "maximum", "areas")


class Command(BaseCommand):
    help = (
        "Computes the index of CYCLE and prints one line a unit: exact index as a fraction, published index, rank, "
        "band, points per area. The same rows give the same bytes on every machine."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", help="code of the cycle")
        parser.add_argument("--tier", default="", help="only the tier with this code")
        parser.add_argument("--json", default="", metavar="FILE", help="also write everything as JSON to FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        tiers = _tiers(options["cycle"], options["tier"])
        calculations = [(tier, _calculated(tier)) for tier in tiers]
        if options["json"]:
            # Bytes, so that neither locale nor platform has a say in encoding and line ends.
            Path(options["json"]).write_bytes(_as_json(options["cycle"], calculations))
        self._speak_utf8()
        self.stdout.write("\t".join(COLUMNS))
        for tier, result in calculations:
            for line in _printed(tier, result):
                self.stdout.write(line)

    def _speak_utf8(self) -> None:
        """Vietnamese names must not depend on the locale of the terminal."""
        if self.stdout._out is sys.stdout and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def _tiers(cycle_code: str, tier_code: str) -> list[Tier]:
    cycle = Cycle.objects.filter(code=cycle_code).first()
    if cycle is None:
        known = ", ".join(Cycle.objects.order_by("code").values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no cycle {cycle_code}. Known: {known}.")
    tiers = Tier.objects.filter(cycle=cycle).select_related("cycle").order_by("position", "code")
    chosen = [tier for tier in tiers if tier_code in {"", tier.code}]
    if not chosen:
        known = ", ".join(tier.code for tier in tiers) or "none"
        raise CommandError(f"Cycle {cycle_code} has no tier {tier_code}. Known: {known}.")
    return chosen


def _calculated(tier: Tier) -> Calculation:
    try:
        return calculation(tier)
    except Incalculable as problem:
        raise CommandError(f"{tier.code}, {Unit.objects.get(pk=problem.key)}: {problem}") from problem
    except Contradiction as problem:
        code = Criterion.objects.get(pk=problem.leaf).code
        text = f"{tier.code}, {Unit.objects.get(pk=problem.unit)}: two exemptions of {code} contradict each other"
        raise CommandError(text) from problem


def _printed(tier: Tier, result: Calculation) -> list[str]:
    lines = [f"# {tier.code}\t{result.digest}"]
    for each in result.results:
        areas = " ".join(f"{area['code']}={area['points']}/{area['maximum']}" for area in each.areas)
        row = (tier.code, each.group.code, each.rank, each.unit.code, each.unit.name, each.index, _exact(each))
        lines.append(
            "\t".join(_cell(value) for value in (*row, each.band, plain(each.points), plain(each.maximum), areas))
        )
    lines += [f"! {each['unit_code']}\t{each['code']}\t{each['why']}\t{each['policy']}" for each in result.missing]
    return lines


def _cell(value: object) -> str:
    return "-" if value in {None, ""} else str(value)


def _exact(result: UnitResult) -> str:
    return f"{result.numerator}/{result.denominator}" if result.numerator else ""


def _as_json(cycle: str, calculations: list[tuple[Tier, Calculation]]) -> bytes:
    content = {
        "cycle": cycle,
        "tiers": [
            {
                "tier": tier.code,
                "settings": result.settings,
                "digest": result.digest,
                "units": [_unit(each) for each in result.results],
                "missing": result.missing,
            }
            for tier, result in calculations
        ],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _unit(result: UnitResult) -> dict[str, object]:
    return {
        "group": result.group.code,
        "unit": result.unit.code,
        "name": result.unit.name,
        "rank": result.rank,
        "index": None if result.index is None else str(result.index),
        "exact": _exact(result) or None,
        "band": result.band,
        "points": plain(result.points),
        "maximum": plain(result.maximum),
        "areas": result.areas,
    }
