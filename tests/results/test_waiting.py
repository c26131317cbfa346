"""Who waits for whom."""

from datetime import datetime

import pytest
from django.utils import timezone

from assessments.models import Assessment, SignOff
from assessments.services import returns
from councils.models import Appraisal, Council
from criteria.models import Phase, Tier
from results.selectors.waiting import Filters, Hold, Holder, Why, narrowed
from results.services import runs
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from tests.results.waits import DAY, ask, district_of, found_in, settled
from units.models import Unit
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return settled()


def whys(season: Season) -> dict[str, list[tuple[str, int]]]:
    return {name: [(hold.why, hold.count) for hold in each.holds] for name, each in found_in(season).items()}


# ---- units


def test_units_without_a_dossier_wait_for_the_standing_body(season: Season) -> None:
    assert whys(season) == {"Sở Nội vụ": [("no_dossier", 1)]}

    Tier.objects.update(standing_body="")
    season.tier.refresh_from_db()
    assert whys(season) == {"UBND tỉnh Thử": [("no_dossier", 1)]}


def test_a_draft_is_with_its_unit_since_self_scoring_opened(season: Season) -> None:
    dossier = rows.assessment(season.tier, Unit.objects.get(code="SNV"), season.criteria_set)
    rows.score(dossier, "1.1", "1")

    (hold,) = found_in(season)["Sở Nội vụ"].holds

    phase = Phase.objects.get(kind="self_scoring")
    assert (hold.why, hold.count, hold.of, hold.since, hold.until, hold.dossier) == (
        Why.DRAFT,
        1,
        2,
        phase.opens_at,
        phase.closes_at,
        dossier,
    )


def test_a_draft_waits_for_nobody_before_self_scoring_opens(season: Season) -> None:
    rows.assessment(season.tier, Unit.objects.get(code="SNV"), season.criteria_set)
    Phase.objects.update(opens_at=timezone.now() + DAY)
    assert found_in(season) == {}

    Phase.objects.all().delete()
    assert found_in(season) == {}


def test_a_dossier_on_its_way_is_with_whoever_has_to_sign(season: Season) -> None:
    unit = Unit.objects.get(code="SNV")
    dossier = rows.assessment(season.tier, unit, season.criteria_set, state="signing")
    long_ago = timezone.now() - 3 * DAY
    for at in (long_ago - DAY, long_ago):
        SignOff.objects.create(assessment=dossier, number=1, step="writer", outcome="passed", by=season.head, at=at)

    (hold,) = found_in(season)["Sở Nội vụ"].holds

    assert (hold.why, hold.count, hold.since, hold.days(timezone.now())) == (Why.SIGNING, 1, long_ago, 3)
    Assessment.objects.filter(pk=dossier.pk).update(state="checking")
    assert whys(season) == {"Sở Nội vụ": [("checking", 1)]}


def test_a_returned_dossier_is_with_its_unit_since_its_return(season: Season) -> None:
    before = database_now()
    until = timezone.now() + DAY
    returns.return_dossier(assessment=season.assessments[0], note="Bổ sung", by=season.staff, until=until)

    (hold,) = found_in(season)["Sở Xây dựng"].holds

    assert (hold.why, hold.count, hold.until) == (Why.RETURNED, 0, until)
    assert hold.since is not None
    assert hold.since >= before
    # The writer got it back from the checker later than it was returned.
    later = timezone.now() + DAY
    SignOff.objects.create(
        assessment=season.assessments[0], number=1, step="checker", outcome="returned", by=season.head, at=later
    )
    assert found_in(season)["Sở Xây dựng"].since == max(hold.since, SignOff.objects.get().at)


# ---- council


def test_each_member_with_what_he_has_still_to_appraise(season: Season) -> None:
    Appraisal.objects.filter(assessment=season.assessments[1]).delete()
    Appraisal.objects.filter(assessment=season.assessments[0], criterion__code="1.2").delete()
    Assessment.objects.filter(pk=season.assessments[0].pk).update(submitted_at=house.AT - DAY)

    found = found_in(season)

    # Own-member belongs to Sở Xây dựng: its leaf waits for the other member alone.
    assert {name: (each.detail, each.count, each.holds[0].units) for name, each in found.items() if each.detail} == {
        "Người member": ("Sở Nội vụ", 3, 2),
        "Người own-member": ("Sở Xây dựng", 2, 1),
    }
    assert (found["Người member"].since, found["Người own-member"].since) == (house.AT - DAY, house.AT)
    assert found["Người member"].until == Phase.objects.get(kind="appraisal").closes_at


def test_what_nobody_may_appraise_waits_for_the_standing_body(season: Season) -> None:
    Appraisal.objects.all().delete()
    season.council.seats.all().delete()

    assert whys(season)["Sở Nội vụ"] == [("no_dossier", 1), ("nobody", 4)]


def test_what_was_handed_in_anew_waits_again(season: Season) -> None:
    now = timezone.now()
    season.assessments[0].scores.filter(criterion__code="1.1").update(points=1, updated_at=now)

    assert whys(season)["Người member"] == [("appraising", 1)]


def test_nothing_waits_for_a_closed_council(season: Season) -> None:
    Appraisal.objects.all().delete()
    house.closed(season)

    assert whys(season) == {"Sở Nội vụ": [("no_dossier", 1)]}


def test_dossiers_without_a_council_wait_for_the_standing_body(season: Season) -> None:
    Appraisal.objects.all().delete()
    Council.objects.all().delete()

    found = found_in(season)["Sở Nội vụ"]

    assert [(hold.why, hold.count) for hold in found.holds] == [("no_dossier", 1), ("no_council", 2)]
    assert found.since == house.AT


# ---- questions


def test_open_questions_wait_for_the_unit_and_answers_for_who_asked(season: Season) -> None:
    first, second = season.assessments
    ask(season, first)
    ask(season, first, "1.2", due=-DAY)
    ask(season, first, state="accepted")
    ask(season, second, state="answered", answered_at=timezone.now() - DAY)

    found = found_in(season)

    (hold,) = found["Sở Xây dựng"].holds
    assert (hold.why, hold.count, hold.of, hold.dossier) == (Why.QUESTIONS, 2, 1, first)
    assert hold.is_late(timezone.now())
    (answers,) = found["Người member"].holds
    assert (answers.why, answers.count, answers.units) == (Why.ANSWERS, 1, 1)
    assert found["Người member"].detail == "Sở Nội vụ"


def test_questions_on_dossiers_of_units_that_left_the_board_wait_for_nobody(season: Season) -> None:
    ask(season, season.assessments[0])
    Unit.objects.filter(code="SXD").update(kind="district")

    assert "Sở Xây dựng" not in found_in(season)


# ---- tiers below


def test_a_district_waits_for_the_results_of_its_communes(season: Season) -> None:
    district, tier = district_of(season)
    rows.phase(season.cycle, "approval", "commune", closes=2)

    (hold,) = found_in(season)[district.name].holds

    assert (hold.why, hold.count, hold.of, hold.tier, hold.since) == (Why.BELOW, 1, 2, tier, None)
    assert hold.until == Phase.objects.get(kind="approval", unit_kind="commune").closes_at


def test_approved_results_are_waited_for_no_longer(season: Season) -> None:
    district, tier = district_of(season)
    staff, chairman = rows.member("staff", district, "st"), rows.member("chairman", district, "ch")
    run = runs.compute(run=runs.start(tier=tier, by=staff))
    assert district.name in found_in(season)
    house.approved(run, staff, chairman)

    assert district.name not in found_in(season)


def test_a_district_sees_its_own_tier_alone(season: Season) -> None:
    _district, tier = district_of(season)
    Appraisal.objects.all().delete()

    assert "Người member" not in found_in(season, tier)


# ---- narrowing


def holder(name: str, *holds: Hold, detail: str = "", code: str = "") -> Holder:
    return Holder(name, detail, code, list(holds))


AT = datetime(2022, 11, 10, tzinfo=house.AT.tzinfo)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["Bình", "Ân", "Cường", "Dũng"]),
        (Filters(sort="name"), ["Ân", "Bình", "Cường", "Dũng"]),
        (Filters(sort="most"), ["Dũng", "Ân", "Bình", "Cường"]),
        (Filters(sort="nonsense"), ["Bình", "Ân", "Cường", "Dũng"]),
        (Filters(search="cuong"), ["Cường"]),
        (Filters(search="tai chinh"), ["Cường"]),
        (Filters(search="HD.DUNG"), ["Dũng"]),
        (Filters(why="questions"), ["Bình", "Dũng"]),
        (Filters(why="nonsense"), []),
        (Filters(search="zzz"), []),
    ],
)
def test_narrowed_and_sorted(filters: Filters, expected: list[str]) -> None:
    found = [
        holder("Dũng", Hold(Why.QUESTIONS, count=9), code="hd.dung"),
        holder("Cường", Hold(Why.APPRAISING, AT - DAY), detail="Sở Tài chính"),
        holder("Ân", Hold(Why.SIGNING, AT - 2 * DAY, AT + DAY), Hold(Why.DRAFT, AT)),
        holder("Bình", Hold(Why.QUESTIONS, AT, AT)),
    ]

    assert [each.name for each in narrowed(found, filters, AT)] == expected


def test_a_filter_keeps_of_each_only_what_is_asked_for() -> None:
    both = holder("Ân", Hold(Why.SIGNING, AT, count=2), Hold(Why.QUESTIONS, AT - DAY))

    (kept,) = narrowed([both], Filters(why="signing"), AT)

    assert ([hold.why for hold in kept.holds], kept.since, kept.count, kept.until) == ([Why.SIGNING], AT, 2, None)
    assert len(both.holds) == 2
