"""The small parts of every page."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from criteria.phases import VIETNAM
from parindex.templatetags import frame
from parindex.templatetags.happened import ACTIONS

APPS = ("units", "criteria", "assessments", "surveys", "councils", "results", "parindex")
RECORDED = re.compile(r"audit\.record\(\s*[^,]+,\s*\"([a-z_.]+)\"")
NOW = datetime(2022, 11, 21, 12, 30, tzinfo=VIETNAM)


class Form(forms.Form):
    number = forms.IntegerField(help_text="A whole number.")
    sure = forms.BooleanField(label="Sure")


def render(source: str, address: str = "/", **context: object) -> str:
    request = RequestFactory().get(address)
    with translation.override("en"):
        made = RequestContext(request, {"request": request, **context}, processors=[])
        return Template("{% load i18n frame %}" + source).render(made)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(0), "time is over"),
        (timedelta(days=-2), "time is over"),
    ],
)
def test_countdown_names_the_two_largest_units(left: timedelta, words: str) -> None:
    with translation.override("en"):
        assert frame.countdown(NOW + left, NOW) == words


def test_countdown_without_a_deadline_is_empty() -> None:
    assert frame.countdown(None) == ""


def test_countdown_uses_the_clock_when_no_instant_is_given() -> None:
    with translation.override("en"):
        assert frame.countdown(NOW) == "time is over"


@pytest.mark.parametrize("state", sorted(frame.LOOKS))
def test_pill_has_icon_word_and_colour(state: str) -> None:
    html = render("{% pill state %}", state=state)
    assert f'class="pill pill-{state}"' in html
    assert "<svg" in html
    assert str(frame.LOOKS[state].word) != ""


def test_pill_of_an_unknown_state_shows_it() -> None:
    assert "strange</span>" in render("{% pill 'strange' %}")


def test_pill_with_an_own_word_shows_it() -> None:
    assert "Late</span>" in render("{% pill 'overdue' 'Late' %}")


def test_word_of_a_state_stands_alone() -> None:
    assert render("{{ 'queued'|state_word }} {{ 'strange'|state_word }}") == "Waiting strange"


def test_crumbs_lead_up_and_end_here() -> None:
    html = render("{% crumbs 'Board' '/board/' 'Here' %}")
    assert '<a href="/board/">Board</a>' in html
    assert '<li aria-current="page">Here</li>' in html


@pytest.mark.parametrize(
    ("query", "order", "following"),
    [("", "", "sort=unit"), ("?sort=unit", "ascending", "sort=-unit"), ("?sort=-unit", "descending", "sort=unit")],
)
def test_sort_head_turns_round(query: str, order: str, following: str) -> None:
    html = render("{% sort_head 'unit' 'Unit' 'num' %}", f"/{query}")
    assert f'href="?{following}"' in html
    assert html.count(f'aria-sort="{order}"') == bool(order)


def test_field_with_an_error_is_described_by_it() -> None:
    form = Form({"number": "x"})
    html = render("{% include '_components/field.html' with field=form.number %}", form=form)
    assert 'aria-describedby="id_number_helptext id_number_error"' in html
    assert 'id="id_number_error"' in html
    assert 'value="x"' in html


def test_errors_lead_to_their_fields() -> None:
    form = Form({"number": "x"})
    html = render("{% include '_components/errors.html' with form=form %}", form=form)
    assert 'role="alert"' in html
    assert '<a href="#id_number">' in html
    assert '<a href="#id_sure">' in html


def test_errors_without_any_show_nothing() -> None:
    assert render("{% include '_components/errors.html' with form=form %}", form=Form()).strip() == ""


def test_pages_keep_the_other_parameters() -> None:
    page = Paginator(range(30), 10).page(2)
    html = render("{% include '_components/pages.html' with page=page %}", "/?q=so&page=2", page=page)
    assert 'href="?q=so&amp;page=3"' in html
    assert "11–20 of 30" in html


def test_progress_shows_its_numbers() -> None:
    html = render("{% include '_components/progress.html' with done=234 total=416 label='Work' %}")
    assert "234/416" in html
    assert 'max="416"' in html


def test_every_action_that_is_recorded_has_words() -> None:
    """Read out of the sources: ``audit.record(by, "run.started", …)``."""
    root = Path(frame.__file__).parents[2]
    sources = [path for app in APPS for path in (root / app).rglob("*.py")]
    recorded = {action for path in sources for action in RECORDED.findall(path.read_text(encoding="utf-8"))}
    assert sorted(recorded - set(ACTIONS)) == []
