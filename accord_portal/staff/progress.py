"""How far a long job is, in a frame that renews itself without a script.

The answer has a Refresh header, so the page around it stays as it is, with what was typed in it. It may
be framed by our own pages, and by nothing else; looking at it keeps nobody signed in.
"""

from collections.abc import Sequence

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

EVERY = 5  # seconds


def frame(
    request: HttpRequest, *, state: str, figures: Sequence[tuple[str, int]], is_over: bool, page: str
) -> HttpResponseBase:
    """The figures of the job as they are now; `page` is where all of it is told."""
    renews = not is_over and "stop" not in request.GET
    context = {"state": state, "figures": figures, "is_over": is_over, "renews": renews, "page": page}

    def view(request: HttpRequest) -> HttpResponse:
        answer = render(request, "staff/progress.html", context)
        answer.renews_itself = True  # type: ignore[attr-defined]
        if renews:
            answer["Refresh"] = str(EVERY)
        return answer

    framed = xframe_options_sameorigin(csp_replace({"frame-ancestors": [SELF]})(view))
    return framed(request)
