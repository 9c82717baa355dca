"""What staff see first: named sets side by side, each with the number behind it."""

import datetime as dt

import pytest
import time_machine

from accord_portal.dashboard import panels
from accord_portal.digests.models import DigestIssue
from accord_portal.staff.models import User
from responses.answers import triage
from tests.clock import NOON
from tests.factories import (
    DigestIssueFactory,
    OutgoingMailFactory,
    closed_unanswered,
    received,
)

pytestmark = pytest.mark.django_db


def test_who_waits_and_who_has_waited_too_long(mere: User) -> None:
    with time_machine.travel(NOON, tick=False):
        fresh = received(at=NOON)
        late = received(name="Hēmi", at=NOON - dt.timedelta(days=10))
        triage.assign(eoi=fresh, seen=1, by=mere, to=mere)
        triage.mark_as_spam(eoi=received(name="Buy now", at=NOON), seen=1, by=mere)
        closed_unanswered(received(name="Ana", at=NOON), by=mere)
        shown = panels(mere)
    assert list(shown["awaiting_triage"]) == [late, fresh]
    assert (shown["awaiting_triage_number"], shown["late_number"]) == (2, 1)
    assert list(shown["mine"]) == [fresh]
    assert shown["unanswered_number"] == 1


def test_what_is_late_and_what_is_due_today(mere: User) -> None:
    with time_machine.travel(NOON, tick=False):
        late = received(name="Hēmi", at=NOON - dt.timedelta(days=10)).undertaking_of("acknowledge")
        due = received(email="due@example.org", at=NOON - dt.timedelta(days=5)).undertaking_of("acknowledge")
        received(email="later@example.org", at=NOON)
        shown = panels(mere)
    assert due is not None
    assert due.due_on == dt.date(2026, 11, 16)
    assert (list(shown["late_undertakings"]), shown["late_undertakings_number"]) == ([late], "1")
    assert (list(shown["due_today"]), shown["due_today_number"]) == ([due], "1")


def test_what_needs_somebody_to_look(mere: User) -> None:
    failed = OutgoingMailFactory(state="failed")
    stopped = DigestIssueFactory(approved=True, state=DigestIssue.State.NEEDS_ATTENTION)
    moving = DigestIssueFactory(approved=True, state=DigestIssue.State.SENDING)
    shown = panels(mere)
    assert list(shown["failed_mail"]) == [failed]
    assert list(shown["issues_needing_attention"]) == [stopped]
    assert list(shown["issues_on_their_way"]) == [moving]
