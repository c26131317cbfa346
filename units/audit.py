"""The append-only, hash-chained record of every write.

Each event carries the digest of the one before; a changed, inserted or missing event breaks the chain at its number.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from django.db import connection, models

from units.models import AuditEvent, Unit, User
from units.selectors import database_now

ROOT = "0" * 64
LOCK = 0x70617269


def canonical(event: AuditEvent) -> bytes:
    """The bytes that an event's digest is taken of; the same on every machine."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        str(event.number),
        at,
        str(event.actor_id or ""),
        event.actor_name,
        event.action,
        event.target_type,
        event.target_id,
        str(event.unit_id or ""),
        event.data,
        event.previous,
    ]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(event: AuditEvent) -> str:
    return hashlib.sha256(canonical(event)).hexdigest()


def record(
    actor: User | None, action: str, target: models.Model, *, unit: Unit | None = None, **data: object
) -> AuditEvent:
    """Append one event to the chain, inside the caller's transaction.

    Call it last in a service: on PostgreSQL the chain is locked from here to the commit.
    Raises ``RuntimeError`` outside a transaction, where a failed write could leave a record of itself.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of its write")
    _lock()
    last = AuditEvent.objects.order_by("-number").values_list("number", "digest").first()
    number, previous = last or (0, ROOT)
    event = AuditEvent(
        number=number + 1,
        at=database_now(),
        actor=actor,
        actor_name=actor.username if actor else "system",
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        unit=unit,
        data=json.dumps(data, ensure_ascii=False, sort_keys=True, default=_plain),
        previous=previous,
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    return event


def _lock() -> None:
    """Two appends never read the same last event. SQLite's immediate transactions already queue."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


@dataclass(frozen=True)
class Break:
    """The first event that does not follow from the one before."""

    number: int
    reason: str


def first_break(events: Iterable[AuditEvent] | None = None) -> Break | None:
    """Walk the whole chain; None when it is whole."""
    previous, expected = ROOT, 1
    for event in _walk(events):
        if event.number != expected:
            return Break(expected, "missing")
        if event.previous != previous:
            return Break(event.number, "does not follow the event before")
        if event.digest != digest_of(event):
            return Break(event.number, "content changed")
        previous, expected = event.digest, expected + 1
    return None


def _walk(events: Iterable[AuditEvent] | None) -> Iterator[AuditEvent]:
    yield from AuditEvent.objects.order_by("number").iterator() if events is None else events


def chain_head() -> tuple[int, str]:
    """Number and digest of the newest event: what to deposit outside this machine."""
    return AuditEvent.objects.order_by("-number").values_list("number", "digest").first() or (0, ROOT)


def stands(digest: str) -> bool:
    """Whether an event with this digest is in the trail: a head deposited earlier must be."""
    return AuditEvent.objects.filter(digest=digest).exists()
