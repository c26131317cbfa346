"""What is done every now and then without anybody asking: uploads given up, documents that wait, files of nobody."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import (
    DossierArchive,
    Evidence,
    EvidenceState,
    Intake,
    IntakeState,
    LinkLife,
    PageImage,
    Receipt,
)
from assessments.services import intake, keeping, library, links, quarantine, scanning
from assessments.services.filetypes import Refusal
from units import audit, notices
from units.models import Membership, Role, User
from units.selectors import database_now

GIVEN_UP = timedelta(days=7)
LINK_AGE = timedelta(days=7)
# A file is stored a moment before its row: only what has lain about for a day is nobody's.
NOBODYS = timedelta(days=1)
# Where a worker or web server that is killed between a file and its row leaves the file behind.
FOLDERS = ("evidence", "pages", "archives", "receipts")
MOST_AT_ONCE = 200
SAMPLE = 200
READ = 1024 * 1024


def sweep() -> dict[str, int]:
    """Give up old uploads, ask again for what waits, look at links anew. How many of each."""
    now = database_now()
    return {"given_up": _give_up(now), "asked": _ask_again(), "links": _look_again(now)}


def _give_up(now: datetime) -> int:
    old = list(Intake.objects.filter(state=IntakeState.RECEIVING, touched_at__lt=now - GIVEN_UP)[:MOST_AT_ONCE])
    for each in old:
        intake.give_up(intake=each, refusal=Refusal.ABANDONED)
    return len(old)


def _ask_again() -> int:
    """Documents that wait for the scanner, or that nobody has read yet."""
    waiting = Q(state=EvidenceState.WAITING) if scanning.is_configured() else Q(pk=None)
    unread = ~Q(read__has_key=library.READ)
    rows = Evidence.objects.filter(waiting | unread, url="").exclude(state=EvidenceState.REFUSED)
    asked = list(rows.only("pk", "name").order_by("-pk")[:MOST_AT_ONCE])
    for each in asked:
        keeping.ask_to_examine(each)
    return len(asked)


def _look_again(now: datetime) -> int:
    old = Q(life=LinkLife.UNKNOWN) | Q(life_at=None) | Q(life_at__lt=now - LINK_AGE)
    rows = Evidence.objects.filter(old).exclude(url="").only("pk", "name").order_by("life_at", "pk")
    asked = list(rows[:MOST_AT_ONCE])
    for each in asked:
        links.ask_to_look(each)
    return len(asked)


def remove_files_of_nobody() -> list[str]:
    """Files of the store that no row names and that are older than a day; their names."""
    named = {name for model in (Evidence, PageImage, DossierArchive) for name in _named(model, "file")}
    named |= _named(Receipt, "pdf")
    kept_folders = set(Intake.objects.filter(state=IntakeState.RECEIVING).values_list("path", flat=True))
    oldest = timezone.now() - NOBODYS
    gone = [name for name in _stored(kept_folders) if name not in named and _modified(name) < oldest]
    for name in gone:
        default_storage.delete(name)
    return gone


def _named(model: type[Model], field: str) -> set[str]:
    return set(model._default_manager.exclude(**{field: ""}).values_list(field, flat=True))


def _stored(kept_folders: set[str]) -> Iterator[str]:
    for folder in FOLDERS:
        yield from (f"{folder}/{name}" for name in _list(folder)[1])
    for folder in _list(intake.FOLDER)[0]:
        if folder not in kept_folders:
            yield from (f"{intake.FOLDER}/{folder}/{name}" for name in _list(f"{intake.FOLDER}/{folder}")[1])


def _list(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _modified(name: str) -> datetime:
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:
        return timezone.now()


def recheck(size: int = SAMPLE) -> list[Evidence]:
    """Read a sample of the stored files again; those that are missing or changed, after an alarm to administrators."""
    pks = list(Evidence.objects.exclude(file="").values_list("pk", flat=True))
    sample = random.sample(pks, min(size, len(pks)))
    lost = [each for each in Evidence.objects.filter(pk__in=sample).order_by("pk") if not _is_whole(each)]
    for each in lost:
        alarm(evidence=each)
    return lost


def _is_whole(evidence: Evidence) -> bool:
    try:
        with quarantine.checked_out(evidence):
            return True
    except quarantine.Lost:
        return False


@transaction.atomic
def alarm(*, evidence: Evidence) -> None:
    """Tell every administrator that a stored file is missing or is no longer what was received."""
    today = timezone.localdate()
    standing = Membership.objects.filter(Q(until=None) | Q(until__gt=today), role=Role.ADMINISTRATOR, since__lte=today)
    people = User.objects.filter(memberships__in=standing, is_active=True).distinct()
    words = {"name": evidence.name, "digest": evidence.sha256[:12]}
    with override("vi"):
        text = _("The stored file “%(name)s” (%(digest)s…) is missing or changed. Restore it from the backup.") % words
    notices.post(people, text)
    audit.record(None, "evidence.alarm", evidence, unit=evidence.unit, name=evidence.name, sha256=evidence.sha256)
