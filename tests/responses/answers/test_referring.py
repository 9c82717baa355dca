"""Referring to an agency: the person is asked, and nothing goes anywhere before they say Yes."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import IntegrityError, transaction

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, intake, referring, triage
from responses.consent import audit
from responses.models import Contact, ExpressionOfInterest, Referral, ReferralConsent
from responses.privacy import erasing
from tests.asked import ReferralFactory
from tests.clock import NOON
from tests.factories import UserFactory, answered, answers, closed, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ABOUT = {
    "agency": "Sport New Zealand",
    "address": "kiaora@sport.example.org",
    "text": "Aroha would like to open the hall.",
}
WORDS = "Sport New Zealand (kiaora@sport.example.org)\n\nAroha would like to open the hall."


@pytest.fixture
def eoi(db: None, mere: User) -> ExpressionOfInterest:
    return answered("keep_informed", at=NOON, by=mere)


def refer(eoi: ExpressionOfInterest, by: User) -> Referral:
    referring.refer(eoi=eoi, seen=eoi.version, by=by, **ABOUT)
    return Referral.objects.latest("pk")


def told(eoi: ExpressionOfInterest) -> list[tuple[str, str]]:
    rows = eoi.activities.exclude(kind__in=["answered", "acknowledged"]).order_by("pk")
    return list(rows.values_list("kind", "text"))


def to_agency() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(message="passed_on"))


def evidence() -> list[tuple[object, ...]]:
    return list(
        ReferralConsent.objects.values_list("contact", "referral", "decision", "words", "recorded_at")
    )


def test_the_person_is_asked_and_nothing_goes_to_the_agency(eoi: ExpressionOfInterest, mere: User) -> None:
    owed = referring.refer(eoi=eoi, seen=2, by=mere, **ABOUT)
    row = Referral.objects.get()
    assert (owed.message, owed.to, owed.recipient) == (
        "may_we_pass_it_on",
        "aroha@example.org",
        eoi.contact_id,
    )
    assert (row.state, row.question, row.words, row.expires_on) == (
        "asked",
        owed,
        WORDS,
        dt.date(2026, 12, 14),
    )
    assert told(eoi) == [("referred", f"To {WORDS}")]
    eoi.refresh_from_db()
    assert (eoi.asked_at, to_agency(), evidence()) == (NOON, [], [])


def test_yes_is_one_line_of_evidence_and_one_message_however_often(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row, consents = refer(eoi, mere), eoi.contact.consents.count()
    for _ in range(2):
        referring.agree(referral=row)
    (owed,) = to_agency()
    assert (owed.to, owed.recipient, owed.facts) == (
        "kiaora@sport.example.org",
        None,
        {"referral_id": row.pk},
    )
    assert evidence() == [(eoi.contact_id, row.pk, "given", WORDS, NOON)]
    assert told(eoi)[1:] == [("passed_on", f"To {WORDS}")]
    assert eoi.activities.get(kind="passed_on").mail == owed
    assert eoi.contact.consents.count() == consents
    assert list(audit.disagreements()) == []
    row.refresh_from_db()
    assert (row.state, row.answered_at, row.owner, row.is_unread) == ("agreed", NOON, mere, True)


def test_what_arrives_is_passed_on_and_what_comes_back_is_staffs_again(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = refer(eoi, mere)
    referring.agree(referral=row)
    mail.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", NOON)
    assert [m.to for m in django_mail.outbox if m.subject.startswith("Passed on")] == [[row.address]]
    Referral.objects.all().read_by(mere)
    mail.came_back(OutgoingMail.objects.filter(message="passed_on"))
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.is_unread) == ("agreed", None, True)


def test_no_is_written_down_and_nothing_goes(eoi: ExpressionOfInterest, mere: User) -> None:
    row = refer(eoi, mere)
    for _ in range(2):
        referring.decline(referral=row)
    assert evidence() == [(eoi.contact_id, row.pk, "declined", WORDS, NOON)]
    assert told(eoi)[1:] == [("not_passed_on", "They said No: Sport New Zealand")]
    with pytest.raises(NotPossible, match="You said No to this"):
        referring.agree(referral=row)
    assert (to_agency(), list(Referral.objects.unread())) == ([], [row])


def test_a_no_after_a_yes_comes_too_late_and_is_said(eoi: ExpressionOfInterest, mere: User) -> None:
    row = refer(eoi, mere)
    referring.agree(referral=row)
    with pytest.raises(NotPossible, match="You said Yes to this, so it is passed on already"):
        referring.decline(referral=row)


def test_staff_take_the_question_back_and_then_it_has_no_answer(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = refer(eoi, mere)
    eoi.refresh_from_db()
    referring.withdraw(eoi=eoi, seen=eoi.version, by=mere)
    row.refresh_from_db()
    assert (row.state, row.withdrawn_by, row.question and row.question.state) == (
        "withdrawn",
        mere,
        "cancelled",
    )
    assert told(eoi)[1:] == [("not_passed_on", "Taken back: Sport New Zealand")]
    for act in (referring.agree, referring.decline):
        with pytest.raises(NotPossible, match="This was taken back"):
            act(referral=row)
    eoi.refresh_from_db()
    with pytest.raises(NotPossible, match="Nothing waits for the person’s answer here"):
        referring.withdraw(eoi=eoi, seen=eoi.version, by=mere)
    assert (to_agency(), evidence(), list(Referral.objects.unread())) == ([], [], [])


def test_what_nobody_answers_in_time_ends_and_staff_hear_of_it(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    row = refer(eoi, mere)
    assert referring.expire(today=row.expires_on) == 0
    clock.move_to(dt.datetime(2026, 12, 15, 0, tzinfo=dt.UTC))
    with pytest.raises(NotPossible, match="the time to answer has passed"):
        referring.agree(referral=row)
    assert referring.expire(today=dt.date(2026, 12, 15)) == 1
    row.refresh_from_db()
    assert (row.state, row.is_unread, to_agency()) == ("expired", True, [])
    assert told(eoi)[1:] == [("not_passed_on", "Not answered in time: Sport New Zealand")]


def test_one_question_at_a_time(eoi: ExpressionOfInterest, mere: User) -> None:
    refer(eoi, mere)
    with pytest.raises(NotPossible, match="You asked this already"):
        refer(ExpressionOfInterest.objects.get(), mere)


def test_a_form_does_not_close_while_the_person_is_asked(eoi: ExpressionOfInterest, mere: User) -> None:
    row = refer(eoi, mere)
    with pytest.raises(NotPossible, match="has not said whether this may be passed on"):
        closed(ExpressionOfInterest.objects.get(), by=mere)
    referring.agree(referral=row)
    eoi = ExpressionOfInterest.objects.get()
    triage.close(eoi=eoi, seen=eoi.version, by=mere, outcome="passed_on", text="To Sport New Zealand.")
    assert (eoi.outcome, list(Referral.objects.unread())) == ("passed_on", [])


@pytest.mark.parametrize("why", ["no address", "left alone", "closed"])
def test_who_cannot_agree_is_not_referred(why: str, mere: User) -> None:
    eoi = received(email="", telephone="04 494 5718") if why == "no address" else answered(by=mere)
    if why == "left alone":
        Contact.objects.update(restricted_at=NOON, restricted_because="asked")
    if why == "closed":
        closed(eoi, by=mere)
    with pytest.raises(NotPossible, match=r"nothing may be passed on|take it up again"):
        refer(ExpressionOfInterest.objects.get(), mere)
    assert Referral.objects.count() == 0


def test_whoever_has_not_seen_the_answer_does_not_act_over_it(eoi: ExpressionOfInterest, mere: User) -> None:
    row = refer(eoi, mere)
    seen = ExpressionOfInterest.objects.get().version
    referring.decline(referral=row)
    with pytest.raises(ChangedMeanwhile, match="The person changed this meanwhile: Not passed on"):
        referring.withdraw(eoi=eoi, seen=seen, by=mere)


def test_who_is_left_alone_by_then_is_not_asked(eoi: ExpressionOfInterest, mere: User) -> None:
    refer(eoi, mere)
    Contact.objects.update(restricted_at=NOON, restricted_because="asked")
    mail.deliver_due()
    assert OutgoingMail.objects.get(message="may_we_pass_it_on").state == "cancelled"


@pytest.mark.parametrize("was", ["asked", "agreed"])
def test_erasing_ends_it_and_what_was_not_sent_never_is(
    eoi: ExpressionOfInterest, mere: User, was: str
) -> None:
    row = refer(eoi, mere)
    if was == "agreed":
        referring.agree(referral=row)
    erasing.propose(contact=eoi.contact, why="They asked", by=UserFactory())
    erasing.carry_out(erasure=eoi.contact.erasures.get(), by=UserFactory())
    row.refresh_from_db()
    assert (row.agency, row.address, row.text) == ("", "", "")
    assert [(m.to, m.state) for m in to_agency()] == [("", "cancelled")] * (was == "agreed")
    assert [words for *_, words, _ in evidence()] == [""] * (was == "agreed")
    assert list(Referral.objects.unread()) == []
    with pytest.raises(NotPossible, match="This person has been erased"):
        referring.agree(referral=row)


def test_giving_it_is_told(eoi: ExpressionOfInterest, mere: User, ana: User) -> None:
    referring.give(referral=refer(eoi, mere), to=ana, by=mere)
    assert (Referral.objects.get().owner, told(eoi)[-1]) == (
        ana,
        ("assigned", "Their answer: to Ana Officer"),
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "agreed"},
        {"state": "sent", "answered_at": NOON},
        {"state": "withdrawn"},
        {"sent_at": NOON},
        {"read_at": NOON},
    ],
)
def test_the_database_refuses_what_cannot_be(broken: dict[str, object]) -> None:
    row = ReferralFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=row.pk).update(**broken)


def test_where_the_person_changes_their_answers_the_question_stands_with_the_newer_form(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = refer(eoi, mere)
    newer = intake.change(before=eoi, answers=answers("keep_informed", comments="More"))
    with pytest.raises(NotPossible, match="You asked this already"):
        referring.refer(eoi=newer, seen=newer.version, by=mere, **ABOUT)
    referring.agree(referral=Referral.objects.get(pk=row.pk))
    newer.refresh_from_db()
    enquiring.read(eoi=newer, seen=newer.version, by=mere)
    row.refresh_from_db()
    assert (row.eoi, row.read_by, len(to_agency())) == (newer, mere, 1)


def test_what_is_spam_is_not_passed_on(eoi: ExpressionOfInterest, mere: User) -> None:
    row = refer(eoi, mere)
    triage.mark_as_spam(eoi=eoi, seen=eoi.version, by=mere)
    row.refresh_from_db()
    assert (row.state, row.withdrawn_by, row.question and row.question.state) == (
        "withdrawn",
        mere,
        "cancelled",
    )
    with pytest.raises(NotPossible, match="Nothing was passed on"):
        referring.agree(referral=row)
    assert to_agency() == []
