"""Who acts on a form, a letter or a recommendation takes turns: on PostgreSQL, two at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.db.models import F

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, intake, letters, recommending, referring, triage
from responses.models import (
    Contact,
    Enquiry,
    ExpressionOfInterest,
    Recommendation,
    Referral,
    ReferralConsent,
)
from responses.privacy import erasing
from tests.asked import ReferralFactory
from tests.at_once import begun_behind, while_not_over
from tests.clock import NOON
from tests.factories import RecommendationFactory, UserFactory, answers, closed, received

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
TODAY = NOON.date()
State = Recommendation.State


def test_answers_changed_twice_at_once_are_one_new_version() -> None:
    before = received()

    def change() -> ExpressionOfInterest:
        return intake.change(before=before, answers=answers("keep_informed"))

    first, second = while_not_over(change, change)
    assert first == second == ExpressionOfInterest.objects.get(replaces=before)


def test_of_two_who_triage_one_is_told_that_the_other_was_quicker(mere: User, ana: User) -> None:
    eoi = received()
    mine, theirs = ExpressionOfInterest.objects.get(), ExpressionOfInterest.objects.get()
    _, refused = while_not_over(
        lambda: triage.assign(eoi=mine, seen=eoi.version, by=mere, to=mere),
        lambda: triage.assign(eoi=theirs, seen=eoi.version, by=ana, to=ana),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert str(refused).startswith("Mere Staff changed this meanwhile: Assigned")
    eoi.refresh_from_db()
    assert (eoi.assigned_to, eoi.activities.filter(kind="assigned").count()) == (mere, 1)


def test_nobody_closes_what_the_person_replaces_at_this_moment(mere: User) -> None:
    eoi = received()
    _, refused = while_not_over(
        lambda: intake.change(before=eoi, answers=answers("keep_informed")),
        lambda: closed(ExpressionOfInterest.objects.get(pk=eoi.pk), by=mere),
    )
    assert isinstance(refused, ChangedMeanwhile)
    eoi.refresh_from_db()
    assert eoi.state == ExpressionOfInterest.State.REPLACED


def test_nobody_closes_a_form_whose_answer_comes_back_at_this_moment(mere: User) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 1))
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    answers = OutgoingMail.objects.filter(pk=eoi.undertakings.get(kind="reply").evidence_key)
    answers.update(state="sent", sent_at=NOON)
    _, refused = while_not_over(
        lambda: mail.came_back(answers),
        lambda: closed(ExpressionOfInterest.objects.get(pk=eoi.pk), by=mere),
    )
    assert (type(refused), str(refused)) == (NotPossible, triage.ANSWER_FIRST)
    eoi.refresh_from_db()
    assert (eoi.state, eoi.undertakings.get(kind="reply").kept_at) == ("in_hand", None)


def test_who_answers_in_two_tabs_at_once_has_answered_once(mere: User) -> None:
    enquiring.ask(eoi=received(), seen=1, by=mere, text="Which hall?")
    enquiry = Enquiry.objects.get()
    _, refused = while_not_over(
        lambda: enquiring.answer(enquiry=enquiry, text="The big one"),
        lambda: enquiring.answer(enquiry=enquiry, text="The small one"),
    )
    assert (type(refused), str(refused)) == (NotPossible, enquiring.ANSWERED_BEFORE)
    assert Enquiry.objects.get().answer == "The big one"
    assert enquiry.eoi.activities.filter(kind="answered_us").count() == 1


def test_who_answers_while_the_form_is_worked_on_waits_in_no_circle(mere: User) -> None:
    enquiring.ask(eoi=received(), seen=1, by=mere, text="Which hall?")
    enquiry = Enquiry.objects.get()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # as acts on a form do: first the form, then the person
            ExpressionOfInterest.objects.filter(pk=enquiry.eoi_id).update(version=F("version") + 1)
            answering = begun_behind(pool, lambda: enquiring.answer(enquiry=enquiry, text="The big one"))
            Contact.objects.select_for_update(no_key=True).get(pk=enquiry.eoi.contact_id)
        assert answering.result() is None
    assert Enquiry.objects.get().answer == "The big one"


def test_who_answers_as_the_form_is_replaced_has_answered_about_the_newer_one(mere: User) -> None:
    eoi = received()
    enquiring.ask(eoi=eoi, seen=1, by=mere, text="Which hall?")
    enquiry = Enquiry.objects.get()
    newer, _ = while_not_over(
        lambda: intake.change(before=eoi, answers=answers("keep_informed")),
        lambda: enquiring.answer(enquiry=enquiry, text="The big one"),
    )
    assert isinstance(newer, ExpressionOfInterest)
    assert (Enquiry.objects.get().eoi, Enquiry.objects.get().answer) == (newer, "The big one")
    newer.refresh_from_db()
    assert (newer.version, newer.activities.filter(kind="answered_us").count()) == (2, 1)


def test_who_is_erased_at_this_moment_answers_nothing(mere: User) -> None:
    enquiring.ask(eoi=received(), seen=1, by=mere, text="Which hall?")
    enquiry = Enquiry.objects.get()
    erasing.propose(contact=enquiry.eoi.contact, why="They asked", by=mere)
    _, refused = while_not_over(
        lambda: erasing.carry_out(erasure=enquiry.eoi.contact.erasures.get(), by=UserFactory()),
        lambda: enquiring.answer(enquiry=enquiry, text="The big one"),
    )
    assert isinstance(refused, NotPossible)
    assert Enquiry.objects.get().answer == ""


def test_who_presses_yes_twice_at_once_has_agreed_once() -> None:
    row = ReferralFactory()
    _, second = while_not_over(lambda: referring.agree(referral=row), lambda: referring.agree(referral=row))
    assert second is None  # and no error
    assert Referral.objects.get().state == "agreed"
    assert OutgoingMail.objects.filter(message="passed_on").count() == ReferralConsent.objects.count() == 1


def test_what_staff_take_back_at_this_moment_is_not_passed_on(mere: User) -> None:
    row = ReferralFactory()
    _, refused = while_not_over(
        lambda: referring.withdraw(eoi=row.eoi, seen=row.eoi.version, by=mere),
        lambda: referring.agree(referral=row),
    )
    assert (type(refused), str(refused)) == (NotPossible, referring.NOT_ANY_MORE)
    assert (OutgoingMail.objects.filter(message="passed_on").count(), ReferralConsent.objects.count()) == (
        0,
        0,
    )


def test_a_letter_in_hand_is_not_answered_by_two_at_once(mere: User, ana: User) -> None:
    letter = letters.receive(name="Aroha", email="aroha@example.org", telephone="", message="Tēnā koe")
    letters.answer(letter=letter, seen=0, by=mere, text="We are looking into it.")
    _, refused = while_not_over(
        lambda: letters.answer(letter=letter, seen=1, by=mere, text="Here it is."),
        lambda: letters.answer(letter=letter, seen=1, by=ana, text="Here it is."),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert list(letter.lines.order_by("pk").values_list("done_by", flat=True)) == [mere.pk, mere.pk]


def test_who_says_never_again_is_not_brought_back_by_a_yes_at_the_same_moment() -> None:
    row = RecommendationFactory(state=State.INVITED)
    while_not_over(
        lambda: recommending.say_never_again(recommendation=row),
        lambda: recommending.say_yes(recommendation=row),
    )
    row.refresh_from_db()
    assert (row.state, row.name, row.email) == (State.NEVER_AGAIN, "", "")


def test_who_sends_the_form_at_the_last_moment_is_not_forgotten() -> None:
    row = RecommendationFactory(state=State.YES, answered_at=NOON, expires_on=TODAY - dt.timedelta(days=9))
    eoi = received()
    while_not_over(
        lambda: recommending.record_origin(recommendation=row, eoi=eoi),
        lambda: recommending.expire(today=TODAY),
    )
    row.refresh_from_db()
    assert (row.state, row.eoi, row.name) == (State.YES, eoi, "Tama Rangi")


def test_an_approval_leaves_alone_what_a_colleague_declines_at_this_moment(mere: User, ana: User) -> None:
    received()  # a call is open
    mine, theirs = RecommendationFactory(), RecommendationFactory()
    while_not_over(
        lambda: recommending.decline(recommendation=theirs, because="Knows us", by=ana),
        lambda: recommending.approve(recommendation=mine, by=mere),
    )
    assert [Recommendation.objects.get(pk=row.pk).state for row in (mine, theirs)] == [
        State.INVITED,
        State.DECLINED,
    ]
