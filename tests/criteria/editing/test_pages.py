"""The editor's pages: the table, its saves, the page of a row with its rule tried out, and new drafts."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from criteria.models import Change, CriteriaSet, Criterion
from criteria.selectors import editing as reads
from criteria.selectors import outline
from criteria.services import drafting, editing
from tests.criteria.editing.test_service import INSERT, large, renamed
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season(issued=False)


@pytest.fixture
def staff(client: Client, season: rows.Season) -> Client:
    client.force_login(season.staff)
    return client


def url(season: rows.Season, name: str, *more: int) -> str:
    return reverse(f"criteria:{name}", args=[season.criteria_set.pk, *more])


def post(client: Client, season: rows.Season, *operations: Any, seen: int = 0, status: int = 200, **more: Any) -> Any:
    data = json.dumps({"seen": seen, "operations": operations, **more})
    answer = client.post(url(season, "edit_save"), data, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def leaf(season: rows.Season, code: str = "1.1") -> Criterion:
    return Criterion.objects.get(criteria_set=season.criteria_set, code=code)


def test_the_table_shows_every_row_and_what_is_missing(staff: Client, season: rows.Season) -> None:
    Criterion.objects.filter(criteria_set=season.criteria_set, code="1.2").update(max_points=3)

    text = staff.get(url(season, "set_edit")).content.decode()

    for code in ("1", "1.1", "1.2", "2", "2.1"):
        assert f'id="n-{code}"' in text
    assert '<td class="off">⚠ 5 · thiếu 1</td>' in text
    assert "✓ 10 / 10" in text
    assert 'class="no-min"' in text


def test_300_leaves_in_twelve_queries_and_300_kilobytes(staff: Client, season: rows.Season) -> None:
    made = drafting.create(cycle=season.cycle, kind="commune", outline=full(), by=season.staff)
    editing.edit(criteria_set=made, operations=[renamed("Mới", "1.1.1.1")], by=season.staff, seen=0)
    staff.get("/")

    with CaptureQueriesContext(connection) as queries:
        page = staff.get(reverse("criteria:set_edit", args=[made.pk]))

    assert page.status_code == 200
    assert len(queries) <= 12, [each["sql"][:90] for each in queries]
    assert len(page.content) <= 300_000


def full() -> Any:
    """300 leaves with long Vietnamese names, rules and evidence."""
    made = large()
    long = "Tỷ lệ nhiệm vụ được giao trong kế hoạch cải cách hành chính hoàn thành đúng thời hạn theo quy định"
    texts = {
        "rule": "Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa\nDưới 80%: 0" * 2,
        "evidence": long * 2,
        "examples": "x\ny",
    }
    nodes = [type(each)(**{**vars(each), "name": f"{long} {each.code}", **texts}) for each in made.nodes]
    return type(made)(made.title, made.scale, made.survey_points, tuple(nodes))


def test_a_save_answers_with_what_changed(staff: Client, season: rows.Season) -> None:
    told = post(staff, season, renamed("Mới"))

    assert list(told["rows"]) == [str(leaf(season).pk)]
    assert "Mới" in told["rows"][str(leaf(season).pk)]
    assert (told["seen"], told["order"], told["undo"], told["redo"]) == (1, None, "đã sửa 1.1 – Người staff", "")
    assert told["sums"] == {"scale": "10", "survey": "4", "bonus": "0", "penalty": "0", "rests": {}}
    assert post(staff, season, seen=1)["rows"] == {}
    assert told["by"] == []


def test_an_inserted_row_comes_with_the_order_of_all(staff: Client, season: rows.Season) -> None:
    told = post(staff, season, INSERT)

    made = Criterion.objects.get(criteria_set=season.criteria_set, name="Mới")
    assert set(told["rows"]) == {str(made.pk), str(leaf(season, "1").pk)}
    assert [code for _pk, code, _level in told["order"]] == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert told["sums"]["rests"] == {"1": "-1"}


def test_a_large_sets_answer_is_small(staff: Client, season: rows.Season) -> None:
    made = drafting.create(cycle=season.cycle, kind="commune", outline=full(), by=season.staff)
    data = json.dumps({"seen": 0, "operations": [INSERT | {"of": "1.1"}]})

    answer = staff.post(reverse("criteria:edit_save", args=[made.pk]), data, content_type="application/json")

    assert answer.status_code == 200
    assert len(answer.content) <= 60_000


def test_colleagues_edits_come_along(staff: Client, season: rows.Season) -> None:
    change = [renamed("Của quản trị", "1.2")]
    editing.edit(criteria_set=season.criteria_set, operations=change, by=season.administrator, seen=0)

    told = post(staff, season, renamed("Mới"))

    assert set(told["rows"]) == {str(leaf(season).pk), str(leaf(season, "1.2").pk)}
    assert told["by"] == [str(season.administrator)]


def test_a_conflict_shows_both_values(staff: Client, season: rows.Season) -> None:
    change = [renamed("Của quản trị")]
    editing.edit(criteria_set=season.criteria_set, operations=change, by=season.administrator, seen=0)

    told = post(staff, season, renamed("Của tôi"), status=409)

    assert (told["mine"], told["theirs"], told["code"], told["field"]) == ("Của tôi", "Của quản trị", "1.1", "name")
    assert told["seen"] == 1
    assert told["error"] == "Người khác vừa sửa mục này."


@pytest.mark.parametrize(
    ("operations", "field"),
    [
        ([{"op": "set", "code": "1.1", "values": {"maximum": "nhiều"}}], "maximum"),
        ([{"op": "undo"}], None),
        ([{"op": "nothing"}], ""),
    ],
)
def test_a_refused_save_says_why(staff: Client, season: rows.Season, operations: Any, field: str | None) -> None:
    told = post(staff, season, *operations, status=422)

    assert told["error"]
    assert told.get("field") == field
    assert not Change.objects.exists()


@pytest.mark.parametrize("body", ["{", "[]", '{"operations": 5}', '{"operations": [5]}', '"x"', " " * 600_000])
def test_nonsense_is_refused(staff: Client, season: rows.Season, body: str) -> None:
    assert staff.post(url(season, "edit_save"), body, content_type="application/json").status_code == 400


def test_undo_and_redo_of_what_was_seen(staff: Client, season: rows.Season) -> None:
    post(staff, season, renamed("Mới"))

    assert post(staff, season, {"op": "undo"}, seen=0, status=422)["seen"] == 1
    told = post(staff, season, {"op": "undo"}, seen=1)
    assert (told["undo"], told["redo"]) == ("", "đã sửa 1.1 – Người staff")
    assert post(staff, season, {"op": "redo"}, seen=2)["redo"] == ""


def test_an_issued_set_is_not_edited(client: Client) -> None:
    season = rows.season()
    client.force_login(season.staff)

    assert post(client, season, renamed("Mới"), status=409)["error"]
    for name, more in (("set_edit", ()), ("edit_head", ()), ("edit_add", ()), ("edit_node", (leaf(season).pk,))):
        assert client.get(url(season, name, *more))["Location"] == url(season, "set")
    for way in ("undo", "redo"):
        assert client.post(url(season, "edit_step"), {"way": way})["Location"] == url(season, "set")
    htmx = client.get(url(season, "edit_node", leaf(season).pk), headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"] == url(season, "set")


def test_undo_by_a_plain_form(staff: Client, season: rows.Season) -> None:
    post(staff, season, renamed("Mới"))

    for way, words in (("undo", "Hoàn tác"), ("undo", "Không còn gì"), ("redo", "Làm lại"), ("redo", "Không còn gì")):
        page = staff.post(url(season, "edit_step"), {"way": way}, follow=True)
        assert words in page.content.decode()
    assert leaf(season).name == "Mới"


def test_an_undo_that_does_not_fit_any_more_says_so(staff: Client, season: rows.Season) -> None:
    post(staff, season, renamed("Mới"))
    whole = outline(season.criteria_set)
    smaller = replace(whole, nodes=tuple(each for each in whole.nodes if each.code != "1.1"))
    drafting.rewrite(criteria_set=season.criteria_set, outline=smaller)

    page = staff.post(url(season, "edit_step"), {"way": "undo"}, follow=True)

    assert "không còn trong bộ tiêu chí" in page.content.decode()


def test_a_plain_form_may_carry_the_operations(staff: Client, season: rows.Season) -> None:
    answer = staff.post(url(season, "edit_save"), {"operations": json.dumps([renamed("Mới")]), "seen": "0"})

    assert answer.json()["seen"] == 1


# ---- the page of a row


def test_the_page_of_an_area_has_its_side_and_no_rule(staff: Client, season: rows.Season) -> None:
    area = leaf(season, "2")
    page = staff.get(url(season, "edit_node", area.pk))
    assert set(page.context["form"].fields) >= {"side", "maximum", "guidance"}
    assert "rule" not in page.context["form"].fields

    staff.post(url(season, "edit_node", area.pk), filled(staff, season, area, side="penalty"))

    area.refresh_from_db()
    assert (area.side, str(area.min_points)) == ("penalty", "-4.0000")
    assert "maximum" not in staff.get(url(season, "edit_node", area.pk)).context["form"].fields
    assert staff.post(url(season, "edit_node", area.pk), filled(staff, season, area, code="B")).status_code == 302
    assert leaf(season, "B") == area


def filled(client: Client, season: rows.Season, node: Criterion, **changed: str) -> dict[str, str]:
    """What a browser sends from the page of the row: every field and what it held before."""
    form = client.get(url(season, "edit_node", node.pk)).context["form"]
    sent = {"seen": str(form["seen"].value())}
    for field in form:
        if field.name != "seen":
            sent[field.html_initial_name] = sent[field.html_name] = str(field.value() or "")
    return {**sent, **changed}


def test_only_what_was_changed_on_the_page_is_stored(staff: Client, season: rows.Season) -> None:
    node = leaf(season)
    sent = filled(staff, season, node, name="Tên mới", rule="Có: 2\r\nKhông: 0", code="1.7", maximum="2,5")
    post(staff, season, {"op": "set", "code": "1.1", "values": {"guidance": "Của người khác"}})

    answer = staff.post(url(season, "edit_node", node.pk), sent)

    assert answer["Location"] == url(season, "edit_node", node.pk)
    node.refresh_from_db()
    assert (node.code, node.name, node.rule) == ("1.7", "Tên mới", "Có: 2\nKhông: 0")
    assert node.guidance == "Của người khác"
    assert Change.objects.count() == 2


def test_the_page_of_a_row_says_what_is_wrong(staff: Client, season: rows.Season) -> None:
    node = leaf(season)
    sent = filled(staff, season, node, maximum="0", name="Tên khác")
    answer = staff.post(url(season, "edit_node", node.pk), sent)
    assert answer.status_code == 422
    assert "Điểm tối đa phải lớn hơn 0" in answer.content.decode()
    assert "Tên khác" in answer.content.decode()

    post(staff, season, renamed("Của người khác"))
    answer = staff.post(url(season, "edit_node", node.pk), {**sent, "maximum": "2"})
    assert answer.status_code == 422
    assert "Giá trị đang lưu: Của người khác" in answer.content.decode()


def test_a_set_issued_meanwhile_is_not_moved(
    staff: Client, season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_first(season, monkeypatch)

    assert staff.post(url(season, "edit_node", leaf(season).pk), {"act": "down"})["Location"] == url(season, "set")


def test_a_row_that_is_first_stays(staff: Client, season: rows.Season) -> None:
    node = leaf(season)

    assert staff.post(url(season, "edit_node", node.pk), {"act": "up"})["Location"] == url(season, "edit_node", node.pk)
    assert not Change.objects.exists()


def issue_first(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """The set is issued by somebody else between the page and its save."""
    real = editing.edit

    def late(**arguments: Any) -> Any:
        rows.issue(CriteriaSet.objects.get(pk=season.criteria_set.pk))
        return real(**arguments)

    monkeypatch.setattr(editing, "edit", late)


def test_a_set_issued_meanwhile_keeps_what_was_typed(
    staff: Client, season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = filled(staff, season, leaf(season), name="Tên khác")
    issue_first(season, monkeypatch)

    answer = staff.post(url(season, "edit_node", leaf(season).pk), sent)

    assert answer.status_code == 422
    assert "vừa được ban hành" in answer.content.decode()


def test_the_panel_saves_without_leaving_the_table(staff: Client, season: rows.Season) -> None:
    node = leaf(season)
    sent = filled(staff, season, node, name="Tên mới")

    answer = staff.post(url(season, "edit_node", node.pk), sent, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Trigger"]) == (200, "ed:saved")
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        ("up", ["1", "1.1", "1.2", "2", "2.1"]),
        ("indent", ["1", "1.1", "1.1.1", "2", "2.1"]),
        ("outdent", ["1", "1.1", "2", "3", "3.1"]),
        ("after", ["1", "1.1", "1.2", "1.3", "2", "2.1"]),
        ("below", ["1", "1.1", "1.2", "1.2.1", "2", "2.1"]),
        ("remove", ["1", "1.1", "2", "2.1"]),
    ],
)
def test_structure_without_a_script(staff: Client, season: rows.Season, act: str, codes: list[str]) -> None:
    node = leaf(season, "1.2")

    answer = staff.post(url(season, "edit_node", node.pk), {"act": act}, follow=True)

    assert answer.status_code == 200
    assert [each.code for each in outline(season.criteria_set).nodes] == codes
    if act in {"after", "below"}:
        assert answer.context["node"].code == codes[3]


def test_what_cannot_be_moved_says_so(staff: Client, season: rows.Season) -> None:
    deep = large(60)
    made = drafting.create(cycle=season.cycle, kind="commune", outline=deep, by=season.staff)
    for _ in range(4):
        last = made.criteria.order_by("-position").first()
        assert last
        operation = {"op": "insert", "place": "below", "of": last.code, "nodes": [{}]}
        editing.edit(criteria_set=made, operations=[operation], by=season.staff, seen=reads.last_number(made))
    last = made.criteria.order_by("-position").first()
    assert last

    page = staff.post(reverse("criteria:edit_node", args=[made.pk, last.pk]), {"act": "below"}, follow=True)

    assert "nhiều nhất 8 cấp" in page.content.decode()


def test_an_area_is_added_without_a_script(staff: Client, season: rows.Season) -> None:
    assert staff.get(url(season, "edit_add")).status_code == 200

    staff.post(url(season, "edit_add"), {"name": "Lĩnh vực mới"})
    refused = staff.post(url(season, "edit_add"), {"name": "x" * 601}, follow=True)

    assert leaf(season, "3").name == "Lĩnh vực mới"
    assert "Nhiều nhất 600 ký tự" in refused.content.decode()


def test_a_row_of_another_set_is_not_there(staff: Client, season: rows.Season) -> None:
    other = rows.criteria_set(season.cycle, "commune")
    node = other.criteria.get(code="1.1")

    assert staff.get(url(season, "edit_node", node.pk)).status_code == 404
