"""Lines of the sheet as compiled templates draw them."""

from decimal import Decimal

from django.template import Context, Template
from django.utils import translation

from assessments.models import Assessment
from assessments.selectors.sheets import Line
from criteria.models import Criterion, EnteredBy, Method

EVIL = '<script>alert("1")</script>'


def drawn(line: Line, what: str = "leaf", **more: object) -> str:
    context = {"assessment": Assessment(pk=7), "line": line, **more}
    return Template("{% load rows %}{% row what %}").render(Context({"what": what, **context}))


def line_of(**more: object) -> Line:
    about = {"pk": 5, "code": "1.1", "name": EVIL, "is_leaf": True, "max_points": Decimal("1.5"), **more}
    return Line(Criterion(method=Method.APPRAISAL, entered_by=EnteredBy.UNIT, **about))


def test_names_and_codes_are_text() -> None:
    line = line_of(code="<b>")

    body = drawn(line)

    assert "<script>" not in body
    assert "<b>" not in body
    assert body.count("&lt;script&gt;alert(&#34;1&#34;)") == 1
    assert "&lt;b&gt;" in body


def test_a_line_outside_of_a_request_has_no_token() -> None:
    assert "csrfmiddlewaretoken" not in drawn(line_of())
    assert 'name="csrfmiddlewaretoken" value="abc"' in drawn(line_of(), csrf_token="abc")


def test_addresses_name_dossier_and_leaf() -> None:
    body = drawn(line_of())

    assert 'action="/dossiers/7/scores/5/"' in body
    assert 'href="/dossiers/7/scores/5/leaf/"' in body


def test_a_locked_line_offers_nothing_to_type() -> None:
    body = drawn(line_of(), lock="submitted")

    assert "<form" not in body
    assert "<input" not in body


def test_a_piece_says_where_a_script_puts_it() -> None:
    assert 'hx-swap-oob="true"' in drawn(line_of(), "count", swapping=True)
    assert "hx-swap-oob" not in drawn(line_of(), "count")


def test_words_are_those_of_each_readers_language() -> None:
    with translation.override("vi"):
        vietnamese = drawn(line_of())
    with translation.override("en"):
        english = drawn(line_of())
    with translation.override("vi"):
        again = drawn(line_of())

    assert "Maximum" in english
    assert "Maximum" not in vietnamese
    assert again == vietnamese
