"""The same words for several people in a row are about us; staff who have seen them can always go on."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.digests import decisions
from accord_portal.digests.models import DigestIssue
from accord_portal.digests.sending.alike import MAX_ALIKE
from accord_portal.foundation import clock as our_clock
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.smtp_server import SmtpServer, serving
from tests.factories import DigestIssueFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = DigestIssue.State
A_DAY = "450 4.7.1 you have sent the maximum number of messages within 24 hours"


@pytest.fixture(params=["", "PIPELINING"], ids=["step-by-step", "pipelined"])
def server(settings: Settings, request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with serving(extensions=request.param) as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


@pytest.fixture
def issue(db: None) -> DigestIssue:
    return DigestIssueFactory(approved=True)


@pytest.mark.parametrize("said", ["550 5.7.1 blocked", "550 5.7.1 <{}>: blocked"])
def test_refused_for_good_in_the_same_words_stops_the_issue_and_names_them(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller, said: str
) -> None:
    people = readers(*"abcdefg")
    server.script |= {("rcpt", person.email): said.format(person.email) for person in people[1:]}
    send(issue)
    assert states(issue) == {"a": "accepted", **dict.fromkeys("bcdefg", "pending")}
    assert (issue.state, counters(issue).get("failed")) == (State.NEEDS_ATTENTION, None)
    numbers = ", ".join(str(person.pk) for person in people[1:6])
    assert issue.trouble.endswith(f"(said of the contacts {numbers}, one after another)")
    assert "example.org" not in issue.trouble
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert states(issue) == {"a": "accepted", **dict.fromkeys("bcdefg", "failed")}
    assert (counters(issue)["failed"], issue.state) == (6, State.SENT)


def test_once_it_is_put_right_everybody_gets_it(issue: DigestIssue, server: SmtpServer) -> None:
    readers(*"abcdef")
    server.script["rcpt"] = "550 5.7.1 blocked"
    send(issue)
    assert issue.state == State.NEEDS_ATTENTION
    server.script.clear()
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert (counters(issue), issue.state) == ({"batches": 1, "recipients": 6, "accepted": 6}, State.SENT)


@pytest.mark.parametrize("step", ["rcpt", "dot"])
def test_refused_for_now_in_the_same_words_rests_for_an_hour_and_goes_on_by_itself(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller, step: str
) -> None:
    readers(*"abcdefg")
    server.script[step] = "452 4.3.1 your quota is used up"
    send(issue)
    assert (set(states(issue).values()), issue.state) == ({"pending"}, State.SENDING)
    assert server.sessions == 1
    assert issue.rests_until_at
    assert issue.rests_until_at - NOON == dt.timedelta(hours=1)
    server.script.clear()
    clock.move_to(issue.rests_until_at)
    send(issue)
    assert (set(states(issue).values()), issue.state) == ({"accepted"}, State.SENT)


def test_refused_in_different_words_or_with_others_between_is_about_each_person(
    issue: DigestIssue, server: SmtpServer
) -> None:
    readers(*"abcdefghijkl")
    for number, name in enumerate("abcd"):
        server.script["rcpt", f"{name}@example.org"] = f"550 5.1.1 words {number}"
    for name in "fghijkl"[::2]:
        server.script["rcpt", f"{name}@example.org"] = "550 5.1.1 no such user"
    send(issue)
    failed = [name for name, state in states(issue).items() if state == "failed"]
    assert (failed, issue.state) == ([*"abcd", *"fhjl"], State.SENT)


@pytest.mark.parametrize("readers_after", [3, 7, 40])
def test_a_quota_of_a_day_loses_nobody(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller, readers_after: int
) -> None:
    """Three readers, then no more for a day, however many are left."""
    people = readers(*(f"p{number}" for number in range(3 + readers_after)))
    for person in people[3:]:
        server.script["rcpt", person.email] = A_DAY
    while our_clock.now() < NOON + dt.timedelta(hours=24):
        send(issue)
        clock.shift(dt.timedelta(minutes=10))
        assert set(states(issue).values()) == {"accepted", "pending"}
        assert issue.state == State.SENDING
    server.script.clear()
    clock.shift(DigestIssue.LONGEST_REST)
    send(issue)
    assert (set(states(issue).values()), issue.state) == ({"accepted"}, State.SENT)


def test_a_quota_that_never_ends_is_shown_to_staff(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller
) -> None:
    readers(*"abcdefg")
    server.script["rcpt"] = A_DAY
    for _ in range(15):
        send(issue)
        clock.shift(DigestIssue.LONGEST_REST)
    assert (set(states(issue).values()), issue.state) == ({"pending"}, State.SENDING)
    send(issue)
    assert (set(states(issue).values()), issue.state) == ({"pending"}, State.NEEDS_ATTENTION)
    assert issue.trouble.startswith(A_DAY)


def test_numbers_that_a_server_gives_each_message_do_not_make_other_words(
    issue: DigestIssue, server: SmtpServer
) -> None:
    for number, person in enumerate(readers(*"abcdef")):
        server.script["rcpt", person.email] = f"550 5.7.1 [4FbX{number}9] blocked, see q{number}"
    send(issue)
    assert (counters(issue).get("failed"), issue.state) == (None, State.NEEDS_ATTENTION)


def test_going_on_meets_the_same_wall_less_each_time_and_never_for_ever(
    issue: DigestIssue, server: SmtpServer, settings: Settings
) -> None:
    settings.DIGEST_BATCH_SIZE, settings.DIGEST_WINDOW = 60, 7
    readers(*(f"p{number}" for number in range(120)))
    server.script["rcpt"] = "550 5.4.1 not here"
    send(issue)
    presses = 0
    while issue.state == State.NEEDS_ATTENTION:
        decisions.resume(issue=issue, by=UserFactory())
        presses += 1
        send(issue)
    assert (presses, counters(issue)["failed"], issue.state) == (2, 120, State.SENT)
    assert MAX_ALIKE * 10**2 > settings.DIGEST_BATCH_SIZE


def test_those_who_failed_are_tried_again_and_nobody_else_gets_anything(
    issue: DigestIssue, server: SmtpServer
) -> None:
    readers(*"abc")
    server.script["rcpt", "b@example.org"] = "550 5.7.1 no"
    send(issue)
    assert (counters(issue)["failed"], issue.state) == (1, State.SENT)
    server.script.clear()
    officer = UserFactory(name="Mere")
    assert decisions.try_failed_again(issue=issue, by=officer) == 1
    issue.refresh_from_db()
    assert (issue.state, issue.sent_at, issue.failed) == (State.SENDING, None, 0)
    assert issue.decisions.endswith(": Mere tried the 1 that failed again.\n")
    assert decisions.try_failed_again(issue=issue, by=officer) == 0
    send(issue)
    assert (server.people(), issue.state) == ([*"acb"], State.SENT)
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
