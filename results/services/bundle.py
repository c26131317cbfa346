"""A whole cycle bundle into rows, in one transaction: all of it or nothing."""

from dataclasses import dataclass, field

from django.db import transaction

from criteria.models import Cycle
from results.bundle.lookup import Lookup
from results.bundle.rows import Bundle, Problem, Refused, gettext_noop
from results.services.bundle_match import Stored
from results.services.bundle_rows import Rows
from units import audit
from units.models import User


@dataclass(frozen=True)
class Loaded:
    """What a load came to. ``counts`` are new rows by their kind; ``changed`` is False for a bundle loaded before."""

    cycle: Cycle
    changed: bool
    counts: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def load(*, bundle: Bundle, by: User | None) -> Loaded:
    """Write the bundle. The same bundle twice changes nothing.

    Raises ``Refused`` when the cycle was loaded from other content, when stored units or people are called
    otherwise, or when the previous cycle is not there.
    """
    standing = Cycle.objects.select_for_update().filter(code=bundle.cycle.code).first()
    if standing and standing.bundle_digest == bundle.digest:
        return Loaded(standing, changed=False)
    if standing:
        text = gettext_noop(
            "The cycle “%(code)s” was loaded before from other content. Nothing was changed: give the changed bundle"
            " another code, or load it into an empty database."
        )
        raise Refused([Problem(*bundle.cycle.place.at("code"), text, {"code": standing.code})])
    look = Lookup(bundle)
    stored = Stored(look)
    if stored.problems:
        raise Refused(stored.problems)
    rows = Rows(look, stored)
    counts = rows.write(by)
    audit.record(by, "bundle.loaded", rows.cycle, unit=rows.cycle.authority, digest=bundle.digest, **counts)
    return Loaded(rows.cycle, changed=True, counts=counts)
