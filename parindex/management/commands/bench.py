"""Measure the pages and the computation on this machine and print a table."""

import os
import platform
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from parindex import bench, bench_sets


class Command(BaseCommand):
    help = "Print what the pages, the computation and a large criteria set cost here. Nothing it writes stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--times", type=int, default=30, help="how often each is measured (default 30)")

    def handle(self, *args: Any, times: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The measurement runs in the practice mode only: DEBUG is off."))
        with translation.override("vi"):
            figures = [*bench.figures(max(1, times)), *bench_sets.figures(max(1, times))]
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}"
        self.stdout.write(f"| {machine} | median ms | p95 ms | queries | KB |")
        self.stdout.write("|---|---:|---:|---:|---:|")
        for row in figures:
            size = "" if row.kilobytes is None else str(row.kilobytes)
            self.stdout.write(f"| {row.what} | {row.median} | {row.p95} | {row.queries} | {size} |")
