"""A form closes once the person has its answers, with what came of it, and they are told."""

import datetime as dt

import pytest

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming, triage
from responses.contacts import acts
from responses.models import Contact, ExpressionOfInterest
from tests.clock import NOON
from tests.factories import answered, closed, closed_unanswered, received
from tests.responses.undertakings.promises import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WHY = "We open the hall on Sundays from March."


def told() -> list[tuple[object, ...]]:
    return list(OutgoingMail.objects.filter(message="closed").values_list("to", "recipient", "facts"))


def test_what_came_of_it_is_kept_told_and_stands_on_the_timeline(mere: User) -> None:
    eoi = answered(by=mere)
    triage.close(eoi=eoi, seen=2, by=mere, outcome="taken_up", text=WHY)
    assert (eoi.version, eoi.state, eoi.outcome, eoi.closed_at, eoi.closed_by) == (
        3,
        ExpressionOfInterest.State.CLOSED,
        "taken_up",
        NOON,
        mere,
    )
    line = eoi.activities.get(kind="closed")
    assert (line.text, line.done_by, line.happened_at) == (f"Taken up\n{WHY}", mere, NOON)
    facts = {"eoi_id": eoi.pk, "outcome": "Taken up", "text": WHY, "greets": False}
    assert told() == [("aroha@example.org", eoi.contact_id, facts)]


def test_the_message_says_what_came_of_it_and_why(mere: User) -> None:
    eoi = answered(by=mere)
    triage.close(eoi=eoi, seen=2, by=mere, outcome="passed_on", text=WHY)
    message = mail.made(OutgoingMail.objects.get(message="closed"))
    assert message.subject == f"What came of your expression of interest: {eoi.reference}"
    assert message.extra_headers["Auto-Submitted"] == "no"
    lines = str(message.body).splitlines()
    ended = f"Our work on your form {eoi.reference} has ended. What came of it: Passed on to somebody else."
    assert (lines[2], lines[4], lines[6]) == ("Tēnā koe", ended, WHY)
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    as_shown = mail.made(OutgoingMail.objects.get(message="closed"))
    assert str(as_shown.body).splitlines()[2] == "Tēnā koe"


def test_whose_mailbox_confirmed_the_form_is_greeted_by_name(mere: User) -> None:
    eoi = answered(by=mere)
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    eoi.refresh_from_db()
    triage.close(eoi=eoi, seen=eoi.version, by=mere, outcome="passed_on", text=WHY)
    message = mail.made(OutgoingMail.objects.get(message="closed"))
    assert str(message.body).splitlines()[2] == "Tēnā koe Aroha Ngata"


@pytest.mark.parametrize("because", ["asked", "erasure"])
def test_who_wants_to_be_left_alone_is_not_told(mere: User, because: str) -> None:
    first, second = answered(by=mere), answered(by=mere, email="hemi@example.org")
    closed(first, by=mere)
    Contact.objects.update(restricted_at=NOON, restricted_because=because)
    closed(ExpressionOfInterest.objects.get(pk=second.pk), by=mere)
    assert [row[1] for row in told()] == [first.contact_id]
    with pytest.raises(mail.NoLongerWanted):
        mail.made(OutgoingMail.objects.get(message="closed"))


def test_without_an_address_nobody_is_mailed(mere: User) -> None:
    closed(answered(by=mere, email="", telephone="04 494 5718"), by=mere)
    assert told() == []


def test_while_an_answer_is_owed_it_stays_open(mere: User) -> None:
    eoi = received("give_advice")
    with pytest.raises(NotPossible) as refused:
        closed(eoi, by=mere)
    assert str(refused.value) == triage.ANSWER_FIRST
    eoi.refresh_from_db()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 1))
    with pytest.raises(NotPossible):
        closed(ExpressionOfInterest.objects.get(pk=eoi.pk), by=mere)
    eoi.refresh_from_db()
    assert (eoi.state, eoi.version, told(), eoi.activities.filter(kind="closed").exists()) == (
        ExpressionOfInterest.State.IN_HAND,
        2,
        [],
        False,
    )
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    assert closed(eoi, by=mere).state == ExpressionOfInterest.State.CLOSED


def test_what_a_yes_and_an_initiative_are_owed_goes_on(mere: User) -> None:
    eoi = answered("give_advice", by=mere, initiatives="Open the hall")
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    closed(ExpressionOfInterest.objects.get(pk=eoi.pk), by=mere)
    owed = eoi.contact.undertakings.open().order_by("pk")
    assert list(owed.values_list("kind", flat=True)) == ["decide", "invite"]
    assert differences() == []


def test_an_answer_that_comes_back_is_owed_of_what_is_closed(mere: User) -> None:
    eoi = closed_unanswered(received(), by=mere)
    assert eoi.state == ExpressionOfInterest.State.CLOSED
    assert list(ExpressionOfInterest.objects.closed_without_an_answer()) == [eoi]
    assert differences() == []


def test_taken_up_again_it_awaits_its_answer_and_is_not_among_the_closed(mere: User) -> None:
    eoi = closed_unanswered(received(), by=mere)
    triage.reopen(eoi=eoi, seen=eoi.version, by=mere, text="It came back")
    assert list(ExpressionOfInterest.objects.closed_without_an_answer()) == []
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [eoi]
    assert differences() == []


def test_what_was_spared_us_is_owed_of_what_is_closed_once_they_may_be_written_to(mere: User) -> None:
    eoi = received()
    acts.restrict(contact=eoi.contact, by=mere, why="They rang")
    closed(ExpressionOfInterest.objects.get(pk=eoi.pk), by=mere)
    assert list(ExpressionOfInterest.objects.closed_without_an_answer()) == []
    acts.release(contact=eoi.contact, by=mere, why="They asked")
    assert list(ExpressionOfInterest.objects.closed_without_an_answer()) == [eoi]
    assert differences() == []
