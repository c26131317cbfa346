"""The exact place of a proof, pages and box: its rows, the service that writes it, the form, the pages that show it."""

import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.forms.library import CitationForm, citation_start
from assessments.models import Citation, Evidence
from assessments.models.boxes import WHOLE, Box
from assessments.services import library
from criteria.models import Criterion
from tests.assessments.pages import close, signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
BOX = Box(1000, 2050, 9000, 4000)
EDGES = {"box_left": 1000, "box_top": 2050, "box_right": 9000, "box_bottom": 4000}
TYPED = {"page": "2", "left": "10", "top": "20,5", "right": "90", "bottom": "40.00"}


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def placed(season: rows.Season, **fields: Any) -> Citation:
    return cited(document(season.units[0], pages=9), season.assessments[0], **fields)


def place(citation: Citation, season: rows.Season, **said: Any) -> Citation:
    values = {"place": "", "page": None, "asked": "", "period_reason": "", **said}
    return library.place(citation=citation, by=season.officer, **values)


def at(citation: Citation) -> str:
    return reverse("assessments:citation", args=[citation.pk])


def events() -> list[dict[str, Any]]:
    return [json.loads(each.data) for each in AuditEvent.objects.filter(action="evidence.placed").order_by("number")]


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"page_to": 3},
        {"page": 3, "page_to": 2},
        EDGES,
        {"page": 1, **EDGES, "box_top": None},
        {"page": 1, "box_left": 1},
        {"page": 1, **EDGES, "box_left": 9000},
        {"page": 1, **EDGES, "box_bottom": 2050},
        {"page": 1, **EDGES, "box_right": WHOLE + 1},
        {"page": 1, **EDGES, "box_bottom": WHOLE + 1},
        {"page": 1, **EDGES, "box_left": -1},
    ],
)
def test_the_database_takes_no_half_of_a_place(season: rows.Season, fields: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        placed(season, **fields)


def test_a_whole_place_is_kept(season: rows.Season) -> None:
    whole = placed(season, page=3, page_to=3, box_left=0, box_top=0, box_right=WHOLE, box_bottom=WHOLE)

    assert (whole.box, placed(season, page=1).box) == (Box(0, 0, WHOLE, WHOLE), None)


# --- the service ------------------------------------------------------------------------------------------------------


def test_pages_and_box_are_written_once_and_told(season: rows.Season) -> None:
    one = placed(season)

    place(one, season, page=3, page_to=5, box=BOX)
    row = place(one, season, page=3, page_to=5, box=BOX)

    row.refresh_from_db()
    assert (row.page, row.page_to, row.box) == (3, 5, BOX)
    assert events() == [{"criterion": "1.1", "page": "3", "page_to": "5", "box": "1000 2050 9000 4000"}]
    assert place(one, season, page=3, page_to=5).box is None
    assert events()[1] == {"criterion": "1.1", "box": ""}


def test_a_box_stays_behind_on_the_page_on_which_it_was_drawn(season: rows.Season) -> None:
    one = placed(season, page=2, **EDGES)

    assert place(one, season, page=3, box=BOX).box is None
    assert place(one, season, page=2, box=BOX).box == BOX
    assert place(one, season, page=3, box=Box(0, 0, 10, 10)).box == Box(0, 0, 10, 10)
    assert place(one, season, box=BOX).box is None


def test_a_box_is_drawn_only_while_the_leaf_may_be_edited(season: rows.Season) -> None:
    one, client = placed(season), signed_in(season.officer)
    close(season)

    late = client.post(at(one), TYPED)

    one.refresh_from_db()
    assert (late.status_code, one.page, one.box) == (409, None, None)
    assert 'value="20,5"' in late.content.decode()


def test_many_leaves_get_pages_and_no_box(season: rows.Season) -> None:
    kept, leaf = document(season.units[0], pages=9), Criterion.objects.get(criteria_set=season.criteria_set, code="1.1")
    address = reverse("assessments:cite", args=[kept.pk, season.assessments[0].pk])

    def typed(**said: str) -> Any:
        more = {f"leaf-{leaf.pk}-{name}": value for name, value in said.items()}
        return signed_in(season.officer).post(address, {"leaf": [leaf.pk], **more})

    wrong = typed(page="4", page_to="3")
    done = typed(page="3", page_to="4", left="1")

    one = Citation.objects.get()
    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "Trang cuối đứng trước trang đầu." in text(wrong)
    assert (one.page, one.page_to, one.box) == (3, 4, None)


# --- the form ---------------------------------------------------------------------------------------------------------


def form(citation: Citation, **typed: str) -> CitationForm:
    return CitationForm(typed, evidence=citation.evidence, criterion=citation.score.criterion)


def test_edges_are_per_cent_with_comma_or_point(season: rows.Season) -> None:
    found = form(placed(season), **TYPED)

    assert found.is_valid()
    assert (found.cleaned_data["box"], found.cleaned_data["page"]) == (BOX, 2)
    assert set(found.cleaned_data) == {"place", "page", "page_to", "asked", "period_reason", "box"}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"page": "10"}, {"page"}),
        ({"page": "1", "page_to": "10"}, {"page_to"}),
        ({"page": "0"}, {"page"}),
        ({"page": "x", "page_to": "2"}, {"page"}),
        ({"page_to": "2"}, {"page"}),
        ({"page": "3", "page_to": "2"}, {"page_to"}),
        ({"left": "1"}, {"page", "top", "right", "bottom"}),
        ({**TYPED, "page": ""}, {"page"}),
        ({**TYPED, "page": "x"}, {"page"}),
        ({**TYPED, "right": "10"}, {"right"}),
        ({**TYPED, "bottom": "1"}, {"bottom"}),
        ({**TYPED, "right": "100,01"}, {"right"}),
        ({**TYPED, "top": "-1"}, {"top"}),
        ({**TYPED, "top": "1,234"}, {"top"}),
        ({**TYPED, "top": "chín"}, {"top"}),
        ({**TYPED, "top": "NaN"}, {"top"}),
    ],
)
def test_a_place_that_makes_no_sense_names_its_field(
    season: rows.Season, typed: dict[str, str], wrong: set[str]
) -> None:
    found = form(placed(season), **typed)

    assert not found.is_valid()
    assert set(found.errors) == wrong
    assert found.cleaned_data["box"] is None


def test_where_nobody_knows_the_pages_any_may_be_named(season: rows.Season) -> None:
    one = cited(document(season.units[0], pages=0), season.assessments[0])

    found = form(one, page="300", page_to="300")

    assert found.is_valid()
    assert (found.cleaned_data["page"], found.cleaned_data["page_to"]) == (300, None)


SIDES = st.lists(st.integers(0, WHOLE), min_size=2, max_size=2, unique=True).map(sorted)


# The first draw of a run reads the whole house for constants: slow on a busy machine, and no fault of the boxes.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SIDES, SIDES)
def test_what_the_form_shows_is_what_it_takes(across: list[int], down: list[int]) -> None:
    box = Box(across[0], down[0], across[1], down[1])
    one = Citation(page=1, evidence=Evidence(pages=3), **dict(zip(EDGES, box, strict=True)))
    typed = {name: str(value or "") for name, value in citation_start(one).items()}

    found = CitationForm(typed, evidence=one.evidence, criterion=Criterion())

    assert found.is_valid()
    assert (found.cleaned_data["box"], found.box, found.shown) == (box, box, 1)


@pytest.mark.parametrize(
    ("typed", "shown", "is_drawn"),
    [
        ({}, 1, False),
        (TYPED, 2, True),
        ({**TYPED, "page": "10"}, 9, False),
        ({**TYPED, "page": "9" * 30}, 1, False),
        ({**TYPED, "right": "1"}, 2, False),
        ({**TYPED, "right": "x"}, 2, False),
    ],
)
def test_the_page_draws_what_is_typed_as_far_as_it_is_a_box(
    season: rows.Season, typed: dict[str, str], shown: int, is_drawn: bool
) -> None:
    found = form(placed(season), **typed)

    assert (found.shown, found.box is not None) == (shown, is_drawn)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_place_is_typed_without_a_script_and_taken_off_again(season: rows.Season) -> None:
    one, client = placed(season), signed_in(season.officer)

    wrong = client.post(at(one), {**TYPED, "right": "5"})
    done = client.post(at(one), {**TYPED, "page_to": "4"})
    kept = Citation.objects.get()
    page = client.get(at(one)).content.decode()
    moved = client.post(at(one), {**TYPED, "page": "3"}, follow=True)
    bare = client.post(at(one), {"page": "3"})

    assert [answer.status_code for answer in (wrong, done, bare)] == [422, 302, 302]
    assert 'id="id_right_error"' in wrong.content.decode()
    assert (kept.page, kept.page_to, kept.box) == (2, 4, BOX)
    assert f'd="{BOX.edge}"' in page
    assert 'value="20,5"' in page
    assert reverse("assessments:evidence_page", args=[one.evidence_id, 2]) in page
    assert "Khung nằm ở trang được dẫn chiếu trước đây" in text(moved)
    assert Citation.objects.get().box is None


def test_a_leaf_leads_to_the_box_and_the_preview_shows_it(season: rows.Season) -> None:
    one, client = placed(season, page=3, page_to=5, place="mục II", **EDGES), signed_in(season.officer)
    leaf = reverse("assessments:leaf", args=[season.assessments[0].pk, one.score.criterion_id])

    body = client.get(leaf).content.decode()
    link = re.search(r'href="([^"]*preview[^"]*)">([^<]*)<', body)
    assert link is not None
    address, words = link.group(1).replace("&amp;", "&"), link.group(2)
    page = client.get(address)
    plain = client.get(reverse("assessments:evidence", args=[one.evidence_id]), {"preview": "", "citation": "999"})

    shown = page.content.decode()
    assert (words, address.endswith("#cited")) == ("tr. 3–5, có khung", True)
    assert (page.context["at"], list(page.context["cited_pages"])) == (3, [3, 4, 5])
    assert shown.count('id="cited"') == 1
    assert shown.index('id="page-3"') < shown.index(BOX.edge) < shown.index('id="page-4"')
    assert 'aria-label="khung được viện dẫn"' in shown
    assert reverse("assessments:citation", args=[one.pk]) in shown
    assert plain.context["cited"] is None


def test_preview_of_a_proof_without_a_box_or_pages(season: rows.Season) -> None:
    bare, paged = placed(season), placed(season, page=30)
    client = signed_in(season.staff)

    def preview(one: Citation) -> Any:
        said = {"preview": "", "citation": str(one.pk)}
        return client.get(reverse("assessments:evidence", args=[one.evidence_id]), said)

    nowhere, beyond = preview(bare), preview(paged)

    assert (nowhere.context["at"], list(nowhere.context["cited_pages"])) == (1, [])
    assert (beyond.context["at"], list(beyond.context["cited_pages"])) == (9, [])
    assert "Thiếu trang: dẫn chiếu trang 30, tệp chỉ có 9 trang." in text(beyond)
    assert not beyond.context["may_place"]
    assert reverse("assessments:citation", args=[paged.pk]) not in beyond.content.decode()


def test_a_preview_beside_another_document_s_citation_shows_nothing_of_it(season: rows.Season) -> None:
    one, other = placed(season, page=3, **EDGES), placed(season)

    page = signed_in(season.officer).get(
        reverse("assessments:evidence", args=[other.evidence_id]), {"preview": "", "citation": str(one.pk)}
    )

    assert (page.context["cited"], 'class="box"' in page.content.decode()) == (None, False)
