"""The person's notices."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from units import policies
from units.services import notices

PAGE = 30


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = policies.notices_for(request.user)
    unread = request.GET.get("unread") == "1"
    if unread:
        rows = rows.filter(read_at=None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/notices.html", {"page": page, "unread": unread})


@login_required
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notice = policies.notice_for(request.user, pk)
    notices.mark_read(notices=[notice], by=policies.person(request.user))
    here = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if here else "units:notices")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    rows = policies.notices_for(request.user).filter(read_at=None)
    notices.mark_read(notices=list(rows), by=policies.person(request.user))
    return redirect("units:notices")
