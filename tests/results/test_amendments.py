"""Amendments in mid-cycle: planned to the last count, applied, taken back; nobody's answer is changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, Score
from assessments.selectors import with_progress
from councils.models import Appraisal, Assignment, Council, CouncilState
from criteria.models import CriteriaSet, Criterion, Exemption, Lineage, Phase, SetState
from criteria.scoring import examples, notation
from criteria.selectors import outline
from criteria.services import drafting, life
from criteria.tree.nodes import Node
from results.models import Amendment, Run, UnitResult
from results.selectors.amending import Obstacle, Plan, plan
from results.services import amendments
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.django_db
SIGNED: dict[str, Any] = {
    "number": "12/QĐ-UBND",
    "issued_on": date(2022, 11, 1),
    "signer": "Người ký",
    "reason": "Quy định mới",
}
YES = "Có: {0}\nKhông: 0"


@pytest.fixture(name="season")
def _season() -> Season:
    """SXD and SYT have submitted and were appraised on some leaves (``tests.results.house``).

    The set is complete enough for the checker, which runs for real.
    """
    made = house.ready(issued=False)
    known = outline(made.criteria_set)
    drafting.rewrite(
        criteria_set=made.criteria_set, outline=replace(known, nodes=tuple(_sound(each) for each in known.nodes))
    )
    made.criteria_set = rows.issue(CriteriaSet.objects.get(pk=made.criteria_set.pk))
    return made


def _sound(node: Node) -> Node:
    """A leaf with evidence, a rule of its own bounds and the worked examples of that rule."""
    if node.code not in {"1.1", "1.2", "1.3", "2.1"}:
        return node
    rule = node.rule or "Khảo sát: A = 100%, B = 0%\nKhi không có phiếu: không áp dụng"
    most = node.maximum or Decimal(0)
    shown = examples.propose(notation.parse(rule), maximum=most, minimum=node.minimum)
    asked = "" if node.method == "survey" else "Báo cáo năm"
    entered = "import" if node.method == "survey" else "unit"
    return replace(node, rule=rule, examples=shown, evidence=asked, entered_by=entered)


def version(season: Season, **changes: dict[str, Any]) -> CriteriaSet:
    """The next version, checked, with fields of some nodes (``n1_1``) changed."""
    made = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    wanted = {code.strip("n").replace("_", "."): fields for code, fields in changes.items()}
    nodes = [replace(each, **wanted.get(each.code, {})) for each in outline(made).nodes]
    nodes = [_sound(each) if "rule" in wanted.get(each.code, {}) else each for each in nodes]
    drafting.rewrite(criteria_set=made, outline=replace(outline(made), nodes=tuple(nodes)))
    return _checked(made)


def _checked(made: CriteriaSet) -> CriteriaSet:
    errors = [each for each in life.check(criteria_set=made, by=None) if each.is_error]
    assert errors == []
    return CriteriaSet.objects.get(pk=made.pk)


def planned(new: CriteriaSet) -> Plan:
    made = plan(CriteriaSet.objects.select_related("replaces__cycle", "cycle").get(pk=new.pk))
    assert made is not None
    return made


def applied(new: CriteriaSet, season: Season) -> Amendment:
    return amendments.apply(new=planned(new).new, seen=amendments.fingerprint(planned(new)), by=season.staff, **SIGNED)


def answers(season: Season) -> set[tuple[str, str, Decimal | None, bool]]:
    """Every stored answer by unit and code of its leaf, whichever version it hangs on."""
    found = Score.objects.select_related("assessment__unit", "criterion")
    return {(each.assessment.unit.code, each.criterion.code, each.points, each.not_applicable) for each in found}


def _close(season: Season) -> None:
    Council.objects.update(state=CouncilState.CLOSED, closed_at=timezone.now(), closed_by=season.chair.user)


def everything() -> dict[str, Any]:
    """All rows that an amendment touches, as they stand."""
    return {
        "scores": list(Score.objects.order_by("pk").values()),
        "appraisals": list(Appraisal.objects.order_by("pk").values()),
        "survey": list(SurveyPoint.objects.order_by("pk").values()),
        "seats": list(Assignment.objects.order_by("pk").values()),
        "exemptions": list(Exemption.objects.order_by("pk").values()),
        "dossiers": list(Assessment.objects.order_by("pk").values()),
    }


def test_plan_counts_every_answer_before_anything_is_done(season: Season) -> None:
    new = version(season, n1_1={"rule": "Kịp thời: 2\nChậm: 0,5\nKhông: 0"})

    made = planned(new)

    assert made.counts == {"kept": 2, "redo": 1, "new": 0, "aside": 0}
    assert [(each.unit.code, each.kept, each.redo, each.aside) for each in made.effects] == [
        ("SXD", 1, 1, 0),
        ("SYT", 1, 1, 0),
    ]
    points = [(str(each.points_before), str(each.points_kept), str(each.points_moved)) for each in made.effects]
    assert points == [("5.0000", "3.0000", "2.0000"), ("4.0000", "4.0000", "0.0000")]
    assert (made.totals["units"], made.totals["returned"], made.totals["points_moved"]) == (2, 2, Decimal(2))
    assert (made.totals["survey_kept"], made.totals["survey_aside"], made.letters) == (2, 0, 3)
    assert (made.obstacles, made.seats_lost) == ((), 0)


def test_a_leaf_that_was_opened_and_never_scored_is_no_answer(season: Season) -> None:
    Score.objects.filter(assessment__unit__code="SXD", criterion__code="1.1").update(points=None)

    assert [each.kept for each in planned(version(season)).effects] == [1, 2]


def test_plan_asks_as_many_queries_for_more_units(season: Season) -> None:
    new = CriteriaSet.objects.select_related("replaces__cycle", "cycle").get(pk=version(season).pk)
    with CaptureQueriesContext(connection) as few:
        plan(new)
    for _number in range(5):
        unit = rows.unit(parent=season.province)
        rows.score(rows.assessment(season.tier, unit, season.criteria_set), "1.1", "1")

    with CaptureQueriesContext(connection) as many:
        made = plan(new)

    assert made is not None
    assert (len(made.effects), len(many)) == (7, len(few))


def test_an_unchanged_version_moves_everything_and_asks_nobody(season: Season) -> None:
    before, said = answers(season), Appraisal.objects.count()
    new = version(season, n1_1={"guidance": "Xem hướng dẫn"})

    applied(new, season)

    assert answers(season) == before
    assert set(Score.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert Appraisal.objects.filter(criterion__criteria_set=new).count() == said
    assert set(Assignment.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert set(SurveyPoint.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert set(Assessment.objects.values_list("criteria_set", "state")) == {(new.pk, "submitted")}
    assert set(CriteriaSet.objects.filter(kind="department").values_list("version", "state")) == {
        (1, "replaced"),
        (2, "issued"),
    }


def test_the_index_is_the_same_on_an_unchanged_version(season: Season) -> None:
    first = house.computed(season)

    applied(version(season), season)

    second = house.computed(season)
    assert [(each.unit.code, each.index, each.rank) for each in _results(first)] == [
        (each.unit.code, each.index, each.rank) for each in _results(second)
    ]


def _results(run: Any) -> Any:
    return UnitResult.objects.filter(run=run).select_related("unit").order_by("unit__code")


def test_a_changed_leaf_is_set_aside_and_its_dossiers_go_back(season: Season) -> None:
    before = answers(season)
    new = version(season, n1_1={"rule": "Kịp thời: 2\nChậm: 0,5\nKhông: 0"})

    made = applied(new, season)

    assert answers(season) == before, "no stored answer changes"
    old_leaf = season.criteria_set.criteria.get(code="1.1")
    assert Score.objects.filter(criterion=old_leaf).count() == 2
    assert not Score.objects.filter(criterion__criteria_set=new, criterion__code="1.1").exists()
    assert set(Assessment.objects.values_list("state", "return_note")) == {
        ("returned", "Bộ tiêu chí được sửa đổi: Quy định mới")
    }
    assert sorted(made.moves["returned"]) == sorted(each.pk for each in season.assessments)
    counted = with_progress(Assessment.objects.all())
    assert {vars(each)["answered"] for each in counted} == {1}, "what is set aside does not count"
    assert Notice.objects.filter(text__contains="12/QĐ-UBND").count() == 3
    assert AuditEvent.objects.filter(action="criteria.amended").count() == 1


def test_dossiers_stay_submitted_when_self_scoring_is_over(season: Season) -> None:
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=-9, closes=-2)
    new = version(season, n1_1={"rule": YES.format(2)})

    assert (planned(new).is_open, planned(new).totals["returned"]) == (False, 0)
    applied(new, season)

    assert set(Assessment.objects.values_list("state", flat=True)) == {AssessmentState.SUBMITTED}


def test_undo_puts_every_row_back(season: Season) -> None:
    Exemption.objects.create(
        criterion=season.criteria_set.criteria.get(code="2.1"), convention="reduce", state="by_rule", reason="Không có"
    )
    before = everything()
    made = applied(version(season, n1_1={"rule": YES.format(2)}), season)
    assert everything() != before

    amendments.undo(amendment=made, reason="Ban hành nhầm", by=season.staff)

    assert everything() == before
    assert set(CriteriaSet.objects.filter(kind="department").values_list("version", "state")) == {
        (1, "issued"),
        (2, "replaced"),
    }


def test_undo_keeps_what_was_answered_since(season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2)})
    made = applied(new, season)
    dossier = season.assessments[0]
    leaf = Criterion.objects.get(criteria_set=new, code="1.1")
    Score.objects.create(assessment=dossier, criterion=leaf, points=2, updated_at=timezone.now())

    amendments.undo(amendment=made, reason="Ban hành nhầm", by=season.staff)

    assert Score.objects.get(criterion=leaf).points == 2
    states = dict(Assessment.objects.values_list("unit__code", "state"))
    assert states == {"SXD": "returned", "SYT": "submitted"}, "a dossier that was worked on stays with its unit"


def test_undo_happens_once_and_not_under_a_later_amendment(season: Season) -> None:
    first = applied(version(season, n1_1={"note": "Một"}), season)
    season.criteria_set = CriteriaSet.objects.get(kind="department", state="issued")
    second = applied(version(season, n1_1={"note": "Hai"}), season)

    with pytest.raises(amendments.Undone):
        amendments.undo(amendment=first, reason="?", by=season.staff)
    amendments.undo(amendment=second, reason="Nhầm", by=season.staff)
    with pytest.raises(amendments.Undone):
        amendments.undo(amendment=second, reason="Nhầm", by=season.staff)
    amendments.undo(amendment=first, reason="Nhầm", by=season.staff)

    assert CriteriaSet.objects.get(kind="department", state="issued").version == 1


def test_a_plan_that_changed_since_is_not_applied(season: Season) -> None:
    new = planned(version(season)).new
    seen = amendments.fingerprint(planned(new))
    Score.objects.filter(assessment=season.assessments[0]).first().delete()  # type: ignore[union-attr]

    with pytest.raises(amendments.Changed):
        amendments.apply(new=new, seen=seen, by=season.staff, **SIGNED)

    assert CriteriaSet.objects.get(pk=new.pk).state == SetState.CHECKED


def test_what_stands_in_the_way_is_named(season: Season) -> None:
    new = version(season)
    Lineage.objects.filter(criteria_set=new, criterion__code="1.2").delete()
    CriteriaSet.objects.filter(pk=new.pk).update(state="draft", digest="")
    _close(season)
    house.computed(season)
    Run.objects.update(state="approved")

    made = planned(new)

    assert made.obstacles == (Obstacle.NOT_CHECKED, Obstacle.LINEAGE, Obstacle.CLOSED, Obstacle.APPROVED)
    with pytest.raises(amendments.Blocked):
        amendments.apply(new=made.new, seen="", by=season.staff, **SIGNED)


def test_a_set_that_replaces_none_has_no_plan(season: Season) -> None:
    assert plan(rows.criteria_set(season.cycle, "commune")) is None
    with pytest.raises(amendments.Blocked):
        amendments.apply(new=CriteriaSet.objects.get(kind="commune"), seen="", by=season.staff, **SIGNED)


def test_a_version_of_what_is_no_longer_in_force_is_refused(season: Season) -> None:
    late = version(season)
    applied(version(season), season)

    assert planned(late).obstacles == (Obstacle.NOT_A_VERSION,)


def test_no_undo_after_an_appraisal_was_closed(season: Season) -> None:
    made = applied(version(season), season)
    _close(season)

    with pytest.raises(amendments.Blocked):
        amendments.undo(amendment=made, reason="Nhầm", by=season.staff)


def test_seats_on_a_dropped_criterion_are_counted(season: Season) -> None:
    leaf = season.criteria_set.criteria.get(code="1.2")
    Assignment.objects.create(seat=season.chair, criterion=leaf)
    new = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    known = outline(new)
    other = _sound(replace(known.by_code["1.2"], code="1.3", name="Sáng kiến", rule=YES.format(4)))
    nodes = tuple(other if each.code == "1.2" else each for each in known.nodes)
    drafting.rewrite(criteria_set=new, outline=replace(known, nodes=nodes))
    Lineage.objects.create(criteria_set=new, previous=leaf, kind="dropped", is_confirmed=True)
    added = Criterion.objects.get(criteria_set=new, code="1.3")
    Lineage.objects.create(criteria_set=new, criterion=added, kind="new", is_confirmed=True)

    made = planned(_checked(new))

    assert (made.seats_lost, made.counts["aside"]) == (1, 1)
    assert [each.decisions_aside for each in made.effects] == [1, 1]


def test_page_shows_the_plan_and_does_exactly_that(client: Client, season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2)})
    client.force_login(season.staff)
    address = reverse("results:amend", args=[new.pk])

    page = client.get(address)
    typed = {**SIGNED, "issued_on": "2022-11-01", "seen": page.context["seen"]}
    refused = client.post(address, {**typed, "reason": "", "issued_on": "2999-01-01"})
    answer = client.post(address, typed, follow=True)

    assert (page.status_code, page.context["plan"].counts["redo"], refused.status_code) == (200, 1, 422)
    assert "12/QĐ-UBND" in refused.content.decode(), "what was typed is kept"
    made = Amendment.objects.get()
    assert answer.redirect_chain == [(reverse("results:amendment", args=[made.pk]), 302)]
    assert client.get(address).status_code == 302


def test_page_says_what_changed_and_what_stands_in_the_way(client: Client, season: Season) -> None:
    new = version(season)
    client.force_login(season.staff)
    address = reverse("results:amend", args=[new.pk])
    typed = {**SIGNED, "issued_on": "2022-11-01", "seen": "khác"}

    changed = client.post(address, typed)
    _close(season)
    blocked = client.post(address, typed)

    assert "Dữ liệu đã thay đổi" in changed.content.decode()
    assert "đã kết thúc thẩm định" in blocked.content.decode()
    assert (changed.status_code, blocked.status_code) == (422, 422)
    assert not Amendment.objects.exists()


def test_page_takes_it_back_with_a_reason(client: Client, season: Season) -> None:
    made = applied(version(season), season)
    client.force_login(season.staff)
    address = reverse("results:amendment", args=[made.pk])

    empty = client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "Ban hành nhầm"}, follow=True)
    again = client.post(address, {"reason": "Ban hành nhầm"})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 200, 422)
    assert "Ban hành nhầm" in done.content.decode()
    made.refresh_from_db()
    assert (made.undone_by, made.undone_reason) == (season.staff, "Ban hành nhầm")


def test_page_refuses_to_take_back_after_the_closing(client: Client, season: Season) -> None:
    made = applied(version(season), season)
    _close(season)
    client.force_login(season.staff)

    answer = client.post(reverse("results:amendment", args=[made.pk]), {"reason": "Nhầm"})

    assert (answer.status_code, Amendment.objects.get().undone_at) == (422, None)


def test_first_version_has_nothing_to_amend(client: Client, season: Season) -> None:
    client.force_login(season.staff)

    for name in ("results:amend", "results:amend_xlsx"):
        answer = client.get(reverse(name, args=[season.criteria_set.pk]))
        assert answer["Location"] == reverse("criteria:set", args=[season.criteria_set.pk])


def test_workbook_lists_every_criterion_and_unit(client: Client, season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2), "name": "=1+1"})
    client.force_login(season.staff)

    answer = client.get(reverse("results:amend_xlsx", args=[new.pk]))

    book = openpyxl.load_workbook(BytesIO(answer.content))
    criteria, units = book.worksheets
    assert [[cell.value for cell in row][:2] for row in criteria.iter_rows(min_row=2)] == [
        ["1.1", "1.1"],
        ["1.2", "1.2"],
        ["2.1", "2.1"],
    ]
    assert (criteria["C2"].value, criteria["C2"].data_type) == ("=1+1", "s")
    assert [row[0].value for row in units.iter_rows(min_row=2)] == ["SXD", "SYT"]


def test_workbook_of_new_and_dropped_leaves(client: Client, season: Season) -> None:
    new = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    known = outline(new)
    other = Node("1.3", "Sáng kiến", "1", Decimal(4), rule=YES.format(4))
    nodes = tuple(each if each.code != "1.2" else other for each in known.nodes)
    drafting.rewrite(criteria_set=new, outline=replace(known, nodes=nodes))
    client.force_login(season.staff)

    answer = client.get(reverse("results:amend_xlsx", args=[new.pk]))
    page = client.get(reverse("results:amend", args=[new.pk])).content.decode()

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    said = [(row[0].value, row[1].value, row[5].value) for row in sheet.iter_rows(min_row=2)]
    assert (None, "1.3", "mới: phải chấm") in said
    assert ("1.2", None, "để riêng, không tính") in said
    assert "Chưa thể áp dụng" in page
