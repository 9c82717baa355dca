"""Requests no browser sends are refused with 4xx before any view reads them."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.shortcuts import render

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
MOST_SENT = 64 * 1024 * 1024  # bytes, files and all; a page that takes files has a smaller limit of its own
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half of a surrogate pair


def _unstorable(data: QueryDict) -> bool:
    return any(UNSTORABLE.search(part) for name, values in data.lists() for part in (name, *values))


class RefuseMalformedRequests:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if any(map(UNSTORABLE.search, (request.path, *request.COOKIES.values()))) or _unstorable(request.GET):
            return render(request, "400.html", status=400)
        if request.method == "POST":
            charset = CHARSET.search(request.headers.get("content-type", ""))
            if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
                return render(request, "400.html", status=400)
            length = request.headers.get("content-length", "")
            if length.isdecimal() and int(length[:20]) > MOST_SENT:
                return render(request, "413.html", status=413)
            try:
                posted = request.POST
            except RequestDataTooBig:
                return render(request, "413.html", status=413)
            except (BadRequest, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError, ValueError):
                return render(request, "400.html", status=400)
            if _unstorable(posted):
                return render(request, "400.html", status=400)
        return self.get_response(request)
