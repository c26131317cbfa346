"""Publishing and withdrawing: when, by instant, one at a time, even when two try at once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from criteria.phases import VIETNAM
from results.models import Decision, Publication, Run
from results.selectors import drafting
from results.services import publications
from results.services.decisions import Refused
from tests.factories.rows import Season
from tests.results import house, papers
from units.models import AuditEvent, Notice
from units.selectors import database_now


@pytest.fixture
def season(db: None) -> Season:
    return house.ready()


@pytest.fixture
def decision(season: Season) -> Decision:
    return papers.approved(papers.computed(season), season)


def actions() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="publication.").values_list("action", flat=True))


def test_publish_at_once_is_readable_now(season: Season, decision: Decision) -> None:
    publication = publications.publish(decision=decision, by=season.chairman)
    assert publication.publish_at <= database_now()
    assert (publication.tier, publication.decision, publication.published_by) == (
        season.tier,
        decision,
        season.chairman,
    )
    assert actions() == ["publication.made"]


def test_publish_tells_officers_and_heads_of_every_unit(season: Season, decision: Decision) -> None:
    Notice.objects.all().delete()
    publications.publish(decision=decision, by=season.chairman)
    assert set(Notice.objects.values_list("to", flat=True)) == {season.officer.pk, season.head.pk, season.outsider.pk}


def test_publish_at_an_instant_keeps_it(season: Season, decision: Decision) -> None:
    instant = timezone.now() + timedelta(days=1)
    assert publications.publish(decision=decision, publish_at=instant, by=season.chairman).publish_at == instant


def test_publish_in_the_past_is_refused(season: Season, decision: Decision) -> None:
    with pytest.raises(Refused):
        publications.publish(decision=decision, publish_at=timezone.now() - timedelta(minutes=1), by=season.chairman)
    assert Publication.objects.count() == 0


def test_publish_without_a_time_zone_is_an_error(season: Season, decision: Decision) -> None:
    with pytest.raises(ValueError, match="time zone"):
        publications.publish(decision=decision, publish_at=datetime(2099, 1, 1), by=season.chairman)


def test_publish_of_a_draft_is_refused(season: Season) -> None:
    decision = papers.rendered(papers.computed(season), season)
    with pytest.raises(Refused):
        publications.publish(decision=decision, by=season.chairman)


def test_publish_beside_a_standing_publication_is_refused(season: Season, decision: Decision) -> None:
    publications.publish(decision=decision, by=season.chairman)
    with pytest.raises(Refused, match="36/QĐ-UBND"):
        publications.publish(decision=decision, by=season.chairman)
    assert Publication.objects.count() == 1


def test_withdraw_keeps_who_when_and_why(season: Season, decision: Decision) -> None:
    publication = publications.publish(decision=decision, by=season.chairman)
    Notice.objects.all().delete()
    publications.withdraw(publication=publication, reason="  sai số liệu ", by=season.chairman)
    stored = Publication.objects.get()
    assert (stored.withdrawn_by, stored.withdrawn_reason) == (season.chairman, "sai số liệu")
    assert stored.withdrawn_at is not None
    assert actions() == ["publication.made", "publication.withdrawn"]
    assert Notice.objects.count() == 3


def test_withdraw_without_a_reason_is_refused(season: Season, decision: Decision) -> None:
    publication = publications.publish(decision=decision, by=season.chairman)
    with pytest.raises(Refused):
        publications.withdraw(publication=publication, reason=" ", by=season.chairman)


def test_withdraw_twice_is_refused(season: Season, decision: Decision) -> None:
    publication = publications.publish(decision=decision, by=season.chairman)
    publications.withdraw(publication=publication, reason="sai", by=season.chairman)
    with pytest.raises(Refused):
        publications.withdraw(publication=publication, reason="sai", by=season.chairman)


def test_publish_after_a_withdrawal_stands_again(season: Season, decision: Decision) -> None:
    first = publications.publish(decision=decision, by=season.chairman)
    publications.withdraw(publication=first, reason="sai", by=season.chairman)
    second = publications.publish(decision=decision, by=season.chairman)
    assert drafting.standing_publication(season.tier) == second
    assert drafting.publications_of(decision) == [second, first]


def test_in_words_is_in_vietnams_time() -> None:
    assert publications.in_words(datetime(2023, 1, 5, 8, 0, tzinfo=VIETNAM)) == "08:00 ngày 05/01/2023"


def publish_together(decision: Decision, by: object, publishers: int) -> list[BaseException]:
    """Each publishes in its own transaction on its own connection; the failures come back."""
    failures: list[BaseException] = []
    start = threading.Barrier(publishers)

    def act() -> None:
        try:
            start.wait()
            publications.publish(decision=decision, by=by)  # type: ignore[arg-type]
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(publishers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.django_db(transaction=True)
def test_race_with_the_guard_publishes_once_and_says_why() -> None:
    season = house.ready()
    decision = papers.approved(papers.computed(season), season)
    failures = publish_together(decision, season.chairman, 3)
    assert [type(failure) for failure in failures] == [Refused, Refused]
    assert Publication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_without_the_guard_meets_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look at what stands, the second would be published too: only the database holds it up."""
    season = house.ready()
    decision = papers.approved(papers.computed(season), season)
    blind: Callable[[object], None] = lambda tier: None  # noqa: E731
    monkeypatch.setattr(drafting, "standing_publication", blind)
    failures = publish_together(decision, season.chairman, 2)
    assert [type(failure) for failure in failures] == [IntegrityError]
    assert Publication.objects.count() == 1


@pytest.mark.django_db
def test_newer_run_and_withheld_units_are_named() -> None:
    season = house.ready()
    first = papers.computed(season)
    second = house.computed(season)
    assert (drafting.newer_run(first), drafting.newer_run(second)) == (Run.objects.get(pk=second.pk), None)
    assert [unit.name for unit in drafting.withheld_units(first)] == ["Sở Nội vụ"]
