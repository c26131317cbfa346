"""What people of a season see of the calendar, and ask of it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from criteria.models import Extension
from criteria.services import extensions
from tests.criteria.seasons import later, self_scoring
from tests.factories import rows
from units.models import User


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(person: User, name: str, *args: Any, **params: Any) -> str:
    return signed_in(person).get(reverse(name, args=args), params).content.decode()


def asked(season: rows.Season, days: int = 3, **given: Any) -> Extension:
    phase = self_scoring(season)
    values = {"unit": None, "reason": "Mất điện diện rộng", "document": "15/UBND-NC", "by": season.staff}
    return extensions.ask(phase=phase, closes_at=later(phase, days), **{**values, **given})
