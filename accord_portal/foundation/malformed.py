"""Requests no browser sends are refused with 4xx before any view reads them."""

import re
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.shortcuts import render

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
MOST_SENT = 512 * 1024  # bytes, whatever the address; UPLOADS in the settings names the pages that take files
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half of a surrogate pair


def _unstorable(data: QueryDict) -> bool:
    return any(UNSTORABLE.search(part) for name, values in data.lists() for part in (name, *values))


def _too_large(request: HttpRequest) -> bool:
    """Whether more is on its way than this page takes, as the client says: asked before anything is read.

    A body in chunks has no length, and Django reads none of it.
    """
    length = request.headers.get("content-length", "")
    size = int(length[:20]) if length.isdecimal() else 0
    if size <= MOST_SENT:
        return False
    return size > settings.UPLOADS.get(request.path_info, 0) or not _is_from_staff(request)


def _is_from_staff(request: HttpRequest) -> bool:
    """Whether the session cookie is of somebody who is signed in: the session middleware has not run yet."""
    asking = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    asking.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(asking)
    return user.is_active and getattr(user, "is_staff", False)


class RefuseMalformedRequests:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if _too_large(request):
            return render(request, "413.html", status=413)
        if any(map(UNSTORABLE.search, (request.path, *request.COOKIES.values()))) or _unstorable(request.GET):
            return render(request, "400.html", status=400)
        if request.method == "POST":
            charset = CHARSET.search(request.headers.get("content-type", ""))
            if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
                return render(request, "400.html", status=400)
            try:
                posted = request.POST
            except RequestDataTooBig:
                return render(request, "413.html", status=413)
            except (BadRequest, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError, ValueError):
                return render(request, "400.html", status=400)
            if _unstorable(posted):
                return render(request, "400.html", status=400)
        return self.get_response(request)
