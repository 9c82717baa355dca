"""What each provider is told of each reader, and what each of its answers means for whom."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.mail import get_connection
from pytest_django import Settings

from accord_portal.digests import decisions
from accord_portal.digests.models import Batch, DigestIssue
from tests.digests.drive import counters, readers, send, states
from tests.digests.providers.api import Answer, Api, Request
from tests.digests.providers.shapes import Shape
from tests.factories import UserFactory, subscriber

pytestmark = pytest.mark.django_db
State = DigestIssue.State
ALL = {"batches": 1, "recipients": 3, "accepted": 3}


def test_everybody_gets_their_own_words_in_one_call(api: Api, shape: Shape, issue: DigestIssue) -> None:
    names = {"a": "Aroha <Ngāta> & {{{h1}}}", "b": "%recipient.h1%"}
    for name, greeted in names.items():
        subscriber(email=f"{name}@example.org", name=greeted, email_confirmed_at=issue.approved_at)
    send(issue)
    assert (len(api.requests), api.to) == (1, ["a", "b"])
    a, b = api.taken
    rows = {row.address: str(row.uuid) for row in issue.deliveries.all()}
    for got in (a, b):
        name = got.to.partition("@")[0]
        (one_click,) = re.findall(r"<https://.*(/unsubscribe/.+)>", got.headers["List-Unsubscribe"])
        assert one_click in got.text
        assert one_click in got.html
        assert got.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        named = {header.lower() for header in got.headers}
        assert {"list-id", "list-archive", "auto-submitted", "feedback-id"} <= named
        assert got.told_back == {"uuid": rows[got.to], "call": str(Batch.objects.get().provider_call)}
        assert "You said Yes on" in got.text
        plain = names[name].replace("{{", "{\u2060{").replace("%recipient", "%\u2060recipient")
        assert plain in got.text or names[name] in got.text
    assert "Aroha &lt;Ngāta&gt; &amp;" in a.html
    assert a.headers["List-Unsubscribe"] != b.headers["List-Unsubscribe"]
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 2}


def test_no_call_is_for_more_than_the_provider_takes(
    api: Api, shape: Shape, settings: Settings, issue: DigestIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get_connection().most_at_once == shape.most
    monkeypatch.setattr(type(get_connection()), "most_at_once", 2)
    readers(*"abcde")
    send(issue)
    assert (len(api.requests), "".join(api.to), issue.state) == (3, "abcde", State.SENT)


def test_of_a_mixed_answer_only_those_refused_fail(api: Api, shape: Shape, issue: DigestIssue) -> None:
    if shape.partly is None:
        return  # all or nothing: see below
    readers(*"abc")
    api.answers = [shape.partly(3, 1)]
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "failed", "c": "accepted"}
    assert (len(api.requests), issue.state) == (1, State.SENT)


def test_a_bad_address_is_found_by_halves(api: Api, shape: Shape, issue: DigestIssue) -> None:
    readers(*"abcdefgh")
    take = api.take

    def refuse(running: Api, request: Request) -> Answer:
        has_f = b"f@example.org" in request.body.replace(b"%40", b"@")
        return shape.bad_address if has_f else take(running, request)

    api.take = refuse
    send(issue)
    assert states(issue) == {**dict.fromkeys("abcdegh", "accepted"), "f": "failed"}
    assert (sorted(api.to), len(set(api.to))) == (list("abcdegh"), 7)
    assert issue.state == State.SENT
    assert len(api.requests) <= 9


def test_too_much_at_once_rests_as_long_as_is_asked(
    api: Api, issue: DigestIssue, clock: time_machine.Traveller
) -> None:
    readers(*"abc")
    api.answers, api.headers = [(429, {"message": "Too many requests"})], {"Retry-After": "120"}
    send(issue)
    assert (states(issue), issue.rests) == (dict.fromkeys("abc", "pending"), 1)
    assert (issue.rests_until_at - issue.composed_at).total_seconds() >= 120
    clock.shift(dt.timedelta(seconds=119))
    send(issue)
    assert len(api.requests) == 1
    clock.shift(dt.timedelta(seconds=2))
    send(issue)
    assert (api.to, counters(issue)) == (list("abc"), ALL)


@pytest.mark.parametrize("how", ["401", "403", "sender", "moved"])
def test_what_is_about_us_stops_the_issue(api: Api, shape: Shape, issue: DigestIssue, how: str) -> None:
    readers(*"abc")
    statuses = {"401": 401, "403": 403, "moved": 308}
    api.answers = [(statuses[how], {"message": "no"}) if how in statuses else shape.bad_sender]
    send(issue)
    assert (states(issue), issue.state) == (dict.fromkeys("abc", "pending"), State.NEEDS_ATTENTION)
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert (api.to, counters(issue)) == (list("abc"), ALL)


def test_nobody_there_leaves_nobody_in_doubt(
    api: Api, shape: Shape, issue: DigestIssue, settings: Settings, clock: time_machine.Traveller
) -> None:
    readers(*"abc")
    there = settings.ANYMAIL
    settings.ANYMAIL = {**there, shape.api_url: "http://127.0.0.1:9/"}
    send(issue)
    assert (states(issue), issue.rests) == (dict.fromkeys("abc", "pending"), 1)
    settings.ANYMAIL = there
    clock.shift(dt.timedelta(hours=1))
    send(issue)
    assert (api.to, counters(issue)) == (list("abc"), ALL)


@pytest.mark.parametrize("how", ["take and close", "take and be silent", "take and fail", "close"])
def test_an_answer_that_is_lost_sends_to_nobody_twice(
    api: Api, provider: str, issue: DigestIssue, how: str, clock: time_machine.Traveller
) -> None:
    readers(*"abc")
    api.answers = [how]
    send(issue)
    if provider in ("brevo", "resend"):  # the same call again, under its key
        assert (api.to, counters(issue)) == (list("abc"), ALL)
        return
    is_searched = provider in ("postmark", "mailjet")
    assert states(issue) == dict.fromkeys("abc", "submitting" if is_searched else "held")
    clock.shift(dt.timedelta(hours=1))
    send(issue)
    assert [request.method for request in api.requests].count("POST") == 1
    was_found = is_searched and api.taken
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted" if was_found else "in_doubt": 3}
    assert issue.state == State.SENT


@pytest.mark.parametrize("answer", [(200, {"odd": 1}), (200, []), (204, None)])
def test_an_answer_that_cannot_be_read_leaves_doubt(
    api: Api, issue: DigestIssue, answer: tuple[int, object]
) -> None:
    readers("a")
    api.answers = [answer] * 3
    send(issue)
    assert set(states(issue).values()) <= {"held", "submitting"}


def test_a_provider_elsewhere_is_told_only_of_those_named(
    api: Api, shape: Shape, issue: DigestIssue, settings: Settings
) -> None:
    elsewhere = {**settings.ANYMAIL, shape.api_url: api.url.replace("127.0.0.1", "127.0.0.2")}
    settings.ANYMAIL, settings.MAIL_ALLOWED = elsewhere, ["a@example.org"]
    readers("b")
    send(issue)
    assert (api.requests, states(issue)) == ([], {"b": "failed"})
    assert issue.deliveries.get().reason == "This portal writes only to whom MAIL_ALLOWED names."
