"""Pages of lineage and redline, and the files that are taken away."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from criteria import policies
from criteria.documents import redline as documents
from criteria.models import CriteriaSet, Criterion
from criteria.services import lineage
from tests.criteria.lineage.years import ONE, Years, leaf, years
from tests.factories import rows
from units.pdf import MissingLibrary, problem

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def signed_in(client: Client) -> Years:
    made = years()
    client.force_login(made.staff)
    return made


def address(name: str, *args: int) -> str:
    return reverse(f"criteria:{name}", args=args)


# --- lineage ----------------------------------------------------------------------------------------------------------


def test_page_shows_both_sides_by_kind(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)

    page = client.get(address("set_lineage", made.new.pk))

    assert page.status_code == 200
    assert [(group["kind"], group["open"]) for group in page.context["groups"]] == [
        ("split", 2),
        ("new", 1),
        ("dropped", 1),
        ("same", 1),
    ]
    text = page.content.decode()
    assert text.count("data-confirms") == 5
    assert (page.context["open"], page.context["unsaid"], page.context["before"]) == (5, 0, made.old)


def test_page_before_any_proposal_asks_for_one(client: Client) -> None:
    made = signed_in(client)

    page = client.get(address("set_lineage", made.new.pk))

    assert (page.context["unsaid"], page.context["total"]) == (7, 7)
    assert page.content.decode().count("data-confirms") == 0


def test_page_of_the_first_set_says_that_there_is_nothing(client: Client) -> None:
    made = signed_in(client)

    page = client.get(address("set_lineage", made.old.pk))

    assert (page.status_code, page.context["before"]) == (200, None)
    assert page.content.decode().count('class="empty"') == 1


def test_page_filters(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)

    page = client.get(address("set_lineage", made.new.pk), {"kind": "split", "state": "open", "q": "tuyen truyen tren"})
    none = client.get(address("set_lineage", made.new.pk), {"q": "không có gì", "kind": "nonsense"})

    assert [len(group["entries"]) for group in page.context["groups"]] == [2]
    assert (none.context["groups"], none.content.decode().count('class="empty"')) == ([], 1)


def test_page_takes_few_queries_and_the_same_for_more_leaves(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    client.get(address("set_lineage", made.new.pk))
    with django_assert_max_num_queries(13) as few:
        client.get(address("set_lineage", made.new.pk))
    for number in range(3, 300):
        leaf(made.new, f"2.{number}", f"Tiêu chí số {number}")
    lineage.propose(criteria_set=made.new, by=made.staff)

    with django_assert_max_num_queries(13) as many:
        page = client.get(address("set_lineage", made.new.pk))

    assert page.context["total"] == 302
    assert len(many.captured_queries) == len(few.captured_queries)


def test_proposing_goes_back_to_the_page(client: Client) -> None:
    made = signed_in(client)

    answer = client.post(address("set_lineage_propose", made.new.pk))
    refused = client.post(address("set_lineage_propose", made.old.pk), follow=True)

    assert (answer.status_code, answer["Location"]) == (302, address("set_lineage", made.new.pk))
    assert made.new.lineage.count() == 5
    assert [str(each.level_tag) for each in refused.context["messages"]] == ["success", "error"]


def test_one_entry_is_confirmed_in_place(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    key = f"n{made.leaf('1.1').pk}"

    answer = client.post(address("set_lineage_confirm", made.new.pk), {"only": key}, headers=HTMX)

    text = answer.content.decode()
    assert (answer.status_code, made.row("1.1").is_confirmed) == (200, True)
    assert re.findall(r'<tr id="(\w+)" class="trace trace-done"', text) == [key]
    assert text.count('hx-swap-oob="true"') == 1
    assert "data-confirms" not in text


def test_one_entry_is_confirmed_without_scripts(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    key = f"o{made.before('2.1').pk}"

    answer = client.post(address("set_lineage_confirm", made.new.pk), {"only": key, "query": "kind=dropped"})

    assert answer["Location"] == f"{address('set_lineage', made.new.pk)}?kind=dropped#{key}"
    assert made.new.lineage.get(kind="dropped").is_confirmed


def test_ticked_entries_and_all_of_a_kind_are_confirmed(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)

    ticked = {"rows": [f"n{made.leaf('1.2').pk}", f"n{made.leaf('2.2').pk}"]}
    client.post(address("set_lineage_confirm", made.new.pk), ticked)
    assert sorted(each[2] for each in made.told() if each[3]) == ["1.2", "2.2"]

    client.post(address("set_lineage_confirm", made.new.pk), {"kind": "same"})
    assert sorted(each[2] for each in made.told() if each[3]) == ["1.1", "1.2", "2.2"]


def test_the_button_for_all_that_are_the_same_leaves_out_what_was_retyped(client: Client) -> None:
    made = signed_in(client)
    leaf(made.new, "2.1", made.before("2.1").name, "4")
    lineage.propose(criteria_set=made.new, by=made.staff)
    before = client.get(address("set_lineage", made.new.pk)).content.decode()
    Criterion.objects.filter(pk=made.leaf("1.1").pk).update(name="Tỷ lệ hồ sơ trực tuyến toàn trình")

    page = client.get(address("set_lineage", made.new.pk)).content.decode()
    client.post(address("set_lineage_confirm", made.new.pk), {"kind": "same"})
    after = client.get(address("set_lineage", made.new.pk)).content.decode()

    assert "Xác nhận tất cả 2 dòng giữ nguyên" in before
    assert "Xác nhận 1 dòng giống từ 80% trở lên" in page
    assert "Còn 1 dòng giống dưới 80%" in page
    assert "Cùng mã nhưng nội dung chỉ giống nhau" in page
    assert ("same", "2.1", "2.1", True) in made.told()
    assert ("same", "1.1", "1.1", False) in made.told()
    assert 'value="same"><svg' not in after, "nothing is left for the button"


def test_an_incomplete_entry_is_refused_with_the_reason(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    lineage.change(
        criteria_set=made.new, leaf=made.leaf("2.2"), origins={made.before("2.1"): Decimal("0.4")}, by=made.staff
    )
    sent = {"only": f"n{made.leaf('2.2').pk}"}

    in_place = client.post(address("set_lineage_confirm", made.new.pk), sent, headers=HTMX)
    whole = client.post(address("set_lineage_confirm", made.new.pk), sent, follow=True)

    assert (in_place.status_code, in_place.content.decode().count('role="alert"')) == (409, 1)
    assert ["40%" in str(each) for each in whole.context["messages"]] == [True]
    assert not made.row("2.2").is_confirmed


def test_an_entry_that_is_gone_is_not_found(client: Client) -> None:
    made = signed_in(client)

    for draft in (made.new, rows.criteria_set(made.old.cycle, "commune")):
        answer = client.post(address("set_lineage_confirm", draft.pk), {"only": "n0"}, headers=HTMX)
        assert answer.status_code == 404


def test_a_leaf_is_given_other_origins(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    place = address("set_lineage_leaf", made.new.pk, made.leaf("2.2").pk)
    assert client.get(place).status_code == 200

    sent = {"code_0": "2.1", "share_0": "", "code_1": "1.1 Kế hoạch", "share_1": "50%", "query": "q=2"}
    answer = client.post(place, sent)

    assert answer["Location"] == f"{address('set_lineage', made.new.pk)}?q=2#n{made.leaf('2.2').pk}"
    found = {each.previous.code: each.share for each in made.new.lineage.filter(criterion__code="2.2") if each.previous}
    assert found == {"2.1": ONE, "1.1": Decimal("0.5")}


def test_the_form_shows_what_stands_and_two_empty_lines(client: Client) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)

    page = client.get(address("set_lineage_leaf", made.new.pk, made.leaf("1.3").pk))

    lines = [(code.value(), share.value()) for code, share in page.context["form"].lines()]
    assert lines == [("1.2", "75"), ("", ""), ("", "")]


@pytest.mark.parametrize(
    ("code", "share", "field"),
    [
        ("9.9", "", "code_0"),
        ("1.1", "0", "share_0"),
        ("1.1", "100,5", "share_0"),
        ("1.1", "1,234", "share_0"),
        ("1.1", "nửa", "share_0"),
        ("1.1", "-5", "share_0"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(client: Client, code: str, share: str, field: str) -> None:
    made = signed_in(client)
    place = address("set_lineage_leaf", made.new.pk, made.leaf("2.2").pk)

    answer = client.post(place, {"code_0": code, "share_0": share})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert made.new.lineage.count() == 0


def test_a_code_that_stands_twice_is_refused(client: Client) -> None:
    made = signed_in(client)
    place = address("set_lineage_leaf", made.new.pk, made.leaf("2.2").pk)

    answer = client.post(place, {"code_0": "1.1", "share_0": "40", "code_1": "1.1", "share_1": "60"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code_1"])


def test_a_set_issued_meanwhile_is_said_on_the_form(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = signed_in(client)
    place = address("set_lineage_leaf", made.new.pk, made.leaf("2.2").pk)
    found = policies.set_to_edit(made.staff, made.new.pk)
    monkeypatch.setattr(policies, "set_to_edit", lambda user, pk: found)
    CriteriaSet.objects.filter(pk=made.new.pk).update(scale=10)
    rows.issue(CriteriaSet.objects.get(pk=made.new.pk))

    answer = client.post(place, {"code_0": "1.1", "share_0": "100"})

    assert (answer.status_code, len(answer.context["problems"])) == (422, 1)


def test_leaves_of_frozen_or_first_sets_are_not_changed(client: Client) -> None:
    made = signed_in(client)
    first = rows.criteria_set(made.old.cycle, "commune")

    for draft, code in ((made.old, "1.1"), (first, "1.1"), (made.new, "1")):
        place = address("set_lineage_leaf", draft.pk, draft.criteria.get(code=code).pk)
        assert client.get(place).status_code == 404


# --- redline ----------------------------------------------------------------------------------------------------------


def test_redline_is_read_old_left_whichever_is_asked_for(client: Client) -> None:
    made = signed_in(client)

    one = client.get(address("set_redline", made.new.pk, made.old.pk))
    other = client.get(address("set_redline", made.old.pk, made.new.pk))

    for page in (one, other):
        assert (page.status_code, page.context["old"], page.context["new"]) == (200, made.old, made.new)
    text = one.content.decode()
    assert [(kind, count) for kind, _label, count in one.context["found"].counts] == [
        ("added", 1),
        ("removed", 1),
        ("split", 1),
    ]
    assert (text.count("<ins>") > 1, text.count("<del>") > 1) == (True, True)
    assert one.context["found"].open == 4


def test_redline_filters_by_kind_and_text_and_shows_the_unchanged(client: Client) -> None:
    made = signed_in(client)
    place = address("set_redline", made.new.pk, made.old.pk)

    def codes(**sent: str) -> list[str]:
        return [row.difference.key for row in client.get(place, sent).context["rows"]]

    assert codes() == ["1.2", "-2.1", "2.2"]
    assert codes(kind="split") == ["1.2"]
    assert codes(q="chuyen doi so") == ["2.2"]
    assert codes(q="không có gì") == []
    assert codes(all="on") == ["1", "1.1", "1.2", "2", "-2.1", "2.2"]


def test_the_comparison_asked_for_most_is_with_the_set_it_comes_from(client: Client) -> None:
    made = signed_in(client)
    alone = rows.criteria_set(made.old.cycle, "commune")

    assert client.get(address("set_redlines", made.new.pk))["Location"] == address(
        "set_redline", made.new.pk, made.old.pk
    )
    empty = client.get(address("set_redlines", alone.pk))
    assert (empty.status_code, empty.content.decode().count('class="empty"')) == (200, 1)


def test_sets_of_another_kind_or_the_same_set_are_not_compared(client: Client) -> None:
    made = signed_in(client)
    other = rows.criteria_set(made.old.cycle, "commune")

    for pair in ((made.new.pk, other.pk), (made.new.pk, made.new.pk), (made.new.pk, 10**6)):
        assert client.get(address("set_redline", *pair)).status_code == 404


def test_drafts_are_compared_by_those_who_draft_them_only(client: Client) -> None:
    made = years()
    client.force_login(rows.user())

    assert client.get(address("set_redline", made.new.pk, made.old.pk)).status_code == 404
    assert client.get(address("set_lineage", made.new.pk)).status_code == 404


def test_redline_takes_few_queries_and_the_same_for_more_leaves(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = signed_in(client)
    lineage.propose(criteria_set=made.new, by=made.staff)
    place = address("set_redline", made.new.pk, made.old.pk)
    client.get(place)
    with django_assert_max_num_queries(19) as few:
        client.get(place)
    for number in range(3, 30):
        leaf(made.new, f"2.{number}", f"Tiêu chí số {number}")

    with django_assert_max_num_queries(19) as many:
        page = client.get(place)

    assert len(page.context["rows"]) == 30
    assert len(many.captured_queries) == len(few.captured_queries)


@pytest.mark.parametrize(("suffix", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_files_of_the_annex(client: Client, suffix: str, start: bytes) -> None:
    if suffix == "pdf" and (reason := problem()):
        pytest.skip(reason)
    made = signed_in(client)

    answer = client.get(address(f"set_redline_{suffix}", made.new.pk, made.old.pk))

    assert (answer.status_code, answer.content[: len(start)]) == (200, start)
    assert f"-v1.{suffix}" in answer["Content-Disposition"]


def test_a_file_of_two_frozen_sets_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = signed_in(client)
    rows.issue(made.new)
    cache.clear()
    place = address("set_redline_docx", made.new.pk, made.old.pk)
    first = client.get(place).content
    monkeypatch.delattr(documents, "in_vietnamese")

    assert client.get(place).content == first


def test_a_machine_without_pango_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = signed_in(client)

    def missing(*_: object) -> bytes:
        raise MissingLibrary("no Pango")

    monkeypatch.setattr("units.pdf.render", missing)

    answer = client.get(address("set_redline_pdf", made.new.pk, made.old.pk), follow=True)

    assert [str(each.level_tag) for each in answer.context["messages"]] == ["error"]


def test_nobody_signed_in_compares_nothing() -> None:
    made = years()

    assert policies.sets_to_compare_with(AnonymousUser(), made.new) == []
