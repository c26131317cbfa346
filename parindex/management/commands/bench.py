"""Measure the pages and the computation on this machine and print a table."""

import json
import os
import platform
from argparse import ArgumentParser
from dataclasses import astuple
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from parindex import bench, bench_boards, bench_sets
from parindex.rush import counts, house, load, script, season

# Officers whose sheets are opened before the clock starts.
WARM = 64


class Command(BaseCommand):
    help = "Print what the pages, the computation and a large criteria set cost here. Nothing it writes stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["pages", "rush"], default="pages")
        parser.add_argument("--times", type=int, default=30, help="pages: how often each is measured (default 30)")
        parser.add_argument("--officers", type=int, default=300, help="rush: at most 2000 (default 300)")
        parser.add_argument("--seconds", type=int, default=600, help="rush: how long it lasts, at most 3600")
        parser.add_argument("--seed", type=int, default=1, help="rush: another seed draws another script")
        parser.add_argument("--kills", type=int, default=0, help="rush: how often a web process is killed (default 0)")
        parser.add_argument("--inside", choices=["prepare", "stored"], help="rush: asked by the rush of its own house")

    def handle(self, *args: Any, what: str, times: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The measurement runs in the practice mode only: DEBUG is off."))
        if what == "rush":
            self.rush(min(2000, max(1, options["officers"])), min(3600, max(1, options["seconds"])), options)
        else:
            self.pages(times)

    def rush(self, officers: int, seconds: int, options: dict[str, Any]) -> None:
        """The last minutes before a deadline on a server of its own; fails where something was lost or too slow."""
        if options["inside"]:
            self.stdout.write(
                json.dumps(season.prepare(officers) if options["inside"] == "prepare" else counts.stored())
            )
            return
        with house.open_house() as open_house:
            people = open_house.inside("--inside", "prepare", "--officers", str(officers))
            desks = [load.Desk(load.Officer(**each)) for each in people]
            self.stdout.write(f"{officers} officers, {seconds} s, seed {options['seed']}")
            running = load.Load(open_house.port, desks)
            running.warm(WARM)
            acts = script.script(officers, seconds, options["seed"])
            kills = script.moments(min(options["kills"], seconds), seconds, options["seed"])
            running.run(acts, min(64, 4 + officers), open_house.kill, kills)
            rows = self.requests(running)
            found = open_house.inside("--inside", "stored")
        self.stdout.write(counts.summary(desks, found))
        if kills:
            self.stdout.write(f"web processes killed {len(kills)}, requests without an answer {running.unanswered}")
        if told := counts.troubles(rows, desks, found):
            raise CommandError("; ".join(told))

    def requests(self, running: load.Load) -> list[counts.Row]:
        """What the requests of the rush cost: said before anything else is asked, so that no later error loses it."""
        rows = counts.table(running.done)
        self.stdout.write(
            "| request | count | median ms | p95 ms | p99 ms | most ms | failed |\n|---|---:|---:|---:|---:|---:|---:|"
        )
        for row in rows:
            self.stdout.write("| " + " | ".join(str(each) for each in astuple(row)) + " |")
        return rows

    def pages(self, times: int) -> None:
        with translation.override("vi"):
            rooms = (bench, bench_sets, bench_boards)
            figures = [figure for room in rooms for figure in room.figures(max(1, times))]
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {connection.vendor}"
        self.stdout.write(f"| {machine} | median ms | p95 ms | queries | KB |")
        self.stdout.write("|---|---:|---:|---:|---:|")
        for row in figures:
            size = "" if row.kilobytes is None else str(row.kilobytes)
            self.stdout.write(f"| {row.what} | {row.median} | {row.p95} | {row.queries} | {size} |")
