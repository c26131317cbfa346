"""In-app notices: a row in the transaction that causes it."""

from collections.abc import Iterable

from units.models import Notice, User


def post(to: Iterable[User], text: str, link: str = "") -> None:
    """Leave a notice for each person. It exists exactly when the caller's transaction commits."""
    Notice.objects.bulk_create(Notice(to=user, text=text, link=link) for user in to)
