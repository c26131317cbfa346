from importlib import import_module

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "councils"

    def ready(self) -> None:
        """Calendars are checked in an app below, which knows no council: it is told how to count seats."""
        planning = import_module("criteria.selectors.planning")
        planning.count_seats_by(import_module("councils.selectors.counts").seats_by_tier)
