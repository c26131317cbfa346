"""Draft, checked, issued, replaced; new versions, drafts from last year, and what is thrown away."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from criteria.models import CriteriaSet, Criterion, Lineage, LineageKind, SetState
from criteria.selectors import outline
from criteria.services import drafting, life
from criteria.tree.nodes import digest
from tests.criteria.life.makers import DECISION, Office, again, document, office
from tests.criteria.tree.outlines import change, good
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def trail() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


@pytest.fixture
def here() -> Office:
    return office()


# ---- checking


def test_a_set_without_errors_is_checked_and_carries_its_digest(here: Office) -> None:
    draft = here.draft()

    found = life.check(criteria_set=draft, by=here.staff)

    assert found == ()
    assert (again(draft).state, again(draft).digest) == (SetState.CHECKED, digest(good()))
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.unit, event.data) == ("criteria.checked", here.province, '{"errors": 0, "warnings": 0}')


def test_a_set_with_errors_is_a_draft_again(here: Office) -> None:
    draft = here.checked()
    Criterion.objects.filter(criteria_set=draft, code="1.2").update(evidence_asked="")

    found = life.check(criteria_set=draft, by=here.staff)

    assert [each.check for each in found] == ["evidence_missing"]
    assert (again(draft).state, again(draft).digest) == (SetState.DRAFT, "")


def test_warnings_do_not_keep_a_set_from_being_checked(here: Office) -> None:
    draft = here.draft(replace(good(), legal_basis=""))

    found = life.check(criteria_set=draft, by=here.staff)

    assert [each.check for each in found] == ["basis_missing"]
    assert again(draft).state == SetState.CHECKED


def test_the_checker_knows_the_calendar_the_library_the_groups_and_the_councils(here: Office) -> None:
    other = document("53/2019/QĐ-UBND")
    document("52/2019/QĐ-UBND", is_repealed=True, replaced_by=other)
    stale = change(good(), "1.2", evidence="Báo cáo năm 2021", legal_basis="1/NQ-CP")
    draft = here.draft(stale, kind="commune")

    found = life.check(criteria_set=draft, by=here.staff, unassigned={"1.2"})

    assert {each.check for each in found} == {
        "evidence_period",
        "basis_unknown",
        "basis_repealed",
        "group_missing",
        "appraiser_missing",
    }


def test_an_issued_set_is_not_checked_again(here: Office) -> None:
    issued = here.issued()

    with pytest.raises(drafting.Frozen):
        life.check(criteria_set=issued, by=here.staff)


# ---- issuing


def test_a_checked_set_is_issued_with_number_date_signer_and_digest(here: Office) -> None:
    checked = here.checked()
    before = timezone.now()

    life.issue(criteria_set=checked, by=here.staff, **DECISION)

    issued = again(checked)
    assert (issued.state, issued.number, issued.issued_on, issued.signer) == (
        SetState.ISSUED,
        "2125/QĐ-UBND",
        date(2022, 10, 17),
        "Nguyễn Văn A",
    )
    assert (issued.digest, issued.issued_by) == (digest(outline(issued)), here.staff)
    assert issued.issued_at is not None
    assert issued.issued_at >= before.replace(microsecond=0)
    assert trail() == ["criteria.drafted", "criteria.checked", "criteria.issued"]


def test_a_draft_is_not_issued(here: Office) -> None:
    draft = here.draft()

    with pytest.raises(life.NotChecked):
        life.issue(criteria_set=draft, by=here.staff, **DECISION)


def test_a_set_that_was_changed_behind_the_checkers_back_is_not_issued(here: Office) -> None:
    checked = here.checked()
    Criterion.objects.filter(criteria_set=checked, code="1.2").update(name="Đổi tên")

    with pytest.raises(life.NotChecked):
        life.issue(criteria_set=checked, by=here.staff, **DECISION)


def test_an_edit_makes_a_checked_set_a_draft(here: Office) -> None:
    checked = here.checked()

    drafting.rewrite(criteria_set=checked, outline=change(good(), "1.2", name="Đổi tên"))

    assert again(checked).state == SetState.DRAFT


def test_a_set_is_not_issued_when_the_library_says_since_that_its_basis_is_repealed(here: Office) -> None:
    checked = here.checked()
    document("52/2019/QĐ-UBND", is_repealed=True)

    with pytest.raises(life.HasErrors) as refused:
        life.issue(criteria_set=checked, by=here.staff, **DECISION)

    assert [each.check for each in refused.value.findings] == ["basis_repealed"]
    assert again(checked).state == SetState.CHECKED


def test_a_second_set_of_the_kind_is_not_issued_but_amends(here: Office) -> None:
    issued, other = here.issued(), here.checked()

    with pytest.raises(life.HasPredecessor) as refused:
        life.issue(criteria_set=other, by=here.staff, **DECISION)

    assert refused.value.standing == issued


def test_an_issued_set_is_not_issued_again(here: Office) -> None:
    issued = here.issued()

    with pytest.raises(drafting.Frozen):
        life.issue(criteria_set=issued, by=here.staff, **DECISION)


# ---- versions


def test_a_new_version_says_the_same_and_every_leaf_comes_from_its_like(here: Office) -> None:
    issued = here.issued()

    made = life.new_version(criteria_set=issued, by=here.staff)

    assert (made.version, made.state, made.replaces) == (2, SetState.DRAFT, issued)
    assert outline(made) == good()
    rows_ = list(made.lineage.select_related("criterion", "previous"))
    assert len(rows_) == len(good().leaves)
    for row in rows_:
        assert row.criterion is not None
        assert row.previous is not None
        assert (row.kind, row.criterion.code) == (LineageKind.SAME, row.previous.code)
        assert (row.is_confirmed, row.confirmed_by, row.previous.criteria_set) == (True, here.staff, issued)
        assert row.confirmed_at is not None


@pytest.mark.parametrize("state", ["draft", "checked", "replaced"])
def test_only_what_is_in_force_gets_a_new_version(here: Office, state: str) -> None:
    made = here.draft() if state == "draft" else here.checked()
    if state == "replaced":
        made = life.issue(criteria_set=made, by=here.staff, **DECISION)
        CriteriaSet.objects.filter(pk=made.pk).update(state="replaced")

    with pytest.raises(life.NotInForce):
        life.new_version(criteria_set=made, by=here.staff)


def test_a_version_takes_the_place_of_the_one_it_replaces_and_gives_it_back(here: Office) -> None:
    old = here.issued()
    new = here.version(old)

    life.supersede(old=old, new=new, by=here.staff, number="1/QĐ", issued_on=date(2022, 11, 1), signer="B")
    states = [again(old).state, again(new).state]
    life.restore(old=old, new=new, by=here.staff)

    assert states == [SetState.REPLACED, SetState.ISSUED]
    assert [again(old).state, again(new).state] == [SetState.ISSUED, SetState.REPLACED]
    assert (again(new).number, again(old).number) == ("1/QĐ", "2125/QĐ-UBND")
    assert trail()[-2:] == ["criteria.issued", "criteria.restored"]


def test_a_version_only_takes_the_place_of_the_one_it_replaces(here: Office) -> None:
    old, stranger = here.issued(), here.checked()

    with pytest.raises(life.NotInForce):
        life.supersede(old=old, new=stranger, by=here.staff, **DECISION)


def test_of_two_versions_of_a_set_the_second_comes_too_late(here: Office) -> None:
    old = here.issued()
    first, second = here.version(old), here.version(old)
    life.supersede(old=old, new=first, by=here.staff, **DECISION)

    with pytest.raises(life.NotInForce):
        life.supersede(old=old, new=second, by=here.staff, **DECISION)


def test_only_what_was_replaced_is_restored(here: Office) -> None:
    old = here.issued()
    new = here.version(old)

    with pytest.raises(life.NotInForce):
        life.restore(old=old, new=new, by=here.staff)


def test_only_by_the_version_that_replaced_it(here: Office) -> None:
    old = here.issued()
    second = here.version(old)
    life.supersede(old=old, new=second, by=here.staff, **DECISION)
    third = here.version(again(second))
    life.supersede(old=second, new=third, by=here.staff, **DECISION)

    with pytest.raises(life.NotInForce):
        life.restore(old=old, new=third, by=here.staff)


# ---- from last year


def next_cycle(here: Office) -> Office:
    year = rows.cycle(here.province, previous=here.cycle)
    rows.tier(year, here.province)
    return Office(here.province, year, here.staff)


def test_a_draft_from_last_year_proposes_that_its_leaves_are_the_same(here: Office) -> None:
    issued = here.issued()
    after = next_cycle(here)

    made = life.from_last_cycle(cycle=after.cycle, kind="department", by=here.staff)

    assert (made.version, made.replaces, outline(made)) == (1, None, good())
    told = {(row.kind, row.is_confirmed, row.confirmed_by) for row in made.lineage.select_related("confirmed_by")}
    assert told == {("same", False, None)}
    assert set(made.lineage.values_list("previous__criteria_set", flat=True)) == {issued.pk}
    found = life.check(criteria_set=made, by=here.staff)
    assert {each.check for each in found if each.is_error} == {"lineage_missing"}
    Lineage.objects.update(is_confirmed=True)
    assert not [each for each in life.check(criteria_set=made, by=here.staff) if each.is_error]


def test_without_a_set_last_year_there_is_nothing_to_copy(here: Office) -> None:
    here.draft()

    for cycle in (here.cycle, next_cycle(here).cycle):
        with pytest.raises(life.NotInForce):
            life.from_last_cycle(cycle=cycle, kind="department", by=here.staff)


# ---- thrown away


def test_a_draft_is_discarded_and_the_trail_says_why(here: Office) -> None:
    issued = here.issued()
    draft = life.new_version(criteria_set=issued, by=here.staff)
    pk = draft.pk

    life.discard(criteria_set=draft, reason="Làm lại từ đầu", by=here.staff)

    assert list(CriteriaSet.objects.all()) == [issued]
    assert not Lineage.objects.exists()
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.target_id) == ("criteria.discarded", str(pk))
    assert "Làm lại từ đầu" in event.data


def test_an_issued_set_is_not_discarded(here: Office) -> None:
    issued = here.issued()

    with pytest.raises(drafting.Frozen):
        life.discard(criteria_set=issued, reason="Không cần", by=here.staff)


def test_a_draft_that_dossiers_refer_to_is_not_discarded() -> None:
    season = rows.season(issued=False)

    with pytest.raises(life.InUse):
        life.discard(criteria_set=season.criteria_set, reason="Không cần", by=season.staff)

    assert again(season.criteria_set)
    assert not AuditEvent.objects.exists()


def test_points_of_a_thousandth_survive_issuing(here: Office) -> None:
    """Sums in ten-thousandths: SQLite keeps decimals as binary numbers."""
    third = change(change(good(), "1.1.1", maximum=Decimal("2.3333")), "1.1", maximum=Decimal("5.3333"))
    made = here.draft(replace(change(third, "I", maximum=Decimal("8.3333")), scale=Decimal("10.3333")))
    CriteriaSet.objects.filter(pk=made.pk).update(state="checked", digest="x")

    CriteriaSet.objects.filter(pk=made.pk).update(state="issued")

    assert again(made).is_frozen
