"""Fill a cycle bundle with practice data: ``manage.py demo_bundle FOLDER --out DIR [--seed N]``."""

import re
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from results.bundle.filling import files
from results.bundle.rows import Bundle, Refused
from results.imports.folder import SETTINGS, in_words, read_bundle

FILES_SECTION = re.compile(r"^\[files\]\n(?:(?!\[).*\n?)*", re.MULTILINE)
FILE_KEY = re.compile(r"^file\s*=.*\n", re.MULTILINE)


class Command(BaseCommand):
    """Writes a complete bundle: the same bytes for the same folder and seed."""

    help = "Copy a bundle to DIR and fill it with invented scores, evidence, appraisals and survey points."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--out", type=Path, required=True, help="a folder that does not exist yet, or is empty")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, folder: Path, out: Path, seed: int, **options: Any) -> None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(gettext("“%(folder)s” is not an empty folder.") % {"folder": out})
        try:
            bundle = read_bundle(folder)
        except Refused as refused:
            raise CommandError("\n".join(in_words(problem) for problem in refused.problems)) from None
        written = {**_copied(bundle, folder), **dict(files(bundle, seed))}
        for name, content in written.items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        words = {"count": len(written), "folder": out}
        self.stdout.write(gettext("%(count)s files written to “%(folder)s”.") % words)


def _copied(bundle: Bundle, folder: Path) -> dict[str, bytes]:
    """The bundle's own files under their usual names, also those that it shares with another."""
    settings = (folder / SETTINGS).read_text(encoding="utf-8-sig")
    copied = {SETTINGS: FILE_KEY.sub("", FILES_SECTION.sub("", settings)).encode()}
    for kind in ("units", "councils", "seats", "assignments", "accounts"):
        copied |= _file(folder, f"{kind}.csv", getattr(bundle, kind))
    for each in bundle.sets:
        rows = [row for row in bundle.criteria if row.kind == each.kind]
        copied |= _file(folder, f"criteria_{each.kind}.csv", rows)
    return copied


def _file(folder: Path, name: str, rows: Iterable[Any]) -> dict[str, bytes]:
    first = next(iter(rows), None)
    return {name: (folder / first.place.file).read_bytes()} if first else {}
