"""Reads of units, people and the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from units.models import AuditEvent, Job, Membership, Notice, Unit, UnitAttribute, User
from units.naming import folded, normalised


@dataclass(frozen=True)
class Due:
    """Something that waits for a person: what, where, until when, and the one button that does it."""

    title: str
    detail: str
    until: datetime | None
    reading: str
    url: str
    action: str
    state: str = ""


@dataclass(frozen=True)
class Task:
    """One line of a person's list of work, from whatever app. ``points``: the most that depends on it, over all.

    ``kind`` and ``words``: what sort of work it is; ``about`` and ``part``: what it is done on, where that is not the
    whole of ``unit``; ``text``: what is asked. ``done``: the address to say it is done, where no other act says so.
    """

    kind: str
    words: str
    unit: str
    cycle: str
    until: datetime | None
    points: Decimal
    url: str
    about: str = ""
    part: str = ""
    text: str = ""
    done: str = ""

    @property
    def order(self) -> tuple[datetime, Decimal]:
        """By deadline, then by what is at stake; what has no deadline stands last."""
        return (self.until or datetime.max.replace(tzinfo=UTC), -self.points)


@dataclass(frozen=True)
class Place:
    """One entry of the row of places under the bar. ``also``: beginnings of other addresses that belong to it."""

    label: str
    url: str
    also: tuple[str, ...] = ()

    def reach(self, address: str) -> int:
        """How much of the address (its characters) says that the page lies here; 0 where it does not."""
        return max((len(each) for each in (self.url, *self.also) if address.startswith(each)), default=0)


def database_now() -> datetime:
    """The instant on the database's clock: the one that decides whether a deadline has passed."""
    sql = (
        "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
        if connection.vendor == "sqlite"
        else "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row: tuple[str] = cursor.fetchone()
    return datetime.fromisoformat(row[0]).replace(tzinfo=UTC)


def standing_units(on: date) -> QuerySet[Unit]:
    """Units whose life span covers the day."""
    return Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)


def search_units(units: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    """Units whose name (without diacritics) or code contains ``text``; all for an empty text."""
    wanted = normalised(text)
    return units.filter(Q(folded__contains=folded(wanted)) | Q(code__startswith=wanted)) if wanted else units


def attributes_of(units: QuerySet[Unit], text: str = "", on: date | None = None) -> QuerySet[UnitAttribute]:
    """The attributes of the units by unit and word; ``text``: in name, code or word; ``on``: as they stand that day."""
    rows = UnitAttribute.objects.filter(unit__in=units).select_related("unit")
    if wanted := normalised(text):
        found = Q(unit__folded__contains=folded(wanted)) | Q(unit__code__startswith=wanted) | Q(word__icontains=wanted)
        rows = rows.filter(found)
    if on:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
    return rows.order_by("unit__sort_key", "unit__code", "word", "valid_from")


def current_memberships(user: User) -> QuerySet[Membership]:
    """Roles that the person holds today."""
    today = timezone.localdate()
    current = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, user=user)
    # As the model's own order, which names the person first: there is only one.
    return current.select_related("unit__parent").order_by("unit__sort_key", "unit__code", "role")


def members_today(unit: Unit) -> list[Membership]:
    """The roles that are held in the unit today, by the person's name. One query."""
    today = timezone.localdate()
    current = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, unit=unit)
    return list(current.select_related("user", "division").order_by("user__full_name", "role"))


def ancestors(unit: Unit) -> list[Unit]:
    """The units above, nearest first."""
    above = []
    while unit.parent_id and unit.parent is not None:
        unit = unit.parent
        above.append(unit)
    return above


def history(target_type: str, target_ids: Iterable[object]) -> QuerySet[AuditEvent]:
    """What happened to the rows, newest first."""
    ids = [str(target_id) for target_id in target_ids]
    return AuditEvent.objects.filter(target_type=target_type, target_id__in=ids).order_by("-number")


def jobs_of(user: User) -> QuerySet[Job]:
    """Long work that the person started, newest first."""
    return Job.objects.filter(created_by=user).order_by("-created_at", "-pk")


def unread_notices(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(to=user, read_at=None)


def filtered_audit(
    events: QuerySet[AuditEvent],
    *,
    action: str = "",
    person: str = "",
    target: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Events of the action, newest first, whose person or object contains the words; ``since``, ``until``: days."""
    if action:
        events = events.filter(action=action)
    if person:
        events = events.filter(Q(actor_name__icontains=person) | Q(actor__full_name__icontains=person))
    if target:
        words = Q(target_type__icontains=target) | Q(unit__folded__contains=folded(target))
        events = events.filter(words | Q(target_id=target) | Q(unit__code__iexact=target))
    if since:
        events = events.filter(at__date__gte=since)
    if until:
        events = events.filter(at__date__lte=until)
    return events.select_related("actor", "unit").order_by("-number")
