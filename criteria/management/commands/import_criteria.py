"""A criteria set out of an annex, from the command line: the same reading as on the page."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from criteria.imports import annex
from criteria.imports.annex import Wanted
from criteria.imports.verdicts import Reading, SeveralSheets
from criteria.models import CriteriaSet, Cycle
from criteria.services import importing
from units.archive import Unreadable
from units.models import UnitKind


class Command(BaseCommand):
    help = (
        "Import a criteria set from an annex in XLSX as a draft. All or nothing: exit 1 with every problem as "
        "SHEET!C17: text. --dry-run reads only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--cycle", required=True, metavar="CODE", help="the cycle that gets the draft")
        parser.add_argument("--kind", required=True, choices=UnitKind.values, help="kind of unit")
        parser.add_argument("--title", default="", help="the set's title; else as the file says")
        parser.add_argument("--sheet", default="", help="the sheet to read, where several have a table")
        parser.add_argument("--dry-run", action="store_true", help="say what would be imported, store nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = Cycle.objects.filter(code=options["cycle"]).first()
        if cycle is None:
            raise CommandError(_("There is no cycle “%(code)s”.") % {"code": options["cycle"]})
        fallback = _("Criteria set of %(cycle)s") % {"cycle": cycle.name}
        data, reading = self._read(options, Wanted(options["sheet"], options["title"], None, fallback))
        made = None
        if reading.outline and not options["dry_run"]:
            made = _store(cycle, options["kind"], options["file"].name, data, reading)
        self.stdout.write(_as_json(reading, made) if options["json"] else _as_text(reading, made))
        if reading.problems:
            raise SystemExit(1)

    def _read(self, options: dict[str, Any], wanted: Wanted) -> tuple[bytes, Reading]:
        try:
            data = options["file"].read_bytes()
            return data, annex.read(data, wanted)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except Unreadable as refusal:
            raise CommandError(f"{options['file']}: {refusal}") from refusal
        except SeveralSheets as several:
            words = _("Several sheets have a table: %(sheets)s. Name one with --sheet.")
            raise CommandError(words % {"sheets": ", ".join(several.titles)}) from several


@transaction.atomic
def _store(cycle: Cycle, kind: str, name: str, data: bytes, reading: Reading) -> CriteriaSet:
    assert reading.outline
    upload = importing.keep(cycle=cycle, kind=kind, file_name=name, content=data, by=None)
    return importing.confirm(upload=upload, outline=reading.outline, by=None)


def _as_text(reading: Reading, made: CriteriaSet | None) -> str:
    lines = [str(problem) for problem in reading.problems]
    lines += [f"{reading.sheet}!{unread.cell}: {unread.code}: {unread.reason}" for unread in reading.unread_rules]
    lines += reading.remarks
    counts = {"rows": len(reading.verdicts), "accepted": reading.accepted, "refused": reading.refused}
    lines.append(_("%(rows)s rows in = %(accepted)s accepted + %(refused)s refused.") % counts)
    if made:
        lines.append(_("Draft %(pk)s, version %(version)s: %(title)s") % _about(made))
    return "\n".join(lines)


def _as_json(reading: Reading, made: CriteriaSet | None) -> str:
    rows = [
        {
            "sheet": each.sheet,
            "row": each.row,
            "kind": each.kind,
            "text": each.text,
            "accepted": each.is_accepted,
            "remarks": each.remarks,
            "problems": [{"cell": problem.cell, "text": problem.text} for problem in each.problems],
        }
        for each in reading.verdicts
    ]
    answer = {
        "sheet": reading.sheet,
        "rows": rows,
        "accepted": reading.accepted,
        "refused": reading.refused,
        "problems": [str(problem) for problem in reading.problems],
        "unread_rules": [
            {"code": each.code, "cell": each.cell, "reason": each.reason} for each in reading.unread_rules
        ],
        "remarks": list(reading.remarks),
        "set": _about(made) if made else None,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _about(made: CriteriaSet) -> dict[str, Any]:
    return {"pk": made.pk, "version": made.version, "title": made.title}
