"""Who may be written to, and how Yeses are counted: what each condition is there for."""

import datetime as dt
from typing import Any

import pytest

from responses.models import Contact, Involvement
from tests.clock import NOON
from tests.factories import ConsentFactory, ContactFactory, InvolvementFactory, merged, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ASKED: dict[str, Any] = {"restricted_at": NOON, "restricted_because": "asked"}


def permitted() -> list[Contact]:
    yeses = Involvement.objects.permitting("keep_informed").order_by("contact")
    return [involvement.contact for involvement in yeses]


def two(**kept: Any) -> tuple[Contact, Contact]:
    """A contact that gets no news, and one with a Yes of its own that was merged into it."""
    person, other = ContactFactory(confirmed=True, **kept), subscriber()
    merged(other, person)
    return person, other


# --- on their own ----------------------------------------------------------------------------


def test_a_confirmed_yes_at_a_confirmed_address_permits() -> None:
    assert permitted() == []
    person = subscriber()
    assert permitted() == [person]


@pytest.mark.parametrize(
    "change",
    [
        {"email_confirmed_at": None},
        ASKED,
        {"restricted_at": NOON, "restricted_because": "no_basis"},
        {"never_again_at": NOON},
        {"email": "", "mailbox": None, "email_confirmed_at": None},
        {"erased_at": NOON, "name": "", "email": "", "mailbox": None, "email_confirmed_at": None},
    ],
)
def test_one_thing_that_speaks_against_the_contact_is_enough(change: dict[str, Any]) -> None:
    person, other = subscriber(), subscriber()
    Contact.objects.filter(pk=person.pk).update(**change)
    assert permitted() == [other]


@pytest.mark.parametrize(
    "yes",
    [
        {},
        {"confirmed": True, "purpose": "give_advice"},
        {"confirmed": True, "ended_at": NOON},
    ],
)
def test_nothing_but_a_confirmed_yes_to_this_that_was_not_taken_back_permits(yes: dict[str, Any]) -> None:
    InvolvementFactory(contact=ContactFactory(confirmed=True), **yes)
    assert permitted() == []


# --- merged into another ---------------------------------------------------------------------


def test_a_merged_mailbox_is_written_to_while_the_kept_one_gets_nothing() -> None:
    _, other = two()
    assert permitted() == [other]


def test_of_two_that_are_one_the_kept_one_gets_it() -> None:
    person, _ = two()
    InvolvementFactory(contact=person, confirmed=True)
    assert permitted() == [person]


def test_a_kept_one_that_gets_another_kind_of_message_takes_nothing_from_the_merged_one() -> None:
    person, other = two()
    InvolvementFactory(contact=person, purpose="give_advice", confirmed=True)
    assert permitted() == [other]


def test_who_asked_to_be_left_alone_is_left_alone_at_each_mailbox() -> None:
    two(**ASKED)
    assert permitted() == []


def test_a_kept_one_without_a_basis_takes_nothing_from_the_merged_one() -> None:
    _, other = two(restricted_at=NOON, restricted_because="no_basis")
    assert permitted() == [other]


def test_that_somebody_else_asked_to_be_left_alone_takes_nothing() -> None:
    ContactFactory(**ASKED)
    _, other = two()
    assert permitted() == [other]


@pytest.mark.parametrize(
    ("line", "stops"),
    [
        ({}, True),
        ({"recorded_at": NOON}, True),
        ({"recorded_at": NOON - dt.timedelta(seconds=1)}, False),
        ({"purpose": "give_advice"}, False),
        ({"decision": "declined"}, False),
    ],
)
def test_the_kept_ones_own_yes_taken_back_since_stops_the_merged_one(
    line: dict[str, Any], stops: bool
) -> None:
    person, other = two()
    about = {"decision": "withdrawn", "recorded_at": NOON + dt.timedelta(days=1), **line}
    ConsentFactory(contact=person, **about)
    assert permitted() == ([] if stops else [other])


def test_what_somebody_else_took_back_takes_nothing() -> None:
    ConsentFactory(decision="withdrawn", recorded_at=NOON + dt.timedelta(days=1))
    _, other = two()
    assert permitted() == [other]


# --- counted ---------------------------------------------------------------------------------


def test_a_person_of_several_records_is_counted_once_a_purpose() -> None:
    person, other = two()
    apart = subscriber()
    other_yes = other.involvements.get()
    advice = InvolvementFactory(contact=person, purpose="give_advice")
    assert set(Involvement.objects.all().once_a_person()) == {other_yes, advice, apart.involvements.get()}
    yes = InvolvementFactory(contact=person)
    assert set(Involvement.objects.all().once_a_person()) == {yes, advice, apart.involvements.get()}
    assert set(Involvement.objects.confirmed().once_a_person()) == {other_yes, apart.involvements.get()}


def test_a_yes_that_ended_is_neither_waiting_nor_confirmed() -> None:
    waits, counts = InvolvementFactory(), InvolvementFactory(confirmed=True)
    InvolvementFactory(ended_at=NOON)
    InvolvementFactory(confirmed=True, ended_at=NOON)
    assert list(Involvement.objects.waiting()) == [waits]
    assert list(Involvement.objects.confirmed()) == [counts]
    assert set(Involvement.objects.current()) == {waits, counts}
