"""Walk the audit chain and name the first break."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from units import audit


class Command(BaseCommand):
    help = "Walk the hash-chained audit trail. Exit 0 when it is whole, 1 with the number of the first break."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", metavar="DIGEST", help="a head deposited earlier; it must still stand in the chain"
        )

    def handle(self, *args: Any, head: str | None, **options: Any) -> None:
        broken = audit.first_break()
        if broken:
            raise CommandError(
                _("The chain breaks at event %(number)d: %(reason)s.")
                % {"number": broken.number, "reason": broken.reason}
            )
        if head and not audit.stands(head):
            raise CommandError(_("The deposited head %(head)s does not stand in the chain.") % {"head": head})
        number, digest = audit.chain_head()
        self.stdout.write(_("The chain is whole: %(number)d events.") % {"number": number})
        self.stdout.write(_("Head: %(digest)s") % {"digest": digest})
