"""Who is at a dossier, what has changed since, and one page for one person."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from assessments.models import Score
from assessments.selectors.freshness import changed_since
from assessments.services import presence
from tests.assessments import pages
from tests.factories import rows
from units.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> rows.Season:
    return rows.season()


def here(season: rows.Season, client: Client, **more: object) -> Any:
    return client.post(pages.url("here", season), {"leaf": "", "since": "", **more})


def test_two_people_see_each_other_and_where(season: rows.Season) -> None:
    officer, head = pages.signed_in(season.officer), pages.signed_in(season.head)
    leaf = pages.leaf(season)

    alone = here(season, officer, leaf=leaf.pk).json()
    both = here(season, head).json()

    assert alone["people"] == []
    assert both["people"] == [{"name": str(season.officer), "leaf": leaf.pk}]
    assert both["state"] == "draft"


def test_a_page_that_was_left_is_not_shown(season: rows.Season) -> None:
    officer, head = pages.signed_in(season.officer), pages.signed_in(season.head)
    here(season, officer)

    left = here(season, officer, gone="1")

    assert left.status_code == 204
    assert here(season, head).json()["people"] == []


def test_a_page_that_says_nothing_any_more_is_not_shown(season: rows.Season) -> None:
    now = timezone.now()
    presence.stay(dossier=1, leaf=0, now=now, by=season.officer)

    soon = presence.stay(dossier=1, leaf=0, now=now + presence.STAYS - timedelta(seconds=1), by=season.head)
    late = presence.stay(dossier=1, leaf=0, now=now + presence.STAYS, by=season.head)

    assert ([each.person for each in soon], late) == ([season.officer.pk], [])


def test_leaves_saved_since_are_told_with_their_version(season: rows.Season) -> None:
    head = pages.signed_in(season.head)
    since = here(season, head).json()["at"]
    rows.score(season.assessments[0], "1.2", "3", updated_by=season.officer)
    rows.score(season.assessments[0], "1.1", "1", updated_by=season.officer)
    Score.objects.filter(criterion__code="1.1").update(updated_at=timezone.now() - timedelta(hours=1))

    told = here(season, head, since=since).json()

    leaf = pages.leaf(season, "1.2")
    assert told["changed"] == [{"leaf": leaf.pk, "version": 1, "by": str(season.officer), "mine": False}]
    assert here(season, pages.signed_in(season.officer), since=since).json()["changed"][0]["mine"] is True


@pytest.mark.parametrize("since", ["", "soon", "-5", "9" * 40, "99999999999000"])
def test_an_instant_that_is_none_means_now(season: rows.Season, since: str) -> None:
    rows.score(season.assessments[0], "1.1", "1")
    Score.objects.update(updated_at=timezone.now() - timedelta(hours=1))

    told = here(season, pages.signed_in(season.head), since=since, leaf="x" * 20)

    assert (told.status_code, told.json()["changed"]) == (200, [])


def test_a_row_that_only_holds_documents_is_no_change(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", None, version=0)

    assert changed_since(season.assessments[0].pk, timezone.now()) == ("draft", [])


def test_nothing_is_known_of_a_dossier_that_is_not_there() -> None:
    assert changed_since(0, timezone.now()) == ("", [])


def test_to_be_there_costs_three_queries(season: rows.Season) -> None:
    """Session, person, what has changed: the right to be there was asked a moment ago."""
    head = pages.signed_in(season.head)
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "1", updated_by=season.officer)

    queries, answer = pages.queries_of(lambda: here(season, head, since=1000))

    assert (queries, len(answer.json()["changed"])) == (3, 2)  # type: ignore[attr-defined]
    assert len(answer.content) < 400


def test_a_right_that_ended_is_forgotten_within_a_minute(season: rows.Season) -> None:
    head = pages.signed_in(season.head)
    here(season, head)
    Membership.objects.filter(user=season.head).update(until=timezone.localdate())

    remembered = here(season, head).status_code
    cache.clear()

    assert (remembered, here(season, head).status_code) == (200, 404)


def test_changed_leaves_are_drawn_anew_with_their_sums(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "1")
    leaf, other = pages.leaf(season), pages.leaf(season, "1.2")

    drawn = pages.signed_in(season.head).get(pages.url("fresh", season), {"leaf": [str(leaf.pk), "x"]}).content.decode()

    assert f'id="leaf-{leaf.pk}"' in drawn
    assert f'id="leaf-{other.pk}"' not in drawn
    assert f'id="t-{leaf.parent_id}"' in drawn
    assert 'id="foot"' in drawn


def test_a_page_of_one_person_saves_nothing_for_another(season: rows.Season) -> None:
    """Somebody else signed in in the same browser: what the page's own person typed is not saved under his name."""
    client, address = pages.signed_in(season.head), pages.url("save", season, pages.leaf(season).pk)
    sent = {"version": "0", "points": "2", "explanation": ""}

    refused = client.post(address, sent, headers={"X-Person": str(season.officer.pk)})
    taken = client.post(address, sent, headers={"X-Person": str(season.head.pk), "HX-Request": "true"})

    assert (refused.status_code, taken.status_code) == (412, 200)
    assert Score.objects.get().updated_by == season.head


def test_a_sheet_says_whose_it_is_and_where_to_ask(season: rows.Season) -> None:
    drawn = pages.signed_in(season.head).get(pages.url("sheet", season)).content.decode()
    pages.close(season)
    closed = pages.signed_in(season.head).get(pages.url("sheet", season)).content.decode()

    assert f'data-person="{season.head.pk}" data-dossier="{season.assessments[0].pk}"' in drawn
    assert f'data-presence="{pages.url("here", season)}"' in drawn
    assert ('data-locked="1"' in closed, "data-presence" in closed) == (True, False)
