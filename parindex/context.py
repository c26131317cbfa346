"""What every page's frame needs."""

from django.http import HttpRequest

from units import selectors
from units.models import User


def frame(request: HttpRequest) -> dict[str, object]:
    """The number of unread notices and the places of the person, for the bar on top."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"unread_notices": selectors.unread_notices(user).count()}
