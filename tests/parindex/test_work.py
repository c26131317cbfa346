"""One list of work over all apps: by deadline and points at stake, empty as work is done, the same queries always."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import EvidenceRequest
from councils.models import Council
from criteria.models import Phase
from parindex.work import tasks_of
from results.models import Decision
from tests.assessments.pages import signed_in, text
from tests.councils import makers
from tests.factories import rows
from tests.results import house
from units.models import User
from units.selectors import Task

pytestmark = pytest.mark.django_db
URL = "/work/"


def kinds(user: User) -> list[tuple[str, str]]:
    return [(task.kind, task.unit) for task in tasks_of(User.objects.get(pk=user.pk), timezone.now())]


def ask(season: rows.Season, code: str = "1.1", days: int = 1, **more: Any) -> EvidenceRequest:
    now = timezone.now()
    return EvidenceRequest.objects.create(
        assessment=season.assessments[0],
        criterion=makers.leaf(season, code),
        text="Số mấy?",
        due_at=now + timedelta(days=days),
        otherwise="0 điểm",
        asked_by=season.member.user,
        asked_at=now,
        **more,
    )


def answer(asked: EvidenceRequest, by: User) -> None:
    facts = {"state": "answered", "answered_by": by, "answered_at": timezone.now()}
    EvidenceRequest.objects.filter(pk=asked.pk).update(**facts)


def test_the_name_of_the_page_is_the_one_that_the_workplace_links_to() -> None:
    assert reverse("assessments:queue") == URL
    assert reverse("assessments:mine") == "/dossiers/"


# --- councils ---------------------------------------------------------------------------------------------------------


def test_a_member_has_a_line_a_dossier_with_what_is_at_stake_and_until_when() -> None:
    season = makers.season(0, 1)
    end = season.cycle.phases.get(kind="appraisal").closes_at

    found = tasks_of(season.member.user, timezone.now())

    council = season.council.pk
    assert [(task.kind, task.unit, task.until, task.points) for task in found] == [
        ("appraisal", unit.name, end, Decimal(6)) for unit in season.units[:2]
    ]
    assert found[0].url == f"/councils/{council}/queue/?state=waiting&unit={season.units[0].pk}"
    page = signed_in(season.member.user).get(found[0].url)
    assert len(page.context["rows"]) == 2
    assert found[0].text.startswith("2 ")


def test_a_line_goes_as_its_scores_are_decided() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))
    (left,) = tasks_of(season.member.user, timezone.now())
    assert (left.points, left.text[:2]) == (Decimal(4), "1 ")

    rows.appraisal(season.assessments[0], "1.2", "3", season.member, self_points=Decimal(3))
    assert kinds(season.member.user) == []


@pytest.mark.parametrize(("opens", "closes"), [(1, 5), (-5, -1)])
def test_what_cannot_be_appraised_now_is_not_listed(opens: int, closes: int) -> None:
    season = makers.season()
    Phase.objects.filter(kind="appraisal").delete()
    rows.phase(season.cycle, "appraisal", opens=opens, closes=closes)

    assert kinds(season.member.user) == []
    assert kinds(season.chair.user) == ([] if opens > 0 else [("conclusion", season.council.name)])


def test_answers_and_questions_whose_time_went_by_wait_for_those_who_decide() -> None:
    season = makers.season()
    for code, points in (("1.1", "2"), ("1.2", "3")):
        rows.appraisal(season.assessments[0], code, points, season.member, self_points=Decimal(points))
    asked, late = ask(season), ask(season, "1.2", days=-1)

    assert kinds(season.member.user) == [("unanswered", season.units[0].name)]
    answer(asked, season.officer)
    (first, second) = tasks_of(season.member.user, timezone.now())

    assert [(each.kind, each.about[:3], each.points) for each in (first, second)] == [
        ("unanswered", "1.2", Decimal(4)),
        ("answer", "1.1", Decimal(2)),
    ]
    assert first.url.endswith(f"/appraisals/{season.assessments[0].pk}/{late.criterion_id}/#requests")
    assert kinds(season.chair.user) == [("conclusion", season.council.name)]
    EvidenceRequest.objects.update(state="accepted", answered_by=season.officer, answered_at=timezone.now())
    assert kinds(season.member.user) == []


def test_without_a_phase_answers_have_no_deadline_and_the_chair_may_conclude() -> None:
    season = makers.season()
    Phase.objects.filter(kind="appraisal").delete()
    answer(ask(season), season.officer)

    assert [(task.kind, task.until) for task in tasks_of(season.member.user, timezone.now())] == [("answer", None)]
    assert [(task.kind, task.until) for task in tasks_of(season.chair.user, timezone.now())] == [("conclusion", None)]


def test_the_chair_does_not_conclude_before_anything_was_handed_in() -> None:
    assert kinds(rows.season().chair.user) == []


def test_the_chair_concludes_once_nothing_waits() -> None:
    season = makers.season()
    assert kinds(season.chair.user) == []
    for code, points in (("1.1", "2"), ("1.2", "3")):
        rows.appraisal(season.assessments[0], code, points, season.member, self_points=Decimal(points))

    (task,) = tasks_of(season.chair.user, timezone.now())

    assert (task.kind, task.url) == ("conclusion", f"/councils/{season.council.pk}/progress/")
    Council.objects.update(state="closed", closed_at=timezone.now(), closed_by=season.chair.user)
    assert kinds(season.chair.user) == []


# --- results ----------------------------------------------------------------------------------------------------------


def test_computing_drafting_approving_and_publishing_in_turn() -> None:
    season = house.ready()
    assert (kinds(season.staff), kinds(season.chairman)) == ([], [])
    house.closed(season)
    assert kinds(season.staff) == [("compute", season.tier.name)]
    run = house.computed(season)
    assert kinds(season.staff) == [("draft", season.tier.name)]

    decision = house.approved(run, season.staff, season.chairman)
    Decision.objects.update(state="drafted", approved_by=None, approved_at=None, pdf="decisions/x.pdf")
    (task,) = tasks_of(season.chairman, timezone.now())
    end = season.cycle.phases.get(kind="approval").closes_at
    assert (task.kind, task.url, task.until) == ("approve", f"/decisions/{decision.pk}/", end)
    Phase.objects.filter(kind="approval").delete()
    assert [task.until for task in tasks_of(season.chairman, timezone.now())] == [None]

    Decision.objects.update(state="approved", approved_by=season.chairman, approved_at=timezone.now())
    assert kinds(season.chairman) == [("publish", season.tier.name)]
    house.published(decision, season.chairman)
    assert kinds(season.chairman) == []


# --- the page ---------------------------------------------------------------------------------------------------------


def test_order_is_by_deadline_then_points_then_what_has_none() -> None:
    now = timezone.now()
    made = [
        Task("a", "a", "u", "c", until, Decimal(points), "/")
        for until, points in ((None, 9), (now, 1), (now + timedelta(1), 5), (now, 3))
    ]

    ordered = sorted(made, key=lambda task: task.order)

    assert [(task.until, task.points) for task in ordered] == [
        (now, Decimal(3)),
        (now, Decimal(1)),
        (now + timedelta(1), Decimal(5)),
        (None, Decimal(9)),
    ]


def test_one_list_of_both_sides_of_a_person_with_filter_and_search() -> None:
    season = makers.season(0, 1)
    season.assessments[1].scores.all().delete()
    type(season.assessments[1]).objects.filter(pk=season.assessments[1].pk).update(
        state="draft", submitted_at=None, submitted_by=None
    )
    season.member.user.memberships.create(unit=season.units[1], role="officer", since=timezone.localdate())
    person, client = User.objects.get(pk=season.member.user.pk), signed_in(season.member.user)

    assert {task.kind for task in tasks_of(person, timezone.now())} == {"fill", "appraisal"}
    page = client.get(URL)
    only = client.get(URL, {"kind": "appraisal"})
    searched = client.get(URL, {"q": season.units[1].name})

    assert page.context["all"] == only.context["all"] == 2
    assert [task.kind for task in only.context["page"]] == ["appraisal"]
    assert [task.kind for task in searched.context["page"]] == ["fill"]
    assert set(page.context["kinds"]) == {"fill", "appraisal"}
    assert "Tiêu chí cần thẩm định" in text(page)
    assert "phù hợp" in text(client.get(URL, {"q": "zzz"}))


def test_nothing_to_do_says_so() -> None:
    season = rows.season()
    page = signed_in(season.administrator).get(URL)

    assert page.context["all"] == 0
    assert 'class="empty"' in page.content.decode()


def test_a_council_costs_the_same_queries_for_one_dossier_and_two() -> None:
    season = makers.season(0)
    answer(ask(season), season.officer)
    client = signed_in(season.member.user)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    makers.hand_in(season, 1)
    for code in ("1.1", "1.2"):
        answer(ask(season, code), season.officer)
    with CaptureQueriesContext(connection) as more:
        page = client.get(URL)

    assert page.context["all"] == 5
    assert len(one) == len(more)


def test_results_cost_the_same_queries_for_one_tier_and_two() -> None:
    season = house.ready()
    house.closed(season)
    with CaptureQueriesContext(connection) as one:
        assert len(kinds(season.staff)) == 1
    other = rows.council(rows.tier(season.cycle, season.province, code="khac"))
    Council.objects.filter(pk=other.pk).update(state="closed", closed_at=timezone.now(), closed_by=season.chair.user)
    with CaptureQueriesContext(connection) as two:
        assert len(kinds(season.staff)) == 2

    assert len(one) == len(two)
