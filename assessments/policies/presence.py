"""Who may learn who else is at a dossier: whoever may open its sheet."""

from django.core.cache import cache

from assessments.policies.dossiers import sheet_door
from units.models import User

REMEMBERED = 60


def assert_may_stay(user: User, pk: int) -> None:
    """404 for strangers, as for the sheet itself.

    A page asks every quarter of a minute. That the person may see the dossier is remembered for a minute, so that it
    costs no query of rights each time; that he may not is never remembered.
    """
    key = f"presence-allowed:{user.pk}:{pk}"
    if not cache.get(key):
        sheet_door(user, pk)
        cache.set(key, True, REMEMBERED)
