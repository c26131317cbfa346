"""What the frame collects: places, what is due, cycles under way."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from criteria import phases
from criteria.models import Phase
from criteria.services import extensions
from parindex import context
from parindex.context import Frame
from parindex.views import _tone
from tests.factories import rows
from units.models import User
from units.selectors import Due, Place

pytestmark = pytest.mark.django_db


def frame_of(user: User | AnonymousUser, address: str = "/") -> Frame:
    request = RequestFactory().get(address)
    request.user = user
    return Frame(request)


def test_frame_without_a_user_is_that_of_nobody() -> None:
    assert Frame(RequestFactory().get("/")).user is None


def test_frame_of_nobody_offers_the_public_pages() -> None:
    frame = frame_of(AnonymousUser())
    assert [step.place.url for step in frame.places] == ["/", "/public/", "/bo-tieu-chi/", "/help/"]
    assert (frame.unread, frame.working, frame.is_demo) == (0, [], False)


def test_frame_is_one_for_a_request() -> None:
    request = RequestFactory().get("/")
    assert context.frame(request)["frame"] is context.frame(request)["frame"]


@pytest.mark.parametrize(
    ("address", "here"),
    [("/", ["/"]), ("/public/", ["/public/"]), ("/public/3/", ["/public/"]), ("/accounts/login/", [])],
)
def test_frame_marks_the_place_that_the_page_lies_in(address: str, here: list[str]) -> None:
    frame = frame_of(AnonymousUser(), address)
    assert [step.place.url for step in frame.places if step.here] == here


@pytest.mark.parametrize("address", ["/cycles/{code}/", "/criteria/7/", "/criteria/7/edit/", "/legal/", "/legal/3/"])
def test_pages_of_criteria_lie_in_the_place_of_the_calendar(address: str) -> None:
    season = rows.season()
    frame = frame_of(season.staff, address.format(code=season.cycle.code))
    assert [step.place.url for step in frame.places if step.here] == [f"/cycles/{season.cycle.code}/"]


def test_the_deepest_address_decides_which_place_a_page_lies_in(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Place("wide", "/a/", ("/b/",)), Place("deep", "/b/c/")]
    monkeypatch.setattr(context, "PLACES", (lambda _user: many,))
    found = {
        at: [each.place.label for each in frame_of(rows.user(), at).places if each.here] for at in ("/b/", "/b/c/")
    }
    assert found == {"/b/": ["wide"], "/b/c/": ["deep"]}


def test_places_are_at_most_seven_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Place(str(number), f"/{number}/") for number in range(9)]
    monkeypatch.setattr(context, "PLACES", (lambda _user: many, lambda _user: many[:2]))
    assert len(frame_of(rows.user()).places) == 7


def test_dues_stand_by_deadline_and_those_without_one_last(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()

    def due(title: str, days: int | None) -> Due:
        return Due(title, "", None if days is None else now + timedelta(days=days), "", "/", "")

    monkeypatch.setattr(
        context, "DUES", (lambda _user, _now: [due("none", None), due("late", 3)], lambda _user, _now: [due("soon", 1)])
    )
    assert [each.title for each in context.dues_of(rows.user(), now)] == ["soon", "late", "none"]


def test_working_cycle_of_an_officer_shows_self_scoring() -> None:
    season = rows.season()
    (working,) = context.working_cycles(season.officer, timezone.now())
    assert (working.phase.kind, working.phase.unit_kind, working.is_open) == ("self_scoring", "department", True)


def test_working_cycle_of_others_shows_what_follows_self_scoring() -> None:
    season = rows.season()
    Phase.objects.filter(kind="appraisal").update(closes_at=timezone.now() + timedelta(days=1))
    (working,) = context.working_cycles(season.member.user, timezone.now())
    assert working.phase.kind == "appraisal"


def test_working_cycle_prefers_the_own_kind_of_unit() -> None:
    season = rows.season()
    rows.phase(season.cycle, "self_scoring", "commune", closes=1)
    (working,) = context.working_cycles(season.officer, timezone.now())
    assert working.phase.unit_kind == "department"


def test_working_cycle_that_has_not_opened_shows_when_it_does() -> None:
    season = rows.season()
    Phase.objects.update(opens_at=timezone.now() + timedelta(days=1))
    (working,) = context.working_cycles(season.officer, timezone.now())
    assert not working.is_open


def test_working_cycles_are_at_most_two_newest_first() -> None:
    season = rows.season()
    for year in (2023, 2024):
        later = rows.cycle(season.province)
        later.year = year
        later.save()
        rows.phase(later, "self_scoring")
    found = context.working_cycles(season.officer, timezone.now())
    assert [working.cycle.year for working in found] == [2024, 2023]


def test_frame_of_a_demonstration_says_so() -> None:
    season = rows.season()
    season.cycle.is_demo = True
    season.cycle.save()
    assert frame_of(season.officer).is_demo


@pytest.mark.parametrize(("days", "tone"), [(None, ""), (-1, "late"), (1, "soon"), (3, "calm")])
def test_tone_of_a_deadline(days: int | None, tone: str) -> None:
    now = timezone.now()
    assert _tone(None if days is None else now + timedelta(days=days), now) == tone


def test_progress_counts_the_dossiers_of_the_own_tier() -> None:
    season = rows.season()
    submitted = season.assessments[0]
    submitted.state, submitted.submitted_at, submitted.submitted_by = "submitted", timezone.now(), season.head
    submitted.save()
    (progress,) = context.progress_of(season.staff)
    assert (progress.tier, progress.dossiers, progress.submitted, progress.appraised) == (season.tier, 2, 1, 0)


def test_progress_is_for_those_who_answer_for_a_tier() -> None:
    assert context.progress_of(rows.season().officer) == []


def test_the_bar_shows_the_deadline_as_it_stands_for_the_own_unit() -> None:
    season = rows.season()
    phase = Phase.objects.get(kind="self_scoring")
    until = phase.closes_at + timedelta(days=3)
    asked = extensions.ask(
        phase=phase, unit=season.units[0], closes_at=until, reason="Mất điện", document="15/UBND", by=season.staff
    )
    extensions.approve(extension=asked, by=season.chairman)

    ends = [context.working_cycles(user, timezone.now())[0].deadline for user in (season.officer, season.outsider)]

    assert [end.closes_at for end in ends] == [until, phase.closes_at]
    assert ends[0].words == phases.in_words(until)


def test_a_phase_that_only_an_extension_keeps_open_still_shows() -> None:
    season = rows.season()
    phase = Phase.objects.get(kind="self_scoring")
    asked = extensions.ask(
        phase=phase,
        unit=None,
        closes_at=phase.closes_at + timedelta(days=3),
        reason="Mất điện",
        document="15/UBND",
        by=season.staff,
    )
    extensions.approve(extension=asked, by=season.chairman)
    Phase.objects.exclude(pk=phase.pk).delete()
    Phase.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    (working,) = context.working_cycles(season.officer, timezone.now())

    assert (working.is_open, working.deadline.extension) == (True, asked)


def test_a_plan_that_is_drawn_up_is_nobodys_work_yet() -> None:
    season = rows.season()
    season.cycle.issued_at = None
    season.cycle.save()

    assert context.working_cycles(season.officer, timezone.now()) == []
