"""A session ends twenty minutes after the last page that somebody asked for, and after a working day.

What a page renews by itself is not asked for by anybody: it keeps nobody signed in (`progress.py`).
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from accord_portal.foundation import clock

MAX_SESSION = dt.timedelta(hours=10)
BEGAN, AGENT = "began_at", "agent"
MAX_AGENT_CHARACTERS = 300


def begin(request: HttpRequest) -> None:
    """Somebody signed in just now."""
    request.session[BEGAN] = clock.now().isoformat()
    request.session[AGENT] = request.headers.get("user-agent", "")[:MAX_AGENT_CHARACTERS]


def is_over(request: HttpRequest) -> bool:
    """Whether the working day of this session has ended."""
    end = _end_of_day(request)
    return end is not None and clock.now() >= end


def go_on(request: HttpRequest, answer: HttpResponseBase) -> None:
    """The session is kept for twenty minutes more, unless the page renewed itself."""
    if BEGAN in request.session and not getattr(answer, "renews_itself", False):
        request.session.modified = True


def ends_at(request: HttpRequest) -> dt.datetime:
    """Until when a page that is shown now may be sent."""
    idle = clock.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(idle, _end_of_day(request) or idle)


def seconds_left(request: HttpRequest) -> int:
    """The same, in seconds from now."""
    return int((ends_at(request) - clock.now()).total_seconds())


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Whoever presses this is there: the session goes on, and here is for how long."""
    return JsonResponse({"seconds": seconds_left(request)})


def _end_of_day(request: HttpRequest) -> dt.datetime | None:
    began = request.session.get(BEGAN)
    return dt.datetime.fromisoformat(began) + MAX_SESSION if began else None
