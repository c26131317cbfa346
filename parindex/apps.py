from importlib import import_module

from django.apps import AppConfig


class ParindexConfig(AppConfig):
    name = "parindex"

    def ready(self) -> None:
        import_module("parindex.checks")
