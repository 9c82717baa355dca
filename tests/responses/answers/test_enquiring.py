"""Asking for more: staff ask whoever sent a form, the person answers, staff read it."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, intake, triage
from responses.models import Activity, Contact, Enquiry, ExpressionOfInterest
from responses.privacy import erasing
from tests.asked import EnquiryFactory
from tests.clock import NOON
from tests.factories import UserFactory, answered, answers, closed, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def eoi(db: None) -> ExpressionOfInterest:
    return received("keep_informed", at=NOON)


def asked(eoi: ExpressionOfInterest, by: User) -> Enquiry:
    enquiring.ask(eoi=eoi, seen=eoi.version, by=by, text="Which hall?")
    return Enquiry.objects.latest("pk")


def kinds(eoi: ExpressionOfInterest) -> list[str]:
    return list(eoi.activities.exclude(kind="answered").order_by("pk").values_list("kind", flat=True))


def test_asking_mails_the_question_with_the_day_of_the_answer_that_stays_owed(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    owed = enquiring.ask(eoi=eoi, seen=1, by=mere, text="Which hall?")
    enquiry = Enquiry.objects.get()
    reply = eoi.undertakings.get(kind="reply")
    assert (owed.message, owed.to, owed.recipient) == ("ask_for_more", "aroha@example.org", eoi.contact_id)
    assert owed.facts == {
        "enquiry_id": enquiry.pk,
        "greets": False,
        "reply_on": reply.due_on.isoformat(),
    }
    assert (enquiry.text, enquiry.asked_by, enquiry.asked_at, enquiry.mail) == (
        "Which hall?",
        mere,
        NOON,
        owed,
    )
    line = eoi.activities.get(kind="asked_for_more")
    assert (line.text, line.done_by, line.mail) == ("Which hall?", mere, owed)
    assert (reply.is_open, eoi.asked_at) == (True, NOON)


def test_a_question_acknowledges_the_form_until_its_message_fails(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    asked(eoi, mere)
    eoi.refresh_from_db()
    assert (eoi.acknowledged_at, eoi.state) == (NOON, "in_hand")
    OutgoingMail.objects.filter(message="ask_for_more").update(state="sent", sent_at=NOON)
    mail.came_back(OutgoingMail.objects.filter(message="ask_for_more"))
    eoi = ExpressionOfInterest.objects.get()
    assert (eoi.acknowledged_at, eoi.state, eoi.asked_at) == (None, "awaiting_triage", None)
    assert list(Enquiry.objects.waiting()) == []


def test_a_day_that_has_passed_is_not_promised(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(days=60))
    owed = enquiring.ask(eoi=eoi, seen=1, by=mere, text="Which hall?")
    assert "reply_on" not in owed.facts


def test_who_was_acknowledged_is_asked_all_the_same(mere: User) -> None:
    eoi = answered(by=mere)
    owed = enquiring.ask(eoi=eoi, seen=2, by=mere, text="Which hall?")
    kept_by = eoi.undertakings.get(kind="acknowledge").evidence_key
    assert ("reply_on" in owed.facts, kept_by == owed.pk) == (False, False)


@pytest.mark.parametrize("why", ["no address", "left alone"])
def test_who_cannot_be_mailed_is_asked_another_way(why: str, mere: User) -> None:
    eoi = received(email="", telephone="04 494 5718") if why == "no address" else received()
    if why == "left alone":
        Contact.objects.update(restricted_at=NOON, restricted_because="asked")
        eoi = ExpressionOfInterest.objects.get()
    with pytest.raises(NotPossible, match="They cannot be mailed: ask them another way"):
        asked(eoi, mere)
    assert Enquiry.objects.count() == 0


def test_of_a_form_on_which_the_work_has_ended_nothing_is_asked(mere: User) -> None:
    eoi = closed(answered(by=mere), by=mere)
    with pytest.raises(NotPossible, match="take it up again first"):
        asked(eoi, mere)


def test_who_is_left_alone_by_then_is_not_asked(eoi: ExpressionOfInterest, mere: User) -> None:
    asked(eoi, mere)
    Contact.objects.update(restricted_at=NOON, restricted_because="asked")
    mail.deliver_due()
    assert OutgoingMail.objects.get(message="ask_for_more").state == "cancelled"


def test_the_answer_waits_for_whoever_has_the_form_or_asked(
    eoi: ExpressionOfInterest, mere: User, ana: User
) -> None:
    first, second = asked(eoi, mere), asked(eoi, mere)
    enquiring.answer(enquiry=first, text="The one at the marae")
    first.refresh_from_db()
    assert (first.answer, first.answered_at, first.owner) == ("The one at the marae", NOON, mere)
    line = eoi.activities.get(kind="answered_us")
    assert (line.text, line.done_by, line.contact_id) == ("The one at the marae", None, eoi.contact_id)
    eoi.refresh_from_db()
    triage.assign(eoi=eoi, seen=eoi.version, by=mere, to=ana)
    enquiring.answer(enquiry=second, text="Yes")
    second.refresh_from_db()
    assert second.owner == ana
    assert list(Enquiry.objects.unread()) == [first, second]
    assert ExpressionOfInterest.objects.get().asked_at is None


def test_the_same_words_again_are_one_answer_and_others_are_refused(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    enquiry = asked(eoi, mere)
    for _ in range(2):
        enquiring.answer(enquiry=enquiry, text="The one at the marae")
    with pytest.raises(NotPossible, match="You have answered this already"):
        enquiring.answer(enquiry=enquiry, text="Another one")
    assert (kinds(eoi), Enquiry.objects.get().answer) == (
        ["asked_for_more", "answered_us"],
        "The one at the marae",
    )


def test_whoever_has_not_seen_the_answer_does_not_act_over_it(eoi: ExpressionOfInterest, mere: User) -> None:
    enquiry = asked(eoi, mere)
    seen = ExpressionOfInterest.objects.get().version
    enquiring.answer(enquiry=enquiry, text="The one at the marae")
    with pytest.raises(ChangedMeanwhile, match="The person changed this meanwhile: Answered what we asked"):
        triage.reply(eoi=eoi, seen=seen, by=mere, text="All of it")
    with pytest.raises(ChangedMeanwhile):
        enquiring.read(eoi=eoi, seen=seen, by=mere)
    assert Enquiry.objects.unread().count() == 1


def test_an_answer_is_kept_after_the_work_has_ended(mere: User) -> None:
    eoi = answered(by=mere)
    enquiry = asked(eoi, mere)
    closed(ExpressionOfInterest.objects.get(), by=mere)
    assert list(Enquiry.objects.waiting()) == []
    enquiring.answer(enquiry=enquiry, text="Too late?")
    assert Enquiry.objects.unread().get().answer == "Too late?"
    assert ExpressionOfInterest.objects.get().state == "closed"


def test_reading_it_is_enough_once(eoi: ExpressionOfInterest, mere: User, ana: User) -> None:
    enquiry = asked(eoi, mere)
    enquiring.answer(enquiry=enquiry, text="The one at the marae")
    eoi.refresh_from_db()
    for by in (mere, ana):
        enquiring.read(eoi=eoi, seen=eoi.version, by=by)
    enquiry.refresh_from_db()
    assert (enquiry.read_by, enquiry.read_at, Enquiry.objects.unread().count()) == (mere, NOON, 0)


@pytest.mark.parametrize("act", ["reply", "decide", "close", "ask"])
def test_who_acts_on_the_answer_has_read_it(act: str, mere: User) -> None:
    eoi = received(initiatives="A hall") if act != "close" else answered(by=mere)
    enquiry = asked(eoi, mere)
    enquiring.answer(enquiry=enquiry, text="The one at the marae")
    eoi.refresh_from_db()
    about = {"eoi": eoi, "seen": eoi.version, "by": mere, "text": "Kia ora"}
    match act:
        case "reply":
            triage.reply(**about)
        case "decide":
            triage.decide(**about, number=1, outcome="taken_up")
        case "close":
            triage.close(**about, outcome="taken_up")
        case "ask":
            enquiring.ask(**about)
    enquiry.refresh_from_db()
    assert enquiry.read_by == mere


def test_who_was_erased_answers_nothing(eoi: ExpressionOfInterest, mere: User) -> None:
    enquiry = asked(eoi, mere)
    erasing.propose(contact=eoi.contact, why="They asked", by=UserFactory())
    erasing.carry_out(erasure=eoi.contact.erasures.get(), by=UserFactory())
    with pytest.raises(NotPossible, match="This person has been erased"):
        enquiring.answer(enquiry=enquiry, text="The one at the marae")
    assert Enquiry.objects.values_list("text", "answer").get() == ("", "")


def test_giving_an_answer_is_told(eoi: ExpressionOfInterest, mere: User, ana: User) -> None:
    enquiry = asked(eoi, mere)
    enquiring.give(enquiry=enquiry, to=ana, by=mere)
    assert Enquiry.objects.get().owner == ana
    assert eoi.activities.get(kind=Activity.Kind.ASSIGNED).text == "Their answer: to Ana Officer"


@pytest.mark.parametrize("broken", [{"answer": "Yes"}, {"read_at": NOON}])
def test_the_database_refuses_what_cannot_be(broken: dict[str, object], mere: User) -> None:
    row = EnquiryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=row.pk).update(**broken)


def test_what_is_answered_after_the_form_was_changed_is_read_on_the_newer_one(mere: User) -> None:
    old = received()
    enquiring.ask(eoi=old, seen=1, by=mere, text="Which hall?")
    newer = intake.change(before=old, answers=answers("keep_informed", comments="More"))
    enquiring.answer(enquiry=Enquiry.objects.get(), text="The big one")
    newer.refresh_from_db()
    assert list(newer.enquiries.values_list("answer", flat=True)) == ["The big one"]
    enquiring.read(eoi=newer, seen=newer.version, by=mere)
    assert list(Enquiry.objects.unread()) == []


def test_what_was_read_stays_with_the_form_it_was_asked_about(mere: User) -> None:
    old = received()
    enquiring.ask(eoi=old, seen=1, by=mere, text="Which hall?")
    enquiring.answer(enquiry=Enquiry.objects.get(), text="The big one")
    old.refresh_from_db()
    enquiring.read(eoi=old, seen=old.version, by=mere)
    newer = intake.change(before=old, answers=answers("keep_informed", comments="More"))
    assert (old.enquiries.count(), newer.enquiries.count()) == (1, 0)
