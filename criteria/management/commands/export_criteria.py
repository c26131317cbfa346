"""A criteria set into a file: the official annex as XLSX, DOCX or PDF, or CSV for programs."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from criteria.documents.files import FORMATS
from criteria.models import CriteriaSet, SetState
from units.pdf import MissingLibrary

NAMED = re.compile(r"(?P<cycle>[\w-]+)/(?P<kind>\w+)(?:@(?P<version>\d{1,5}))?")


class Command(BaseCommand):
    help = "Writes the criteria set SET to FILE; the suffix of FILE (.xlsx, .docx, .pdf, .csv) says the format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("set", help="its number, or CYCLE/KIND for the set in force, or CYCLE/KIND@VERSION")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        form = FORMATS.get(path.suffix.removeprefix(".").lower())
        if form is None:
            raise CommandError(f"{path.name}: the name must end in {', '.join(f'.{each}' for each in FORMATS)}.")
        chosen = find(options["set"])
        try:
            path.write_bytes(form.make(chosen))
        except MissingLibrary as missing:
            raise CommandError(str(missing)) from missing
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        self.stdout.write(f"{path}: {chosen.cycle.code}/{chosen.kind}@{chosen.version}, {chosen.state}")


def find(text: str) -> CriteriaSet:
    """The set that is meant: without a version the one in force, else the newest. Raises ``CommandError``."""
    sets = CriteriaSet.objects.select_related("cycle__authority")
    named = NAMED.fullmatch(text)
    if text.isascii() and text.isdecimal():
        found = sets.filter(pk=int(text[:18])).first()
    elif named:
        sets = sets.filter(cycle__code=named["cycle"], kind=named["kind"]).order_by("-version")
        if named["version"]:
            found = sets.filter(version=int(named["version"])).first()
        else:
            found = sets.filter(state=SetState.ISSUED).first() or sets.first()
    else:
        raise CommandError(f"“{text}” is neither a number nor CYCLE/KIND or CYCLE/KIND@VERSION.")
    if found is None:
        raise CommandError(f"There is no criteria set {text}. Known: {_known()}.")
    return found


def _known() -> str:
    rows = CriteriaSet.objects.order_by("cycle__code", "kind", "version").values_list("cycle__code", "kind", "version")
    return ", ".join(f"{cycle}/{kind}@{version}" for cycle, kind, version in rows) or "none"
