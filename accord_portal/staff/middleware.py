"""Sessions, sign-in and messages for the staff pages only: a public page has no session to lose."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponseBase

from . import ended, idling, second_factor
from .factor_pages import lead_here
from .giving_back import GiveBack

STAFF_PAGES = "/staff/"
OPEN_WITHOUT_FACTOR = ("login/", "logout/", "password_reset/", "reset/", "second-factor/", "single-sign-on/")
Answers = Callable[[HttpRequest], HttpResponseBase]


class StaffSessions:
    def __init__(self, get_response: Answers) -> None:
        self.public = get_response
        inside: Any = MessageMiddleware(EndWhenIdle(AskForSecondFactor(GiveBack(get_response))))
        signed_in: Any = AuthenticationMiddleware(inside)
        self.staff: Any = ended.Sessions(signed_in)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.staff(request) if request.path_info.startswith(STAFF_PAGES) else self.public(request)


class AskForSecondFactor:
    """Whoever gave a passphrase and no second factor yet is led to that, whatever they ask for."""

    def __init__(self, get_response: Answers) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        page = request.path_info.removeprefix(STAFF_PAGES)
        may = page.startswith(OPEN_WITHOUT_FACTOR) or not second_factor.is_asked_for()
        if may or not request.user.is_authenticated or second_factor.was_given(request):
            return self.get_response(request)
        return lead_here(request)


class EndWhenIdle:
    """Each page that a member of staff asks for keeps them signed in a while longer."""

    def __init__(self, get_response: Answers) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if idling.is_over(request):
            ended.end(request)
            request.session, request.user = SessionStore(), AnonymousUser()
        answer = self.get_response(request)
        if request.user.is_authenticated:
            idling.go_on(request, answer)
        return answer
