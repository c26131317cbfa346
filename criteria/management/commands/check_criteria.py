"""The checker of criteria sets from the command line, every worked example among it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from criteria.management.commands.export_criteria import find
from criteria.models import CriteriaSet
from criteria.scoring import examples
from criteria.scoring.examples import BadExample
from criteria.selectors import outline
from criteria.selectors.facts import facts, in_words
from criteria.tree.checks import Finding, checks
from criteria.tree.nodes import Outline
from criteria.tree.readings import read


class Command(BaseCommand):
    help = "Check the criteria set SET, or all; exit 1 when there is an error. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "set", nargs="?", default="", help="its number, or CYCLE/KIND for the set in force, or CYCLE/KIND@VERSION"
        )
        parser.add_argument("--all", action="store_true", help="check every set")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["set"]) == options["all"]:
            raise CommandError(_("Name a set, or say --all."))
        chosen = list(_sets()) if options["all"] else [find(options["set"])]
        told = [_told(each) for each in chosen]
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for each in told:
                self._say(each)
        if any(each["errors"] for each in told):
            raise SystemExit(1)

    def _say(self, told: dict[str, Any]) -> None:
        words = _("%(set)s (%(state)s): errors %(errors)s, warnings %(warnings)s, worked examples %(examples)s")
        self.stdout.write(words % told)
        for finding in told["findings"]:
            place = " ".join(each for each in (finding["node"], finding["field"]) if each)
            self.stdout.write(f"  {finding['severity']} {finding['check']} [{place}] {finding['text']}")


def _sets() -> list[CriteriaSet]:
    return list(CriteriaSet.objects.select_related("cycle").order_by("cycle__code", "kind", "version"))


def _told(criteria_set: CriteriaSet) -> dict[str, Any]:
    whole = outline(criteria_set)
    found = checks(whole, facts(criteria_set))
    errors = sum(each.is_error for each in found)
    return {
        "set": f"{criteria_set.cycle.code}/{criteria_set.kind}@{criteria_set.version}",
        "state": str(criteria_set.state),
        "errors": errors,
        "warnings": len(found) - errors,
        "examples": _worked(whole),
        "findings": [_finding(each) for each in found],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity,
        "check": finding.check,
        "node": finding.node,
        "field": finding.field,
        "text": in_words(finding),
    }


def _worked(whole: Outline) -> int:
    """How many worked examples there are to run."""
    count = 0
    for reading in read(whole):
        if reading.rule:
            try:
                count += len(examples.parse_examples(reading.leaf.examples, reading.rule))
            except BadExample:
                continue
    return count
