"""Exemptions: what is shown before, what then applies, who is told."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Score
from assessments.selectors import exemptions as reads
from assessments.selectors import sheets, with_progress
from assessments.selectors.sheets import LeafState
from assessments.services import evidence, exemptions, scores, submission
from assessments.states import NotAllowed
from criteria.models import CriteriaSet, Exemption
from criteria.phases import PhaseClosed
from criteria.selectors.exemptions import exempted_of, measured, words_in_use
from tests.assessments import files
from tests.assessments.pages import close, complete
from tests.factories import rows
from units.models import AuditEvent, Notice, Unit, UnitAttribute

pytestmark = pytest.mark.django_db


def wanted(season: rows.Season, code: str = "1.2", **fields: Any) -> dict[str, Any]:
    criterion = season.criteria_set.criteria.get(code=code)
    given = {"unit": None, "attribute": "", "convention": "reduce", "reason": "Không có TTHC", "document": "12/HD-SNV"}
    return {"criterion": criterion, **given, **fields}


def seen(season: rows.Season, values: dict[str, Any]) -> str:
    return reads.plan(season.criteria_set, added=Exemption(**values, state="by_rule")).fingerprint


def add(season: rows.Season, code: str = "1.2", **fields: Any) -> Exemption:
    values = wanted(season, code, **fields)
    return exemptions.add(**values, seen=seen(season, values), by=season.staff)


def attribute(unit: Unit, word: str = "không có TTHC", **fields: Any) -> UnitAttribute:
    return UnitAttribute.objects.create(unit=unit, word=word, **fields)


def ask(season: rows.Season, code: str = "1.2") -> Exemption:
    criterion = season.criteria_set.criteria.get(code=code)
    return exemptions.ask(
        assessment=season.assessments[0],
        criterion=criterion,
        reason="Không có thủ tục",
        document="5/BC-SXD",
        by=season.officer,
    )


def grant(season: rows.Season, row: Exemption, convention: str = "full", **fields: Any) -> Exemption:
    what = reads.plan(
        season.criteria_set, added=Exemption(criterion=row.criterion, unit=row.unit, convention=convention)
    )
    values = {"document": "99/QĐ-UBND", "answer": "Đúng", "seen": what.fingerprint, "by": season.staff, **fields}
    return exemptions.grant(exemption=row, convention=convention, **values)


# ---- by rule


def test_a_plan_names_every_leaf_every_maximum_and_every_answer_set_aside() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.2", "3")

    what = reads.plan(season.criteria_set, added=Exemption(**wanted(season), state="by_rule"))

    assert [(row.unit.code, row.change.leaf.code, row.is_set_aside, row.is_back) for row in what.rows] == [
        ("SNV", "1.2", False, False),
        ("SXD", "1.2", True, False),
        ("SYT", "1.2", False, False),
    ]
    assert {(each.unit.code, each.leaves, each.before, each.after) for each in what.units} == {
        (code, 1, Decimal(10), Decimal(6)) for code in ("SXD", "SYT", "SNV")
    }
    assert what.set_aside == 1


def test_an_exemption_is_stored_traced_and_told_to_the_units_it_changes_something_for() -> None:
    season = rows.season()
    attribute(season.units[0])

    made = add(season, attribute="không có TTHC", reason=" Không có TTHC ")

    made.refresh_from_db()
    assert (made.state, made.attribute, made.reason, made.decided_by) == (
        "by_rule",
        "không có TTHC",
        "Không có TTHC",
        season.staff,
    )
    event = AuditEvent.objects.get(action="exemption.added")
    assert (event.unit, json.loads(event.data)["effects"]) == (season.province, 1)
    assert {notice.to for notice in Notice.objects.all()} == {season.head, season.officer}
    assert "1.2 Tiêu chí 1.2" in Notice.objects.all()[0].text


def test_nobody_is_told_of_a_draft() -> None:
    season = rows.season(issued=False)

    add(season)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("missing", [{"reason": " "}, {"document": ""}])
def test_reason_and_document_are_asked_for(missing: dict[str, str]) -> None:
    season = rows.season()

    with pytest.raises(exemptions.NoReason):
        add(season, **missing)


def test_what_changed_since_it_was_shown_is_shown_again() -> None:
    season = rows.season()
    values = wanted(season)
    before = seen(season, values)
    rows.score(season.assessments[0], "1.2", "3")

    with pytest.raises(exemptions.Changed) as changed:
        exemptions.add(**values, seen=before, by=season.staff)

    assert changed.value.plan.set_aside == 1
    assert not Exemption.objects.exists()


def test_a_contradiction_is_refused_by_name() -> None:
    season = rows.season()
    for word in ("a", "b"):
        attribute(season.units[0], word)
    add(season, attribute="a")

    with pytest.raises(exemptions.Contradicts) as refused:
        add(season, attribute="b", convention="full")

    (unit, contradiction) = refused.value.plan.contradictions[0]
    assert (unit, contradiction.leaf) == (season.units[0], "1.2")
    assert Exemption.objects.count() == 1


def test_a_set_that_was_replaced_takes_none() -> None:
    season = rows.season()
    CriteriaSet.objects.filter(pk=season.criteria_set.pk).update(state="replaced")

    with pytest.raises(exemptions.NotOpen):
        add(season)


# ---- on request


def test_a_request_changes_nothing_until_it_is_granted() -> None:
    season = rows.season()

    row = ask(season)

    assert (row.state, row.convention, row.asked_by) == ("asked", "reduce", season.officer)
    assert sheets.sheet(season.assessments[0]).exempt == []
    assert {notice.to for notice in Notice.objects.all()} == {season.staff}
    assert AuditEvent.objects.get().action == "exemption.asked"

    grant(season, row)

    line = sheets.sheet(season.assessments[0]).exempt[0]
    assert line.exempt is not None
    assert (line.criterion.code, line.exempt.convention, line.exempt.source, line.exempt.is_by_rule) == (
        "1.2",
        "full",
        "99/QĐ-UBND · Người staff",
        False,
    )
    told = Notice.objects.filter(to=season.head).get()
    assert told.text == "Được chấp thuận: “1.2 Tiêu chí 1.2” không áp dụng đối với đơn vị (99/QĐ-UBND). Đúng"
    assert list(reads.requests_of(season.units[0], season.criteria_set)) == [row]
    assert list(reads.asked(season.criteria_set)) == []


def test_a_refusal_says_why_and_changes_nothing() -> None:
    season = rows.season()
    row = ask(season)

    with pytest.raises(exemptions.NoReason):
        exemptions.refuse(exemption=row, document="", answer=" ", by=season.staff)
    exemptions.refuse(exemption=row, document="", answer="Có thủ tục", by=season.staff)

    row.refresh_from_db()
    assert (row.state, row.answer, row.document) == ("refused", "Có thủ tục", "5/BC-SXD")
    assert sheets.sheet(season.assessments[0]).exempt == []
    assert "Có thủ tục" in Notice.objects.get(to=season.officer).text


def test_a_request_is_answered_once_and_a_grant_names_its_document() -> None:
    season = rows.season()
    row = ask(season)

    with pytest.raises(exemptions.NoReason):
        grant(season, row, document=" ")
    with pytest.raises(exemptions.Changed):
        grant(season, row, seen="")
    grant(season, row)

    with pytest.raises(exemptions.NotOpen):
        exemptions.refuse(exemption=row, document="", answer="Muộn", by=season.staff)


def test_a_request_is_made_once_with_a_reason_for_a_criterion_of_the_set_in_time() -> None:
    season = rows.season()
    foreign = rows.criteria_set(season.cycle, "commune").criteria.get(code="1.1")
    ask(season)

    with pytest.raises(exemptions.Twice):
        ask(season)
    given: dict[str, Any] = {"assessment": season.assessments[0], "document": "", "by": season.officer}
    with pytest.raises(exemptions.NoReason):
        exemptions.ask(criterion=season.criteria_set.criteria.get(code="1.1"), reason=" ", **given)
    with pytest.raises(exemptions.NotOpen):
        exemptions.ask(criterion=foreign, reason="Không", **given)
    close(season)
    with pytest.raises(PhaseClosed):
        ask(season, "1.1")


# ---- taken back


def test_withdrawn_leaves_apply_again_with_their_answers() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.2", "3")
    row = add(season)
    what = reads.plan(season.criteria_set, removed=row)
    assert all(each.is_back for each in what.rows)

    with pytest.raises(exemptions.NoReason):
        exemptions.withdraw(exemption=row, answer=" ", seen=what.fingerprint, by=season.staff)
    exemptions.withdraw(exemption=row, answer="Văn bản hết hiệu lực", seen=what.fingerprint, by=season.staff)

    row.refresh_from_db()
    filled = sheets.sheet(season.assessments[0])
    assert (row.state, row.answer, filled.exempt, filled.total.points) == (
        "withdrawn",
        "Văn bản hết hiệu lực",
        [],
        Decimal(3),
    )
    with pytest.raises(exemptions.NotOpen):
        exemptions.withdraw(exemption=row, answer="Nữa", seen=what.fingerprint, by=season.staff)


# ---- attributes count at the end of the measured period


@pytest.mark.parametrize(
    ("since", "until", "has"),
    [
        (date(2022, 12, 31), None, True),
        (date(2023, 1, 1), None, False),
        (date(2020, 1, 1), date(2022, 12, 31), False),
        (date(2020, 1, 1), date(2023, 1, 1), True),
    ],
)
def test_an_attribute_counts_where_it_holds_at_the_end_of_the_period(
    since: date, until: date | None, has: bool
) -> None:
    season = rows.season()
    attribute(season.units[0], valid_from=since, valid_until=until)
    rows.exemption(season.criteria_set, "1.2", attribute="không có TTHC")

    on_the_sheet = [line.criterion.code for line in sheets.sheet(season.assessments[0]).exempt]
    in_the_list = [(each.unit, each.code) for each in reads.listed(season.criteria_set)[0]]

    assert on_the_sheet == (["1.2"] if has else [])
    assert in_the_list == ([(season.units[0], "1.2")] if has else [])
    assert words_in_use(season.criteria_set) == (["không có TTHC"] if has else [])


def test_measured_are_the_units_of_the_ranking_groups_at_the_end_of_the_period() -> None:
    season = rows.season()
    rows.unit("Sở đã giải thể", parent=season.province, valid_until=date(2022, 6, 1))
    rows.unit("Sở lập sau", parent=season.province, valid_from=date(2023, 1, 1))
    rows.unit("UBND huyện", "district", season.province)

    assert [unit.code for unit in measured(season.criteria_set)] == ["SNV", "SXD", "SYT"]


# ---- the sheet


def test_an_exempted_leaf_is_not_scored_and_lowers_the_maximum() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "1", explanation="có")
    rows.score(season.assessments[0], "1.2", "3")
    rows.exemption(season.criteria_set, "1.2")

    filled = sheets.sheet(season.assessments[0])

    assert (filled.total.points, filled.total.maximum) == (Decimal(1), Decimal(2))
    assert (filled.total.leaves, filled.total.answered) == (1, 1)
    assert (filled.errors, [line.criterion.code for line in filled.scorable]) == ([], ["1.1"])
    assert {line.criterion.code: line.state for line in filled.lines}["1.2"] is LeafState.EXEMPT
    dossier = with_progress(type(season.assessments[0]).objects.filter(pk=season.assessments[0].pk))[0]
    assert (dossier.leaves, dossier.answered) == (1, 1)  # type: ignore[attr-defined]


def test_full_points_are_in_the_points_and_in_the_maximum() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "1", explanation="có")
    rows.exemption(season.criteria_set, "1", convention="full", unit=season.units[1])
    rows.exemption(season.criteria_set, "1.2", convention="full", unit=season.units[0])

    first, second = (sheets.sheet(each).total for each in season.assessments)

    assert [first.points, first.maximum, second.points, second.maximum] == [
        Decimal(5),
        Decimal(6),
        Decimal(6),
        Decimal(6),
    ]


def test_where_two_contradict_the_leaf_still_applies() -> None:
    season = rows.season()
    for word, convention in (("a", "reduce"), ("b", "full")):
        attribute(season.units[0], word)
        rows.exemption(season.criteria_set, "1.2", attribute=word, convention=convention)

    assert sheets.sheet(season.assessments[0]).exempt == []
    assert [(unit, each.leaf) for unit, each in reads.listed(season.criteria_set)[2]] == [(season.units[0], "1.2")]
    found = exempted_of({season.criteria_set.pk: [unit.pk for unit in season.units]})
    leaf = season.criteria_set.criteria.get(code="1.2")
    assert (found.leaves, found.contradicted) == ({}, ((season.units[0].pk, leaf.pk),))


def test_nothing_is_written_on_an_exempted_leaf() -> None:
    season = rows.season()
    rows.exemption(season.criteria_set, "1")
    leaf = season.criteria_set.criteria.get(code="1.1")
    dossier = season.assessments[0]

    with pytest.raises(NotAllowed):
        scores.save_score(
            assessment=dossier,
            criterion=leaf,
            points=Decimal(1),
            not_applicable=False,
            explanation="",
            version=0,
            by=season.officer,
        )
    with pytest.raises(NotAllowed):
        evidence.attach(assessment=dossier, criterion=leaf, file=files.upload(), by=season.officer)

    assert not Score.objects.exists()


def test_a_receipt_names_what_did_not_apply_and_under_which_document() -> None:
    season = rows.season()
    complete(season)
    rows.exemption(season.criteria_set, "1.2", convention="full", decided_by=season.staff, decided_at=timezone.now())

    receipt = submission.submit(assessment=season.assessments[0], by=season.head)

    content = json.loads(receipt.content)
    assert [leaf["code"] for leaf in content["leaves"]] == ["1.1"]
    assert (receipt.points, receipt.maximum) == (Decimal(6), Decimal(6))
    assert content["exempt"] == [
        {
            "code": "1.2",
            "name": "Tiêu chí 1.2",
            "maximum": "4",
            "effect": "full",
            "by": "by_rule",
            "document": "12/HD-SNV",
            "reason": "Không có TTHC",
        }
    ]
