"""Sessions, sign-in and messages for the staff pages only: a public page has no session to lose."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase

STAFF_PAGES = "/staff/"


class StaffSessions:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.public = get_response
        signed_in: Any = AuthenticationMiddleware(MessageMiddleware(get_response))  # type: ignore[arg-type]
        self.staff: Any = SessionMiddleware(signed_in)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.staff(request) if request.path_info.startswith(STAFF_PAGES) else self.public(request)
