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
from django.utils.translation import ngettext

from criteria import phases

register = template.Library()


@dataclass(frozen=True)
class Look:
    """One state's icon (of heroicons mini) and word; its colour is the class ``pill-<state>``."""

    icon: str
    word: str | Promise


LOOKS: dict[str, Look] = {
    "draft": Look("pencil", _("Draft")),
    "submitted": Look("paper-airplane", _("Submitted")),
    "returned": Look("arrow-uturn-left", _("Returned for supplement")),
    "appraising": Look("eye", _("Under appraisal")),
    "appraised": Look("check", _("Appraised")),
    "open": Look("eye", _("Under appraisal")),
    "closed": Look("lock-closed", _("Closed")),
    "overdue": Look("clock", _("Overdue")),
    "not_applicable": Look("minus", _("Not applicable")),
    "missing": Look("exclamation-triangle", _("Missing")),
    "computing": Look("cog-6-tooth", _("Computing")),
    "computed": Look("calculator", _("Computed")),
    "failed": Look("x-circle", _("Failed")),
    "approved": Look("check-badge", _("Approved")),
    "drafted": Look("pencil", _("Drafted")),
    "scheduled": Look("clock", _("To be published")),
    "published": Look("globe-asia-australia", _("Published")),
    "withdrawn": Look("arrow-uturn-left", _("Withdrawn")),
    "queued": Look("clock", _("Waiting")),
    "running": Look("cog-6-tooth", _("Running")),
    "done": Look("check", _("Done")),
    "survey": Look("users", _("By survey")),
    "before": Look("clock", _("Not yet open")),
    "over": Look("lock-closed", _("Closed")),
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
