"""Writes on notices."""

from collections.abc import Iterable

from django.db import transaction

from units import audit
from units.models import Notice, User
from units.selectors import database_now


@transaction.atomic
def mark_read(*, notices: Iterable[Notice], by: User) -> int:
    """Mark the person's own notices as read; how many were unread until now."""
    pks = [notice.pk for notice in notices]
    marked = Notice.objects.filter(pk__in=pks, to=by, read_at=None).update(read_at=database_now())
    if marked:
        audit.record(by, "notices.read", by, count=marked)
    return marked
