"""What the mail server says no to, for good or for now."""

import datetime as dt
import smtplib

import pytest
import time_machine

from accord_portal.digests import decisions
from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import claims, windows
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.servers import Server
from tests.factories import (
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = DigestIssue.State


def refused(code: int, said: str = "no") -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"b@example.org": (code, said.encode())})


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refused(550, "no such mailbox"), "550 no such mailbox"),
        (refused(550, "5.1.1 no such mailbox"), "550 5.1.1 no such mailbox"),
        (refused(552, "5.2.2 mailbox full"), "552 5.2.2 mailbox full"),
        (refused(552, "[192.0.2.5] 5.2.2"), "552 [192.0.2.5] 5.2.2"),
        (refused(550, "5.7.1 not you"), "550 5.7.1 not you"),
        (refused(554, "5.0.0 not you"), "554 5.0.0 not you"),
        (refused(552, "5.3.4 not you"), "552 5.3.4 not you"),
        (smtplib.SMTPDataError(554, b"not this"), "554 not this"),
    ],
)
def test_an_address_refused_for_good_fails_and_the_others_get_it(
    issue: DigestIssue, server: type[Server], error: Exception, reason: str
) -> None:
    readers("a", "b", "c")
    server.before = {"b@example.org": error}
    send(issue)
    assert server.taken == ["a@example.org", "c@example.org"]
    assert states(issue) == {"a": "accepted", "b": "failed", "c": "accepted"}
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 2, "failed": 1}
    assert (Delivery.objects.get(state="failed").reason, issue.state) == (reason, State.SENT)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPSenderRefused(451, b"later", "news@example.org"),
        smtplib.SMTPHeloError(451, b"later"),
        smtplib.SMTPConnectError(421, b"busy"),
    ],
)
def test_no_for_now_is_tried_again_later_and_nobody_gets_it_twice(
    issue: DigestIssue, server: type[Server], error: Exception, clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c")
    server.before = {"b@example.org": error}
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "pending", "c": "pending"}
    assert (Batch.objects.get().state, issue.is_resting) == ("ready", True)
    assert issue.rests_until_at - NOON == dt.timedelta(seconds=20)
    assert issue.trouble in ("451 later", "421 busy")
    send(issue)  # too soon
    assert server.taken == ["a@example.org"]
    server.before = {}
    clock.shift(20)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert issue.state == State.SENT


def test_full_mailboxes_hold_up_nobody(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c", "d")
    server.before = {
        f"{name}@example.org": smtplib.SMTPRecipientsRefused({f"{name}@example.org": (452, b"4.2.2 full")})
        for name in "ac"
    }
    send(issue)
    assert server.taken == ["b@example.org", "d@example.org"]
    assert states(issue) == {"a": "pending", "b": "accepted", "c": "pending", "d": "accepted"}
    batch = Batch.objects.get()
    assert (batch.state, batch.last_error, batch.lease) == (
        "ready",
        "Some recipients were refused for now.",
        None,
    )
    assert (batch.not_before_at - NOON, issue.state) == (dt.timedelta(seconds=20), State.SENDING)
    del server.before["a@example.org"]
    clock.shift(20)
    send(issue)
    assert server.taken == ["b@example.org", "d@example.org", "a@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 4, "accepted": 3}


def test_a_mailbox_that_stays_full_is_given_up_with_the_last_try(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b")
    server.before = {"b@example.org": refused(452, "4.2.2 full")}
    for _ in range(windows.MAX_ATTEMPTS - 1):
        send(issue)
        clock.shift(DigestIssue.LONGEST_REST)
    assert (states(issue), issue.state) == ({"a": "accepted", "b": "pending"}, State.SENDING)
    send(issue)
    assert (states(issue), issue.state) == ({"a": "accepted", "b": "failed"}, State.SENT)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 1, "failed": 1}
    assert Delivery.objects.get(state="failed").reason == "452 4.2.2 full"
    assert server.taken == ["a@example.org"]


def test_a_server_that_cannot_be_reached_leaves_nothing_in_doubt(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a")
    server.at_open = ConnectionRefusedError("down")
    waits = []
    for _ in range(7):
        send(issue)
        waits.append((issue.rests_until_at - NOON).total_seconds())
        clock.move_to(issue.rests_until_at)
    steps = [round(later - earlier) for earlier, later in zip([0, *waits], waits, strict=False)]
    assert steps == [20, 40, 80, 160, 320, 640, 1280]
    assert states(issue) == {"a": "pending"}
    assert Batch.objects.get().last_error == "ConnectionRefusedError: down"
    assert issue.state == State.SENDING


def test_after_too_many_tries_staff_must_look_and_can_go_on(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a")
    server.at_open = ConnectionRefusedError("down")
    for _ in range(8):
        send(issue)
        clock.shift(dt.timedelta(hours=2))
    assert (issue.state, issue.trouble) == (State.NEEDS_ATTENTION, "ConnectionRefusedError: down")
    assert claims.batches_to_send(NOON + dt.timedelta(days=2)) == []
    server.at_open = None
    send(issue)
    assert server.taken == []
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert (server.taken, issue.state, issue.trouble) == (["a@example.org"], State.SENT, "")


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("message", smtplib.SMTPSenderRefused(553, b"not you", "news@example.org")),
        ("message", smtplib.SMTPConnectError(554, b"not you")),
        ("open", smtplib.SMTPAuthenticationError(535, b"not you")),
        ("message", smtplib.SMTPAuthenticationError(535, b"not you")),
    ],
)
def test_a_server_that_refuses_us_stops_the_issue(
    issue: DigestIssue, server: type[Server], where: str, error: Exception
) -> None:
    readers("a", "b")
    server.at_open = error if where == "open" else None
    server.before = {} if where == "open" else {"a@example.org": error}
    send(issue)
    assert (server.taken, states(issue)) == ([], {"a": "pending", "b": "pending"})
    assert issue.state == State.NEEDS_ATTENTION
    assert "not you" in issue.trouble
    assert list(DigestIssue.objects.needing_attention()) == [issue]
    server.forget()
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 2}
