"""``manage.py seed_days_off 2026 2027``: public holidays as days off of the calendars."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from criteria.services import days_off


class Command(BaseCommand):
    help = "Enters the public holidays of the years, as far as they are not entered yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="+", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(days_off.seed(years=options["years"], by=None)))
