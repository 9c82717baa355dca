"""A worker killed at each step of a call, and two at one batch: nobody gets it twice, nobody is forgotten."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import claims, deliver, freezing, journal, ledger, provider_calls, variants
from accord_portal.foundation.providers.calls import ManyAtOnce
from responses.models import Contact
from tests.digests.drive import counters, readers, send, states
from tests.digests.providers.api import Api
from tests.digests.providers.shapes import Shape
from tests.digests.servers import Killed

pytestmark = pytest.mark.django_db
DONE = {"batches": 1, "recipients": 3, "accepted": 3}
HAVE_KEYS = ("brevo", "resend")
ARE_ASKED = (*HAVE_KEYS, "postmark", "mailjet")


def die(*args: object, **kwargs: object) -> Any:
    raise Killed


def killed(issue: DigestIssue, patch: pytest.MonkeyPatch, where: object, name: str, how: Any = die) -> None:
    """A round that its worker does not survive."""
    with patch.context() as there:
        there.setattr(where, name, how)
        with pytest.raises(Killed):
            send(issue)


def after_the_lease(clock: time_machine.Traveller) -> None:
    clock.shift(claims.CLAIM_LASTS + dt.timedelta(seconds=1))


@pytest.fixture
def power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """No journal is believed."""
    monkeypatch.setattr(journal.Found, "left", lambda self, key: journal.Left.IN_DOUBT)


def test_at_the_claim(api: Api, issue: DigestIssue, clock: time_machine.Traveller) -> None:
    readers(*"abc")
    (key,) = freezing.freeze(issue.pk)
    assert claims.claim(Batch.objects.get(pk=key), uuid.uuid4()) is True
    send(issue)
    assert api.requests == []
    after_the_lease(clock)
    send(issue)
    assert (api.to, counters(issue)) == (list("abc"), DONE)


def test_at_the_intent(
    api: Api, issue: DigestIssue, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(*"abc")
    killed(issue, monkeypatch, provider_calls, "hand_over")
    assert states(issue) == dict.fromkeys("abc", "submitting")
    after_the_lease(clock)
    send(issue)
    assert (api.to, counters(issue)) == (list("abc"), DONE)


def called_and_killed(self: ManyAtOnce, *args: Any, call: Any = ManyAtOnce.hand_over_at_once) -> Any:
    call(self, *args)
    raise Killed


@pytest.mark.parametrize("made", [False, True], ids=["before", "after"])
def test_at_the_call(
    api: Api,
    provider: str,
    issue: DigestIssue,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    made: bool,
) -> None:
    readers(*"abc")
    killed(issue, monkeypatch, ManyAtOnce, "hand_over_at_once", called_and_killed if made else die)
    assert states(issue) == dict.fromkeys("abc", "submitting")
    after_the_lease(clock)
    send(issue)
    known = provider in HAVE_KEYS or (made and provider in ARE_ASKED)
    assert api.to == (list("abc") if made or provider in HAVE_KEYS else [])
    assert states(issue) == dict.fromkeys("abc", "accepted" if known else "held")
    assert issue.state == "sent"


@pytest.mark.usefixtures("power_cut")
def test_after_the_call_without_a_journal(
    api: Api,
    provider: str,
    issue: DigestIssue,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers(*"abc")
    killed(issue, monkeypatch, provider_calls, "hand_over")
    after_the_lease(clock)
    send(issue)
    assert api.to == (list("abc") if provider in HAVE_KEYS else [])
    expected = "accepted" if provider in HAVE_KEYS else "held"
    assert states(issue) == dict.fromkeys("abc", expected)


def test_the_call_made_again_tells_what_the_first_told(
    api: Api,
    provider: str,
    issue: DigestIssue,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reader of both audiences has the issue without what the other told."""
    readers("a")
    (key,) = freezing.freeze(issue.pk)
    said = {"subject": issue.subject, "text": f"{issue.text} Onlytherest", "html": issue.html}
    Batch.objects.filter(pk=key).update(variant=issue.variants.create(without="0", **said))
    monkeypatch.setattr(variants, "staying", lambda batch, people: list(people))
    killed(issue, monkeypatch, ManyAtOnce, "hand_over_at_once", called_and_killed)
    after_the_lease(clock)
    send(issue)
    told = {"Onlytherest" in repr(request) for request in api.requests if "GET" not in repr(request)[:40]}
    assert told == {True}


def test_at_the_record(
    api: Api, issue: DigestIssue, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered stands in the journal."""
    readers(*"abc")
    killed(issue, monkeypatch, ledger, "accept")
    assert states(issue) == dict.fromkeys("abc", "submitting")
    after_the_lease(clock)
    send(issue)
    assert (len(api.requests), api.to, counters(issue)) == (1, list("abc"), DONE)


def test_who_took_it_back_meanwhile_is_not_called_again(
    api: Api,
    provider: str,
    issue: DigestIssue,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers(*"abc")
    killed(issue, monkeypatch, ManyAtOnce, "hand_over_at_once")
    Contact.objects.get(email="b@example.org").involvements.all().delete()
    after_the_lease(clock)
    send(issue)
    assert (api.to, states(issue)) == ([], dict.fromkeys("abc", "held"))


def test_a_key_that_has_run_out_is_not_used(
    api: Api,
    provider: str,
    issue: DigestIssue,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers(*"abc")
    killed(issue, monkeypatch, ManyAtOnce, "hand_over_at_once")
    clock.shift(dt.timedelta(hours=24))
    send(issue)
    assert (api.to, states(issue)) == ([], dict.fromkeys("abc", "held"))


def test_a_provider_that_is_away_is_asked_again_with_the_key(
    api: Api, provider: str, issue: DigestIssue, clock: time_machine.Traveller
) -> None:
    """As long as the key is good nobody has to decide."""
    readers(*"abc")
    api.answers = ["take and fail", *["close"] * 3]
    send(issue)
    if provider not in HAVE_KEYS:
        assert states(issue) == dict.fromkeys("abc", "submitting" if provider in ARE_ASKED else "held")
        return
    assert (states(issue), issue.rests) == (dict.fromkeys("abc", "submitting"), 1)
    clock.shift(dt.timedelta(seconds=30))
    send(issue)
    assert (states(issue), issue.rests) == (dict.fromkeys("abc", "submitting"), 2)
    clock.shift(dt.timedelta(seconds=60))
    send(issue)
    assert (api.to, counters(issue), issue.state) == (list("abc"), DONE, "sent")
    assert len({request.body for request in api.requests}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_batch_make_each_call_once(
    api: Api, shape: Shape, issue: DigestIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_calls, "MAX_BYTES", 0)  # a call each, where each has a body
    people = [f"p{number}" for number in range(6)]
    readers(*people)
    (batch,) = freezing.freeze(issue.pk)
    barrier = Barrier(3)

    def work(_: int) -> None:
        try:
            barrier.wait(timeout=10)
            deliver.send_batch(batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert sorted(api.to) == people
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}
