"""Sessions that ended by themselves: whose they were is known for a day more, and nothing else of them.

A form that was begun in such a session may still be sent: it is kept for the account (`kept_forms.py`).
A session that somebody ended, by signing out or by a new passphrase, is gone at once.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from accord_portal.foundation import clock

from . import second_factor
from .models import User

KNOWN_FOR = dt.timedelta(days=1)


class Sessions(SessionMiddleware):
    """Django's; but the cookie of a session that ended by itself stays in the browser while it is known."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        answer = super().process_response(request, response)
        if name in answer.cookies and request.session.is_empty() and _row_of(request):
            del answer.cookies[name]
        return answer


def end(request: HttpRequest) -> None:
    """The session of this request has had its time."""
    Session.objects.filter(pk=request.session.session_key).update(expire_date=clock.now())


def account_behind(request: HttpRequest) -> User | None:
    """Who was signed in, passphrase and second factor, in the session that ended in this browser."""
    if not (row := _row_of(request)):
        return None
    said = row.get_decoded()
    user = User.objects.working().filter(pk=said.get(SESSION_KEY) or 0).first()
    if not user or not constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user if second_factor.was_given_in(said, user) else None


def forget(now: dt.datetime) -> int:
    """Forgets the sessions that ended more than a day ago; how many there were."""
    return Session.objects.filter(expire_date__lt=now - KNOWN_FOR).delete()[0]


def _row_of(request: HttpRequest) -> Session | None:
    now, key = clock.now(), request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return Session.objects.filter(pk=key, expire_date__range=(now - KNOWN_FOR, now)).first() if key else None
