"""Erasure: asked for, proposed by one, carried out by another, or declined."""

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.models import Champion
from responses.consent import switches
from responses.contacts import acts, merging
from responses.models import (
    Activity,
    Contact,
    Erasure,
    Involvement,
    Merge,
)
from responses.privacy import erasing
from tests import factories
from tests.factories import received
from tests.responses.privacy.persons import counts, erased

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _authority(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"


def test_whoever_proposed_it_cannot_carry_it_out(person: Contact, mere: User) -> None:
    erasing.propose(contact=person, why="", by=mere)
    with pytest.raises(NotPossible, match=r"^You proposed this: somebody else must carry it out"):
        erasing.carry_out(erasure=Erasure.objects.get(), by=mere)
    assert Contact.objects.get(pk=person.pk).erased_at is None


def test_what_nobody_proposed_is_not_carried_out(person: Contact, bo: User) -> None:
    erasure = erasing.ask(contact=person)
    with pytest.raises(NotPossible, match=r"^Somebody must propose this first"):
        erasing.carry_out(erasure=erasure, by=bo)


def test_without_an_authority_the_person_is_restricted_instead(
    person: Contact, mere: User, bo: User, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = ""
    erasing.propose(contact=person, why="Asked by letter", by=mere)
    person.refresh_from_db()
    assert (person.restricted_because, Erasure.objects.get().state) == ("erasure", "asked")
    assert Involvement.objects.permitting("keep_informed").count() == 0
    with pytest.raises(NotPossible, match=r"^No disposal authority is configured"):
        erasing.carry_out(erasure=Erasure.objects.get(), by=bo)


def test_asking_leaves_the_person_alone_at_once_and_twice_is_as_once(person: Contact) -> None:
    first, second = erasing.ask(contact=person), erasing.ask(contact=person)
    assert (first, first.state) == (second, "asked")
    assert Involvement.objects.permitting("keep_informed").count() == 0
    assert Champion.objects.published().count() == 0
    assert person.activities.filter(kind=Activity.Kind.ERASURE_ASKED).count() == 1


def test_declining_lets_the_person_be_written_to_again(person: Contact, mere: User) -> None:
    erasing.decline(erasure=erasing.ask(contact=person), because="She changed her mind", by=mere)
    assert Involvement.objects.permitting("keep_informed").count() == 1
    letter = mail.made(OutgoingMail.objects.latest("pk"))
    assert (letter.to, "She changed her mind" in letter.body) == (["zebu@quix.example.org"], True)
    with pytest.raises(NotPossible, match=r"^This is already decided: declined"):
        erasing.decline(erasure=Erasure.objects.get(), because="Again", by=mere)


def test_the_dead_are_not_erased_twice(person: Contact, mere: User, bo: User) -> None:
    contact = erased(person, mere, bo)
    with pytest.raises(NotPossible, match=r"^This person has been erased"):
        erasing.propose(contact=contact, why="", by=mere)


def test_the_same_person_may_come_back_as_somebody_new(person: Contact, mere: User, bo: User) -> None:
    erased(person, mere, bo)
    again = received("keep_informed", email="zebu@quix.example.org").contact
    assert again.pk != person.pk
    switches.confirm(contact=again)
    assert [i.contact_id for i in Involvement.objects.permitting("keep_informed")] == [again.pk]


def test_an_earlier_restriction_outlasts_a_wish_that_was_declined(person: Contact, mere: User) -> None:
    acts.restrict(contact=person, why="She rang", by=mere)
    erasing.decline(erasure=erasing.ask(contact=person), because="She changed her mind", by=mere)
    person.refresh_from_db()
    assert person.restricted_because == "asked"


def test_who_of_the_merged_asked_not_to_be_contacted_is_heard_once_a_wish_is_declined(
    person: Contact, mere: User
) -> None:
    other = factories.ContactFactory()
    acts.restrict(contact=other, why="They rang", by=mere)
    wish = erasing.ask(contact=person)
    merging.merge(kept=person, other=other, by=mere)
    erasing.decline(erasure=wish, because="She changed her mind", by=mere)
    person.refresh_from_db()
    assert person.restricted_because == "asked"
    merging.undo_merge(merge=Merge.objects.get(), by=mere)
    person.refresh_from_db()
    assert person.restricted_because == ""


def test_a_wish_stays_with_its_mailbox_in_a_merge_and_that_one_hears_what_came_of_it(
    person: Contact, mere: User
) -> None:
    wish = erasing.ask(contact=person)
    kept = factories.ContactFactory()
    merging.merge(kept=kept, other=person, by=mere)
    kept.refresh_from_db()
    assert (kept.restricted_because, kept.erasures.count()) == ("", 0)
    erasing.decline(erasure=wish, because="She changed her mind", by=mere)
    assert list(Contact.objects.filter(restricted_because="erasure")) == []
    told = OutgoingMail.objects.filter(message="erasure_declined")
    assert list(told.values_list("to", "recipient")) == [(person.email, person.pk)]


def test_who_asked_before_not_to_be_contacted_stays_left_alone(person: Contact, mere: User) -> None:
    acts.restrict(contact=person, why="She rang", by=mere)
    erasing.ask(contact=person)
    with pytest.raises(NotPossible, match=r"^They asked to be erased"):
        acts.release(contact=person, why="She rang", by=mere)
    switches.set_switches(contact=person, wanted={**factories.EMPTY, "give_advice": True})
    person.refresh_from_db()
    assert (person.restricted_because, Involvement.objects.permitting("give_advice").count()) == ("asked", 0)


def test_who_was_merged_meanwhile_asks_for_their_own_mailbox(person: Contact, mere: User) -> None:
    read_before = Contact.objects.get(pk=person.pk)
    kept = factories.subscriber()
    merging.merge(kept=kept, other=person, by=mere)
    assert erasing.ask(contact=read_before).contact == person
    assert Involvement.objects.permitting("keep_informed").get().contact == kept


def test_both_wishes_of_two_who_were_merged_are_settled(person: Contact, mere: User, bo: User) -> None:
    kept = factories.subscriber()
    for contact in (person, kept):
        erasing.ask(contact=contact)
    merging.merge(kept=kept, other=person, by=mere)
    erasing.propose(contact=kept, why="", by=mere)
    erasing.carry_out(erasure=Erasure.objects.get(state="proposed"), by=bo)
    assert list(Erasure.objects.outstanding()) == []


def test_who_is_erased_has_nothing_to_take_back(person: Contact, mere: User, bo: User) -> None:
    contact, before = erased(person, mere, bo), counts()
    assert switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert counts() == before
