"""Where an account is signed in, and ending that: each end is a line in the log.

A session that somebody ended is gone at once; what is sent from its browser afterwards is not kept.
"""

import datetime as dt
import re
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accord_portal.foundation import clock, keyed_hash
from accord_portal.foundation.acts import NotPossible

from . import idling, second_factor
from .log import log
from .models import LogLine, User

BROWSERS = [
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|Chromium|CriOS)/"),
    ("Safari", r"\bSafari/"),
]
SYSTEMS = [
    ("an iPhone", r"\biPhone\b"),
    ("an iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("a Mac", r"\bMac OS X\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
]
GONE = "This session has ended already."


class OwnSession(NamedTuple):
    """One session of the account; `mark` names it without giving away its key."""

    key: str
    mark: str
    browser: str
    began_at: dt.datetime | None
    last_page_at: dt.datetime
    is_here: bool
    is_whole: bool  # the second factor was given, or need not be


def in_words(agent: str) -> str:
    """The browser and what it runs on, as it says of itself: "Firefox on Windows"."""
    browser = next((name for name, pattern in BROWSERS if re.search(pattern, agent)), "Another browser")
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), "")
    return f"{browser} on {system}" if system else browser


def of(user: User, here: str | None) -> list[OwnSession]:
    """Where the account is signed in now, this browser first and then the last page first."""
    rows = Session.objects.filter(expire_date__gt=clock.now())
    found = [(row, row.get_decoded()) for row in rows]
    places = [_place(row, said, user, here) for row, said in found if _is_of(said, user)]
    return sorted(places, key=lambda place: (place.is_here, place.last_page_at), reverse=True)


@transaction.atomic
def end(*, user: User, mark: str, here: str | None) -> None:
    """Ends one session elsewhere. Raises NotPossible where it has ended, or is this one."""
    place = next((place for place in of(user, here) if constant_time_compare(place.mark, mark)), None)
    if place is None:
        raise NotPossible(GONE)
    if place.is_here:
        raise NotPossible("This is the browser that you sit at. To end it, sign out.")
    if not _end(place, user):
        raise NotPossible(GONE)


@transaction.atomic
def end_others(*, user: User, here: str | None) -> int:
    """Ends every session of the account but this one; how many there were."""
    return sum(_end(place, user) for place in of(user, here) if not place.is_here)


def _end(place: OwnSession, user: User) -> int:
    """One of two who end it at once writes the line."""
    ended = Session.objects.filter(pk=place.key).delete()[0]
    if ended:
        log(LogLine.Act.SESSION_ENDED, user, by=user, detail=place.browser)
    return ended


def _is_of(said: dict[str, Any], user: User) -> bool:
    return str(said.get(SESSION_KEY)) == str(user.pk)


def _place(row: Session, said: dict[str, Any], user: User, here: str | None) -> OwnSession:
    began = said.get(idling.BEGAN)
    return OwnSession(
        key=row.session_key,
        mark=keyed_hash.mark("session", row.session_key),
        browser=in_words(said.get(idling.AGENT, "")),
        began_at=dt.datetime.fromisoformat(began) if began else None,
        last_page_at=row.expire_date - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
        is_here=row.session_key == here,
        is_whole=second_factor.was_given_in(said, user),
    )
