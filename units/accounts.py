"""What allauth is told about our accounts: nobody signs up; accounts come from the administrator's import."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from units.models import User


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given, never taken."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display(user: User) -> str:
    """The name shown for a person."""
    return str(user)
