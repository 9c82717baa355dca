"""Requests no browser sends are refused with 4xx before any view reads them.

The body is read once the page is found, and not at all for a door without CSRF: there the token in
the address is enough, whatever else was sent (RFC 8058). Such a view asks `said` for what it needs.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from hmac import compare_digest
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.shortcuts import render

from . import signed_links

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
MAX_BODY_BYTES = 512 * 1024  # UPLOADS… in the settings name the pages that take files, and so more
BEHIND_A_LINK = re.compile(r"/([a-z-]+)/([\w:-]+)/")
MAX_BYTES_READ = 1000  # bytes of a body of which nothing but one word is of use
BYTE_ORDER_MARKS = b"\xff\xfe\xef\xbb\xbf"  # of UTF-16 either way round, and of UTF-8
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half of a surrogate pair


def _unstorable(data: QueryDict) -> bool:
    return any(UNSTORABLE.search("".join((name, *values))) for name, values in data.lists())


def _too_large(request: HttpRequest) -> bool:
    """Whether more is on its way than this page takes, as the client says: asked before anything is read.

    A body in chunks has no length, and Django reads none of it.
    """
    length = request.headers.get("content-length", "")
    size = int(length[:20]) if length.isdecimal() else 0
    if size <= MAX_BODY_BYTES:
        return False
    if re.fullmatch(settings.WEBHOOKS, request.path_info, re.ASCII):
        return size > settings.MAX_WEBHOOK_BYTES or not _has_webhook_secret(request)
    if most := _taken_by_link(request.path_info):
        return size > most
    taken = [
        most for path, most in settings.UPLOADS.items() if re.fullmatch(path, request.path_info, re.ASCII)
    ]
    return size > max(taken, default=0) or not _is_from_staff(request)


def _taken_by_link(path: str) -> int:
    """How many bytes whoever has this link may send, 0 where it takes no file or we did not sign it."""
    found = BEHIND_A_LINK.fullmatch(path)
    if not found or found[1] not in settings.UPLOADS_BY_LINK:
        return 0
    most: int = settings.UPLOADS_BY_LINK[found[1]]
    try:
        signed_links.read(found[1], found[2])
    except signed_links.BadLink:
        return 0
    return most


def _has_webhook_secret(request: HttpRequest) -> bool:
    """Whether it comes with the password that mail providers were given (RFC 7617)."""
    secrets: str | list[str] = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    known = [secrets] if isinstance(secrets, str) else secrets
    said = request.headers.get("authorization", "").encode()
    return any(compare_digest(said, b"Basic " + b64encode(secret.encode())) for secret in known)


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
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, about: Any
    ) -> HttpResponse | None:
        """Reads what was posted, before anybody looks for a token in it."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        charset = CHARSET.search(request.headers.get("content-type", ""))
        if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
            return render(request, "400.html", status=400)
        try:
            posted = request.POST
        except RequestDataTooBig:
            return render(request, "413.html", status=413)
        except (BadRequest, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError, ValueError):
            return render(request, "400.html", status=400)
        return render(request, "400.html", status=400) if _unstorable(posted) else None


def said(request: HttpRequest, name: str) -> str:
    """The word posted under this name to a door without CSRF, whatever its type and charset, or ""."""
    try:
        body = request.read(MAX_BYTES_READ)
    except OSError:  # cut off on its way
        return ""
    text = body.replace(b"\0", b"").lstrip(BYTE_ORDER_MARKS)
    field = re.escape(name.encode())
    found = re.search(rb'(?:^|&|name=")' + field + rb'(?:=|"[^\n]*\n\s*)([\w-]+)', text)
    return found[1].decode("ascii", "ignore") if found else ""
