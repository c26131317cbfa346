"""A filled-in score workbook into a dossier, without the browser: the same reading, merge and checks as on the page."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404  # noqa: TID251 - what a policy answers to a stranger

from assessments import merging, policies
from assessments.forms.returning import Judged, Preview, Verdict
from assessments.imports.roundtrip import read
from assessments.models import Assessment
from assessments.policies import Rights
from assessments.services import returning_sheets
from assessments.services.gates import Amended
from assessments.services.scores import BadScore
from assessments.states import NotAllowed
from assessments.views.workbooks import judged
from criteria.phases import PhaseClosed
from units.archive import MAX_BYTES, Unreadable
from units.models import User

OVERTAKEN = "Nothing was written: somebody changed %s meanwhile. Run the command again."


class Command(BaseCommand):
    help = (
        "Reads FILE, a workbook that was downloaded for the dossier of UNIT in CYCLE, and prints what it would change: "
        "one line a row. With --apply it is written, all of it or nothing. What was changed on both sides stays as it "
        "is stored, unless --prefer workbook says otherwise; the command then ends with 1 if a row was not taken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", help="code of the cycle")
        parser.add_argument("unit", help="code of the unit")
        parser.add_argument("file", help="the workbook")
        parser.add_argument("--as", dest="user", required=True, help="user name of the person who brings it")
        parser.add_argument("--apply", action="store_true", help="write it")
        parser.add_argument("--prefer", choices=["stored", "workbook"], default="stored", help="for conflicts")

    def handle(self, *args: Any, **options: Any) -> None:
        person, assessment, rights = _door(options["user"], options["cycle"], options["unit"])
        content = _content(Path(options["file"]))
        try:
            found = read(content, assessment)
        except Unreadable as refusal:
            raise CommandError(f"{options['file']}: {refusal}") from refusal
        kept = returning_sheets.keep(
            assessment=assessment,
            name=Path(options["file"]).name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=merging.frozen(found),
            by=person,
        )
        preview = judged(kept, assessment, rights, {})
        if options["prefer"] == "workbook":
            chosen = {each.key: "theirs" for row in preview.rows for each in row.shown}
            preview = judged(kept, assessment, rights, chosen)
        self._print(preview)
        if options["apply"]:
            changes = [(each.criterion, each.values) for each in preview.changes]
            self.stdout.write(f"written\t{_written(kept, changes, person)}")
        if preview.findings or preview.of(Verdict.REFUSED):
            raise CommandError("Rows of the workbook were not taken; see above.", returncode=1)

    def _print(self, preview: Preview) -> None:
        for finding in preview.findings:
            self.stdout.write(f"{finding.kind}\t{finding.cell}\t\t{finding.text}")
        for row in preview.rows:
            self.stdout.write("\t".join((row.verdict, row.row.cell, row.row.code, _said(row))))


def _said(row: Judged) -> str:
    """What goes apart, or what is wrong, on one line."""
    wrong = [f"{each.cell}: {each.text}" for each in row.findings]
    apart = [f"{each.label}: {each.mine} -> {each.theirs} ({each.outcome})" for each in row.shown]
    return " | ".join(" ".join(text.split()) for text in [*wrong, *apart])


def _door(username: str, cycle: str, unit: str) -> tuple[User, Assessment, Rights]:
    """The dossier, as far as the person may write it: the same door as the page's."""
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"There is no account {username}.")
    dossier = Assessment.objects.filter(cycle__code=cycle, unit__code=unit).first()
    if dossier is None:
        raise CommandError(f"There is no dossier of {unit} in {cycle}.")
    try:
        assessment, rights = policies.sheet_door(person, dossier.pk)
    except (Http404, PermissionDenied):
        raise CommandError(f"{username} may not see the dossier of {unit}.") from None
    if not rights.score:
        raise CommandError(f"{username} may not score for {unit}.")
    return person, assessment, rights


def _content(path: Path) -> bytes:
    """The file, of which never more is read than may be brought."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _written(kept: Any, changes: Any, person: User) -> int:
    try:
        return len(returning_sheets.take(returned=kept, changes=changes, by=person))
    except returning_sheets.Overtaken as overtaken:
        raise CommandError(OVERTAKEN % overtaken) from overtaken
    except (NotAllowed, PhaseClosed, Amended, BadScore) as error:
        raise CommandError(f"Nothing was written: {error}") from error
