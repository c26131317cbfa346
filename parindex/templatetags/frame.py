"""Small parts of every page: ``{% load frame %}``. Each renders a template of ``templates/_components``.

Tags: ``{% pill state %}``, ``{% crumbs "Title" url … "Here" %}``, ``{% sort_head "key" label %}``,
``{% countdown until %}``.
Plain includes live beside them: ``field.html``, ``errors.html``, ``progress.html``, ``empty.html``, ``pages.html``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from criteria import phases

register = template.Library()


@dataclass(frozen=True)
class Look:
    """One state's icon (of heroicons mini) and word; its colour is the class ``pill-<state>``."""

    icon: str
    word: str | Promise


LOOKS: dict[str, Look] = {
    "draft": Look("pencil", pgettext_lazy("state", "Draft")),
    "checking": Look("clipboard-document-check", pgettext_lazy("state", "Waiting to be checked")),
    "signing": Look("pencil-square", pgettext_lazy("state", "Waiting for the head's approval")),
    "submitted": Look("paper-airplane", pgettext_lazy("state", "Submitted")),
    "returned": Look("arrow-uturn-left", pgettext_lazy("state", "Returned for supplement")),
    "appraising": Look("eye", pgettext_lazy("state", "Under appraisal")),
    "appraised": Look("check", pgettext_lazy("state", "Appraised")),
    "open": Look("eye", pgettext_lazy("state", "Under appraisal")),
    "closed": Look("lock-closed", pgettext_lazy("state", "Closed")),
    "overdue": Look("clock", pgettext_lazy("state", "Overdue")),
    "not_applicable": Look("minus", pgettext_lazy("state", "Not applicable")),
    "differs": Look("calculator", pgettext_lazy("state", "Differs from the rule")),
    "missing": Look("exclamation-triangle", pgettext_lazy("state", "Missing")),
    "computing": Look("cog-6-tooth", pgettext_lazy("state", "Computing")),
    "computed": Look("calculator", pgettext_lazy("state", "Computed")),
    "failed": Look("x-circle", pgettext_lazy("state", "Failed")),
    "approved": Look("check-badge", pgettext_lazy("state", "Approved")),
    "drafted": Look("pencil", pgettext_lazy("state", "Drafted")),
    "scheduled": Look("clock", pgettext_lazy("state", "To be published")),
    "published": Look("globe-asia-australia", pgettext_lazy("state", "Published")),
    "withdrawn": Look("arrow-uturn-left", pgettext_lazy("state", "Withdrawn")),
    "queued": Look("clock", pgettext_lazy("state", "Waiting")),
    "running": Look("cog-6-tooth", pgettext_lazy("state", "Running")),
    "done": Look("check", pgettext_lazy("state", "Done")),
    "checked": Look("clipboard-document-check", pgettext_lazy("state", "Checked")),
    "issued": Look("check-badge", pgettext_lazy("state", "Issued")),
    "replaced": Look("arrow-path", pgettext_lazy("state", "Replaced")),
    "repealed": Look("exclamation-triangle", pgettext_lazy("state", "No longer in force")),
    "survey": Look("users", pgettext_lazy("state", "By survey")),
    "before": Look("clock", pgettext_lazy("state", "Not yet open")),
    "over": Look("lock-closed", pgettext_lazy("state", "Closed")),
}
UNKNOWN = Look("question-mark-circle", "")


@register.inclusion_tag("_components/pill.html")
def pill(state: str, word: str = "") -> dict[str, object]:
    """A state as icon, word and colour; ``word`` replaces the usual word."""
    look = LOOKS.get(str(state), UNKNOWN)
    return {"state": state, "icon": look.icon, "word": word or look.word or state}


@register.inclusion_tag("_components/crumbs.html")
def crumbs(*parts: str) -> dict[str, object]:
    """The way to a page deeper than two levels: pairs of title and URL, and last the page's own title."""
    return {"steps": list(zip(parts[:-1:2], parts[1::2], strict=True)), "here": parts[-1]}


@register.inclusion_tag("_components/sort_head.html", takes_context=True)
def sort_head(context: Mapping[str, object], key: str, label: str, css: str = "") -> dict[str, object]:
    """A column head that sorts by ``?sort=key`` and, once sorted so, by ``?sort=-key``."""
    request = context["request"]
    current = request.GET.get("sort", "")  # type: ignore[attr-defined]
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    following = f"-{key}" if current == key else key
    return {"request": request, "label": label, "order": order, "following": following, "css": css}


@register.simple_tag
def countdown(until: datetime | None, now: datetime | None = None) -> str:
    """The time left in words, in its two largest units: "3 days 4 hours left"; or that it is over."""
    if until is None:
        return ""
    left = phases.remaining(now or timezone.now(), until)
    if not any(left):
        return str(_("time is over"))
    return str(_("%(time)s left") % {"time": in_units(*left)})


def in_units(days: int, hours: int, minutes: int) -> str:
    """Days and hours, or hours and minutes on the last day."""
    parts = [
        (days, ngettext("%d day", "%d days", days)),
        (hours, ngettext("%d hour", "%d hours", hours)),
        (minutes, ngettext("%d minute", "%d minutes", minutes)),
    ]
    shown = parts[:2] if days else parts[1:]
    return " ".join(words % number for number, words in shown if number)


@register.simple_tag
def fonts() -> str:
    """The link to the built font's style sheet (``manage.py build_static``); nothing where it was not built."""
    if settings.BUILT_STATIC in settings.STATICFILES_DIRS and (settings.BUILT_STATIC / "css" / "fonts.css").is_file():
        return format_html('<link rel="stylesheet" href="{}">', static("css/fonts.css"))
    return ""


@register.filter
def state_word(state: str) -> str:
    """The word of a state without its pill, as for an option of a filter."""
    return str(LOOKS[state].word) if state in LOOKS else state
