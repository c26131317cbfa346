"""The pages of exemptions and attributes: shown first, done only as shown."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments import policies
from assessments.services import attributes, exemptions
from criteria.models import Exemption
from tests.assessments.pages import close, leaf, save, signed_in, text, url
from tests.assessments.test_exemptions import add, ask, attribute
from tests.factories import rows
from units.models import AuditEvent, UnitAttribute
from units.services import attributes as plain
from units.services.attributes import Overlaps

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def at(name: str, *args: object) -> str:
    return reverse(f"assessments:{name}", args=args)


def seen(response: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def post(season: rows.Season, address: str, **data: object) -> HttpResponse:
    return signed_in(season.staff).post(address, data)  # type: ignore[return-value]


def wanted(season: rows.Season, code: str = "1.2", **more: object) -> dict[str, object]:
    given = {"whom": "all", "convention": "reduce", "reason": "Không có TTHC", "document": "12/HD-SNV"}
    return {"criterion": leaf(season, code).pk, **given, **more}


# ---- by rule


def test_an_exemption_is_shown_then_confirmed(season: rows.Season) -> None:
    address = at("exemption_new", season.criteria_set.pk)

    shown = post(season, address, **wanted(season))

    assert shown.status_code == 200
    assert "3 tiêu chí của các đơn vị thay đổi, ở 3 đơn vị." in text(shown)
    assert not Exemption.objects.exists()
    again = post(season, address, **wanted(season, convention="full"), seen=seen(shown), again="1")
    assert (again.status_code, Exemption.objects.count()) == (200, 0)
    done = post(season, address, **wanted(season, convention="full"), seen=seen(again))
    assert (done.status_code, Exemption.objects.get().convention) == (302, "full")


def test_what_changed_meanwhile_is_shown_again(season: rows.Season) -> None:
    address = at("exemption_new", season.criteria_set.pk)
    shown = post(season, address, **wanted(season))
    rows.score(season.assessments[0], "1.2", "3")

    answer = post(season, address, **wanted(season), seen=seen(shown))

    assert (answer.status_code, Exemption.objects.count()) == (409, 0)
    assert "1 nội dung đã chấm được để riêng" in text(answer)


def test_a_contradiction_is_named_and_cannot_be_confirmed(season: rows.Season) -> None:
    for word in ("a", "b"):
        attribute(season.units[0], word)
    add(season, attribute="a")
    values = wanted(season, whom="attribute", attribute="b", convention="full")

    shown = post(season, at("exemption_new", season.criteria_set.pk), **values)
    forced = post(season, at("exemption_new", season.criteria_set.pk), **values, seen="x")

    assert 'name="seen"' not in shown.content.decode()
    assert "Sở Xây dựng, tiêu chí 1.2" in text(shown)
    assert (forced.status_code, Exemption.objects.count()) == (409, 1)


def test_a_replaced_set_takes_none(season: rows.Season) -> None:
    type(season.criteria_set).objects.update(state="replaced")
    address = at("exemption_new", season.criteria_set.pk)

    answer = post(season, address, **wanted(season), seen="x")

    assert (answer.status_code, Exemption.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"criterion": ""}, "Hãy chọn lĩnh vực"),
        ({"whom": "unit"}, "Hãy chọn đơn vị"),
        ({"whom": "attribute"}, "Hãy chọn thuộc tính"),
        ({"reason": " "}, "Hãy nêu lý do"),
        ({"document": ""}, "Hãy ghi văn bản"),
    ],
)
def test_what_is_missing_is_said_at_its_field(season: rows.Season, fields: dict[str, object], said: str) -> None:
    answer = post(season, at("exemption_new", season.criteria_set.pk), **{**wanted(season), **fields})

    assert answer.status_code == 422
    assert said in text(answer)


def test_for_one_unit_the_attribute_is_left_out(season: rows.Season) -> None:
    attribute(season.units[1])
    values = wanted(season, whom="unit", unit=season.units[0].pk, attribute="không có TTHC")
    shown = post(season, at("exemption_new", season.criteria_set.pk), **values)

    post(season, at("exemption_new", season.criteria_set.pk), **values, seen=seen(shown))

    row = Exemption.objects.get()
    assert (row.unit, row.attribute) == (season.units[0], "")


def test_an_exemption_is_withdrawn_once_it_was_shown_what_applies_again(season: rows.Season) -> None:
    row = add(season)
    address = at("exemption_withdraw", row.pk)

    shown = signed_in(season.staff).get(address)
    unsaid = post(season, address, seen=seen(shown))
    stale = post(season, address, answer="Hết hiệu lực", seen="x")
    done = post(season, address, answer="Hết hiệu lực", seen=seen(shown))
    late = signed_in(season.staff).get(address)

    assert "áp dụng trở lại" in text(shown)
    assert [each.status_code for each in (shown, unsaid, stale, done, late)] == [200, 422, 409, 302, 409]
    row.refresh_from_db()
    assert row.state == "withdrawn"


# ---- on request


def test_a_unit_asks_from_its_sheet_and_sees_the_answer(season: rows.Season) -> None:
    officer = signed_in(season.officer)
    address = url("exemption_ask", season, leaf(season, "1.2").pk)
    assert address in officer.get(url("leaf", season, leaf(season, "1.2").pk)).content.decode()

    page = officer.get(address)
    unsaid = officer.post(address, {"reason": ""})
    sent = officer.post(address, {"reason": "Không có thủ tục"})
    twice = officer.post(address, {"reason": "Không có thủ tục"})

    assert [each.status_code for each in (page, unsaid, sent, twice)] == [200, 422, 302, 409]
    assert "Không có thủ tục" in text(officer.get(address))
    assert Exemption.objects.get().state == "asked"


def test_after_the_deadline_nothing_is_asked(season: rows.Season) -> None:
    close(season)

    answer = signed_in(season.officer).post(url("exemption_ask", season, leaf(season).pk), {"reason": "Muộn"})

    assert (answer.status_code, Exemption.objects.count()) == (409, 0)


def test_a_grant_is_shown_then_confirmed(season: rows.Season) -> None:
    row = ask(season)
    address = at("exemption_decide", row.pk)
    given = {"decision": "grant", "convention": "full", "document": "99/QĐ-UBND", "answer": ""}

    page = signed_in(season.staff).get(address)
    bare = post(season, address, decision="grant")
    shown = post(season, address, **given)
    stale = post(season, address, **given, seen="x")
    done = post(season, address, **given, seen=seen(shown))
    late = post(season, address, **given, seen=seen(shown))

    assert [each.status_code for each in (page, bare, shown, stale, done, late)] == [200, 422, 200, 409, 302, 409]
    assert "Hãy chọn cách tính chỉ số" in text(bare)
    row.refresh_from_db()
    assert (row.state, row.convention, row.document) == ("granted", "full", "99/QĐ-UBND")


def test_a_refusal_needs_its_reason(season: rows.Season) -> None:
    address = at("exemption_decide", ask(season).pk)

    bare = post(season, address, decision="refuse")
    done = post(season, address, decision="refuse", answer="Có thủ tục")

    assert (bare.status_code, done.status_code, Exemption.objects.get().state) == (422, 302, "refused")


# ---- the sheet


def test_an_exempted_leaf_is_shown_with_its_document_and_takes_nothing(season: rows.Season) -> None:
    add(season, "1.2")

    page = signed_in(season.officer).get(url("sheet", season))
    answer = save(season, season.officer, "1.2")

    assert "Theo quy định: không áp dụng đối với đơn vị; giảm trừ 4 điểm tối đa." in text(page)
    assert "12/HD-SNV" in text(page)
    assert f'id="p-{leaf(season, "1.2").pk}"' not in page.content.decode()
    assert answer.status_code == 409
    assert "tiêu chí này không còn áp dụng" in text(answer)


# ---- lists


def test_the_list_is_filtered_and_exported(season: rows.Season) -> None:
    add(season, "1.2", document="12/HD-SNV")
    ask(season, "1.1")
    staff = signed_in(season.staff)
    address = at("exemptions", season.criteria_set.pk)

    everything, asked, nothing = (text(staff.get(address, query)) for query in ({}, {"state": "asked"}, {"q": "zzz"}))
    book = load_workbook(io.BytesIO(staff.get(at("exemptions_xlsx", season.criteria_set.pk)).content))

    assert "12/HD-SNV" in everything
    assert "Trả lời 1.1" in asked
    assert "Thu hồi 1.2" not in asked
    assert "Không có quy định nào phù hợp" in nothing
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4)]
    assert [(row[0], row[1], row[6]) for row in cells] == [
        ("Sở Nội vụ", "1.2", "12/HD-SNV"),
        ("Sở Xây dựng", "1.2", "12/HD-SNV"),
        ("Sở Y tế", "1.2", "12/HD-SNV"),
    ]
    assert [cell.value for cell in book.worksheets[1][4]] == ["Sở Nội vụ", 1, 10, 6]


def test_a_unit_reads_the_list_but_changes_nothing(season: rows.Season) -> None:
    add(season)

    page = signed_in(season.officer).get(at("exemptions", season.criteria_set.pk)).content.decode()

    assert at("exemption_new", season.criteria_set.pk) not in page
    assert "/withdraw/" not in page


def test_a_contradiction_is_seen_on_the_list(season: rows.Season) -> None:
    for word, convention in (("a", "reduce"), ("b", "full")):
        attribute(season.units[0], word)
        rows.exemption(season.criteria_set, "1.2", attribute=word, convention=convention)

    page = text(signed_in(season.officer).get(at("exemptions", season.criteria_set.pk)))

    assert "hai quy định không áp dụng mâu thuẫn nhau ở tiêu chí 1.2" in page


@pytest.mark.parametrize("name", ["exemptions", "attributes"])
def test_lists_take_as_many_queries_for_one_row_as_for_three(season: rows.Season, name: str) -> None:
    staff = signed_in(season.staff)
    address = at("exemptions", season.criteria_set.pk) if name == "exemptions" else at("attributes")
    counts = []
    for each in (*season.units, rows.unit("Sở Tài chính", parent=season.province)):
        attribute(each, "không có TTHC")
        rows.exemption(season.criteria_set, "1.2", unit=each, decided_by=season.staff)
        with CaptureQueriesContext(connection) as queries:
            staff.get(address)
        counts.append(len(queries))

    assert counts[1:] == [counts[1]] * 2


# ---- attributes


def test_an_attribute_is_shown_with_what_it_exempts_then_given(season: rows.Season) -> None:
    rows.exemption(season.criteria_set, "1.2", attribute="không có TTHC")
    values = {"unit": season.units[0].pk, "word": "không có TTHC", "valid_from": "01/01/2022"}
    address = at("attribute_new")

    page = signed_in(season.staff).get(address)
    bare = post(season, address)
    backwards = post(season, address, **values, valid_until="31/12/2021")
    shown = post(season, address, **values)
    stale = post(season, address, **values, seen="x")
    done = post(season, address, **values, seen=seen(shown))
    twice = post(season, address, **values, seen="")

    codes = [each.status_code for each in (page, bare, backwards, shown, stale, done, twice)]
    assert codes == [200, 422, 422, 200, 409, 302, 422]
    assert "1 tiêu chí của các đơn vị thay đổi" in text(shown)
    assert UnitAttribute.objects.get().valid_from == date(2022, 1, 1)
    assert AuditEvent.objects.get().action == "unit.attribute_given"


def test_an_attribute_that_contradicts_is_refused(season: rows.Season) -> None:
    attribute(season.units[0], "a")
    for word, convention in (("a", "reduce"), ("b", "full")):
        rows.exemption(season.criteria_set, "1.2", attribute=word, convention=convention)

    with pytest.raises(attributes.Changed) as refused:
        attributes.give(
            unit=season.units[0],
            word="b",
            valid_from=date(2022, 1, 1),
            valid_until=None,
            seen=attributes.fingerprint(attributes.plans_if_given(season.units[0], "b", date(2022, 1, 1), None)),
            by=season.staff,
        )

    assert refused.value.plans[0].plan.contradictions
    assert UnitAttribute.objects.count() == 1


def test_an_attribute_is_ended_or_taken_off(season: rows.Season) -> None:
    rows.exemption(season.criteria_set, "1.2", attribute="không có TTHC")
    row = attribute(season.units[0], valid_from=date(2021, 1, 1))
    address = at("attribute_end", row.pk)

    page = signed_in(season.staff).get(address)
    before = post(season, address, valid_until="01/01/2020")
    shown = post(season, address, valid_until="01/07/2022")
    stale = post(season, address, valid_until="01/07/2022", seen="x")
    done = post(season, address, valid_until="01/07/2022", seen=seen(shown))

    assert [each.status_code for each in (page, before, shown, stale, done)] == [200, 422, 200, 409, 302]
    assert "áp dụng trở lại" in text(shown)
    row.refresh_from_db()
    assert row.valid_until == date(2022, 7, 1)
    nothing = post(season, address, valid_until="")
    assert "Không có quy định nào theo thuộc tính này" in text(nothing)
    assert post(season, address, valid_until="", seen=seen(nothing)).status_code == 302
    assert not UnitAttribute.objects.exists()


def test_two_times_of_one_attribute_do_not_overlap(season: rows.Season) -> None:
    given: dict[str, Any] = {"unit": season.units[0], "word": "miền núi", "by": season.staff}
    first = plain.give(valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1), **given)
    plain.give(valid_from=date(2021, 1, 1), valid_until=None, **given)

    with pytest.raises(Overlaps):
        plain.give(valid_from=date(2019, 1, 1), valid_until=date(2020, 6, 1), **given)
    with pytest.raises(Overlaps):
        plain.end(attribute=first, valid_until=date(2021, 6, 1), by=season.staff)
    with pytest.raises(ValueError, match="had not begun"):
        plain.end(attribute=first, valid_until=date(2020, 1, 1), by=season.staff)
    with pytest.raises(ValueError, match="runs forward"):
        plain.give(valid_from=date(2019, 1, 1), valid_until=date(2018, 1, 1), **given)
    answer = post(season, at("attribute_end", first.pk), valid_until="01/06/2021", seen="")
    assert answer.status_code == 422


def test_attributes_are_searched_and_exported(season: rows.Season) -> None:
    attribute(season.units[0], "miền núi")
    attribute(season.units[1], "không có TTHC", valid_until=date(2000, 1, 1), valid_from=date(1999, 1, 1))
    staff = signed_in(season.staff)

    today, found, all_ = (text(staff.get(at("attributes"), query)) for query in ({}, {"q": "zzz"}, {"all": "1"}))
    book = load_workbook(io.BytesIO(staff.get(at("attributes_xlsx"), {"all": "1"}).content))

    assert "miền núi" in today
    assert "không có TTHC" not in today.split("Chưa đơn vị nào")[0].split("Việc cần làm")[-1]
    assert "Chưa đơn vị nào có thuộc tính" in found
    assert "không có TTHC" in all_
    assert [cell.value for cell in book.worksheets[0][5]][1:4] == ["Sở Y tế", "không có TTHC", "01/01/1999"]


def test_a_second_decision_on_one_request_is_refused_by_the_service(season: rows.Season) -> None:
    row = ask(season)
    exemptions.refuse(exemption=row, document="", answer="Có thủ tục", by=season.staff)

    with pytest.raises(exemptions.NotOpen):
        exemptions.refuse(exemption=row, document="", answer="Có thủ tục", by=season.staff)


def test_requests_wait_for_the_standing_body_until_they_are_answered(season: rows.Season) -> None:
    assert policies.due_for(season.staff, timezone.now()) == []
    row = ask(season)

    (due,) = policies.due_for(season.staff, timezone.now())

    assert due.url == f"{at('exemptions', season.criteria_set.pk)}?state=asked"
    assert "1 " in due.detail
    assert all(each.url != due.url for each in policies.due_for(season.outsider, timezone.now()))
    exemptions.refuse(exemption=row, document="", answer="Có thủ tục", by=season.staff)
    assert policies.due_for(season.staff, timezone.now()) == []
