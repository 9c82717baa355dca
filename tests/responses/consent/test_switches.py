"""Acts on consent: each adds lines to the evidence, and the involvements are what the lines add up to."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming
from responses.consent import audit, wordings
from responses.consent import switches as consent_switches
from responses.models import Activity, Consent, Contact, Involvement, Purpose, Suppression
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import EMPTY, ContactFactory, InvolvementFactory, merged, received

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
BEFORE = NOON - dt.timedelta(days=1)
NEVER_AGAIN, INVITED, ERASED = Suppression.Scope.values
NEWS = {**EMPTY, "keep_informed": True}


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def waits(*yes: str, **answers: Any) -> Contact:
    """Somebody who answered yesterday and has not confirmed."""
    return received(*yes, at=BEFORE, **answers).contact


def reader(*purposes: str, **contact: Any) -> Contact:
    """Somebody who said Yes yesterday and confirmed it."""
    person = ContactFactory(email_confirmed_at=BEFORE, **contact)
    for purpose in purposes or ["keep_informed"]:
        InvolvementFactory(contact=person, purpose=purpose, since_at=BEFORE, confirmed_at=BEFORE)
    return person


def evidence(contact: Contact) -> list[tuple[str, str, str]]:
    """The lines written today, the oldest first."""
    rows = contact.consents.filter(recorded_at__gte=NOON).order_by("pk")
    return list(rows.values_list("purpose", "decision", "source"))


def switches(contact: Contact) -> dict[str, tuple[object, ...]]:
    """Of each involvement: since when, confirmed when, ended when."""
    rows = contact.involvements.values_list("purpose", "since_at", "confirmed_at", "ended_at")
    return {row[0]: row[1:] for row in rows}


def timeline(contact: Contact) -> list[tuple[str, str]]:
    rows = contact.activities.exclude(kind="answered").order_by("pk")
    return list(rows.values_list("kind", "text"))


def everything() -> list[list[object]]:
    """All that an act on consent may write."""
    models = (Consent, Involvement, Activity, Contact, OutgoingMail, Suppression)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def gave(contact: Contact, purpose: str) -> Consent:
    """The line that gave the Yes which stands."""
    return contact.involvements.get(purpose=purpose).consent


def may_be_written_to(contact: Contact) -> bool:
    return Involvement.objects.permitting("keep_informed").filter(contact=contact).exists()


# --- confirming ------------------------------------------------------------------------------


def test_confirming_makes_every_waiting_yes_count() -> None:
    contact = waits("keep_informed", "give_advice")
    line = gave(contact, "give_advice")
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {
        "keep_informed": (BEFORE, NOON, None),
        "give_advice": (BEFORE, NOON, None),
    }
    assert evidence(contact) == [
        ("keep_informed", "confirmed", "confirmation_link"),
        ("give_advice", "confirmed", "confirmation_link"),
    ]
    assert timeline(contact) == [("confirmed", "Yes: Keep informed, Give advice")]
    assert gave(contact, "give_advice") == line
    assert consent_switches.waiting(contact) == ([], [])


def test_confirming_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = waits("keep_informed")
    consent_switches.confirm(contact=contact)
    before = everything()
    clock.shift(60)
    consent_switches.confirm(contact=contact)
    assert everything() == before


def test_an_address_can_be_confirmed_without_any_yes() -> None:
    contact = waits()
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, evidence(contact)) == (NOON, [])
    assert timeline(contact) == [("confirmed", "")]


def test_confirming_does_not_bring_back_a_yes_that_was_taken_back() -> None:
    contact = ContactFactory()
    InvolvementFactory(contact=contact, since_at=BEFORE, ended_at=BEFORE)
    consent_switches.confirm(contact=contact)
    assert switches(contact) == {"keep_informed": (BEFORE, None, BEFORE)}


def test_a_later_yes_needs_a_confirmation_of_its_own() -> None:
    contact = waits("keep_informed")
    consent_switches.confirm(contact=contact)
    received("keep_informed", "give_advice", at=NOON)
    assert switches(contact)["give_advice"] == (NOON, None, None)
    assert consent_switches.waiting(contact) == (["give_advice"], [])
    consent_switches.confirm(contact=contact)
    assert switches(contact)["give_advice"] == (NOON, NOON, None)


def test_a_no_that_a_form_asked_for_is_confirmed_too() -> None:
    contact = reader("keep_informed", "give_advice", email="aroha@example.org")
    received("give_advice")
    assert consent_switches.waiting(contact) == ([], ["keep_informed"])
    assert switches(contact)["keep_informed"] == (BEFORE, BEFORE, None)
    consent_switches.confirm(contact=contact)
    assert switches(contact) == {
        "keep_informed": (BEFORE, None, NOON),
        "give_advice": (BEFORE, BEFORE, None),
    }
    assert evidence(contact)[-1] == ("keep_informed", "withdrawn", "confirmation_link")
    assert timeline(contact) == [("confirmed", "No: Keep informed")]


def test_the_button_for_one_form_confirms_what_that_form_said_and_no_more() -> None:
    contact = reader("champion_accord", email="aroha@example.org")
    first = received("keep_informed", "champion_accord", at=BEFORE)
    second = received("keep_informed", "give_advice", at=BEFORE + MINUTE)
    assert consent_switches.waiting(contact) == (["keep_informed", "give_advice"], ["champion_accord"])
    assert consent_switches.waiting(contact, first) == (["keep_informed"], [])
    confirming.confirm(contact=contact, eoi=first)
    assert consent_switches.waiting(contact) == (["give_advice"], ["champion_accord"])
    confirming.confirm(contact=contact, eoi=second)
    assert switches(contact) == {
        "keep_informed": (BEFORE, NOON, None),
        "give_advice": (BEFORE + MINUTE, NOON, None),
        "champion_accord": (BEFORE, None, NOON),
    }


def test_a_yes_that_was_said_again_is_confirmed_by_either_forms_button() -> None:
    first = received("keep_informed", at=BEFORE)
    second = received("keep_informed", comments="Again", at=BEFORE + MINUTE)
    confirming.confirm(contact=first.contact, eoi=second)
    assert switches(first.contact) == {"keep_informed": (BEFORE, NOON, None)}


def test_a_yes_that_anybody_sends_later_does_not_stand_in_the_way_of_confirming_a_no() -> None:
    contact = reader(email="aroha@example.org")
    theirs = received()
    received("keep_informed", comments="From anybody")
    assert consent_switches.waiting(contact, theirs) == ([], ["keep_informed"])
    confirming.confirm(contact=contact, eoi=theirs)
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}


def test_pressing_an_old_button_confirms_nothing_that_anybody_sent_since() -> None:
    theirs = received("keep_informed", at=BEFORE)
    contact = theirs.contact
    confirming.confirm(contact=contact, eoi=theirs)
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    received("keep_informed", comments="From anybody")
    before = everything()
    assert consent_switches.waiting(contact, theirs) == ([], [])
    confirming.confirm(contact=contact, eoi=theirs)
    assert everything() == before
    assert consent_switches.waiting(contact) == (["keep_informed"], ["give_advice"])


# --- the preferences page --------------------------------------------------------------------


def test_setting_a_switch_counts_at_once() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}) == [
        "give_advice"
    ]
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {"give_advice": (NOON, NOON, None)}
    assert evidence(contact) == [("give_advice", "given", "preference_page")]
    assert timeline(contact) == [("preferences", "Yes: Give advice")]
    assert gave(contact, "give_advice").source == "preference_page"


def test_turning_a_switch_off_ends_it_at_once() -> None:
    contact = reader()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "preference_page")]
    assert timeline(contact) == [("preferences", "No: Keep informed")]


def test_saving_is_confirmed_by_mail_with_what_undoing_needs() -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    on, off = contact.consents.filter(recorded_at=NOON).order_by("pk")
    assert (on.purpose, off.purpose) == ("give_advice", "keep_informed")
    assert OutgoingMail.objects.values("message", "to", "recipient", "facts").get() == {
        "message": "preferences_saved",
        "to": contact.email,
        "recipient": contact.pk,
        "facts": {"contact_id": contact.pk, "lines": f"{on.pk}-{off.pk}"},
    }


def test_saving_the_page_confirms_a_yes_that_waited() -> None:
    contact = waits("keep_informed")
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON, NOON, None)}
    assert gave(contact, "keep_informed").source == "preference_page"


def test_saving_the_page_unchanged_adds_nothing() -> None:
    contact = reader()
    before = everything()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert everything() == before


def test_saving_the_page_unchanged_confirms_the_address() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == []
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, timeline(contact)) == (NOON, [])
    assert OutgoingMail.objects.filter(message="preferences_saved").count() == 0


def test_a_switch_can_be_turned_off_and_on_again(clock: time_machine.Traveller) -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted=EMPTY)
    clock.shift(60)
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON + MINUTE, NOON + MINUTE, None)}
    assert [line[1] for line in evidence(contact)] == ["withdrawn", "given"]


def test_leaving_a_switch_on_that_a_form_wanted_off_says_yes_again() -> None:
    contact = reader(email="aroha@example.org")
    line = gave(contact, "keep_informed")
    received()
    before = OutgoingMail.objects.count()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert evidence(contact)[-1] == ("keep_informed", "given", "preference_page")
    assert switches(contact) == {"keep_informed": (BEFORE, BEFORE, None)}
    assert (consent_switches.waiting(contact), gave(contact, "keep_informed")) == (([], []), line)
    assert OutgoingMail.objects.count() == before


def test_the_lines_name_the_words_that_the_page_showed(mere: User) -> None:
    contact, marked = reader(), wordings.mark(wordings.current())
    shown = wordings.current()
    for purpose in ("keep_informed", "give_advice"):
        wordings.reword(purpose=purpose, language="en", text=f"New words: {purpose}", by=mere)
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}, marked=marked)
    said = contact.consents.filter(recorded_at=NOON).values_list("purpose", "wording")
    assert dict(said) == {p: shown[p].key for p in ("keep_informed", "give_advice")}


# --- undoing ---------------------------------------------------------------------------------


def save(contact: Contact, wanted: dict[str, bool]) -> list[int]:
    """Saves the page; the keys of its lines, as the link to undo carries them."""
    consent_switches.set_switches(contact=contact, wanted=wanted)
    owed = OutgoingMail.objects.filter(message="preferences_saved").latest("pk")
    return [int(key) for key in owed.facts["lines"].split("-")]


def test_undoing_turns_both_ways() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed", "give_advice"]
    assert switches(contact) == {
        "keep_informed": (NOON, NOON, None),
        "give_advice": (NOON, None, NOON),
    }
    assert evidence(contact)[2:] == [
        ("keep_informed", "given", "preference_page"),
        ("give_advice", "withdrawn", "preference_page"),
    ]
    assert timeline(contact)[1:] == [("preferences", "Undone. Yes: Keep informed; No: Give advice")]
    assert may_be_written_to(contact) is True


def test_undoing_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = reader()
    lines = save(contact, EMPTY)
    consent_switches.undo(contact=contact, lines=lines)
    before = everything()
    clock.shift(60)
    assert consent_switches.undo(contact=contact, lines=lines) == []
    assert everything() == before


def test_what_was_changed_again_since_is_not_undone() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    consent_switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed"]
    assert switches(contact)["give_advice"] == (NOON, None, NOON)


def test_nobody_undoes_what_another_said() -> None:
    mine, theirs = reader(), reader()
    lines = save(theirs, EMPTY)
    assert consent_switches.undo(contact=mine, lines=lines) == []
    assert switches(theirs) == {"keep_informed": (BEFORE, None, NOON)}


# --- taking back -----------------------------------------------------------------------------


def test_taking_back_ends_one_yes_and_leaves_the_others() -> None:
    contact = reader("keep_informed", "give_advice")
    took = consent_switches.withdraw(
        contact=contact, purposes=["keep_informed"], source="one_click", message="Digest issue 7"
    )
    assert took == ["keep_informed"]
    assert switches(contact) == {
        "keep_informed": (BEFORE, None, NOON),
        "give_advice": (BEFORE, BEFORE, None),
    }
    assert evidence(contact) == [("keep_informed", "withdrawn", "one_click")]
    assert contact.consents.get(recorded_at=NOON).message == "Digest issue 7"
    assert timeline(contact) == [("unsubscribed", "Keep informed (One-click unsubscribe)")]


def test_everything_can_be_taken_back_in_one_act() -> None:
    contact = reader("keep_informed", "give_advice")
    took = consent_switches.withdraw(contact=contact, purposes=Purpose.values, source="unsubscribe_page")
    assert took == ["keep_informed", "give_advice"]
    assert timeline(contact) == [("unsubscribed", "Keep informed, Give advice (Unsubscribe page)")]


def test_taking_back_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = reader()
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    before = everything()
    clock.shift(60)
    assert consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert everything() == before


def test_a_yes_that_was_never_confirmed_can_be_taken_back_too() -> None:
    contact = waits("keep_informed")
    took = consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="complaint")
    assert took == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}


def test_taking_back_settles_a_no_that_waited() -> None:
    contact = reader(email="aroha@example.org")
    received()
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    assert consent_switches.waiting(contact) == ([], [])


def test_there_is_nothing_to_take_back_where_nothing_was_said() -> None:
    contact = ContactFactory()
    assert consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert (Consent.objects.count(), Involvement.objects.count(), Activity.objects.count()) == (0, 0, 0)


# --- never again -----------------------------------------------------------------------------


def test_never_again_is_remembered_of_the_mailbox_and_the_contact() -> None:
    contact = reader(email="Aroha@Example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    contact.refresh_from_db()
    assert contact.never_again_at == NOON
    row = Suppression.objects.get()
    assert (row.scope, row.since_at, len(row.mailbox_hash)) == (NEVER_AGAIN, NOON, 64)
    assert "aroha" not in row.mailbox_hash
    assert may_be_written_to(contact) is False


def test_never_again_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    reader(email="aroha@example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    before = everything()
    clock.shift(60)
    suppressions.never_again(mailbox="aroha@example.org")
    assert everything() == before


def test_never_again_needs_no_contact() -> None:
    suppressions.never_again(mailbox="stranger@example.org")
    assert [s.scope for s in Suppression.objects.of("stranger@example.org")] == [NEVER_AGAIN]
    assert list(Suppression.objects.of("another@example.org")) == []


def test_each_scope_is_remembered_by_itself_and_once() -> None:
    said = [suppressions.suppress("a@example.org", scope) for scope in (INVITED, NEVER_AGAIN, INVITED)]
    assert said == [True, True, False]
    assert list(Suppression.objects.of("a@example.org", INVITED).values_list("scope", flat=True)) == [INVITED]
    assert Suppression.objects.of("a@example.org", INVITED, NEVER_AGAIN).count() == 2


@pytest.mark.parametrize("hash_key", ["", "never rotated"])
def test_what_is_remembered_survives_a_rotated_key(settings: Settings, hash_key: str) -> None:
    settings.HASH_KEY = hash_key
    suppressions.suppress("a@example.org", NEVER_AGAIN)
    settings.SECRET_KEY_FALLBACKS = [] if hash_key else [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    assert Suppression.objects.of("a@example.org").count() == 1
    assert suppressions.suppress("a@example.org", NEVER_AGAIN) is False


def test_what_was_remembered_before_there_was_a_hash_key_is_recognised(settings: Settings) -> None:
    suppressions.suppress("a@example.org", NEVER_AGAIN)
    settings.HASH_KEY = "from now on"
    assert suppressions.suppress("a@example.org", NEVER_AGAIN) is False


# --- what a Yes from the mailbox lifts -------------------------------------------------------


def yes_by_confirming(contact: Contact) -> None:
    InvolvementFactory(contact=contact, since_at=BEFORE)
    consent_switches.confirm(contact=contact)


def yes_on_the_page(contact: Contact) -> None:
    consent_switches.set_switches(contact=contact, wanted=NEWS)


def yes_by_undoing(contact: Contact) -> None:
    consent_switches.set_switches(contact=contact, wanted=NEWS)
    lines = save(contact, EMPTY)
    restrict(contact, "asked")
    consent_switches.undo(contact=contact, lines=lines)


def restrict(contact: Contact, because: str) -> None:
    row = Contact.objects.filter(pk=contact.pk, restricted_at=None)
    row.update(restricted_at=BEFORE, restricted_because=because)


@pytest.mark.parametrize("say_yes", [yes_by_confirming, yes_on_the_page, yes_by_undoing])
@pytest.mark.parametrize("because", ["", "asked", "no_basis"])
def test_a_yes_from_the_mailbox_lifts_what_kept_us_from_writing(say_yes: Any, because: str) -> None:
    contact = ContactFactory()
    suppressions.never_again(mailbox=contact.mailbox)
    suppressions.suppress(contact.mailbox, ERASED)
    suppressions.suppress(contact.mailbox, INVITED)
    if because:
        restrict(contact, because)
    say_yes(contact)
    contact.refresh_from_db()
    assert (contact.never_again_at, contact.restricted_at, contact.restricted_because) == (None, None, "")
    assert [s.scope for s in Suppression.objects.of(contact.mailbox)] == [INVITED]
    assert may_be_written_to(contact) is True


@pytest.mark.parametrize("say_yes", [yes_by_confirming, yes_on_the_page])
def test_a_yes_does_not_lift_the_wish_to_be_erased(say_yes: Any) -> None:
    contact = ContactFactory()
    restrict(contact, "erasure")
    say_yes(contact)
    contact.refresh_from_db()
    assert (contact.restricted_at, contact.restricted_because) == (BEFORE, "erasure")
    assert may_be_written_to(contact) is False


def test_only_a_yes_lifts_anything(mere: User) -> None:
    contact = reader(email="aroha@example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    restrict(contact, "asked")
    received("give_advice")  # anybody can send a form
    consent_switches.change_on_request(
        contact=contact, purpose="champion_accord", yes=True, how="Rang", by=mere
    )
    consent_switches.set_switches(contact=contact, wanted=EMPTY)
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert (contact.never_again_at, contact.restricted_because) == (NOON, "asked")
    assert Suppression.objects.of("aroha@example.org", NEVER_AGAIN).count() == 1


# --- merged contacts -------------------------------------------------------------------------


@pytest.fixture
def pair(db: None) -> tuple[Contact, Contact]:
    """The kept contact, and the one merged into it."""
    other, kept = waits("give_advice", email="other@example.org"), reader(email="kept@example.org")
    merged(other, kept)
    return kept, other


def test_a_merged_contacts_mailbox_acts_on_its_own_record_only(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    before = switches(kept)
    consent_switches.confirm(contact=other)
    assert switches(other) == {"give_advice": (BEFORE, NOON, None)}
    consent_switches.set_switches(
        contact=other, wanted={**EMPTY, "give_advice": True, "champion_accord": True}
    )
    consent_switches.withdraw(contact=other, purposes=["give_advice", "keep_informed"], source="one_click")
    assert switches(other) == {
        "give_advice": (BEFORE, None, NOON),
        "champion_accord": (NOON, NOON, None),
    }
    assert (switches(kept), evidence(kept), timeline(kept)) == (before, [], [])
    assert [kind for kind, _ in timeline(other)] == ["confirmed", "preferences", "unsubscribed"]


def test_each_mailbox_confirms_itself_only(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    Contact.objects.filter(pk=kept.pk).update(email_confirmed_at=None)
    consent_switches.set_switches(contact=other, wanted=NEWS)
    for contact in pair:
        contact.refresh_from_db()
    assert (kept.email_confirmed_at, other.email_confirmed_at) == (None, NOON)
    assert may_be_written_to(kept) is False


def test_the_mail_with_the_way_back_goes_to_the_mailbox_that_acted(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    lines = save(other, EMPTY)
    owed = OutgoingMail.objects.filter(message="preferences_saved")
    assert owed.values_list("to", "recipient", "facts__contact_id").get() == (
        "other@example.org",
        other.pk,
        other.pk,
    )
    assert consent_switches.undo(contact=kept, lines=lines) == []
    assert consent_switches.undo(contact=other, lines=lines) == ["give_advice"]


@pytest.mark.parametrize("who", [0, 1])
def test_never_again_is_said_of_one_mailbox_and_lifted_from_there_only(
    who: int, pair: tuple[Contact, Contact]
) -> None:
    mine, theirs = pair[who], pair[1 - who]
    suppressions.never_again(mailbox=mine.mailbox or "")
    consent_switches.set_switches(contact=theirs, wanted={**NEWS, "champion_accord": True})
    for contact in pair:
        contact.refresh_from_db()
    assert (mine.never_again_at, theirs.never_again_at) == (NOON, None)
    consent_switches.set_switches(contact=mine, wanted={**NEWS, "champion_accord": True})
    mine.refresh_from_db()
    assert (mine.never_again_at, Suppression.objects.count()) == (None, 0)


def test_a_no_on_request_is_said_of_every_record_of_the_person(
    pair: tuple[Contact, Contact], mere: User
) -> None:
    kept, other = pair
    how = {"purpose": "give_advice", "how": "Rang", "by": mere}
    consent_switches.change_on_request(contact=kept, yes=False, **how)
    assert (switches(other), "give_advice" in switches(kept)) == (
        {"give_advice": (BEFORE, None, NOON)},
        False,
    )
    with pytest.raises(NotPossible, match="off already"):
        consent_switches.change_on_request(contact=kept, yes=False, **how)
    consent_switches.change_on_request(contact=kept, yes=True, **how)
    assert (switches(other)["give_advice"], switches(kept)["give_advice"]) == (
        (BEFORE, None, NOON),
        (NOON, None, None),
    )


# --- by staff, by lists, by time -------------------------------------------------------------


def test_a_yes_on_request_waits_for_the_mailbox_and_asks_it(mere: User) -> None:
    contact = reader()
    consent_switches.change_on_request(
        contact=contact, purpose="give_advice", yes=True, how="Rang at noon", by=mere
    )
    assert switches(contact)["give_advice"] == (NOON, None, None)
    line = gave(contact, "give_advice")
    assert (line.decision, line.source, line.message, line.recorded_by) == (
        "given",
        "on_request",
        "Rang at noon",
        mere,
    )
    assert timeline(contact) == [("switched", "Yes to Give advice. How they asked: Rang at noon")]
    assert Activity.objects.get().done_by == mere
    assert OutgoingMail.objects.values("message", "to", "recipient", "facts").get() == {
        "message": "please_confirm",
        "to": contact.email,
        "recipient": contact.pk,
        "facts": {"contact_id": contact.pk},
    }


@pytest.mark.parametrize(
    "kept_from",
    [
        {"never_again_at": BEFORE},
        {"restricted_at": BEFORE, "restricted_because": "asked"},
        {"restricted_at": BEFORE, "restricted_because": "erasure"},
    ],
)
def test_a_yes_on_request_mails_nobody_who_is_not_to_be_written_to(
    mere: User, kept_from: dict[str, object]
) -> None:
    contact = reader(**kept_from)
    consent_switches.change_on_request(contact=contact, purpose="give_advice", yes=True, how="Rang", by=mere)
    assert switches(contact)["give_advice"] == (NOON, None, None)
    assert OutgoingMail.objects.count() == 0


def test_a_no_on_request_counts_at_once_and_sends_nothing(mere: User) -> None:
    contact = reader()
    consent_switches.change_on_request(
        contact=contact, purpose="keep_informed", yes=False, how="By letter", by=mere
    )
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "on_request")]
    assert timeline(contact) == [("switched", "No to Keep informed. How they asked: By letter")]
    assert OutgoingMail.objects.count() == 0


def test_somebody_without_an_address_can_ask_too(mere: User) -> None:
    contact = waits(email="", telephone="04 494 5718")
    consent_switches.change_on_request(contact=contact, purpose="give_advice", yes=True, how="Rang", by=mere)
    assert switches(contact) == {"give_advice": (NOON, None, None)}
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(("yes", "said"), [(True, "on"), (False, "off")])
def test_a_switch_that_stands_so_already_is_not_changed(mere: User, yes: bool, said: str) -> None:
    contact = reader() if yes else ContactFactory()
    before = everything()
    with pytest.raises(NotPossible, match=rf"^Keep informed is {said} already\.$"):
        consent_switches.change_on_request(
            contact=contact, purpose="keep_informed", yes=yes, how="Rang", by=mere
        )
    assert everything() == before


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


def test_what_a_form_said_since_does_not_stand_in_the_way_of_undoing() -> None:
    contact = reader(email="aroha@example.org")
    consent_switches.set_switches(contact=contact, wanted={"keep_informed": False})
    change = contact.consents.order_by("pk").last()
    assert change
    received("give_advice", comments="From anybody")
    assert consent_switches.undo(contact=contact, lines=[change.pk]) == ["keep_informed"]
    assert contact.involvements.confirmed().count() == 1


# --- the evidence ----------------------------------------------------------------------------


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
