"""The check of a dossier on the command line: what the page shows, in words or as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from assessments.models import Assessment
from assessments.selectors.checking import Problem
from assessments.selectors.complete import check


class Command(BaseCommand):
    help = "Check the dossier of a unit: errors, warnings, and what will probably be reduced. Ends with 1 on errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help="code of the cycle")
        parser.add_argument("unit", help="code of the unit")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Assessment.objects.select_related("unit", "cycle", "criteria_set")
        dossier = rows.filter(cycle__code=options["cycle"], unit__code=options["unit"]).first()
        if dossier is None:
            raise CommandError(f"no dossier of {options['unit']} in {options['cycle']}")
        found = check(dossier)
        told = [_told(dossier, each) for each in (*found.errors, *found.warnings, *found.hints)]
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for each in told:
                self.stdout.write(f"{each['severity']}\t{each['code']}\t{each['text']}\t{each['link']}")
        if found.errors:
            raise CommandError(f"{len(found.errors)} errors", returncode=1)


def _told(dossier: Assessment, problem: Problem) -> dict[str, str]:
    leaf = problem.criterion
    return {
        "severity": problem.severity.value,
        "kind": problem.kind.value,
        "code": leaf.code if leaf else "",
        "text": problem.text,
        "link": _link(dossier, problem),
    }


def _link(dossier: Assessment, problem: Problem) -> str:
    """Where it is mended."""
    if problem.citation:
        return f"{reverse('assessments:citation', args=[problem.citation])}#id_page"
    if problem.section:
        return reverse("assessments:report_section", args=[dossier.pk, problem.section])
    sheet, leaf = reverse("assessments:sheet", args=[dossier.pk]), problem.criterion
    return f"{sheet}?open={leaf.pk}#leaf-{leaf.pk}" if leaf else sheet
