"""Legal documents into the library, from a list in CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from criteria.imports.legal import BadList, read
from criteria.services import legal


class Command(BaseCommand):
    help = "Add the legal documents of FILE (CSV, see fixtures/README.md); those that are known stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            added = legal.add_all(entries=read(file.read_text(encoding="utf-8")), by=None)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(_("%(file)s is no text in UTF-8.") % {"file": file}) from error
        except BadList as bad:
            raise CommandError("\n".join(f"{file.name}:{problem}" for problem in bad.problems)) from bad
        except legal.BadDocument as bad:
            words = _("%(file)s: nobody knows the document that took the place of another, or they form a circle.")
            raise CommandError(words % {"file": file}) from bad
        counts = {"new": added.new, "known": added.known}
        self.stdout.write(_("Documents added: %(new)s; known before: %(known)s.") % counts)
