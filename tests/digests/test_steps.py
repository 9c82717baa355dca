"""A digest and a mail server that fails at each step: only after the final dot is anybody in doubt."""

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.digests import decisions, deliver
from accord_portal.digests.models import Batch, DigestIssue
from tests.clock import NOON
from tests.digests.sending import counters, readers, send, states
from tests.digests.smtp_server import SmtpServer, serving
from tests.factories import DigestIssueFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = DigestIssue.State


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpServer]:
    with serving() as running:
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
    (("mail", A), "451 later", WAITS),  # the server knows whom it is for only after RCPT
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
    assert max(server.people().count(name) for name in "abc") <= 2
    if expected is DOUBT:
        assert server.people().count("b") == 1


@pytest.mark.parametrize(
    ("said", "rests"), [("451 later", 20), ("close", 20), ("silence", 20), ("421 bye", 20)]
)
def test_a_server_that_is_not_there_leaves_nobody_in_doubt(
    issue: DigestIssue, server: SmtpServer, said: str, rests: int
) -> None:
    readers("a")
    server.script["connect"] = said
    send(issue)
    assert (states(issue), counters(issue).get("in_doubt")) == ({"a": "pending"}, None)
    assert (Batch.objects.get().not_before_at - NOON).total_seconds() == rests


def test_who_unsubscribes_while_the_server_takes_its_time_gets_nothing(
    issue: DigestIssue, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = readers("a")
    consent, asked = deliver._consent, []

    def ask(*args: object) -> object:
        asked.append(args)
        if len(asked) == 2:
            type(person).objects.filter(pk=person.pk).update(email_confirmed_at=None)
        return consent(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(deliver, "_consent", ask)
    send(issue)
    assert (states(issue), server.got, issue.state) == ({"a": "skipped"}, [], State.SENT)


# --- the same words for several people are about us ------------------------------------------


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
    batch = Batch.objects.get()
    assert batch.not_before_at - NOON == deliver.QUOTA_RESTS
    server.script.clear()
    clock.shift(deliver.QUOTA_RESTS)
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
