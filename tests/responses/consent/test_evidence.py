"""The lines of evidence: what lists and forms bring, what is forgotten, and which words each line names."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import intake, triage
from responses.consent import audit, wordings
from responses.consent import switches as consent_switches
from responses.models import Call, Consent
from tests.clock import NOON
from tests.factories import ContactFactory, answers, received
from tests.responses.consent.readers import evidence, gave, reader, switches, waits

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)

BEFORE = NOON - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_a_list_brings_yeses_that_wait(mere: User) -> None:
    one, other = ContactFactory.create_batch(2)
    consent_switches.bring_in_many(
        [
            (one, ["keep_informed", "give_advice"], "Signed at the hui of 3 May 2026"),
            (other, ["keep_informed"], "Asked by letter"),
        ],
        by=mere,
    )
    assert switches(one) == {"keep_informed": (NOON, None, None), "give_advice": (NOON, None, None)}
    assert switches(other) == {"keep_informed": (NOON, None, None)}
    lines = Consent.objects.order_by("pk")
    assert list(lines.values_list("contact", "purpose", "decision", "source", "message", "recorded_by")) == [
        (one.pk, "keep_informed", "given", "import", "Signed at the hui of 3 May 2026", mere.pk),
        (one.pk, "give_advice", "given", "import", "Signed at the hui of 3 May 2026", mere.pk),
        (other.pk, "keep_informed", "given", "import", "Asked by letter", mere.pk),
    ]
    assert [gave(one, "give_advice"), gave(other, "keep_informed")] == list(lines)[1:]
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("typed", [True, False])
def test_who_typed_a_form_in_stands_with_its_lines(mere: User, call: Call, typed: bool) -> None:
    channel, by = ("paper", mere) if typed else ("web", None)
    intake.receive(call=call, answers=answers("keep_informed"), channel=channel, by=by)
    assert set(Consent.objects.values_list("source", "recorded_by")) == {
        ("paper", mere.pk) if typed else ("web_form", None)
    }


def test_what_nobody_confirmed_is_forgotten() -> None:
    contact = waits("keep_informed", "give_advice")
    consent_switches.lapse(contact=contact, purposes=["give_advice"])
    assert switches(contact) == {
        "keep_informed": (BEFORE, None, None),
        "give_advice": (BEFORE, None, NOON),
    }
    assert evidence(contact) == [("give_advice", "lapsed", "portal")]


def test_a_yes_that_was_forgotten_can_be_said_again() -> None:
    contact = waits("keep_informed")
    consent_switches.lapse(contact=contact, purposes=["keep_informed"])
    consent_switches.confirm(contact=contact)
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    received("keep_informed", comments="Again")
    assert switches(contact) == {"keep_informed": (NOON, None, None)}


def test_a_new_yes_may_be_reminded_of_anew() -> None:
    contact = waits("keep_informed")
    contact.involvements.update(reminded_at=BEFORE)
    received("keep_informed", comments="Again")
    assert contact.involvements.get().reminded_at == BEFORE
    consent_switches.lapse(contact=contact, purposes=["keep_informed"])
    received("keep_informed", comments="And again")
    assert contact.involvements.get().reminded_at is None


def test_the_yeses_of_a_spam_form_are_disregarded_and_no_others(mere: User) -> None:
    contact = reader(email="aroha@example.org")
    honest = received("give_advice", "keep_informed")
    spam = received("keep_informed", "give_advice", "champion_accord", comments="Buy now")
    consent_switches.disregard(eoi=spam, by=mere)
    assert switches(contact) == {
        "keep_informed": (BEFORE, BEFORE, None),
        "give_advice": (NOON, None, None),
        "champion_accord": (NOON, None, NOON),
    }
    assert (gave(contact, "give_advice").eoi, evidence(contact)[-1]) == (
        honest,
        ("champion_accord", "spam", "staff"),
    )


def test_the_noes_of_a_spam_form_wait_no_longer(mere: User) -> None:
    contact = reader(email="aroha@example.org")
    spam = received("give_advice", comments="Buy now")
    assert contact.involvements.exclude(off_asked_at=None).count() == 1
    consent_switches.disregard(eoi=spam, by=mere)
    assert consent_switches.waiting(contact) == ([], [])
    assert switches(contact)["keep_informed"] == (BEFORE, BEFORE, None)


def test_the_no_of_an_honest_form_waits_on_when_another_was_spam(mere: User) -> None:
    contact = reader(email="aroha@example.org")
    forms = [received("give_advice", comments=text) for text in ("I have no time", "Buy now", "Buy more")]
    for spam in forms[1:]:
        triage.mark_as_spam(eoi=spam, seen=spam.version, by=mere)
        assert consent_switches.waiting(contact) == (["give_advice"], ["keep_informed"])
    triage.mark_as_spam(eoi=forms[0], seen=forms[0].version, by=mere)
    assert consent_switches.waiting(contact) == ([], [])


def test_a_form_that_was_spam_takes_back_nothing_that_stands_by_other_words(mere: User) -> None:
    """What was confirmed, what an honest form said since, and who else there is."""
    contact, stranger = waits("keep_informed", "give_advice"), reader()
    spam = contact.eois.get()
    consent_switches.confirm(contact=contact)
    received("keep_informed", "champion_accord", comments="Honest")
    consent_switches.disregard(eoi=spam, by=mere)
    assert consent_switches.waiting(contact) == (["champion_accord"], ["give_advice"])
    assert switches(stranger) == {"keep_informed": (BEFORE, BEFORE, None)}
    assert Consent.objects.filter(decision="spam").count() == 0


def test_who_called_a_form_spam_stands_with_its_lines(mere: User) -> None:
    spam = received("keep_informed", comments="Buy now")
    consent_switches.disregard(eoi=spam, by=mere)
    lines = Consent.objects.filter(decision="spam")
    assert list(lines.values_list("purpose", "source", "recorded_by")) == [
        ("keep_informed", "staff", mere.pk)
    ]


def test_what_a_form_said_since_does_not_stand_in_the_way_of_undoing() -> None:
    contact = reader(email="aroha@example.org")
    consent_switches.set_switches(contact=contact, wanted={"keep_informed": False})
    change = contact.consents.order_by("pk").last()
    assert change
    received("give_advice", comments="From anybody")
    assert consent_switches.undo(contact=contact, lines=[change.pk]) == ["keep_informed"]
    assert contact.involvements.confirmed().count() == 1


def test_every_line_names_the_words_it_answers(mere: User) -> None:
    contact = waits("keep_informed")
    old, new = (
        wordings.current()["keep_informed"].key,
        wordings.reword(purpose="keep_informed", language="en", text="Tell me the news.", by=mere).pk,
    )
    consent_switches.confirm(contact=contact)
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    lines = contact.consents.filter(purpose="keep_informed").order_by("pk")
    assert list(lines.values_list("wording", flat=True)) == [old, new, new]


def test_an_involvement_points_to_the_line_that_gave_it(clock: time_machine.Traveller) -> None:
    contact = waits("keep_informed")
    first = contact.consents.get(purpose="keep_informed")
    consent_switches.confirm(contact=contact)
    received("keep_informed", comments="Again")
    assert gave(contact, "keep_informed") == first
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    assert gave(contact, "keep_informed") == first
    clock.shift(60)
    again = received("keep_informed", comments="And again")
    assert gave(contact, "keep_informed").eoi == again


def test_a_form_that_was_on_its_way_counts_where_it_was_written_down() -> None:
    contact = waits("keep_informed")
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    received("keep_informed", comments="Slow", at=NOON - MINUTE)
    assert switches(contact) == {"keep_informed": (NOON - MINUTE, None, None)}
    assert list(audit.disagreements()) == []
