"""What must not go into service: each check has a number, a sentence and a cure.

``manage.py check --deploy --fail-level WARNING`` runs them all; the containers run it before anything else.
"""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from units import pdf

TIMES_METRICS = {name for name, _ in pdf.TIMES}
Apps = Sequence[AppConfig] | None


def database_is(engine: str) -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith(engine)


@register(Tags.security)
def practice_over_a_real_database(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """Practice mode signs its sessions with a key that everybody can read in the source."""
    if settings.DEBUG and database_is("postgresql"):
        return [
            checks.Warning(
                "DEBUG is on over a PostgreSQL database: sessions are signed with a public key.",
                hint="Unset DEBUG and set SECRET_KEY, or unset DATABASE_URL to practise on SQLite.",
                id="parindex.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def eager_queue(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """Eager tasks run inside the web request: a report of a province would hold the server for minutes."""
    if settings.CELERY_TASK_ALWAYS_EAGER and not settings.DEBUG:
        return [Error("Background jobs run inside web requests.", hint="Unset CELERY_EAGER.", id="parindex.E002")]
    return []


@register(Tags.files, deploy=True)
def readable_evidence(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """Evidence may name citizens; other accounts of the machine have no business in it."""
    storages: Any = settings.STORAGES
    folder = Path(storages["default"].get("OPTIONS", {}).get("location", ""))
    if folder.is_dir() and folder.stat().st_mode & stat.S_IRWXO:
        return [
            Error(
                f"Every account of this machine can enter the folder of the documents, {folder}.",
                hint=f"chmod -R o-rwx {folder}",
                id="parindex.E003",
            )
        ]
    return []


@register(Tags.compatibility, deploy=True)
def papers(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """A decision that cannot be printed is noticed on the day it is due, unless it is noticed here."""
    if missing := pdf.problem():
        return [Error("Papers cannot be made.", hint=missing, id="parindex.E004")]
    font = pdf.serif_font().name
    if font not in TIMES_METRICS:
        return [
            checks.Warning(
                f"Papers are set in {font}, which is wider than Times New Roman: headings wrap.",
                hint="apt install fonts-croscore (Tinos has the same metrics as Times New Roman).",
                id="parindex.W005",
            )
        ]
    return []


@register(Tags.database, deploy=True)
def one_file_for_a_province(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """SQLite lets one writer in at a time and cannot be shared by several machines."""
    if database_is("sqlite3") and not settings.DEBUG:
        return [
            checks.Warning(
                "SQLite is for practice: on the last evening all units write at once.",
                hint="Set DATABASE_URL to a PostgreSQL database.",
                id="parindex.W006",
            )
        ]
    return []


@register(Tags.compatibility, deploy=True)
def queue_in_a_folder(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """The embedded queue is a folder of one machine, polled; workers elsewhere would never hear of a job."""
    if not settings.REDIS_URL and not settings.DEBUG:
        return [
            checks.Warning(
                "The job queue is a folder: only workers on this machine see it.",
                hint="Set REDIS_URL.",
                id="parindex.W007",
            )
        ]
    return []
