"""A digest and a mail server that fails at each step: only after the final dot is anybody in doubt."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.digests import decisions
from accord_portal.digests.models import DigestIssue
from accord_portal.digests.sending import windows
from accord_portal.foundation import smtp_backend
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.smtp_server import SmtpServer, serving
from tests.factories import DigestIssueFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = DigestIssue.State


@pytest.fixture(params=["", "PIPELINING"], ids=["step-by-step", "pipelined"])
def server(settings: Settings, request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with serving(extensions=request.param) as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


@pytest.fixture
def issue(db: None) -> DigestIssue:
    return DigestIssueFactory(approved=True)


def become(b: str, c: str, issue: str = State.SENDING) -> tuple[dict[str, str], str]:
    return {"a": "accepted", "b": b, "c": c}, issue


A, B = "a@example.org", "b@example.org"
WAITS, PERSON_WAITS = become("pending", "pending"), become("pending", "accepted")
PERSON_FAILS = become("failed", "accepted", State.SENT)
STOPS = become("pending", "pending", State.NEEDS_ATTENTION)
ALL = become("accepted", "accepted", State.SENT)
DOUBT = become("held", "pending")
TABLE = [
    (("mail", A), "451 later", ALL),  # enough on this connection: a new one is made at once
    (("mail", A), "550 not you", STOPS),
    (("mail", A), "421 bye", ALL),  # it closed an old connection: a new one is made at once
    (("mail", A), "close", ALL),
    *((("rcpt", B), said, PERSON_WAITS) for said in ("451 later", "452 4.2.2 full", "450 4.7.1 grey")),
    *((("rcpt", B), f"550 {code} no", PERSON_FAILS) for code in ("5.1.1", "5.2.1", "5.4.1", "5.7.1")),
    *(((step, B), "421 bye", WAITS) for step in ("rcpt", "data", "dot")),
    *(((step, B), how, WAITS) for step in ("rcpt", "data") for how in ("close", "silence")),
    *(((step, B), "451 later", PERSON_WAITS) for step in ("data", "dot")),
    *(((step, B), "554 5.7.1 no", PERSON_FAILS) for step in ("data", "dot")),
    *((("dot", B), how, DOUBT) for how in ("close", "silence", "999 what")),
    (("content", B), "close", DOUBT),  # so short a message had left us whole
    ("quit", "close", ALL),
    ("quit", "silence", ALL),
    ("quit", "500 what", ALL),
    (("dot", B), "slow 0.5 250 ok", ALL),
]


@pytest.mark.parametrize(("step", "said", "expected"), TABLE)
def test_the_step_decides(
    issue: DigestIssue,
    server: SmtpServer,
    clock: time_machine.Traveller,
    step: object,
    said: str,
    expected: tuple[dict[str, str], str],
) -> None:
    readers("a", "b", "c")
    server.script[step] = said
    send(issue)
    assert (states(issue), issue.state) == expected
    server.script.clear()
    if issue.state == State.NEEDS_ATTENTION:
        decisions.resume(issue=issue, by=UserFactory())
    for _ in range(3):
        clock.shift(dt.timedelta(hours=3))
        send(issue)
    after = {name: "accepted" if state == "pending" else state for name, state in expected[0].items()}
    assert (states(issue), issue.state) == (after, State.SENT)
    assert len(server.taken) == list(after.values()).count("accepted")
    assert max(server.people().count(name) for name in "abc") <= 3
    if expected is DOUBT:
        assert server.people().count("b") <= 1


NOBODY, NOBODY_STOPS = (
    ({**dict.fromkeys("abc", "pending")}, state) for state in (State.SENDING, State.NEEDS_ATTENTION)
)
FROM_THE_FIRST = [
    *(("connect", said, NOBODY) for said in ("421 bye", "451 later", "close", "silence", "999 what")),
    *(("connect", said, NOBODY_STOPS) for said in ("554 not you", "550 5.7.1 not you")),
    *(("ehlo", said, NOBODY) for said in ("close", "silence")),
    *(("ehlo", said, ALL) for said in ("500 what", "451 later", "421 bye")),  # HELO does
    *(("mail", said, NOBODY) for said in ("421 bye", "451 later", "close", "silence")),
    *(("mail", said, NOBODY_STOPS) for said in ("550 5.7.1 not you", "530 sign in first")),
    *((step, said, NOBODY) for step in ("rcpt", "data") for said in ("421 bye", "close", "silence")),
    ("starttls", "", NOBODY_STOPS),
]


@pytest.mark.parametrize(("step", "said", "expected"), FROM_THE_FIRST)
def test_what_meets_everybody_from_the_first_message_leaves_nobody_in_doubt(
    issue: DigestIssue,
    server: SmtpServer,
    settings: Settings,
    clock: time_machine.Traveller,
    step: str,
    said: str,
    expected: tuple[dict[str, str], str],
) -> None:
    readers("a", "b", "c")
    settings.EMAIL_USE_TLS = step == "starttls"
    server.script[step] = said
    send(issue)
    assert (states(issue), issue.state) == expected
    if expected is NOBODY:
        assert issue.rests_until_at
        assert (issue.rests_until_at - NOON).total_seconds() == 20
    settings.EMAIL_USE_TLS = False
    server.script.clear()
    if issue.state == State.NEEDS_ATTENTION:
        decisions.resume(issue=issue, by=UserFactory())
    clock.shift(20)
    send(issue)
    assert (states(issue), issue.state) == ALL
    assert len(server.taken) == 3


def test_who_unsubscribes_while_the_server_takes_its_time_gets_nothing(
    issue: DigestIssue, server: SmtpServer, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    _, person = readers("a", "b")
    settings.EMAIL_TIMEOUT = 2
    monkeypatch.setattr(windows, "WINDOW_LASTS", 0.2)
    server.script["rcpt", A] = "slow 0.4 250 ok"
    say = smtp_backend.EmailBackend._send

    def withdraws(backend: Any, said: bytes) -> None:
        type(person).objects.filter(pk=person.pk).update(email_confirmed_at=None)
        say(backend, said)

    monkeypatch.setattr(smtp_backend.EmailBackend, "_send", withdraws)
    with time_machine.travel(NOON, tick=True):
        send(issue)
    assert (states(issue), issue.state) == ({"a": "accepted", "b": "skipped"}, State.SENT)
    assert server.people() == ["a"]


# --- connections that end ---------------------------------------------------------------------


def test_a_message_sent_takes_the_count_of_tries_back(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller
) -> None:
    """A server that lets one message through each time is not given up."""
    names = "abcdefghijkl"
    readers(*names)
    for earlier, later in itertools.pairwise(names):
        server.script["rcpt", f"{later}@example.org"] = "421 one is enough"
        send(issue)
        assert states(issue)[earlier] == "accepted"
        del server.script["rcpt", f"{later}@example.org"]
        clock.shift(60)
    send(issue)
    assert (counters(issue)["accepted"], issue.state) == (12, State.SENT)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("mail", "421 enough"),
        ("mail", "close"),
        ("mail", "451 4.4.5 two a connection"),
        ("rcpt", "421 enough"),
        ("rcpt", "close"),
        ("data", "421 enough"),
    ],
)
def test_a_server_that_takes_two_messages_a_connection_serves_everybody_at_once(
    issue: DigestIssue, server: SmtpServer, step: str, said: str
) -> None:
    server.script["third", step] = said
    readers(*"abcdefg")
    send(issue)
    assert (counters(issue), issue.state) == ({"batches": 1, "recipients": 7, "accepted": 7}, State.SENT)
    assert (server.people(), server.sessions) == ([*"abcdefg"], 4)


def test_everybody_fails_at_a_server_that_hangs_up_on_everybody_only_after_staff_have_looked(
    issue: DigestIssue, server: SmtpServer, clock: time_machine.Traveller
) -> None:
    readers(*"abc")
    server.script["rcpt"] = "close"
    for _ in range(8):
        send(issue)
        clock.shift(DigestIssue.LONGEST_REST)
    assert (states(issue), issue.state) == (dict.fromkeys("abc", "pending"), State.NEEDS_ATTENTION)


def test_a_server_that_hung_up_on_a_pipelined_message_gets_one_at_a_time(
    issue: DigestIssue, settings: Settings, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(*"abcd")
    ways: list[str] = []
    for way in ("_at_once", "_step_by_step"):
        done = getattr(smtp_backend.EmailBackend, way)

        def noted(*args: Any, way: str = way, done: Any = done) -> Any:
            ways.append(way)
            return done(*args)

        monkeypatch.setattr(smtp_backend.EmailBackend, way, noted)
    with serving({("dot", B): "close"}, extensions="PIPELINING") as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        send(issue)
        clock.shift(60)
        send(issue)
        assert running.people() == [*"abcd"]
    assert ways == ["_at_once", "_step_by_step"]
    assert states(issue) == {"a": "accepted", "b": "held", "c": "accepted", "d": "accepted"}


def test_nobody_gets_the_message_of_somebody_who_was_refused_when_all_was_said_at_once(
    issue: DigestIssue, settings: Settings
) -> None:
    """RFC 2920, section 3.1: the server may say go on, though nobody is left to go on for."""
    readers(*"abc")
    with serving({("rcpt", B): "550 5.1.1 who"}, extensions="PIPELINING") as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        send(issue)
        assert (running.people(), running.empty, running.sessions) == (["a", "c"], 1, 1)
    assert states(issue) == {"a": "accepted", "b": "failed", "c": "accepted"}


@pytest.mark.parametrize(("extensions", "state"), [("SMTPUTF8", "accepted"), ("", "failed")])
def test_an_address_with_letters_of_its_own_goes_where_the_server_takes_such(
    issue: DigestIssue, settings: Settings, extensions: str, state: str
) -> None:
    readers("a", "tūmai", "c")
    with serving(extensions=extensions) as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        send(issue)
    assert states(issue) == {"a": "accepted", "tūmai": state, "c": "accepted"}
