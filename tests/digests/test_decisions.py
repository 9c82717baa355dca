"""What may have arrived waits for staff, who decide about it once."""

import datetime as dt
import smtplib
from collections.abc import Callable

import pytest
import time_machine
from django.core.mail import EmailMessage

from accord_portal.digests import settling
from accord_portal.digests.models import Batch, DigestIssue, Doubt
from accord_portal.digests.sending import deliver, ledger
from accord_portal.foundation.acts import NotPossible
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.servers import Server
from tests.factories import (
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = DigestIssue.State

UNKNOWN = [TimeoutError("read"), smtplib.SMTPServerDisconnected("gone"), ConnectionResetError()]


@pytest.fixture(params=UNKNOWN, ids=lambda error: type(error).__name__)
def doubtful(request: pytest.FixtureRequest, issue: DigestIssue, server: type[Server]) -> DigestIssue:
    """An issue of which nobody knows whether b has it; a has, and c waits."""
    with time_machine.travel(NOON, tick=False):
        readers("a", "b", "c")
        server.after = {"b@example.org": request.param}
        return send(issue)


def test_what_may_have_arrived_is_held_and_never_sent_again_by_itself(
    doubtful: DigestIssue, server: type[Server]
) -> None:
    assert states(doubtful) == {"a": "accepted", "b": "held", "c": "pending"}
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False) as clock:
        for _ in range(3):
            send(doubtful)
            clock.shift(dt.timedelta(hours=1))
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert states(doubtful) == {"a": "accepted", "b": "held", "c": "accepted"}
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2, "in_doubt": 1}
    assert (doubtful.state, doubtful.outstanding) == (State.SENT, 0)
    assert list(DigestIssue.objects.needing_attention()) == [doubtful]


def test_staff_may_treat_what_is_held_as_sent(doubtful: DigestIssue, server: type[Server]) -> None:
    with time_machine.travel(NOON + dt.timedelta(hours=1)):
        send(doubtful)
        assert settling.treat_as_sent(issue=doubtful, by=UserFactory(), sentence="They say so.") == 1
        send(doubtful)
    assert states(doubtful) == dict.fromkeys("abc", "accepted")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert server.taken.count("b@example.org") == 1
    assert list(DigestIssue.objects.needing_attention()) == []


def test_staff_may_have_it_sent_again(doubtful: DigestIssue, server: type[Server]) -> None:
    with time_machine.travel(NOON + dt.timedelta(hours=1)):
        send(doubtful)
        server.after = {}
        assert settling.send_again(issue=doubtful, by=UserFactory(), sentence="They say so.") == 1
        doubtful.refresh_from_db()
        assert (doubtful.state, doubtful.sent_at) == (State.SENDING, None)
        send(doubtful)
    assert states(doubtful) == dict.fromkeys("abc", "accepted")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert server.taken.count("b@example.org") == 2
    assert doubtful.state == State.SENT


def test_whoever_is_sent_it_again_while_the_batch_runs_is_not_lost(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c")
    server.after = {"b@example.org": TimeoutError("read")}
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "held", "c": "pending"}
    server.after = {}
    clock.shift(60)

    class Deciding(Server):
        """Staff press the button while c is handed over: the worker has its list already."""

        def send_messages(self, messages: list[EmailMessage]) -> int:
            if messages[0].to == ["c@example.org"]:
                assert settling.send_again(issue=issue, by=UserFactory(), sentence="They say so.") == 1
            return super().send_messages(messages)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliver, "get_connection", Deciding)
        send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert states(issue) == {"a": "accepted", "b": "pending", "c": "accepted"}
    assert (Batch.objects.get().state, issue.state) == ("ready", State.SENDING)
    clock.shift(60)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org", "b@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert (Batch.objects.get().state, issue.state) == ("done", State.SENT)


@pytest.mark.parametrize("decide", [settling.send_again, settling.treat_as_sent])
def test_deciding_twice_is_the_same_as_once(doubtful: DigestIssue, decide: Callable[..., int]) -> None:
    officer = UserFactory(name="Mere")
    assert decide(issue=doubtful, by=officer, sentence="They say so.") == 1
    doubtful.refresh_from_db()
    before = counters(doubtful), doubtful.state, doubtful.decisions
    with pytest.raises(NotPossible, match="Nobody of these is in doubt any more"):
        decide(issue=doubtful, by=officer, sentence="Again.")
    doubtful.refresh_from_db()
    assert (counters(doubtful), doubtful.state, doubtful.decisions) == before
    said = "sent it again to" if decide is settling.send_again else "counted as sent"
    assert doubtful.decisions.endswith(f": Mere {said} 1 in doubt: They say so.\n")


def test_a_late_answer_settles_a_doubt(doubtful: DigestIssue) -> None:
    held = doubtful.deliveries.get(state="held")
    ledger.settle(held, "accepted", "found later")
    assert list(Doubt.objects.values_list("ending", "ended_by")) == [("found_out", None)]
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2}
    ledger.settle(held, "failed", "too late")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2}
