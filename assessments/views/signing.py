"""Who signs a unit's dossiers off, set by its head."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.forms.signing import PathForm
from assessments.models import SignStep
from assessments.policies.signing import unit_to_sign_for
from assessments.selectors.signing import path_of, people_at
from assessments.services import signing
from assessments.views.sheets import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def path(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_to_sign_for(person(request), pk)
    standing = path_of(unit)
    form = PathForm(request.POST if request.method == "POST" else None, initial=standing.__dict__)
    if form.is_bound and form.is_valid():
        signing.set_path(unit=unit, by=person(request), **form.cleaned_data)
        messages.success(request, _("The path of signatures was set."))
        return redirect("assessments:signing", pk)
    people = [(label, people_at(unit, step)) for step, label in SignStep.choices]
    context = {"unit": unit, "form": form, "path": standing, "people": people}
    return render(request, "assessments/signing.html", context, status=422 if form.is_bound else 200)
