"""Whoever was invited says Yes, no, never again or nothing; nobody is kept longer than the matter lasts."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import recommending
from responses.models import Call, Contact, Recommendation
from tests.clock import NOON
from tests.database import holding
from tests.factories import ContactFactory, RecommendationFactory, received
from tests.responses.answers.recommendations import fresh, invited, kept, recommend, remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LAST_DAY = dt.date(2026, 12, 14)  # the twentieth working day

State = Recommendation.State

TAMA = "tama@example.org"


def test_yes_puts_nobody_on_a_list(call: Call, mere: User, clock: time_machine.Traveller) -> None:
    row = invited(mere)
    for _ in range(2):
        recommending.say_yes(recommendation=row)
        assert kept(row) == (State.YES, "Tama Rangi", TAMA, "He runs the marae next door.")
        assert row.answered_at == NOON
        clock.shift(1)
    assert not Contact.objects.filter(email=TAMA).exists()


def test_the_first_form_that_comes_of_a_yes_is_its_fruit(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    eoi = received(name="Tama Rangi", email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    recommending.record_origin(recommendation=row, eoi=received(name="Tama", email=TAMA))
    assert (fresh(row).eoi, row.state, row.email) == (eoi, State.YES, TAMA)
    assert eoi.recommendation == row
    assert OutgoingMail.objects.get(pk=row.invitation_id).recipient == eoi.contact_id


def test_without_a_yes_a_form_has_no_origin(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.record_origin(recommendation=row, eoi=received(email=TAMA))
    assert fresh(row).eoi is None


def test_a_form_is_the_fruit_of_one_recommendation(call: Call, mere: User) -> None:
    rows = [invited(mere), invited(mere, email="ana@example.org")]
    eoi = received(email=TAMA)
    for row in rows:
        recommending.say_yes(recommendation=row)
        recommending.record_origin(recommendation=row, eoi=eoi)
    assert [fresh(row).eoi for row in rows] == [eoi, None]


@pytest.mark.parametrize("after_a_yes", [False, True])
def test_no_thanks_forgets_the_person(call: Call, mere: User, after_a_yes: bool) -> None:
    row = invited(mere)
    if after_a_yes:
        recommending.say_yes(recommendation=row)
    for _ in range(2):
        recommending.say_no_thanks(recommendation=row)
        assert kept(row) == (State.NO_THANKS, "", "", "")
    assert remembered() == ["invited"]
    assert holding("tama") == []
    recommending.say_yes(recommendation=row)
    assert fresh(row).state == State.NO_THANKS


def test_never_again_leaves_a_hash_and_nothing_else(call: Call, mere: User) -> None:
    row = invited(mere)
    for _ in range(2):
        recommending.say_never_again(recommendation=row)
        assert kept(row) == (State.NEVER_AGAIN, "", "", "")
    assert remembered() == ["invited", "never_again"]
    assert holding("tama") == []
    recommend(ContactFactory(email="bo@example.org"))
    assert kept(Recommendation.objects.latest("pk")) == (State.NOT_SENT, "", "", "")


@pytest.mark.parametrize("first", [recommending.say_no_thanks, recommending.expire])
def test_never_again_can_be_said_when_the_person_is_forgotten_already(
    call: Call, mere: User, first: Callable[..., object]
) -> None:
    row = invited(mere)
    if first is recommending.expire:
        recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    else:
        first(recommendation=row)
    recommending.say_never_again(recommendation=row)
    assert fresh(row).state == State.NEVER_AGAIN
    assert remembered() == ["invited", "never_again"]


def test_never_again_after_the_form_holds_for_the_contact(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    eoi = received("keep_informed", email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    recommending.say_no_thanks(recommendation=row)
    assert (fresh(row).state, row.eoi) == (State.YES, eoi)
    recommending.say_never_again(recommendation=row)
    assert (fresh(row).state, row.eoi) == (State.NEVER_AGAIN, eoi)
    assert Contact.objects.get(email=TAMA).never_again_at == NOON


@pytest.mark.parametrize("state", ["awaiting", "invited", "yes"])
def test_whoever_has_not_answered_in_twenty_working_days_is_forgotten(
    call: Call, mere: User, state: str
) -> None:
    row = RecommendationFactory(expires_on=LAST_DAY)
    if state != "awaiting":
        recommending.approve(recommendation=row, by=mere)
    if state == "yes":
        recommending.say_yes(recommendation=row)
    assert recommending.expire(today=LAST_DAY) == 0
    assert fresh(row).state == state
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=1)) == 1
    assert kept(row) == (State.EXPIRED, "", "", "")
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=1)) == 0
    assert holding("tama") == []


def test_an_invitation_that_was_never_sent_is_called_off(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    mail = OutgoingMail.objects.get()
    assert (mail.pk, mail.state, mail.to) == (row.invitation_id, OutgoingMail.State.CANCELLED, "")


def test_a_form_sent_from_a_page_that_stood_open_has_its_origin_still(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    eoi = received(email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    assert (fresh(row).state, row.eoi, row.email) == (State.YES, eoi, "")


def test_who_sent_the_form_is_not_forgotten(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    recommending.record_origin(recommendation=row, eoi=received(email=TAMA))
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=365)) == 0
