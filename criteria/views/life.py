"""A set's life on screen: the checker, the decision that issues it, its versions, and a draft thrown away."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from criteria import policies, selectors
from criteria.forms.life import DiscardForm, IssueForm
from criteria.models import CriteriaSet, SetState
from criteria.selectors.facts import facts, in_words
from criteria.services import drafting, life
from criteria.tree.checks import Finding, checks
from criteria.tree.findings import LINEAGE
from criteria.tree.nodes import digest
from units.models import User

GET_POST = ["GET", "HEAD", "POST"]
HEAD = frozenset(drafting.HEAD)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@dataclass(frozen=True)
class Line:
    """A finding in words, with the place where it is mended and that place's name."""

    text: str
    url: str
    place: str


@login_required
@require_http_methods(GET_POST)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checker finds, and where the set stands in its life. A POST checks and stores the outcome."""
    shown = policies.set_to_edit(request.user, pk)
    if request.method == "POST":
        return _check(request, shown)
    whole = selectors.outline(shown)
    found = () if shown.is_frozen else checks(whole, facts(shown))
    context = {
        "set": shown,
        "errors": [_line(shown, each) for each in found if each.is_error],
        "warnings": [_line(shown, each) for each in found if not each.is_error],
        "may_issue": policies.may_issue(request.user, shown.cycle),
        "standing": selectors.sets_in_force(shown.cycle).filter(kind=shown.kind).exclude(pk=shown.pk).first(),
        "is_intact": shown.digest == digest(whole),
        "leaf_count": len(whole.leaves),
        "versions": policies.sets_for(request.user, shown.cycle).filter(kind=shown.kind),
    }
    return render(request, "criteria/check.html", context)


def _check(request: HttpRequest, shown: CriteriaSet) -> HttpResponse:
    try:
        found = life.check(criteria_set=shown, by=_person(request))
    except drafting.Frozen:
        messages.error(request, _("This version is issued by now: it does not change any more."))
    else:
        if any(each.is_error for each in found):
            messages.warning(request, _("The set cannot be issued yet: the errors below come first."))
        else:
            messages.success(request, _("The set is checked and can be issued. Any change makes it a draft again."))
    return redirect("criteria:set_check", pk=shown.pk)


def _line(shown: CriteriaSet, finding: Finding) -> Line:
    url, place = _where(shown, finding)
    return Line(in_words(finding), url, place)


def _where(shown: CriteriaSet, finding: Finding) -> tuple[str, str]:
    """The page where the finding is mended, at the row that it is about."""
    if finding.field == LINEAGE:
        return reverse("criteria:set_lineage", args=[shown.pk]), _("Origin of the leaves")
    if finding.check == "group_missing":
        return reverse("criteria:cycle", args=[shown.cycle.code]), _("Calendar and criteria")
    if finding.node:
        return f"{reverse('criteria:set_edit', args=[shown.pk])}#n-{finding.node}", finding.node
    page = "criteria:edit_head" if finding.field in HEAD else "criteria:set_edit"
    return reverse(page, args=[shown.pk]), _("The set as a whole")


@login_required
@require_http_methods(GET_POST)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision that puts a checked set in force."""
    shown = policies.set_to_issue(request.user, pk)
    form = IssueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not (problem := _issued(request, shown, form)):
            return redirect("criteria:set", pk=shown.pk)
        form.add_error(None, problem)
    context = {
        "set": shown,
        "form": form,
        "standing": selectors.sets_in_force(shown.cycle).filter(kind=shown.kind).first(),
        "is_ready": shown.state == SetState.CHECKED,
    }
    return render(request, "criteria/issue.html", context, status=422 if form.errors else 200)


def _issued(request: HttpRequest, shown: CriteriaSet, form: IssueForm) -> str:
    """Why the set was not issued; empty when it is in force."""
    try:
        life.issue(criteria_set=shown, by=_person(request), **form.cleaned_data)
    except drafting.Frozen:
        return _("This version is issued by now: it does not change any more.")
    except life.NotChecked:
        return _("The set is not checked, or has changed since. Check it first.")
    except life.HasErrors as refused:
        first = in_words(refused.findings[0])
        return _("Since the set was checked something came up: %(finding)s Check it again.") % {"finding": first}
    except life.HasPredecessor as refused:
        words = {"version": refused.standing.version}
        return _("Version %(version)s is in force: this one takes its place by an amendment.") % words
    messages.success(request, _("The set is in force. From now on nothing of it changes; a change is a new version."))
    return ""


@login_required
@require_POST
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of the set in force, as a draft."""
    shown = policies.set_to_edit(request.user, pk)
    try:
        made = life.new_version(criteria_set=shown, by=_person(request))
    except life.NotInForce:
        messages.error(request, _("Only the version in force gets a new version."))
        return redirect("criteria:set_check", pk=shown.pk)
    words = _("Version %(version)s is a draft that says the same as the one in force. Change it here.")
    messages.success(request, words % {"version": made.version})
    return redirect("criteria:set_edit", pk=made.pk)


@login_required
@require_http_methods(GET_POST)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes with a draft, and why it goes."""
    shown = policies.set_to_edit(request.user, pk)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            life.discard(criteria_set=shown, by=_person(request), **form.cleaned_data)
        except drafting.Frozen:
            form.add_error(None, _("This version is issued by now: it does not change any more."))
        except life.InUse:
            form.add_error(None, _("Dossiers refer to this draft: it cannot be thrown away."))
        else:
            messages.success(request, _("The draft is thrown away. The audit trail says by whom and why."))
            return redirect("criteria:cycle", code=shown.cycle.code)
    context = {"set": shown, "form": form, "count": shown.criteria.count()}
    return render(request, "criteria/discard.html", context, status=422 if form.errors else 200)
