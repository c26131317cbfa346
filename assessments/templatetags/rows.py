"""Lines of the score sheet: ``{% load rows %}{% row "leaf" %}``, drawn by ``templates/jinja/row.html``.

Reads ``line`` from the context, and what ``At`` names; ``oob`` and ``swapping`` say how a script puts it in place.
"""

from functools import cache, cached_property
from typing import Any

from django import template
from django.template import Context, engines
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from assessments.selectors.sheets import Line

register = template.Library()
SHARED = "_rows"


class At:
    """What all lines of one answer share: whose sheet, which leaf is opened and what was typed there."""

    def __init__(self, context: Context) -> None:
        answer, shown = context.get("answer"), context.get("shown")
        self.dossier = context["assessment"].pk
        self.lock = context.get("lock")
        self.opened = getattr(answer, "pk", None)
        self.typed = getattr(answer, "typed", None)
        self.shown = getattr(shown, "pks", None)
        self.csrf = str(context.get("csrf_token") or "NOTPROVIDED")
        self.points_word = pgettext("unit", "points")
        self.criteria_word = pgettext("counted", "criteria")

    @cached_property
    def token(self) -> SafeString:
        if self.csrf == "NOTPROVIDED":
            return SafeString("")
        return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', self.csrf)

    @cached_property
    def is_wrong(self) -> bool:
        """Whether the points that were typed into the opened leaf were refused."""
        return bool(self.typed and "points" in self.typed.errors)

    def said(self, name: str) -> str:
        """What was typed into the opened leaf."""
        return self.typed.data.get(name) or "" if self.typed else ""

    def hides(self, criterion: int) -> bool:
        return self.shown is not None and criterion not in self.shown

    def save_url(self, key: str) -> str:
        return self._of(self._save, key)

    def leaf_url(self, key: str) -> str:
        return self._of(self._leaf, key)

    @cached_property
    def _save(self) -> tuple[str, str]:
        return self._around("assessments:save")

    @cached_property
    def _leaf(self) -> tuple[str, str]:
        return self._around("assessments:leaf")

    def _around(self, name: str) -> tuple[str, str]:
        """The address before and after the leaf's key: looked up once a page, not once a line."""
        before, _, after = reverse(name, args=[self.dossier, 0]).rpartition("/0/")
        return f"{before}/", f"/{after}"

    def _of(self, around: tuple[str, str], key: str) -> str:
        return key.join(around)


@register.simple_tag(takes_context=True)
def row(context: Context, what: str) -> SafeString:
    """The line of the context, or one piece of it: ``leaf``, ``state``, ``sums``, ``version``, ``count``, …"""
    line: Line = context["line"]
    at = _shared(context)
    if what == "leaf":
        said, body = _opened(context, line, at)
        return _drawn("leaf", line, at, bool(context.get("oob")), said, body)
    if what in {"bounds", "exempt"}:
        return _drawn(what, line)
    return _drawn(what, line, at, bool(context.get("swapping")))


def _shared(context: Context) -> At:
    """Made once for one answer: it lies in the outermost layer of the context."""
    outermost: dict[str, Any] = context.dicts[0]
    if SHARED not in outermost:
        outermost[SHARED] = At(context)
    at: At = outermost[SHARED]
    return at


def _opened(context: Context, line: Line, at: At) -> tuple[SafeString, SafeString]:
    """What was said of the opened leaf, and its body: drawn by Django's templates, once a page."""
    if at.opened != line.criterion.pk or not line.is_scorable:
        return SafeString(""), SafeString("")
    save_url = at.save_url(line.key) if line.writes and not at.lock else ""
    with context.push(save_url=save_url):
        said = "" if context.get("swapping") else _included(context, "assessments/_parts.html#said")
        return SafeString(said), SafeString(_included(context, "assessments/_leaf.html"))


def _included(context: Context, name: str) -> str:
    assert context.template is not None, "a tag is drawn inside a template"
    drawn: str = context.template.engine.get_template(name).render(context)
    return drawn


@cache
def _macros(language: str) -> Any:
    """The macros in one language, each of whose words is looked up once: a sheet says the same ten of them a line."""
    template = engines["jinja2"].env.get_template("row.html")  # type: ignore[attr-defined]
    return template.make_module({"_": cache(gettext)})


def _drawn(what: str, *arguments: object) -> SafeString:
    drawn: str = getattr(_macros(get_language() or ""), what)(*arguments)
    return SafeString(drawn)
