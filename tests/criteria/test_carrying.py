"""A cycle out of the last one: what comes along, moved to working days; what does not, and why; who answered for it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Delegation, DelegationPlan
from assessments.services import carrying as delegations
from assessments.services import opening
from criteria.models import Carried, CriteriaSet, Cycle, Extension, Lineage, Phase, RankingGroup, Tier
from criteria.phases import VIETNAM
from criteria.phases.workdays import Days
from criteria.phases.yearly import Dated, next_year
from criteria.selectors.planning import working_days
from criteria.services import carrying, life
from criteria.services.planning import NotReady
from tests.factories import rows
from units.models import AuditEvent, Division

pytestmark = pytest.mark.django_db
DAYS = Days({date(2023, 9, 4): "Nghỉ bù"})


def at(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


def new_cycle(season: rows.Season, **given: Any) -> Cycle:
    values = {"code": "nam-sau", "name": "Kỳ sau", "year": 2023, "by": season.staff}
    values |= {"period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31)}
    return carrying.new_cycle(previous=season.cycle, **{**values, **given})


# ---- dates


@pytest.mark.parametrize(
    ("reads", "named", "closes", "expected", "words", "moved"),
    [
        # “Trước ngày 25/12/2022” → 24/12/2023 is a Sunday.
        (
            "before",
            date(2022, 12, 25),
            at(date(2022, 12, 25)),
            at(date(2023, 12, 26)),
            "trước ngày 26/12/2023",
            "Đóng: Chủ nhật 24/12/2023 là ngày nghỉ, chuyển sang thứ Hai 25/12/2023",
        ),
        ("before", date(2022, 11, 25), at(date(2022, 11, 25)), at(date(2023, 11, 25)), "trước ngày 25/11/2023", ""),
        (
            "through",
            date(2022, 9, 4),
            at(date(2022, 9, 5)),
            at(date(2023, 9, 6)),
            "đến hết ngày 05/09/2023",
            "Đóng: thứ Hai 04/09/2023 là ngày nghỉ, chuyển sang thứ Ba 05/09/2023",
        ),
        (
            "instant",
            date(2022, 12, 2),
            at(date(2022, 12, 2), 17),
            at(date(2023, 12, 4), 17),
            "đến 17:00 ngày 04/12/2023",
            "Đóng: thứ Bảy 02/12/2023 là ngày nghỉ, chuyển sang thứ Hai 04/12/2023",
        ),
        ("instant", None, at(date(2022, 12, 1)), at(date(2023, 12, 1)), "đến 00:00 ngày 01/12/2023", ""),
    ],
)
def test_a_phase_a_year_later_ends_on_a_working_day(
    reads: str, named: date | None, closes: datetime, expected: datetime, words: str, moved: str
) -> None:
    later = next_year(Dated(at(date(2022, 8, 1)), closes, reads, named, None), DAYS)

    assert (later.dates.closes_at, later.reading, later.moved) == (expected, words, moved)
    assert later.dates.opens_at == at(date(2023, 8, 1))


def test_an_opening_on_a_weekend_moves_and_says_so_but_never_past_the_end() -> None:
    opens = at(date(2022, 7, 1), 8)
    later = next_year(Dated(opens, at(date(2022, 7, 20), 17), "instant", date(2022, 7, 20), None), DAYS)
    short = next_year(Dated(opens, at(date(2022, 7, 3), 17), "instant", date(2022, 7, 3), None), DAYS)

    assert later.dates.opens_at == at(date(2023, 7, 3), 8)
    assert later.moved == "Mở: thứ Bảy 01/07/2023 là ngày nghỉ, chuyển sang thứ Hai 03/07/2023"
    assert short.dates.opens_at < short.dates.closes_at == at(date(2023, 7, 3), 17)


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (at(date(2022, 12, 7), 17), at(date(2023, 12, 7), 17)),
        (at(date(2022, 12, 3), 12), None),
        (None, None),
    ],
)
def test_a_time_for_late_dossiers_goes_along_while_it_is_after_the_end(
    late: datetime | None, expected: datetime | None
) -> None:
    dates = Dated(at(date(2022, 8, 1)), at(date(2022, 12, 2), 17), "instant", date(2022, 12, 2), late)

    assert next_year(dates, DAYS).dates.late_until == expected


# ---- the cycle


def test_settings_bands_tiers_groups_phases_and_sets_come_along_unaffirmed() -> None:
    season = rows.season()
    season.cycle.rank_on = "published"
    season.cycle.save()

    made = new_cycle(season)

    assert (made.previous, made.rank_on, made.issued_at, made.plan) == (season.cycle, "published", None, "")
    assert list(made.bands.values_list("name", flat=True)) == ["Tốt", "Khá", "Yếu"]
    assert Tier.objects.get(cycle=made).groups.get().kind == "department"
    assert {phase.kind for phase in made.phases.all()} == {"self_scoring", "appraisal", "survey", "approval"}
    draft = CriteriaSet.objects.get(cycle=made)
    assert (draft.state, Lineage.objects.filter(criteria_set=draft, is_confirmed=False).count()) == ("draft", 3)
    kinds = Carried.objects.filter(cycle=made, is_left_out=False).values_list("kind", flat=True)
    assert sorted(kinds) == ["phase"] * 4 + ["set", "settings", "tier"]
    assert not Carried.objects.filter(affirmed_at__isnull=False).exists()
    left = dict(Carried.objects.filter(cycle=made, is_left_out=True).values_list("key", "note"))
    assert set(left) == {"-delegations", "-councils", "-survey", "-exemptions", "-extensions"}
    assert all(left.values())
    assert AuditEvent.objects.filter(action="cycle.drafted").count() == 1


def test_every_carried_phase_ends_on_a_working_day_and_keeps_the_old_words_in_its_note() -> None:
    season = rows.season()
    made = new_cycle(season)

    days = working_days()
    ends = [(phase.closes_at - timedelta(microseconds=1)).astimezone(VIETNAM).date() for phase in made.phases.all()]
    assert [day for day in ends if not days.is_working(day)] == []
    notes = Carried.objects.filter(cycle=made, kind="phase", is_left_out=False).values_list("note", flat=True)
    assert all("trước ngày 25/11/2022" in note for note in notes)


def test_the_shift_of_a_demonstration_and_extensions_are_not_carried() -> None:
    season = rows.season()
    phase = season.cycle.phases.get(kind="self_scoring")
    Phase.objects.filter(pk=phase.pk).update(
        opens_at=datetime(2026, 11, 2, tzinfo=UTC),
        closes_at=datetime(2026, 11, 30, 10, tzinfo=UTC),
        late_until=datetime(2026, 12, 2, 10, tzinfo=UTC),
        named_day=date(2022, 12, 5),
    )
    shift = (date(2026, 11, 30) - date(2022, 12, 5)).days
    Cycle.objects.filter(pk=season.cycle.pk).update(demo_shift_days=shift)
    Extension.objects.create(
        phase=phase,
        closes_at=datetime(2026, 12, 31, tzinfo=UTC),
        state="approved",
        asked_by=season.staff,
        asked_at=timezone.now(),
        decided_by=season.chairman,
        decided_at=timezone.now(),
    )

    made = new_cycle(season)

    copy = made.phases.get(kind="self_scoring")
    assert (copy.closes_at, copy.named_day) == (datetime(2023, 12, 5, 10, tzinfo=UTC), date(2023, 12, 5))
    assert copy.late_until == datetime(2023, 12, 7, 10, tzinfo=UTC)
    assert (made.demo_shift_days, Extension.objects.filter(phase__cycle=made).count()) == (0, 0)


def test_an_authority_that_is_gone_takes_its_tier_and_kind_along() -> None:
    """Since 1 July 2025 there are no districts: their tiers are listed with the day and what followed them."""
    season = rows.season()
    gone = rows.unit("UBND huyện Cũ", "district", season.province, valid_until=date(2023, 7, 1))
    follower = rows.unit("UBND xã Mới", "commune", season.province)
    follower.predecessors.add(gone)
    rows.tier(season.cycle, gone, "commune", "huyen")
    RankingGroup.objects.create(tier=season.tier, code="con", name="Khối con", kind="public_service", parent=gone)
    rows.phase(season.cycle, "self_scoring", "commune")
    rows.issue(rows.criteria_set(season.cycle, "commune"))

    made = new_cycle(season)

    assert [tier.code for tier in made.tiers.all()] == ["tinh"]
    left = dict(Carried.objects.filter(cycle=made, is_left_out=True).values_list("label", "note"))
    assert "01/07/2023" in left["Cấp huyen"]
    assert "UBND xã Mới" in left["Cấp huyen"]
    assert "01/07/2023" in left["Khối con"]
    assert not made.phases.filter(unit_kind="commune").exists()
    assert not made.sets.filter(kind="commune").exists()
    assert len(left) == 5 + 4


def test_a_code_that_is_taken_is_refused() -> None:
    season = rows.season()

    with pytest.raises(carrying.CodeTaken):
        new_cycle(season, code=season.cycle.code)

    assert Cycle.objects.count() == 1


def test_items_are_affirmed_one_by_one_or_by_kind() -> None:
    season = rows.season()
    made = new_cycle(season)
    first = Carried.objects.filter(cycle=made, kind="phase").first()
    assert first is not None

    assert carrying.affirm(cycle=made, by=season.staff, pk=first.pk) == 1
    assert carrying.affirm(cycle=made, by=season.staff, pk=first.pk) == 0
    assert carrying.affirm(cycle=made, by=season.staff, kind="phase") == 3
    events = AuditEvent.objects.filter(action="carried.affirmed")
    assert (events.count(), "Tự chấm" in events[0].data or "self" in events[0].data.lower()) == (2, True)


@pytest.mark.parametrize("which", ["other", "left_out", "kind"])
def test_what_was_not_carried_cannot_be_affirmed(which: str) -> None:
    season = rows.season()
    made = new_cycle(season)
    left = Carried.objects.get(cycle=made, key="-councils")
    wrong: dict[str, dict[str, Any]] = {
        "other": {"pk": 10**9},
        "left_out": {"pk": left.pk},
        "kind": {"kind": "council"},
    }
    given = wrong[which]

    with pytest.raises(carrying.NothingToAffirm):
        carrying.affirm(cycle=made, by=season.staff, **given)


def affirmed(season: rows.Season) -> Cycle:
    """The next cycle with everything affirmed and its set in force."""
    made = new_cycle(season)
    for kind in ("settings", "tier", "phase", "set"):
        carrying.affirm(cycle=made, by=season.staff, kind=kind)
    return made


def issue(season: rows.Season, cycle: Cycle) -> int:
    return opening.issue_plan(cycle=cycle, number="1/KH", issued_on=date(2023, 9, 1), by=season.staff)


def test_the_new_cycle_is_not_issued_before_its_set_is_in_force() -> None:
    season = rows.season()
    made = affirmed(season)
    with pytest.raises(NotReady) as refused:
        issue(season, made)
    assert [each.check for each in refused.value.errors] == ["no_set"]
    rows.issue(made.sets.get())

    assert issue(season, made) == 3


# ---- delegations


def delegated(season: rows.Season) -> DelegationPlan:
    """Sở Xây dựng's dossier, delegated to a division, a unit that is gone, and a person who has left."""
    plan = DelegationPlan.objects.create(
        assessment=season.assessments[0], issued_at=timezone.now(), issued_by=season.head
    )
    gone = rows.unit("Sở Cũ", parent=season.province, valid_until=date(2023, 2, 1))
    left = rows.user("da-nghi")
    left.is_active = False
    left.save()
    room = Division.objects.create(unit=season.units[0], name="Văn phòng")
    due = datetime(2022, 12, 2, 10, tzinfo=UTC)
    Delegation.objects.create(plan=plan, position=1, text="1", division=room, due_at=due)
    Delegation.objects.create(plan=plan, position=2, text="2", unit=gone)
    Delegation.objects.create(plan=plan, position=3, text="1.2", person=left, role="contributor")
    Delegation.objects.create(plan=plan, position=4, text="2", unit=season.units[1])
    return plan


def test_delegations_are_copied_as_drafts_once_the_dossiers_exist() -> None:
    season = rows.season()
    delegated(season)
    made = affirmed(season)
    rows.issue(made.sets.get())

    issue(season, made)

    copy = DelegationPlan.objects.get(assessment__cycle=made)
    assert (copy.assessment.unit, copy.issued_at) == (season.units[0], None)
    assert [(row.text, str(row.owner)) for row in copy.delegations.all()] == [("1", "Văn phòng"), ("2", "Sở Y tế")]
    assert copy.delegations.first().due_at == datetime(2023, 12, 4, 10, tzinfo=UTC)  # type: ignore[union-attr]
    items = Carried.objects.filter(cycle=made, kind="delegation").exclude(key="-delegations")
    assert sorted(items.values_list("is_left_out", flat=True)) == [False, True, True]
    notes = " ".join(items.values_list("note", flat=True))
    assert "01/02/2023" in notes
    assert delegations.carry_delegations(cycle=made, by=season.staff) == 0
    assert AuditEvent.objects.filter(action="delegations.carried").count() == 1


def test_a_first_cycle_has_no_delegations_to_carry() -> None:
    season = rows.season()

    assert delegations.carry_delegations(cycle=season.cycle, by=season.staff) == 0


def test_from_last_cycle_still_needs_a_set_in_force() -> None:
    season = rows.season(issued=False)
    made = new_cycle(season)

    assert not made.sets.exists()
    with pytest.raises(life.NotInForce):
        life.from_last_cycle(cycle=made, kind="department", by=season.staff)
