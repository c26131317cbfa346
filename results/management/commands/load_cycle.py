"""Load a cycle bundle: ``manage.py load_cycle FOLDER [--json]``."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle
from results.services.bundle import Loaded, load

LABELS = {
    "units": _("New units"),
    "people": _("New accounts"),
    "roles": _("New roles"),
    "tiers": _("Tiers"),
    "groups": _("Ranking groups"),
    "phases": _("Phases"),
    "criteria": _("Criteria"),
    "councils": _("Councils"),
    "seats": _("Seats"),
    "dossiers": _("Dossiers"),
    "delegations": _("Delegations"),
    "scores": _("Self-scores"),
    "citations": _("Documents cited"),
    "receipts": _("Receipts"),
    "appraisals": _("Appraisals"),
    "survey_points": _("Survey points"),
}


class Command(BaseCommand):
    """Prints what was loaded, or every problem with its place; the exit code is 1 when nothing was loaded."""

    help = "Load a cycle bundle (a folder, see fixtures/README.md). Everything is loaded, or nothing."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *, folder: Path, json: bool, **options: Any) -> None:
        try:
            loaded = load(bundle=read_bundle(folder), by=None)
        except Refused as refused:
            self._refuse(refused, json)
            raise SystemExit(1) from None
        self._tell(loaded, json)

    def _refuse(self, refused: Refused, as_json: bool) -> None:
        lines = [in_words(problem) for problem in refused.problems]
        if as_json:
            self.stdout.write(json.dumps({"loaded": False, "problems": lines}, ensure_ascii=False, indent=2))
            return
        for line in lines:
            self.stderr.write(line)
        self.stderr.write(gettext("Nothing was loaded. Problems: %(count)s.") % {"count": len(lines)})

    def _tell(self, loaded: Loaded, as_json: bool) -> None:
        cycle = loaded.cycle
        if as_json:
            told = {"loaded": True, "changed": loaded.changed, "cycle": cycle.code, "counts": loaded.counts}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        if not loaded.changed:
            self.stdout.write(gettext("%(name)s was loaded before; nothing changed.") % {"name": cycle.name})
            return
        self.stdout.write(gettext("Loaded: %(name)s.") % {"name": cycle.name})
        for name, count in loaded.counts.items():
            self.stdout.write(f"  {LABELS[name]}: {count}")
