"""Erasing while somebody acts on the same person: nothing of the person is left behind."""

import pytest
from pytest_django import Settings

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.consent import switches
from responses.models import Contact, Erasure
from responses.privacy import erasing
from tests.at_once import behind
from tests.database import holding
from tests.factories import merged, received, subscriber

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
EMAIL = "tokerau@example.org"


@pytest.fixture
def proposed(ana: User, settings: Settings) -> Erasure:
    """Ana proposed to erase a reader."""
    settings.DISPOSAL_AUTHORITY = "DA717"
    erasing.propose(contact=subscriber(name="Tokerau", email=EMAIL), why="She rang.", by=ana)
    return Erasure.objects.get()


def test_a_form_that_just_arrived_is_erased_too(proposed: Erasure, mere: User) -> None:
    behind(
        lambda: received("give_advice", name="Tokerau", email=EMAIL, comments="Tokerau wrote"),
        lambda: erasing.carry_out(erasure=proposed, by=mere),
    )
    assert holding("Tokerau") == []


def test_a_form_that_arrives_as_they_are_erased_is_a_new_persons(proposed: Erasure, mere: User) -> None:
    eoi = behind(
        lambda: erasing.carry_out(erasure=proposed, by=mere),
        lambda: received("give_advice", name="Tokerau", email=EMAIL),
    )
    assert (eoi.contact.pk != proposed.contact_id, eoi.contact.email) == (True, EMAIL)


def test_a_form_to_a_merged_mailbox_that_just_arrived_is_erased_too(
    ana: User, mere: User, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    kept, other = subscriber(email="kept@example.org"), subscriber(name="Tokerau", email=EMAIL)
    merged(other, kept)
    erasing.propose(contact=kept, why="She rang.", by=ana)
    behind(
        lambda: received("give_advice", name="Tokerau", email=EMAIL, comments="Tokerau wrote"),
        lambda: erasing.carry_out(erasure=Erasure.objects.get(), by=mere),
    )
    assert holding("Tokerau") == []


def test_what_was_just_declined_is_not_carried_out(proposed: Erasure, ana: User, mere: User) -> None:
    with pytest.raises(NotPossible, match="This is already decided: declined"):
        behind(
            lambda: erasing.decline(erasure=proposed, because="We need it.", by=mere),
            lambda: erasing.carry_out(erasure=proposed, by=mere),
        )
    assert Contact.objects.get().erased_at is None


def test_asked_twice_is_asked_once() -> None:
    contact = subscriber()
    behind(lambda: erasing.ask(contact=contact), lambda: erasing.ask(contact=contact))
    assert Erasure.objects.count() == 1


def test_who_is_just_erased_takes_nothing_back(proposed: Erasure, mere: User) -> None:
    def unsubscribe() -> list[str]:
        contact = proposed.contact
        return switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")

    assert behind(lambda: erasing.carry_out(erasure=proposed, by=mere), unsubscribe) == []
