"""The delegation page, the divisions, the queue and the parts of a leaf over HTTP."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.models import Delegation, DelegationPlan, Justification, PartScore, Score
from assessments.selectors.delegation_board import board_of
from tests.assessments.delegated import Province, province
from tests.assessments.pages import signed_in, text
from units.models import Division, Membership

IN_PLACE = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Province:
    return province()


def url(name: str, place: Province, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[place.assessment.pk, *more])


def row(what: str, owner: str, **more: str) -> dict[str, str]:
    return {"text": what, "owner": owner, "role": "lead", "facet": "", "task": "", "due": "", **more}


def test_rows_are_given_and_what_is_open_is_told_at_once(place: Province) -> None:
    client = signed_in(place.staff)
    empty = client.get(url("delegation", place))
    assert empty.status_code == 200
    assert "Chưa phân công nội dung nào" in text(empty)

    answer = client.post(url("delegation_add", place), row("1 trừ 1.2", "sở tài chính", due="25/11/2022", task="x"))
    assert answer.status_code == 302
    given = Delegation.objects.get()
    assert (given.text, given.unit, given.task) == ("1 trừ 1.2", place.departments[0], "x")
    assert given.due_at is not None
    assert given.due_at.isoformat() == "2022-11-25T17:00:00+00:00"

    said = client.get(url("delegation", place))
    assert {each.finding.code for each in said.context["board"].open} == {"1.2", "2.1.1", "2.2", "3.1"}


def test_what_cannot_be_read_stays_in_the_form(place: Province) -> None:
    answer = signed_in(place.staff).post(url("delegation_add", place), row("9.9", "Sở Không có"))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"text", "owner"}
    assert 'value="9.9"' in answer.content.decode()
    assert not Delegation.objects.exists()


def test_a_part_needs_its_leaf(place: Province) -> None:
    answer = signed_in(place.staff).post(url("delegation_add", place), row("2.2", "STC", facet="biên chế"))

    assert answer.status_code == 422
    assert "facet" in answer.context["form"].errors


def test_rows_are_pasted_all_or_none(place: Province) -> None:
    client = signed_in(place.staff)
    wrong = "1\tSở Tài chính\n2\tSở Lạ\n"
    answer = client.post(url("delegation_paste", place), {"rows": wrong})
    assert answer.status_code == 422
    assert "2" in str(answer.context["paste"].errors["rows"])
    assert not Delegation.objects.exists()

    good = "1\tSở Tài chính\n2.2\tQuản lý đầu tư\tSở Kế hoạch và Đầu tư\tChủ trì\t\tTổng hợp\n1.1||STNMT|phối hợp"
    assert client.post(url("delegation_paste", place), {"rows": good}).status_code == 302
    assert [(each.text, each.facet, each.role) for each in Delegation.objects.order_by("position")] == [
        ("1", "", "lead"),
        ("2.2", "Quản lý đầu tư", "lead"),
        ("1.1", "", "contributor"),
    ]


def test_a_name_of_two_people_is_asked_for(place: Province) -> None:
    for person in place.officers[:2]:
        person.full_name = "Nguyễn Văn An"
        person.save()
    answer = signed_in(place.staff).post(url("delegation_add", place), row("1", "nguyen van an"))

    assert answer.status_code == 422
    assert place.officers[0].username in str(answer.context["form"].errors["owner"])
    named = signed_in(place.staff).post(url("delegation_add", place), row("1", place.officers[0].username))
    assert named.status_code == 302
    assert Delegation.objects.get().person == place.officers[0]


def test_pasting_says_when_it_is_too_much(place: Province) -> None:
    answer = signed_in(place.staff).post(url("delegation_paste", place), {"rows": "1\tSTC\n" * 201})

    assert answer.status_code == 422


def test_a_day_that_never_comes_is_refused(place: Province) -> None:
    answer = signed_in(place.staff).post(url("delegation_add", place), row("1", "STC", due="31/12/9999"))

    assert answer.status_code == 422
    assert "due" in answer.context["form"].errors


def test_settled_issued_opened_again(place: Province) -> None:
    place.give("1; 2", place.departments[0])
    place.give("2.2", place.departments[1])
    client = signed_in(place.staff)

    refused = client.post(url("delegation_issue", place), follow=True)
    assert "Chưa ban hành" in text(refused)
    for matter in board_of(place.assessment).open:
        data = {"code": matter.finding.code, "kind": matter.finding.kind, "claims": matter.finding.claims}
        assert client.post(url("delegation_settle", place), {**data, "reason": ""}).status_code == 422
        assert client.post(url("delegation_settle", place), {**data, "reason": "Có lý do"}).status_code == 302
    assert Justification.objects.count() == 2
    data["withdraw"] = "1"
    client.post(url("delegation_settle", place), data)
    assert Justification.objects.count() == 1
    del data["withdraw"]
    client.post(url("delegation_settle", place), {**data, "reason": "Có lý do"})
    client.post(url("delegation_issue", place))
    plan = DelegationPlan.objects.get()
    assert plan.issued_by == place.staff

    shut = client.post(url("delegation_add", place), row("1.1", "STC"), follow=True)
    assert "Hãy mở lại trước" in text(shut)
    assert client.post(url("delegation_reopen", place), {"reason": ""}).status_code == 422
    client.post(url("delegation_reopen", place), {"reason": "Sở đổi tên"})
    plan.refresh_from_db()
    assert (plan.version, plan.issued_at) == (2, None)
    assert client.get(url("delegation", place)).status_code == 200


def test_a_justification_of_something_else_is_told(place: Province) -> None:
    place.give("1", place.departments[0])
    data = {"code": "2.2", "kind": "nobody", "claims": "0" * 64, "reason": "x"}

    answer = signed_in(place.staff).post(url("delegation_settle", place), data, follow=True)

    assert "đã thay đổi" in text(answer)
    assert not Justification.objects.exists()


def test_gaps_of_what_no_unit_scores_are_settled_together(place: Province) -> None:
    place.give("1", place.departments[0])
    client = signed_in(place.staff)

    assert client.post(url("delegation_settle", place), {"elsewhere": "1", "reason": ""}).status_code == 422
    client.post(url("delegation_settle", place), {"elsewhere": "1", "reason": "Đo bằng điều tra"})

    assert list(Justification.objects.values_list("code", "reason")) == [("3.1", "Đo bằng điều tra")]


def test_a_row_is_changed_and_removed(place: Province) -> None:
    given = place.give("1", place.departments[0])
    client = signed_in(place.staff)
    address = reverse("assessments:delegation_edit", args=[given.pk])

    assert client.get(address).context["form"].initial["owner"] == "Sở Tài chính"
    assert client.post(address, row("zzz", "STC")).status_code == 422
    client.post(address, row("1.1", place.officers[1].username))
    given.refresh_from_db()
    assert (given.text, given.person, given.unit) == ("1.1", place.officers[1], None)
    assert place.officers[1].username in client.get(address).context["form"].initial["owner"]
    client.post(reverse("assessments:delegation_remove", args=[given.pk]))
    assert not Delegation.objects.exists()


def test_the_paper_is_named(place: Province) -> None:
    client = signed_in(place.staff)

    client.post(url("delegation_document", place), {"document": "Kế hoạch 05/KH-UBND"})

    assert DelegationPlan.objects.get().document == "Kế hoạch 05/KH-UBND"
    assert client.post(url("delegation_document", place), {"document": "x" * 301}).status_code == 422


def test_the_page_is_filtered(place: Province) -> None:
    place.give("1.1", place.departments[0])
    client = signed_in(place.staff)

    def codes(query: str) -> list[str]:
        found = client.get(url("delegation", place) + query).context["places"]
        return [each.criterion.code for each in found]

    assert codes("?q=tai+chinh") == ["1", "1.1"]
    assert codes("?q=2.1") == ["2", "2.1", "2.1.1"]
    assert codes("?only=nobody") == ["1", "1.2", "2", "2.1", "2.1.1", "2.2", "3", "3.1"]
    assert codes("?only=open&q=1.2") == ["1", "1.2"]


def test_xlsx_holds_rows_and_leaves(place: Province) -> None:
    place.give("1", place.departments[0], task="=1+1", due_at=timezone.now())
    place.give("2.2", place.departments[1], facet="a")
    place.give("2.2", place.officers[2], role="contributor")

    answer = signed_in(place.staff).get(url("delegation_xlsx", place))

    book = load_workbook(io.BytesIO(answer.content))
    first, second = book.worksheets
    assert [first.cell(4, 1).value, first.cell(4, 6).value, first.cell(4, 6).data_type] == ["1", "=1+1", "s"]
    assert [cell.value for cell in second["A"]][3:] == ["1.1", "1.2", "2.1.1", "2.2", "3.1"]


def test_queries_do_not_grow_with_rows(place: Province) -> None:
    place.give("1.1", place.departments[0])
    client = signed_in(place.staff)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url("delegation", place))
    for text_, of in (("1.2", 1), ("2", 2), ("2.2", 0)):
        place.give(text_, place.departments[of])
    with CaptureQueriesContext(connection) as four:
        client.get(url("delegation", place))

    assert len(four) == len(one)


def test_divisions(place: Province) -> None:
    client = signed_in(place.head)
    address = reverse("units:divisions", args=[place.unit.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": " Phòng  Tổng hợp "}).status_code == 302
    division = Division.objects.get()
    assert division.name == "Phòng Tổng hợp"
    assert client.post(address, {"name": "Phòng Tổng hợp"}).status_code == 422
    assert client.post(address, {"name": ""}).status_code == 422
    change = reverse("units:division", args=[division.pk])
    client.post(change, {"name": "Phòng CCHC"})
    division.refresh_from_db()
    assert division.name == "Phòng CCHC"
    client.post(address, {"name": "Phòng Hai"})
    assert "tên này" in text(client.post(change, {"name": "Phòng Hai"}, follow=True))
    assert "cần có tên" in text(client.post(change, {"name": ""}, follow=True))
    membership = Membership.objects.get(user=place.own)
    where = reverse("units:division_place", args=[membership.pk])
    assert client.post(where, {"division": "x"}).status_code == 404
    assert client.post(where, {"division": "99999"}).status_code == 404
    client.post(where, {"division": str(division.pk)})
    membership.refresh_from_db()
    assert membership.division == division
    assert client.get(address).status_code == 200
    place.give("1", division)
    assert "phải lưu lại" in text(client.post(change, {"remove": "1"}, follow=True))
    client.post(reverse("units:division", args=[Division.objects.get(name="Phòng Hai").pk]), {"remove": "1"})
    assert Division.objects.count() == 1


def test_the_queue_of_a_delegate_empties(place: Province) -> None:
    place.give("1", place.departments[0], due_at=timezone.now() + timedelta(days=1))
    mine = place.give("2.1.1", place.departments[0], role="contributor", task="Cung cấp số liệu")
    place.give("2", place.departments[1])
    place.issue()
    client = signed_in(place.officers[0])

    page = client.get(reverse("assessments:queue"))
    assert [(each.kind, each.about.split()[0], bool(each.done)) for each in page.context["page"]] == [
        ("leaf", "1.2", False),
        ("leaf", "1.1", False),
        ("contribution", "2.1.1", True),
    ]
    save = url("save", place, place.leaf("1.1"))
    assert client.post(save, {"points": "2", "explanation": "x", "version": "0"}, headers=IN_PLACE).status_code == 200
    client.post(reverse("assessments:delegation_done", args=[mine.pk]), {"note": "Đã gửi"})
    mine.refresh_from_db()
    assert (mine.done_note, mine.done_by) == ("Đã gửi", place.officers[0])
    page = client.get(reverse("assessments:queue") + "?q=1.2&kind=leaf")
    assert [each.about.split()[0] for each in page.context["page"]] == ["1.2"]
    assert page.context["all"] == 1
    assert "phù hợp" in text(client.get(reverse("assessments:queue") + "?q=zzz"))
    client.post(reverse("assessments:delegation_done", args=[mine.pk]), {"undo": "1"})
    mine.refresh_from_db()
    assert mine.done_at is None
    long = client.post(reverse("assessments:delegation_done", args=[mine.pk]), {"note": "x" * 501}, follow=True)
    assert "quá 500" in text(long)


def test_parts_are_written_by_their_owners_and_make_the_leaf(place: Province) -> None:
    for label, department in zip("abc", place.departments, strict=True):
        place.give("2.2", department, facet=label)
    place.give("1; 2.1", place.departments[0])
    place.issue()
    leaf = place.leaf("2.2")
    first, second, third = (signed_in(each) for each in place.officers)

    def save(client: Client, label: str, points: str, version: int = 0, **more: Any) -> Any:
        data = {"points": points, "explanation": f"Phần {label}", "version": str(version)}
        return client.post(url("save_part", place, leaf, label), data, **more)

    assert save(first, "b", "1").status_code == 403
    assert save(first, "z", "1").status_code == 404
    assert first.post(url("save", place, leaf), {"points": "1", "version": "0"}).status_code == 403
    assert save(first, "a", "1,6", headers=IN_PLACE).status_code == 422
    assert save(first, "a", "1,25").status_code == 302
    assert Score.objects.get(criterion=leaf).points is None
    assert save(second, "b", "1", headers=IN_PLACE).status_code == 200
    done = save(third, "c", "0,5", headers=IN_PLACE)
    assert "2,75" in text(done)
    score = Score.objects.get(criterion=leaf)
    assert str(score.points) == "2.7500"
    assert score.explanation.splitlines()[0] == "a) Quản lý ngân sách: Phần a"
    stale = save(first, "a", "1", headers=IN_PLACE)
    assert stale.status_code == 409
    assert "1,25" in text(stale)
    assert 'value="1"' in stale.content.decode()
    assert PartScore.objects.get(label="a").points == score.parts.get(label="a").points
    place.assessment.state = "submitted"
    place.assessment.submitted_at, place.assessment.submitted_by = timezone.now(), place.head
    place.assessment.save()
    assert save(first, "a", "1", 1).status_code == 409


def given_in_parts(place: Province) -> int:
    """The leaf in parts, each given to a department; all of them proved. Its number."""
    for label, department in zip("abc", place.departments, strict=True):
        place.give("2.2", department, facet=label)
    place.give("1; 2.1", place.departments[0])
    place.issue()
    return place.leaf("2.2")


def test_saving_a_part_tells_what_changed_on_the_sheet(place: Province) -> None:
    leaf = given_in_parts(place)
    last: Any = None
    for person, label in zip(place.officers, "abc", strict=True):
        data = {"points": "0,5", "explanation": f"Phần {label}", "version": "0"}
        last = signed_in(person).post(url("save_part", place, leaf, label), data, headers=IN_PLACE)

    told = last.content.decode()
    area = place.criteria_set.criteria.get(code="2").pk
    shown = {
        key: re.search(rf'id="{key}"[^>]*hx-swap-oob="true"[^>]*>(.*?)</(?:strong|p|span)>', told, re.DOTALL)
        for key in (f"p-{leaf}", f"together-{leaf}", f"t-{area}", f"s-{leaf}")
    }

    assert [each for each, found in shown.items() if found is None] == []
    assert "1,5" in shown[f"p-{leaf}"][1]  # type: ignore[index]
    assert "1,5" in shown[f"together-{leaf}"][1]  # type: ignore[index]
    assert re.search(rf'id="t-{area}"[^>]*><strong>1,5</strong> / 5', told)
    assert re.search(r'id="foot".*?<strong class="big">1,5</strong> / 10', told, re.DOTALL)
    assert f'id="v-{leaf}-c" value="1" hx-swap-oob="true"' in told
    assert f'id="v-{leaf}" value="3" hx-swap-oob="true"' in told
    assert f'id="f-{leaf}-c"' not in told


def test_two_who_write_one_part_see_both_values_and_choose(place: Province) -> None:
    leaf = given_in_parts(place)
    client, address = signed_in(place.officers[0]), url("save_part", place, leaf, "a")

    def save(points: str, version: int, words: str = "", **more: str) -> Any:
        data = {"points": points, "explanation": words, "version": version, **more}
        return client.post(address, data, headers=IN_PLACE)

    save("1", 0, "của người thứ nhất")
    stale = save("0,5", 0, "của người thứ hai")
    assert stale.status_code == 409
    assert "Giá trị của anh/chị: 0,5" in text(stale)
    assert "Giá trị đang lưu: 1" in text(stale)
    assert "của người thứ nhất" in text(stale)
    assert "của người thứ hai" in text(stale)
    assert str(PartScore.objects.get().points) == "1.0000"

    chosen = save("0,5", 1, "của người thứ hai", resolve="mine")
    assert chosen.status_code == 200
    assert f'id="part-{leaf}-a" hx-swap-oob="true"' in chosen.content.decode()
    assert 'value="0,5"' in chosen.content.decode()
    assert (str(PartScore.objects.get().points), PartScore.objects.get().version) == ("0.5000", 2)


def test_a_part_is_not_saved_for_another_person_of_the_same_browser(place: Province) -> None:
    leaf = given_in_parts(place)
    data = {"points": "1", "explanation": "", "version": "0"}
    answer = signed_in(place.officers[0]).post(
        url("save_part", place, leaf, "a"), data, headers={"X-Person": str(place.officers[1].pk)}
    )

    assert answer.status_code == 412
    assert not PartScore.objects.exists()
