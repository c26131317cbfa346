"""Publishing an approved decision, at once or at an instant, and withdrawing it. One stands in a tier at a time."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from criteria.models import Tier
from criteria.phases import VIETNAM
from results.models import Decision, DecisionState, Publication
from results.selectors import drafting
from results.services.decisions import Refused
from units import audit, notices
from units.models import User
from units.selectors import database_now

LANGUAGE = "vi"


@transaction.atomic
def publish(*, decision: Decision, publish_at: datetime | None = None, by: User) -> Publication:
    """Let everybody read the tier's results from ``publish_at`` (aware; None: at once) on.

    Raises ``Refused``: decision not approved, instant past, another publication of the tier stands;
    ``ValueError`` for an instant without a time zone.
    """
    if publish_at is not None and publish_at.tzinfo is None:
        raise ValueError("the instant has no time zone")
    # Two at once: the second waits for the tier's row, then meets the publication of the first.
    tier = (
        Tier.objects.select_for_update(of=("self",)).select_related("cycle", "authority").get(pk=decision.run.tier_id)
    )
    decision = Decision.objects.select_related("run").get(pk=decision.pk)
    now = database_now()
    _assert_publishable(decision, tier, publish_at, now)
    publication = Publication.objects.create(
        tier=tier, decision=decision, publish_at=publish_at or now, published_by=by, created_at=now
    )
    _tell(publication, "published")
    audit.record(by, "publication.made", publication, unit=tier.authority, publish_at=publication.publish_at)
    return publication


def _assert_publishable(decision: Decision, tier: Tier, publish_at: datetime | None, now: datetime) -> None:
    if decision.state != DecisionState.APPROVED:
        raise Refused(_("Only an approved decision can be published."))
    if publish_at is not None and publish_at < now:
        raise Refused(_("The instant of publication has passed: %(instant)s.") % {"instant": in_words(publish_at)})
    standing = drafting.standing_publication(tier)
    if standing:
        words = {"number": standing.decision.number, "instant": in_words(standing.publish_at)}
        raise Refused(
            _("Decision %(number)s is already published from %(instant)s. Withdraw that publication first.") % words
        )


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, by: User) -> Publication:
    """Take a publication back; from now on nobody outside reads it. The record of it stays.

    Raises ``Refused``: no reason, withdrawn already.
    """
    rows = Publication.objects.select_for_update(of=("self",))
    publication = rows.select_related("tier__authority", "tier__cycle", "decision__run").get(pk=publication.pk)
    if publication.withdrawn_at is not None:
        raise Refused(_("This publication was withdrawn already."))
    if not reason.strip():
        raise Refused(_("A withdrawal needs a reason."))
    publication.withdrawn_at, publication.withdrawn_by = database_now(), by
    publication.withdrawn_reason = reason.strip()
    publication.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell(publication, "withdrawn")
    unit = publication.tier.authority
    audit.record(by, "publication.withdrawn", publication, unit=unit, reason=publication.withdrawn_reason)
    return publication


def in_words(instant: datetime) -> str:
    """An instant of publication, in Vietnam: 08:00 ngày 05/01/2023."""
    return f"{timezone.localtime(instant, VIETNAM):%H:%M ngày %d/%m/%Y}"


def _tell(publication: Publication, what: str) -> None:
    """Every unit of the run hears of it, in Vietnamese, whatever the language of the person who acts."""
    tier = publication.tier
    with override(LANGUAGE):
        words = {
            "published": _("The results are published from %(instant)s: %(cycle)s, %(tier)s"),
            "withdrawn": _("The publication of the results was withdrawn: %(cycle)s, %(tier)s"),
        }
        values = {"instant": in_words(publication.publish_at), "cycle": tier.cycle, "tier": tier}
        text = words[what] % values
    people = drafting.people_of_results(publication.decision.run)
    notices.post(people, text, reverse("results:ranking", args=[tier.pk]) if what == "published" else "")
