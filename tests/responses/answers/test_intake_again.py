"""Somebody who is known answers: which contact it is, and what becomes of what was said before."""

import datetime as dt

import pytest
import time_machine

from accord_portal.foundation.models import OutgoingMail
from responses.answers import emails, intake
from responses.consent import audit, switches, wordings
from responses.models import Consent, Contact, Involvement
from responses.people import links
from tests.clock import NOON
from tests.factories import (
    CallFactory,
    ContactFactory,
    InvolvementFactory,
    UserFactory,
    answers,
    merged,
    received,
    subscriber,
)

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("aroha@example.org", "AROHA@Example.org"),
        ("info@tepūkenga.ac.nz", "Info@xn--tepkenga-szb.ac.nz"),
    ],
)
def test_a_known_mailbox_is_the_same_contact_and_not_overwritten(known: str, typed: str) -> None:
    contact = ContactFactory(email=known, name="Aroha", organisation="Hapū")
    eoi = received(name="Mallory", email=typed, telephone="04 494 5718")
    assert (eoi.contact, eoi.name, eoi.email) == (contact, "Mallory", typed)
    assert Contact.objects.values_list("name", "organisation", "email", "telephone").get() == (
        "Aroha",
        "Hapū",
        known,
        "",
    )


@pytest.mark.django_db
def test_two_people_without_an_address_are_two_contacts() -> None:
    one = received(email="", telephone="04 494 5718")
    other = received(email="", telephone="04 494 5718", name="Hēmi")
    assert one.contact_id != other.contact_id
    assert [one.contact.name_key, other.contact.name_key] == ["aroha ngata|", "hemi|"]


@pytest.mark.django_db
def test_no_on_a_form_does_not_end_a_confirmed_yes_and_waits_for_the_mailbox() -> None:
    contact = subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received(at=NOON)
    assert Involvement.objects.values().get() == {**before, "off_asked_at": NOON}
    assert Consent.objects.filter(contact=contact, decision="declined").count() == 4
    assert Involvement.objects.permitting("keep_informed").count() == 1
    assert switches.waiting(contact) == ([], ["keep_informed"])


@pytest.mark.django_db
def test_yes_on_a_form_takes_back_a_no_that_waited() -> None:
    contact = subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received(at=NOON)
    received("keep_informed", at=NOON + MINUTE)
    assert Involvement.objects.values().get() == before
    assert switches.waiting(contact) == ([], [])


@pytest.mark.django_db
def test_the_evidence_names_the_words_that_were_shown() -> None:
    shown = {purpose: words.key for purpose, words in wordings.current().items()}
    new = wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    call = CallFactory()
    first = intake.receive(call=call, answers=answers(), wording=shown)
    second = intake.receive(call=call, answers=answers(comments="Again"))
    assert dict(first.evidence.values_list("purpose", "wording")) == shown
    assert dict(second.evidence.values_list("purpose", "wording")) == {**shown, "give_advice": new.pk}


@pytest.mark.django_db
def test_no_on_a_form_ends_a_yes_that_was_never_confirmed() -> None:
    received("keep_informed", at=NOON)
    received(comments="No, thank you", at=NOON + MINUTE)
    assert Involvement.objects.values_list("since_at", "confirmed_at", "ended_at").get() == (
        NOON,
        None,
        NOON + MINUTE,
    )


@pytest.mark.django_db
def test_yes_on_a_form_leaves_a_standing_yes_as_it_is() -> None:
    subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received("keep_informed")
    assert Involvement.objects.values().get() == before


@pytest.mark.django_db
def test_yes_after_a_yes_was_taken_back_waits_to_be_confirmed() -> None:
    contact = ContactFactory(email="aroha@example.org", confirmed=True)
    InvolvementFactory(contact=contact, since_at=NOON - HOUR, ended_at=NOON - MINUTE)
    received("keep_informed", at=NOON)
    assert Involvement.objects.values_list("since_at", "confirmed_at", "ended_at").get() == (NOON, None, None)


@pytest.mark.django_db
def test_answers_from_a_merged_mailbox_are_its_own() -> None:
    kept, other = subscriber(), ContactFactory(email="aroha@example.org")
    merged(other, kept)
    eoi = received("give_advice")
    assert (eoi.contact, kept.involvements.count(), other.involvements.count()) == (other, 1, 1)
    assert set(eoi.evidence.values_list("contact", flat=True)) == {other.pk}
    assert eoi.activities.get().contact == other
    assert OutgoingMail.objects.values_list("to", "recipient").get() == ("aroha@example.org", other.pk)
    assert list(audit.disagreements()) == []


@pytest.mark.django_db
def test_the_links_speak_for_the_mailbox_they_are_mailed_to() -> None:
    kept, other = subscriber(), ContactFactory(email="aroha@example.org")
    merged(other, kept)
    eoi = received("give_advice")
    with time_machine.travel(NOON, tick=False):
        for message in (emails.acknowledgement(eoi.pk), emails.reply(eoi.pk, "Kia ora")):
            assert message.to == ["aroha@example.org"]
            assert links.preferences_url(other) in message.body
            assert links.preferences_url(kept) not in message.body


@pytest.mark.django_db
def test_who_has_another_address_since_is_written_to_there() -> None:
    eoi = received("keep_informed")
    eoi.contact.email = "new@example.org"
    eoi.contact.save()
    for message in (emails.acknowledgement(eoi.pk), emails.reply(eoi.pk, "Kia ora")):
        assert message.to == ["new@example.org"]
