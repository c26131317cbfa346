"""Who is at a dossier, and at which leaf. Kept in the cache for less than a minute: nobody's record, no audit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from units.models import User

# Two polls of a page and a little: who has gone is not shown for longer.
STAYS = timedelta(seconds=45)


@dataclass(frozen=True)
class Present:
    """A person at the dossier; ``leaf`` 0: at none in particular."""

    person: int
    name: str
    leaf: int
    at: datetime


def stay(*, dossier: int, leaf: int, now: datetime, by: User) -> list[Present]:
    """Say that ``by`` is there, and hear who else is, by name.

    Two people who say so at the same instant may hide one of them until the next time: a quarter of a minute.
    """
    others = _others(dossier, now, by)
    me = Present(by.pk, str(by), leaf, now)
    cache.set(_key(dossier), [*others, me], STAYS.seconds)
    return others


def leave(*, dossier: int, now: datetime, by: User) -> None:
    """Say that ``by`` closed the page."""
    cache.set(_key(dossier), _others(dossier, now, by), STAYS.seconds)


def _others(dossier: int, now: datetime, by: User) -> list[Present]:
    there: list[Present] = cache.get(_key(dossier)) or []
    return sorted(
        (each for each in there if each.person != by.pk and each.at > now - STAYS), key=lambda each: each.name
    )


def _key(dossier: int) -> str:
    return f"presence:{dossier}"
