"""Requests no browser sends are refused with 4xx before any view reads them."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.shortcuts import render

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.I)


def _unstorable(text: str) -> bool:
    """Whether a database would refuse the text: NUL, or half of a surrogate pair."""
    return "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text)


class RefuseMalformedRequests:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if any(map(_unstorable, (request.path, *request.COOKIES.values()))) or any(
            _unstorable(part) for pair in request.GET.lists() for part in (pair[0], *pair[1])
        ):
            return render(request, "400.html", status=400)
        if request.method == "POST":
            charset = CHARSET.search(request.META.get("CONTENT_TYPE", ""))
            if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
                return render(request, "400.html", status=400)
            try:
                posted = request.POST
            except RequestDataTooBig:
                return render(request, "413.html", status=413)
            except (BadRequest, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError, ValueError):
                return render(request, "400.html", status=400)
            if any(_unstorable(part) for pair in posted.lists() for part in (pair[0], *pair[1])):
                return render(request, "400.html", status=400)
        return self.get_response(request)
