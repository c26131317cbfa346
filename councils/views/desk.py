"""Pages of the appraisal: a seat's queue, one pair with its evidence, the progress, closing and opening again."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.declaring import proposals
from assessments.declaring.proposals import Proposal
from assessments.models import RefusalReason, Score
from assessments.selectors.locks import last_receipt
from assessments.selectors.rounds import on_leaf
from assessments.showing import file_answer, page_answer
from assessments.states import State as DossierState
from councils import documents, forms, policies, states
from councils.models import Appraisal, Council, Seat
from councils.selectors import pairs as pairs_read
from councils.selectors import progress as progress_read
from councils.selectors import rulings as rulings_read
from councils.selectors.pairs import Filters, Neighbours, Pair
from councils.services import appraisals, sessions
from councils.views.shown import documents_on, person
from criteria.models import Criterion, PhaseKind
from criteria.phases import PhaseClosed, Stand
from criteria.selectors import window
from units.selectors import database_now

PAGE = 50
CARRIED = ("unit", "area", "state", "q", "sort")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def carried(request: HttpRequest) -> str:
    """The filter as a query string, for links that keep it."""
    kept = {name: request.GET.get(name, "") for name in CARRIED}
    return urlencode({name: value for name, value in kept.items() if value})


# --- queue ------------------------------------------------------------------------------------------------------------


def _queue(request: HttpRequest, pk: int) -> tuple[Seat, list[Pair], list[Pair], forms.QueueFilters]:
    """The seat, all of its pairs, those that the filter leaves, and the filter row."""
    seat = policies.seat_for(person(request), pk)
    mine = pairs_read.pairs_of(seat.council, seat)
    form = forms.QueueFilters(request.GET, mine)
    return seat, mine, pairs_read.narrowed(mine, form.chosen()), form


@login_required
@require_GET
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    seat, mine, pairs, form = _queue(request, pk)
    page = Paginator(pairs, PAGE).get_page(request.GET.get("page"))
    chosen = form.chosen()
    tally = progress_read.tally(mine)
    kinds = {pair.assessment.unit.kind for pair in mine}
    context = {
        "seat": seat,
        "council": seat.council,
        "cycle": seat.council.tier.cycle,
        "tally": tally,
        "page": page,
        "rows": _rows(page.object_list),
        "form": form,
        "filtered": chosen != Filters(sort=chosen.sort),
        "query": carried(request),
        "first_waiting": next((pair for pair in pairs if pair.is_waiting), None),
        "phases": rulings_read.appraisal_phases(seat.council, kinds),
        "leads": seat.role in policies.LEADERS,
    }
    return render(request, "councils/queue.html", context)


def _rows(pairs: Iterable[Pair]) -> list[tuple[Pair, int]]:
    counts = pairs_read.evidence_counts(pairs)
    return [(pair, counts.get(pair.said.pk, 0) if pair.said else 0) for pair in pairs]


@login_required
@require_GET
def queue_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    seat, _mine, pairs, _form = _queue(request, pk)
    return _workbook(pairs, f"tham-dinh-{seat.council.tier.code}.xlsx")


def _workbook(pairs: list[Pair], name: str) -> HttpResponse:
    content = documents.queue_workbook(pairs, rulings_read.reasons_of(pairs))
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --- one pair ---------------------------------------------------------------------------------------------------------


def _lock(desk: policies.Desk) -> str:
    """Why nothing can be decided here now, in words; empty when it can."""
    if desk.seat.council.state == states.State.CLOSED:
        return _("The appraisal of this council is closed. Its decisions can be read, not changed.")
    if not desk.may_decide:
        return _("You can read this score; another member of the council decides on it.")
    phase = window(desk.assessment.cycle, PhaseKind.APPRAISAL, desk.assessment.unit.kind)
    if phase is None:
        return _("The cycle has no appraisal of this kind of unit.")
    stand = phase.stand(database_now())
    if stand is Stand.BEFORE:
        return _("The appraisal of this kind of unit has not begun yet.")
    return _("The time for appraising this kind of unit is over.") if stand is Stand.OVER else ""


def _around(request: HttpRequest, desk: policies.Desk) -> Neighbours | None:
    """The pair's place in the seat's queue under the filter that came with the address."""
    mine = pairs_read.pairs_of(desk.seat.council, desk.seat, desk.table)
    chosen = forms.QueueFilters(request.GET, mine).chosen()
    key = (desk.assessment.pk, desk.criterion.pk)
    return pairs_read.neighbours(pairs_read.narrowed(mine, chosen, keep=key), key)


def desk_page(
    request: HttpRequest,
    desk: policies.Desk,
    *,
    form: Form | None = None,
    stale: bool = False,
    status: int = 200,
    **typed: object,
) -> HttpResponse:
    """The pair before the person. ``form`` and ``typed`` keep what was typed; ``stale``: decided meanwhile."""
    score = rulings_read.score_of(desk.assessment, desk.criterion)
    context = {
        "desk": desk,
        "score": score,
        "stale": stale,
        **_decided(desk, score, form),
        **_place(request, desk),
        **documents_on(request, desk, score),
        **_background(desk),
        **_said(desk, score),
        **_asked(desk, typed),
    }
    return render(request, "councils/pair.html", context, status=status)


def _decided(desk: policies.Desk, score: Score | None, form: Form | None) -> dict[str, object]:
    """What was decided so far, and the forms that decide."""
    rulings = rulings_read.rulings_on(desk.assessment, desk.criterion)
    current = next((ruling for ruling in rulings if ruling.is_current), None)
    outdated = current is not None and pairs_read.outdated(current, score, desk.assessment)
    start = forms.starting_values(current, score, bool(forms.offered(desk.criterion)))
    change = form if isinstance(form, forms.ChangeForm) else forms.ChangeForm(initial=start, criterion=desk.criterion)
    return {
        "rulings": rulings,
        "current": current,
        "is_outdated": outdated,
        "may_accept": score is not None and score.is_answered and (current is None or current.is_changed or outdated),
        "change": change,
        "offers": bool(change.options),
        "accept": form if isinstance(form, forms.AcceptForm) else None,
        "start": start,
    }


def _place(request: HttpRequest, desk: policies.Desk) -> dict[str, object]:
    """Where the pair stands in the queue, and why nothing can be decided."""
    return {"lock": _lock(desk), "around": _around(request, desk), "query": carried(request)}


def _said(desk: policies.Desk, score: Score | None) -> dict[str, object]:
    """How the unit came to its points, how late it was, and what it had said in earlier rounds."""
    last = last_receipt(desk.assessment)
    return {
        "late_minutes": last.late_minutes if last else 0,
        "last_receipt": last,
        "proposal": proposed(score, desk.criterion),
        "differs": score is not None and score.proposed is not None and score.proposed != score.points,
        "rounds": on_leaf(desk.assessment, desk.criterion.code) if last and last.number > 1 else None,
        "receipts": list(desk.assessment.receipts.select_related("by").order_by("number")) if last else [],
    }


def proposed(score: Score | None, criterion: Criterion) -> Proposal | None:
    """What the rule makes of the declared figures, written out; None where the unit declared none."""
    if score is None or not score.figures:
        return None
    figures = proposals.read(score.figures)
    return proposals.propose(criterion.rule, figures, maximum=criterion.max_points, minimum=criterion.min_points)


def _asked(desk: policies.Desk, typed: Mapping[str, object]) -> dict[str, object]:
    """The forms that stand open on the pair, and how documents are judged."""
    return {
        "asking": typed.get("asking") or forms.AskUnitForm(),
        "judged": typed.get("judged"),
        "closing": typed.get("closing"),
        "reasons": RefusalReason.choices,
        "may_return": desk.seat.role in policies.LEADERS and desk.assessment.state == DossierState.SUBMITTED,
        "now": database_now(),
    }


def _background(desk: policies.Desk) -> dict[str, object]:
    """What stands beside the decision: last year and the deadline."""
    return {
        "last": rulings_read.last_year(desk.assessment, desk.criterion),
        "phases": rulings_read.appraisal_phases(desk.seat.council, [desk.assessment.unit.kind]),
    }


@login_required
@require_GET
def pair(request: HttpRequest, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    return desk_page(request, policies.pair_for(person(request), assessment_pk, criterion_pk))


@login_required
@require_POST
def decide(request: HttpRequest, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    desk = policies.pair_to_decide(person(request), assessment_pk, criterion_pk)
    form = _decision_form(request, desk)
    if not form.is_valid():
        return desk_page(request, desk, form=form, status=422)
    around = _around(request, desk)
    try:
        made = appraisals.decide(
            seat=desk.seat, assessment=desk.assessment, criterion=desk.criterion, by=desk.seat.user, **form.cleaned_data
        )
    except appraisals.StaleDecision:
        return desk_page(request, desk, form=form, stale=True, status=409)
    except appraisals.NotEligible:
        form.add_error(None, _("Not recorded: the criteria set, an exemption or the seats were changed meanwhile."))
        return desk_page(request, desk, form=form, status=409)
    except (states.NotAllowed, PhaseClosed):
        return desk_page(request, desk, form=form, status=409)
    messages.success(request, _recorded(made))
    return _onwards(request, desk, around)


def _decision_form(request: HttpRequest, desk: policies.Desk) -> Form:
    if request.POST.get("decision") == "accept":
        score = rulings_read.score_of(desk.assessment, desk.criterion)
        return forms.AcceptForm(request.POST, score=score)
    return forms.ChangeForm(request.POST, criterion=desk.criterion)


def _recorded(made: Appraisal) -> str:
    points = _("not applicable")
    if made.points is not None:
        points = _("%(points)s points") % {"points": forms.in_figures(made.points)}
    values = {"unit": made.assessment.unit, "code": made.criterion.code, "points": points}
    return _("Recorded: %(unit)s, criterion %(code)s: %(points)s.") % values


def _onwards(request: HttpRequest, desk: policies.Desk, around: Neighbours | None) -> HttpResponseRedirect:
    """To the next pair that waits under the same filter; to the queue when there is none."""
    following = around.next_waiting if around else None
    address = (
        reverse("councils:pair", args=following.key)
        if following
        else reverse("councils:queue", args=[desk.seat.council_id])
    )
    query = carried(request)
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@login_required
@require_GET
def evidence_page(
    request: HttpRequest, assessment_pk: int, criterion_pk: int, evidence_pk: int, number: int
) -> HttpResponseBase:
    evidence = policies.evidence_for(person(request), assessment_pk, criterion_pk, evidence_pk)
    return page_answer(request, evidence, number)


@login_required
@require_GET
def evidence_file(request: HttpRequest, assessment_pk: int, criterion_pk: int, evidence_pk: int) -> HttpResponseBase:
    """The document exactly as it was handed in: always saved, never opened by the browser in our name."""
    return file_answer(request, policies.evidence_for(person(request), assessment_pk, criterion_pk, evidence_pk))


# --- progress, closing ------------------------------------------------------------------------------------------------


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    view = policies.council_to_view(person(request), pk)
    standing = progress_read.progress(view.council)
    form = forms.QueueFilters(request.GET, standing.waiting)
    undecided = pairs_read.narrowed(standing.waiting, form.chosen())
    context = {
        "view": view,
        "council": view.council,
        "cycle": view.council.tier.cycle,
        "standing": standing,
        "form": form,
        "page": Paginator(undecided, PAGE).get_page(request.GET.get("page")),
        "query": carried(request),
        "missing": list(pairs_read.not_handed_in(view.council.tier)),
        "phases": rulings_read.appraisal_phases(view.council, standing.kinds),
    }
    return render(request, "councils/progress.html", context)


@login_required
@require_GET
def undecided_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    view = policies.council_to_view(person(request), pk)
    return _workbook(progress_read.progress(view.council).waiting, f"chua-tham-dinh-{view.council.tier.code}.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    council = policies.council_to_close(person(request), pk)
    standing = progress_read.progress(council)
    posted = request.POST if request.method == "POST" else None
    form = forms.CloseForm(posted, unfinished=bool(standing.waiting))
    if form.is_valid() and _closed(request, council, form):
        return redirect("councils:progress", pk=pk)
    context = {
        "council": council,
        "form": form,
        "standing": standing,
        "waiting": standing.waiting[:PAGE],
        "missing": list(pairs_read.not_handed_in(council.tier)),
    }
    return render(request, "councils/close.html", context, status=422 if form.errors else 200)


def _closed(request: HttpRequest, council: Council, form: forms.CloseForm) -> bool:
    """Whether there is nothing more to ask: closed now or before. Else the form says what was handed in meanwhile."""
    try:
        sessions.close(council=council, by=person(request), **form.cleaned_data)
    except sessions.Unfinished as error:
        words = ngettext("%(count)d score is undecided.", "%(count)d scores are undecided.", error.waiting)
        form.add_error(None, words % {"count": error.waiting})
        return False
    except states.NotAllowed:
        return True
    messages.success(request, _("The appraisal is closed."))
    return True


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    council = policies.council_to_close(person(request), pk)
    form = forms.ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sessions.reopen(council=council, by=person(request), reason=form.cleaned_data["reason"])
        except states.NotAllowed:
            return redirect("councils:progress", pk=pk)
        messages.success(request, _("The appraisal is open again."))
        return redirect("councils:progress", pk=pk)
    context = {"council": council, "form": form}
    return render(request, "councils/reopen.html", context, status=422 if form.errors else 200)
