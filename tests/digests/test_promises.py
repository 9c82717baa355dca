"""What an audience is owed once a quarter: from when, and which issue keeps it."""

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail as django_mail
from pytest_django import Settings

from accord_portal import sweep
from accord_portal.digests import compose, content, personal_data, promises, settling
from accord_portal.digests.forms import IntroductionForm
from accord_portal.digests.models import Batch, DigestIssue, NewsItem
from accord_portal.digests.sending import ending
from accord_portal.foundation.acts import NotPossible
from responses.models import Contact, Involvement, Undertaking
from responses.undertakings import audit, evidence, owing
from tests.clock import NOON
from tests.digests.desk import Desk
from tests.digests.drive import send
from tests.digests.servers import Server
from tests.factories import (
    BatchFactory,
    ChampionFactory,
    DigestIssueFactory,
    UpdateFactory,
    UserFactory,
    subscriber,
)
from tests.html import read

pytestmark = pytest.mark.django_db
INFORMED, INTERESTED = "keep_informed", "community_of_interest"
Q2, Q3, Q4 = (dt.date(2026, month, 1) for month in (4, 7, 10))
BEGAN = dt.datetime(2026, 9, 30, 11, 0, tzinfo=dt.UTC)  # 1 October in New Zealand


def at(instant: dt.datetime) -> time_machine.travel:
    return time_machine.travel(instant, tick=False)


def reader(audience: str = INFORMED, *, confirmed_at: dt.datetime) -> Contact:
    person = subscriber(audience)
    Involvement.objects.filter(contact=person).update(confirmed_at=confirmed_at)
    return person


def owed() -> list[tuple[str, str, dt.date, dt.date]]:
    rows = Undertaking.objects.order_by("pk")
    return [(row.kind, row.audience, row.quarter_on, row.first_due_on) for row in rows if row.quarter_on]


# --- from when -----------------------------------------------------------------------------------


def test_each_audience_is_owed_one_row_a_quarter_however_often_the_sweep_runs() -> None:
    for audience in (INFORMED, INFORMED, INTERESTED):
        reader(audience, confirmed_at=BEGAN - dt.timedelta(seconds=1))
    reader("give_advice", confirmed_at=BEGAN - dt.timedelta(days=1))
    with at(NOON):
        assert [sweep.tidy(NOON), sweep.tidy(NOON)] == [0, 0]
    last = dt.date(2026, 12, 31)
    assert owed() == [("inform", INFORMED, Q4, last), ("ask_feedback", INTERESTED, Q4, last)]
    assert list(Undertaking.objects.values_list("since_at", flat=True)) == [NOON, NOON]


@pytest.mark.parametrize(("confirmed_at", "count"), [(BEGAN - dt.timedelta(seconds=1), 1), (BEGAN, 0)])
def test_an_audience_is_owed_from_the_quarter_after_somebody_confirmed(
    confirmed_at: dt.datetime, count: int
) -> None:
    reader(confirmed_at=confirmed_at)
    with at(NOON):
        assert promises.owe_the_quarter(NOON) == count


def test_a_quarter_that_was_not_written_down_is_found() -> None:
    reader(confirmed_at=BEGAN - dt.timedelta(days=1))
    with at(NOON):
        found = [(one.contact, one.what) for one in audit.differences()]
        promises.owe_the_quarter(NOON)
        assert list(audit.differences()) == []
    missing = "Tell them something (Keep informed, 1 October 2026) is missing: it is owed"
    assert found == [(0, missing)]


def test_an_audience_of_people_who_want_to_be_left_alone_is_owed_nothing() -> None:
    person = reader(confirmed_at=BEGAN - dt.timedelta(days=1))
    Contact.objects.filter(pk=person.pk).update(restricted_at=NOON, restricted_because="asked")
    with at(NOON):
        assert promises.owe_the_quarter(NOON) == 0


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (dt.datetime(2027, 1, 29, 0, 0, tzinfo=dt.UTC), 1),
        (dt.datetime(2026, 12, 31, 10, 59, tzinfo=dt.UTC), 1),
        (dt.datetime(2027, 10, 30, 0, 0, tzinfo=dt.UTC), 1),
        (dt.datetime(2028, 9, 29, 23, 0, tzinfo=dt.UTC), 0),  # Saturday 30 September
    ],
)
def test_nobody_is_promised_a_day_that_has_passed(now: dt.datetime, count: int) -> None:
    reader(confirmed_at=BEGAN - dt.timedelta(days=1))
    with at(now):
        assert promises.owe_the_quarter(now) == count


def test_what_was_sent_earlier_in_the_quarter_keeps_it() -> None:
    reader(confirmed_at=BEGAN - dt.timedelta(days=1))
    with at(NOON - dt.timedelta(days=3)):
        issue = send(approved())
    with at(NOON):
        assert promises.owe_the_quarter(NOON) == 1
    row = Undertaking.objects.get()
    assert (row.evidence_kind, row.evidence_key, list(audit.differences())) == ("issue", issue.pk, [])


def test_what_was_sent_in_the_quarter_before_does_not() -> None:
    reader(confirmed_at=BEGAN - dt.timedelta(days=9))
    with at(BEGAN - dt.timedelta(days=2)):
        send(approved())
    with at(NOON):
        assert promises.owe_the_quarter(NOON) == 1
    assert Undertaking.objects.get().kept_at is None


def test_once_the_last_reader_has_left_an_audience_is_owed_nothing() -> None:
    one, other = (reader(confirmed_at=BEGAN - dt.timedelta(days=1)) for _ in range(2))
    reader(INTERESTED, confirmed_at=BEGAN - dt.timedelta(days=1))
    with at(NOON):
        promises.owe_the_quarter(NOON)
        for person, ended in ((one, 0), (other, 1)):
            Contact.objects.filter(pk=person.pk).update(restricted_at=NOON, restricted_because="asked")
            assert promises.end_without_readers() == ended
        assert promises.owe_the_quarter(NOON) == 0
    rows = Undertaking.objects.order_by("pk").values_list("audience", "ended_because")
    assert list(rows) == [(INFORMED, "withdrawn"), (INTERESTED, "")]


# --- which issue keeps it ------------------------------------------------------------------------


def owe(audience: str = INFORMED, quarter_on: dt.date = Q4) -> Undertaking:
    kinds = {audience: kind for kind, audience in Undertaking.OF_AN_AUDIENCE.items()}
    owing.owe_the_quarter(audience=audience, kind=kinds[audience], quarter_on=quarter_on)
    return Undertaking.objects.get(audience=audience, quarter_on=quarter_on)


def approved(audience: str = INFORMED, **changes: str) -> DigestIssue:
    return DigestIssueFactory(approved=True, audience=audience, **changes)


def is_kept(row: Undertaking) -> bool:
    row.refresh_from_db()
    return row.kept_at is not None


def test_an_issue_that_somebody_has_keeps_what_its_audience_is_owed() -> None:
    with at(NOON):
        subscriber()
        row, other, next_one = owe(), owe(INTERESTED), owe(quarter_on=dt.date(2027, 1, 1))
        issue = send(approved())
    assert (issue.state, is_kept(other), is_kept(next_one)) == ("sent", False, False)
    row.refresh_from_db()
    assert (row.kept_at, row.kept_by, row.evidence_kind, row.evidence_key, row.evidence_text) == (
        NOON,
        issue.approved_by,
        "issue",
        issue.pk,
        "Kia Tūtahi Accord: news, sent on 16 November 2026",
    )
    assert (list(audit.differences()), evidence.good([row])) == ([], {row.pk})


def test_until_every_batch_is_done_nothing_is_kept() -> None:
    with at(NOON):
        row = owe()
        batch = BatchFactory(issue__accepted=1)
        ending.finish(batch.issue_id)
        assert is_kept(row) is False
        Batch.objects.update(state=Batch.State.DONE)
        ending.finish(batch.issue_id)
    assert is_kept(row) is True


def test_an_issue_that_nobody_has_keeps_nothing() -> None:
    with at(NOON):
        row = owe()
        assert send(approved()).state == "sent"
        assert is_kept(row) is False


@pytest.mark.parametrize(("question", "kept"), [("Which hall shall we open next?", True), ("", False)])
def test_feedback_is_asked_only_by_an_issue_that_asks(question: str, kept: bool) -> None:
    with at(NOON):
        subscriber(INTERESTED)
        row = owe(INTERESTED)
        send(approved(INTERESTED, question=question))
    assert is_kept(row) is kept


def test_what_is_late_of_earlier_quarters_is_kept_late() -> None:
    with at(NOON):
        subscriber()
        rows = [owe(quarter_on=quarter) for quarter in (Q2, Q3, Q4)]
        send(approved())
        for row in rows:
            row.refresh_from_db()
        assert [row.was_late for row in rows] == [True, True, False]


@pytest.mark.parametrize(
    ("sent_at", "kept"), [(BEGAN - dt.timedelta(seconds=1), False), (BEGAN, True)], ids=["before", "after"]
)
def test_a_quarter_begins_at_midnight_in_new_zealand(sent_at: dt.datetime, kept: bool) -> None:
    with at(sent_at):
        subscriber()
        row = owe()
        send(approved())
    assert is_kept(row) is kept


def test_what_was_kept_stays_as_it_was_at_the_next_issue() -> None:
    with at(NOON) as clock:
        subscriber()
        row = owe()
        first = send(approved())
        clock.shift(dt.timedelta(days=7))
        send(approved())
    row.refresh_from_db()
    assert (row.evidence_key, row.kept_at) == (first.pk, NOON)


def doubtful(server: type[Server]) -> DigestIssue:
    """An issue of which nobody knows whether its one reader has it."""
    subscriber(email="b@example.org")
    server.after = {"b@example.org": smtplib.SMTPServerDisconnected("gone")}
    issue = send(approved())
    Batch.objects.update(state=Batch.State.DONE, not_before_at=NOON)
    ending.finish(issue.pk)
    issue.refresh_from_db()
    return issue


def test_an_issue_in_doubt_keeps_nothing_until_staff_treat_it_as_sent(server: type[Server]) -> None:
    with at(NOON):
        row = owe()
        issue = doubtful(server)
        assert (issue.state, issue.in_doubt, is_kept(row)) == ("sent", 1, False)
        settling.treat_as_sent(issue=issue, by=UserFactory(), sentence="They say so.")
    assert is_kept(row) is True


def test_what_is_sent_again_keeps_it_once_it_is_there(server: type[Server]) -> None:
    with at(NOON) as clock:
        row = owe()
        issue = doubtful(server)
        settling.send_again(issue=issue, by=UserFactory(), sentence="They say so.")
        assert is_kept(row) is False
        server.after = {}
        clock.shift(dt.timedelta(hours=1))
        send(issue)
    assert (DigestIssue.objects.get().accepted, is_kept(row)) == (1, True)


def test_what_is_sent_again_to_some_is_evidence_still(server: type[Server]) -> None:
    with at(NOON):
        subscriber(email="a@example.org")
        row = owe()
        issue = doubtful(server)
        assert is_kept(row) is True
        settling.send_again(issue=issue, by=UserFactory(), sentence="They say so.")
        assert list(audit.differences()) == []


def test_an_issue_treated_as_sent_later_keeps_the_quarter_in_which_it_went_out(server: type[Server]) -> None:
    with at(BEGAN - dt.timedelta(hours=1)) as clock:
        rows = [owe(quarter_on=Q3), owe(quarter_on=Q4)]
        issue = doubtful(server)
        clock.move_to(NOON)
        settling.treat_as_sent(issue=issue, by=UserFactory(), sentence="They say so.")
        assert [is_kept(row) for row in rows] == [True, False]


# --- the question --------------------------------------------------------------------------------


def test_the_question_stands_above_the_news_with_how_to_answer(desk: Desk) -> None:
    desk.write("The hall is open")
    issue = desk.compose()
    compose.introduce(issue=issue, by=desk.by, text="Kia ora.", question="Which hall next?\n\nAnd <when>?")
    issue.refresh_from_db()
    rendered = content.render(issue)
    assert (
        "\nKia ora.\n\nWE ASK YOU\n\nWhich hall next?\n\nAnd <when>?\n\nTo answer, reply to this message, or"
        " write to us on our website:\nhttp://testserver/contact/\n\n\nUPDATES\n" in rendered.text
    )
    page = read(rendered.html)
    assert [h2.text for h2 in page.all("h2")] == ["We ask you", "Updates"]
    assert [p.text for p in page.all("p")][3:6] == [
        "Which hall next?",
        "And <when>?",
        "To answer, reply to this message, or write to us on our website .",
    ]
    assert page.all("a")[1]["href"] == "http://testserver/contact/"


def test_an_issue_without_a_question_asks_nothing(desk: Desk) -> None:
    desk.write("The hall is open")
    rendered = content.render(desk.compose())
    assert ("ask you" in rendered.text.lower(), "ask you" in rendered.html.lower()) == (False, False)


def test_a_reader_gets_the_question_that_was_approved(desk: Desk, settings: Settings) -> None:
    subscriber(INTERESTED)
    desk.write("The hall is open")
    issue = desk.compose(INTERESTED)
    compose.introduce(issue=issue, by=desk.by, text="", question="Which hall next?")
    desk.approve(issue)
    with pytest.raises(NotPossible, match="This issue is fixed"):
        compose.introduce(issue=issue, by=desk.by, text="", question="Which other?")
    send(issue)
    (message,) = django_mail.outbox
    assert ("Which hall next?" in message.body, message.reply_to) == (True, [settings.REPLY_TO_EMAIL])


def test_the_form_shows_the_question_that_stands(desk: Desk) -> None:
    form = IntroductionForm({"text": "", "question": "  Which hall next?\r\n"})
    assert (form.is_valid(), form.cleaned_data) == (True, {"text": "", "question": "Which hall next?"})


def test_a_name_in_the_question_is_struck_with_the_person(desk: Desk) -> None:
    champion = ChampionFactory(published=True, name="Hapori Trust", slug="hapori-trust")
    UpdateFactory(published=True)
    issue = desk.compose()
    compose.introduce(
        issue=issue,
        by=desk.by,
        text="",
        question="What do you ask Hapori Trust? See /champions/hapori-trust/",
    )
    desk.approve(issue)
    assert NewsItem.objects.filter(key=champion.pk, kind="champion").count() == 1
    personal_data.erase([champion.contact_id])
    issue.refresh_from_db()
    assert ("Hapori" in issue.question + issue.text + issue.html, "[erased]" in issue.question) == (
        False,
        True,
    )
