"""One page for one person."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def own_page_only(view: View) -> View:
    """A page says whose it is: what one person typed is not saved by another who signed in since in the same browser.

    Such a request gets 412, and the page keeps what was typed until its own person is back.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        whose = request.headers.get("X-Person")
        if whose and request.user.is_authenticated and whose != str(request.user.pk):
            return HttpResponse(status=HTTPStatus.PRECONDITION_FAILED)
        return view(request, *args, **kwargs)

    return guarded
