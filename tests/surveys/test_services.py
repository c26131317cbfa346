"""Storing a confirmed workbook, and keeping the file itself."""

import json
import threading
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from criteria.models import Criterion, Phase
from criteria.phases import PhaseClosed
from surveys import selectors
from surveys.models import SurveyImport, SurveyPoint
from surveys.services import points, uploads
from tests.factories import rows
from tests.factories.rows import Season
from units.models import AuditEvent, Unit

DIGEST = "a" * 64


@pytest.fixture
def season(db: None) -> Season:
    return rows.season()


def given(season: Season, *values: str, respondents: int = 100) -> list[SurveyPoint]:
    """Points of leaf 2.1 for the season's units, in order; nothing is stored."""
    leaf = Criterion.objects.select_related("criteria_set").get(code="2.1")
    return [
        SurveyPoint(cycle=season.cycle, unit=unit, criterion=leaf, points=Decimal(value), respondents=respondents)
        for unit, value in zip(season.units, values, strict=False)
    ]


def stored() -> dict[str, tuple[Decimal, int]]:
    return {point.unit.code: (point.points, point.respondents) for point in SurveyPoint.objects.select_related("unit")}


def apply(season: Season, given_rows: list[SurveyPoint], confirmed: str = "", **fields: Any) -> SurveyImport:
    values = {"file_name": "diem.xlsx", "sha256": DIGEST, "refused": 0, "by": season.staff, **fields}
    return points.apply_import(tier=season.tier, rows=given_rows, confirmed=confirmed, **values)


def fingerprint(season: Season, given_rows: list[SurveyPoint]) -> str:
    return selectors.fingerprint(selectors.changes(season.cycle.pk, given_rows))


def test_apply_import_stores_points_and_what_became_of_the_rows(season: Season) -> None:
    taken = apply(season, given(season, "3.5", "2.25"), refused=3, file_name="x" * 300)

    assert stored() == {"SXD": (Decimal("3.5"), 100), "SYT": (Decimal("2.25"), 100)}
    assert (taken.rows, taken.accepted, taken.refused, taken.by, taken.sha256) == (5, 2, 3, season.staff, DIGEST)
    assert (len(taken.file_name), taken.points.count()) == (200, 2)
    event = AuditEvent.objects.get()
    data = json.loads(event.data)
    assert (event.action, event.actor, event.unit) == ("survey.imported", season.staff, season.province)
    assert (data["sha256"], data["rows"], data["accepted"], data["replaced"]) == (DIGEST, 5, 2, [])


def test_apply_import_replaces_only_what_was_confirmed(season: Season) -> None:
    apply(season, given(season, "3.5", "2.25"))
    second = given(season, "3", "2.25")

    taken = apply(season, second, fingerprint(season, second), sha256="b" * 64)

    assert stored() == {"SXD": (Decimal(3), 100), "SYT": (Decimal("2.25"), 100)}
    assert [point.unit.code for point in taken.points.all()] == ["SXD"]
    replaced = json.loads(AuditEvent.objects.order_by("-number")[0].data)["replaced"]
    assert replaced == [{"unit": "SXD", "criterion": "2.1", "before": "3.5", "after": "3", "respondents": [100, 100]}]


@pytest.mark.parametrize("confirmed", ["", "c" * 64])
def test_apply_import_refuses_what_was_not_confirmed(season: Season, confirmed: str) -> None:
    apply(season, given(season, "3.5", "2.25"))

    with pytest.raises(points.Unconfirmed) as refusal:
        apply(season, given(season, "3", "2.25"), confirmed, sha256="b" * 64)

    assert [(change.given.unit.code, change.is_replacement) for change in refusal.value.changes] == [("SXD", True)]
    assert stored() == {"SXD": (Decimal("3.5"), 100), "SYT": (Decimal("2.25"), 100)}
    assert (SurveyImport.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_apply_import_refuses_a_confirmation_of_what_has_changed_since(season: Season) -> None:
    apply(season, given(season, "3.5"))
    mine = given(season, "3")
    confirmed = fingerprint(season, mine)
    theirs = given(season, "1")
    apply(season, theirs, fingerprint(season, theirs), sha256="b" * 64)

    with pytest.raises(points.Unconfirmed):
        apply(season, mine, confirmed, sha256="c" * 64)

    assert stored()["SXD"] == (Decimal(1), 100)


def test_apply_import_of_the_same_workbook_twice_is_stored_once(season: Season) -> None:
    first = apply(season, given(season, "3.5"))

    assert apply(season, given(season, "3.5")) == first
    assert (SurveyImport.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_apply_import_of_other_forms_is_a_replacement(season: Season) -> None:
    apply(season, given(season, "3.5"))
    changes = selectors.changes(season.cycle.pk, given(season, "3.5", respondents=90))

    assert [change.is_replacement for change in changes] == [True]


def test_apply_import_refuses_no_rows(season: Season) -> None:
    with pytest.raises(points.NothingToImport):
        apply(season, [])


@pytest.mark.parametrize("wrong", ["stranger", "leaf", "maximum", "negative", "twice", "cycle", "kind"])
def test_apply_import_refuses_rows_that_are_not_of_the_tier(season: Season, wrong: str) -> None:
    one = given(season, "3")
    if wrong == "stranger":
        one[0].unit = rows.unit("UBND huyện", "district", parent=season.province)
    elif wrong == "leaf":
        one[0].criterion = Criterion.objects.get(code="1.1")
    elif wrong == "maximum":
        one[0].points = Decimal("4.0001")
    elif wrong == "negative":
        one[0].points = Decimal("-0.0001")
    elif wrong == "twice":
        one += given(season, "2")
    elif wrong == "cycle":
        one[0].criterion = rows.criteria_set(rows.cycle(season.province)).criteria.get(code="2.1")
    else:
        one[0].criterion = rows.criteria_set(season.cycle, "commune").criteria.get(code="2.1")

    with pytest.raises(ValueError, match=r"\d"):
        apply(season, one)

    assert stored() == {}


def shift(kind: str, opens: timedelta, closes: timedelta) -> None:
    now = timezone.now()
    Phase.objects.filter(kind=kind).update(opens_at=now + opens, closes_at=now + closes)


def test_apply_import_waits_for_the_survey_to_open(season: Season) -> None:
    shift("survey", timedelta(minutes=1), timedelta(days=9))

    with pytest.raises(PhaseClosed):
        apply(season, given(season, "3"))


def test_apply_import_takes_a_late_survey(season: Season) -> None:
    shift("survey", timedelta(days=-9), timedelta(days=-1))

    assert apply(season, given(season, "3")).accepted == 1


def test_apply_import_ends_with_approval(season: Season) -> None:
    shift("approval", timedelta(days=-9), timedelta(seconds=-1))

    with pytest.raises(PhaseClosed):
        apply(season, given(season, "3"))


def test_apply_import_has_no_limit_without_phases(season: Season) -> None:
    Phase.objects.all().delete()

    assert apply(season, given(season, "3")).accepted == 1


def test_fingerprint_of_nothing_replaced_is_empty(season: Season) -> None:
    assert fingerprint(season, given(season, "3")) == ""


@pytest.fixture
def committed(transactional_db: None) -> Season:
    return rows.season()


def both_at_once(season: Season) -> list[str]:
    """Two people confirm at the same instant what each was shown: that nothing is replaced."""
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def bring_in(value: str) -> None:
        mine = given(season, value)
        confirmed = fingerprint(season, mine)
        barrier.wait()
        try:
            apply(season, mine, confirmed, sha256=value * 64)
            outcomes.append("stored")
        except points.Unconfirmed:
            outcomes.append("told")
        finally:
            connection.close()

    people = [threading.Thread(target=bring_in, args=(value,)) for value in ("1", "2")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return sorted(outcomes)


def test_two_imports_at_once_lose_one_with_the_guard_off(committed: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "fingerprint", lambda found: "")

    assert both_at_once(committed) == ["stored", "stored"]
    assert SurveyPoint.objects.count() == 1


def test_two_imports_at_once_replace_nothing_unseen(committed: Season) -> None:
    assert both_at_once(committed) == ["stored", "told"]
    assert (SurveyImport.objects.count(), SurveyPoint.objects.count()) == (1, 1)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_workbook_waits_and_is_kept_byte_for_byte() -> None:
    digest = uploads.keep(data=b"one")

    assert (digest, uploads.waiting(digest)) == (sha256(b"one").hexdigest(), b"one")
    with pytest.raises(uploads.Gone):
        uploads.kept(digest)

    uploads.settle(digest=digest, data=b"one")
    uploads.settle(digest=digest, data=b"one")

    assert uploads.kept(digest) == b"one"
    assert default_storage.listdir(uploads.KEPT)[1] == [f"{digest}.xlsx"]


def test_a_workbook_handed_in_twice_waits_once() -> None:
    assert uploads.keep(data=b"one") == uploads.keep(data=b"one")
    assert len(default_storage.listdir(uploads.WAITING)[1]) == 1


def test_a_workbook_that_was_changed_on_the_disk_is_gone(settings: LazySettings) -> None:
    digest = uploads.keep(data=b"one")
    Path(default_storage.path(f"{uploads.WAITING}/{digest}.xlsx")).write_bytes(b"two")

    with pytest.raises(uploads.Gone):
        uploads.waiting(digest)


def test_a_workbook_that_nobody_confirmed_is_deleted_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    old = uploads.keep(data=b"old")
    uploads.keep(data=b"young")
    assert uploads.waiting(old) == b"old"
    monkeypatch.setattr(uploads, "WAITS", timedelta(0))

    young = uploads.keep(data=b"new")

    assert default_storage.listdir(uploads.WAITING)[1] == [f"{young}.xlsx"]


# --- reads ------------------------------------------------------------------------------------------------------------


def test_missing_names_units_and_leaves(season: Season) -> None:
    apply(season, given(season, "3"))

    assert [(gap.unit.name, [leaf.code for leaf in gap.criteria]) for gap in selectors.missing(season.tier)] == [
        ("Sở Nội vụ", ["2.1"]),
        ("Sở Y tế", ["2.1"]),
    ]


def test_points_by_unit_and_criterion_of_the_tier_only(season: Season) -> None:
    apply(season, given(season, "3"))
    leaf = Criterion.objects.get(code="2.1")
    stranger = rows.unit("UBND huyện", "district", parent=season.province)
    SurveyPoint.objects.create(cycle=season.cycle, unit=stranger, criterion=leaf, points=1)

    found = selectors.points(season.tier)

    assert {key: point.points for key, point in found.items()} == {(season.units[0].pk, leaf.pk): Decimal(3)}


@pytest.mark.parametrize(
    ("text", "units"),
    [("", ["SXD", "SYT"]), ("xay dung", ["SXD"]), ("syt", ["SYT"]), ("2.1", ["SXD", "SYT"]), ("9", [])],
)
def test_listed_is_searched_without_diacritics(season: Season, text: str, units: list[str]) -> None:
    apply(season, given(season, "3", "2"))

    assert [point.unit.code for point in selectors.listed(season.tier, text)] == units


def test_units_of_stand_at_the_end_of_the_period(season: Season) -> None:
    Unit.objects.filter(code="SNV").update(valid_until=season.cycle.period_end)

    assert [unit.code for unit in selectors.units_of(season.tier)] == ["SXD", "SYT"]


def test_times_are_told_once_for_kinds_that_share_them(season: Season) -> None:
    rows.tier(season.cycle, season.province, "district", "huyen")
    season.tier.groups.create(code="huyen", name="Huyện", kind="district", parent=season.province)
    survey = Phase.objects.get(kind="survey")
    Phase.objects.create(
        cycle=season.cycle,
        kind="survey",
        unit_kind="district",
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        reading=survey.reading,
    )

    times = selectors.times(season.tier, timezone.now())

    assert [(time.phase.kind, len(time.kinds), time.stand) for time in times] == [
        ("survey", 2, "open"),
        ("approval", 1, "open"),
    ]


def test_survey_end_is_the_next_or_the_last(season: Season) -> None:
    now = timezone.now()
    survey = Phase.objects.get(kind="survey")

    assert selectors.survey_end(season.tier, now) == survey
    assert selectors.survey_end(season.tier, now + timedelta(days=30)) == survey
    survey.delete()
    assert selectors.survey_end(season.tier, now) is None
