import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from responses import consents
from responses.models import Activity, Consent, Contact, Involvement
from tests.factories import EMPTY, ContactFactory, InvolvementFactory, received, subscriber

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)
BEFORE = NOON - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def evidence(contact: Contact) -> list[tuple[object, ...]]:
    """Every line about this contact, the oldest first, but for those of a form."""
    rows = contact.consents.filter(eoi=None).order_by("pk")
    return list(rows.values_list("purpose", "decision", "source", "recorded_at"))


def switches(contact: Contact) -> dict[str, tuple[object, ...]]:
    rows = contact.involvements.values_list("purpose", "since_at", "confirmed_at", "ended_at")
    return {row[0]: row[1:] for row in rows}


def timeline(contact: Contact) -> list[tuple[str, str]]:
    return list(contact.activities.order_by("pk").values_list("kind", "text"))


def person(*yes: str) -> Contact:
    """Somebody who answered yesterday and has not confirmed."""
    return received(*yes, at=BEFORE).contact


# --- confirming ------------------------------------------------------------------------------


def test_confirming_makes_every_waiting_yes_count() -> None:
    contact = person("keep_informed", "give_advice")
    assert sorted(consents.confirm_address(contact=contact)) == ["give_advice", "keep_informed"]
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {
        "keep_informed": (BEFORE, NOON, None),
        "give_advice": (BEFORE, NOON, None),
    }
    assert sorted(evidence(contact)) == [
        ("give_advice", "confirmed", "confirmation_link", NOON),
        ("keep_informed", "confirmed", "confirmation_link", NOON),
    ]
    assert timeline(contact) == [
        ("answered", "Giving effect to the Accord"),
        ("confirmed", "aroha@example.org"),
    ]


def test_confirming_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = person("keep_informed")
    first = consents.confirm_address(contact=contact)
    before = switches(contact), evidence(contact), timeline(contact)
    clock.shift(60)
    assert consents.confirm_address(contact=contact) == first == ["keep_informed"]
    assert (switches(contact), evidence(contact), timeline(contact)) == before
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON


def test_an_address_can_be_confirmed_without_any_yes() -> None:
    contact = person()
    assert consents.confirm_address(contact=contact) == []
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, evidence(contact)) == (NOON, [])


def test_confirming_does_not_bring_back_a_yes_that_was_taken_back() -> None:
    contact = ContactFactory()
    InvolvementFactory(contact=contact, since_at=BEFORE, ended_at=BEFORE)
    assert consents.confirm_address(contact=contact) == []
    assert switches(contact) == {"keep_informed": (BEFORE, None, BEFORE)}


def test_a_later_yes_needs_a_confirmation_of_its_own() -> None:
    contact = person("keep_informed")
    consents.confirm_address(contact=contact)
    received("keep_informed", "give_advice", at=NOON)
    assert switches(contact)["give_advice"] == (NOON, None, None)
    assert sorted(consents.confirm_address(contact=contact)) == ["give_advice", "keep_informed"]


# --- the preferences page --------------------------------------------------------------------


def test_setting_a_switch_counts_at_once() -> None:
    contact = person()
    assert consents.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}) == ["give_advice"]
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {"give_advice": (NOON, NOON, None)}
    assert evidence(contact) == [("give_advice", "given", "preference_page", NOON)]
    assert timeline(contact)[1:] == [
        (
            "preferences",
            "Yes: I have the time and interest to take part in occasional meetings and provide advice.",
        )
    ]


def test_turning_a_switch_off_ends_it_at_once() -> None:
    contact = subscriber()
    since, confirmed, _ = switches(contact)["keep_informed"]
    assert confirmed is not None
    assert consents.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (since, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "preference_page", NOON)]
    assert timeline(contact) == [
        ("preferences", "No: I want to be kept informed about progress in giving effect to the Accord.")
    ]


def test_saving_the_page_confirms_a_yes_that_waited() -> None:
    contact = person("keep_informed")
    wanted = {**EMPTY, "keep_informed": True}
    assert consents.set_switches(contact=contact, wanted=wanted) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON, NOON, None)}


def test_saving_the_page_unchanged_adds_nothing() -> None:
    contact = subscriber()
    before = switches(contact)
    assert consents.set_switches(contact=contact, wanted={**EMPTY, "keep_informed": True}) == []
    assert (switches(contact), evidence(contact), timeline(contact)) == (before, [], [])


def test_a_switch_can_be_turned_off_and_on_again(clock: time_machine.Traveller) -> None:
    contact, on = subscriber(), {**EMPTY, "keep_informed": True}
    consents.set_switches(contact=contact, wanted=EMPTY)
    clock.shift(60)
    later = NOON + dt.timedelta(minutes=1)
    assert consents.set_switches(contact=contact, wanted=on) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (later, later, None)}
    assert [line[1] for line in evidence(contact)] == ["withdrawn", "given"]


# --- taking back -----------------------------------------------------------------------------


def test_taking_back_ends_one_yes_and_leaves_the_others() -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice", since_at=BEFORE, confirmed_at=BEFORE)
    assert consents.withdraw(contact=contact, purpose="keep_informed", source="one_click") is True
    assert switches(contact)["keep_informed"][1:] == (None, NOON)
    assert switches(contact)["give_advice"] == (BEFORE, BEFORE, None)
    assert evidence(contact) == [("keep_informed", "withdrawn", "one_click", NOON)]
    assert timeline(contact) == [("unsubscribed", "Keep informed (One-click unsubscribe)")]


def test_taking_back_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = subscriber()
    consents.withdraw(contact=contact, purpose="keep_informed", source="one_click")
    before = switches(contact), evidence(contact), timeline(contact)
    clock.shift(60)
    assert consents.withdraw(contact=contact, purpose="keep_informed", source="one_click") is False
    assert (switches(contact), evidence(contact), timeline(contact)) == before


def test_a_yes_that_was_never_confirmed_can_be_taken_back_too() -> None:
    contact = person("keep_informed")
    assert consents.withdraw(contact=contact, purpose="keep_informed", source="unsubscribe_page") is True
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}


def test_how_it_was_taken_back_stands_on_the_timeline() -> None:
    contact = subscriber()
    consents.withdraw(contact=contact, purpose="keep_informed", source="telephone")
    assert timeline(contact) == [("unsubscribed", "Keep informed (Telephone)")]


def test_there_is_nothing_to_take_back_where_nothing_was_said() -> None:
    contact = ContactFactory()
    assert consents.withdraw(contact=contact, purpose="keep_informed", source="one_click") is False
    assert (Consent.objects.count(), Involvement.objects.count(), Activity.objects.count()) == (0, 0, 0)


def test_every_line_names_the_wording_it_answers() -> None:
    contact = person("keep_informed")
    consents.confirm_address(contact=contact)
    consents.withdraw(contact=contact, purpose="keep_informed", source="one_click")
    assert set(Consent.objects.values_list("wording_version", flat=True)) == {"2011"}
