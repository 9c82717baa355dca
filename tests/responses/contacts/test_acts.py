"""What staff do with a contact: each act leaves its line, refuses what does not apply, and loses nothing."""

import datetime as dt
from typing import Any

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.answers import triage
from responses.contacts import acts as contact_acts
from responses.contacts import merging
from responses.models import Activity, Contact, Involvement
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import ContactFactory, received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)


def timeline(contact: Contact) -> list[tuple[str, str, str]]:
    rows = Activity.objects.filter(contact=contact).order_by("pk").select_related("done_by")
    return [(row.kind, row.text, str(row.done_by or "")) for row in rows]


def known(contact: Contact, **changes: str) -> dict[str, str]:
    """What the form for corrections holds, with these changes."""
    return {**{field: getattr(contact, field) for field in contact_acts.DETAIL_LABELS}, **changes}


# --- adding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way", [{"email": "mere@example.org"}, {"telephone": "04 494 5718"}, {"postal_address": "PO Box 805"}]
)
def test_one_way_to_reach_somebody_is_enough(ana: User, way: dict[str, str]) -> None:
    contact = contact_acts.add(by=ana, name="Mere Tūtahi", organisation="Hapori", **way)
    contact = Contact.objects.get(pk=contact.pk)
    assert {field: getattr(contact, field) for field in way} == way
    assert (str(contact), contact.language, contact.created_at) == ("Mere Tūtahi (Hapori)", "en", NOON)
    assert contact.search_folded.split()[:2] == ["mere", "tutahi"]
    assert contact.name_key == "mere tutahi|hapori"
    assert timeline(contact) == [("added", "", "Ana Officer")]
    assert (contact.consents.count(), OutgoingMail.objects.count()) == (0, 0)


def test_nobody_is_added_whom_we_cannot_reach(ana: User) -> None:
    with pytest.raises(NotPossible, match="way to reach"):
        contact_acts.add(by=ana, name="Mere Tūtahi")
    assert Contact.objects.count() == 0


def test_a_known_address_leads_to_whom_it_is_of(ana: User) -> None:
    one, two = ContactFactory(), ContactFactory(email="mere@example.org")
    merging.merge(kept=one, other=two, by=ana)
    with pytest.raises(contact_acts.KnownAlready) as refused:
        contact_acts.add(by=ana, name="Mere", email="MERE@example.org")
    assert (refused.value.contact, Contact.objects.count()) == (one, 2)


def test_who_asked_never_to_be_written_to_is_not_when_added_again(ana: User) -> None:
    suppressions.never_again(mailbox="mere@example.org")
    contact = contact_acts.add(by=ana, name="Mere", email="mere@example.org", telephone="04 494 5718")
    assert contact.never_again_at == NOON


# --- correcting ------------------------------------------------------------------------------


def test_a_correction_says_what_was_corrected_and_not_how(ana: User) -> None:
    contact = ContactFactory(name="Hemi Walker", duplicates_sought_at=NOON)
    said = known(contact, name="Hēmi Walker", telephone="04 494 5718", postal_address="PO Box 805")
    contact_acts.correct(contact=contact, by=ana, **said)
    contact.refresh_from_db()
    assert (contact.name, contact.telephone_e164, contact.postal_address) == (
        "Hēmi Walker",
        "+6444945718",
        "PO Box 805",
    )
    assert contact.duplicates_sought_at is None
    assert timeline(contact) == [("corrected", "Name, Telephone, Postal address", "Ana Officer")]


def test_a_correction_of_nothing_or_of_the_last_way_to_reach_them_is_refused(ana: User) -> None:
    contact = ContactFactory(email="", telephone="04 494 5718")
    with pytest.raises(NotPossible, match="Nothing is different"):
        contact_acts.correct(contact=contact, by=ana, **known(contact))
    with pytest.raises(NotPossible, match="way to reach"):
        contact_acts.correct(contact=contact, by=ana, **known(contact, telephone=""))
    assert timeline(contact) == []


def test_what_the_latest_form_says_is_taken_over(ana: User) -> None:
    contact = received(name="Aroha Ngata", organisation="Hapori").contact
    eoi = received(name="Aroha Smith", organisation="", telephone="04 494 5718")
    triage.mark_as_spam(eoi=received(name="Buy now", organisation="Pills"), seen=1, by=ana)
    assert contact_acts.said_otherwise(contact, eoi) == ["name", "telephone"]
    contact_acts.take_over(contact=contact, by=ana)
    contact.refresh_from_db()
    assert (contact.name, contact.organisation, contact.telephone) == (
        "Aroha Smith",
        "Hapori",
        "04 494 5718",
    )
    line = timeline(contact)[-1]
    assert line == ("corrected", f"Name, Telephone (as in {eoi.reference})", "Ana Officer")
    with pytest.raises(NotPossible, match="Nothing is different"):
        contact_acts.take_over(contact=contact, by=ana)


def test_without_a_form_there_is_nothing_to_take_over(ana: User) -> None:
    with pytest.raises(NotPossible, match="sent no form"):
        contact_acts.take_over(contact=ContactFactory(), by=ana)


def test_an_address_nobody_confirmed_is_changed_and_the_new_one_is_asked(ana: User) -> None:
    contact = received("keep_informed", email="aroah@example.org").contact
    contact_acts.change_address(contact=contact, by=ana, email="aroha@example.org")
    contact.refresh_from_db()
    assert (contact.email, contact.mailbox, contact.email_confirmed_at) == (*["aroha@example.org"] * 2, None)
    assert timeline(contact)[-1] == ("address_changed", "", "Ana Officer")
    owed = OutgoingMail.objects.latest("pk")
    assert (owed.to, owed.message) == ("aroha@example.org", "please_confirm")


def test_an_address_is_added_and_nobody_is_asked_who_said_yes_to_nothing(ana: User) -> None:
    contact = ContactFactory(email="", telephone="04 494 5718")
    contact_acts.change_address(contact=contact, by=ana, email="aroha@example.org")
    assert OutgoingMail.objects.count() == 0


def test_an_address_is_the_persons_own_once_it_is_confirmed(ana: User) -> None:
    contact, other = subscriber(email="mine@example.org"), ContactFactory(email="new@example.org")
    with pytest.raises(NotPossible, match="change it themselves"):
        contact_acts.change_address(contact=contact, by=ana, email="new@example.org")
    with pytest.raises(contact_acts.KnownAlready):
        contact_acts.change_address(contact=other, by=ana, email="mine@example.org")
    with pytest.raises(NotPossible, match="already the address"):
        contact_acts.change_address(contact=other, by=ana, email="new@example.org")


# --- what was said ---------------------------------------------------------------------------


def test_a_call_and_a_letter_stand_on_the_timeline(ana: User) -> None:
    contact = ContactFactory(email="", telephone="04 494 5718")
    contact_acts.record(contact=contact, by=ana, kind="called", text="She will come.")
    contact_acts.record(contact=contact, by=ana, kind="wrote", text="Sent her the map.")
    assert timeline(contact) == [
        ("called", "She will come.", "Ana Officer"),
        ("wrote", "Sent her the map.", "Ana Officer"),
    ]


def test_a_switch_is_changed_on_request_with_how_it_was_asked(ana: User) -> None:
    contact = subscriber()
    contact_acts.change_switch(
        contact=contact, by=ana, purpose="keep_informed", yes=False, how="rang on Monday"
    )
    line = contact.consents.latest("pk")
    assert (line.decision, line.source, line.message, line.recorded_by) == (
        "withdrawn",
        "on_request",
        "rang on Monday",
        ana,
    )
    assert list(Involvement.objects.permitting("keep_informed")) == []
    contact_acts.change_switch(contact=contact, by=ana, purpose="give_advice", yes=True, how="rang on Monday")
    assert [i.purpose for i in contact.involvements.waiting()] == ["give_advice"]


# --- restricting -----------------------------------------------------------------------------


def test_nobody_writes_to_who_is_restricted_until_they_are_released(ana: User) -> None:
    contact = subscriber()
    contact_acts.restrict(contact=contact, by=ana, why="She rang: no more mail.")
    contact.refresh_from_db()
    assert (contact.restricted_at, contact.restricted_because) == (NOON, "asked")
    assert list(Involvement.objects.permitting("keep_informed")) == []
    assert contact.involvements.confirmed().count() == 1
    line = LogLine.objects.get()
    assert (line.act, line.key, line.detail) == ("restricted", contact.pk, "")
    with pytest.raises(NotPossible, match="already"):
        contact_acts.restrict(contact=contact, by=ana, why="Again.")
    contact_acts.release(contact=contact, by=ana, why="She rang again.")
    line = LogLine.objects.get(act="released")
    assert (line.key, line.detail, line.done_by) == (contact.pk, "", ana)
    assert Involvement.objects.permitting("keep_informed").count() == 1
    with pytest.raises(NotPossible, match="already"):
        contact_acts.release(contact=contact, by=ana, why="Again.")
    assert timeline(contact) == [
        ("restricted", "She rang: no more mail.", "Ana Officer"),
        ("released", "She rang again.", "Ana Officer"),
    ]


def test_who_asked_to_be_erased_is_not_released(ana: User) -> None:
    contact = ContactFactory(restricted_at=NOON, restricted_because="erasure")
    with pytest.raises(NotPossible, match="erased"):
        contact_acts.release(contact=contact, by=ana, why="Why not.")
    with pytest.raises(NotPossible, match="already"):
        contact_acts.restrict(contact=contact, by=ana, why="She rang.")


def test_who_came_without_a_basis_can_ask_not_to_be_contacted(ana: User) -> None:
    contact = ContactFactory(restricted_at=NOON, restricted_because="no_basis")
    contact_acts.restrict(contact=contact, by=ana, why="She rang.")
    contact.refresh_from_db()
    assert contact.restricted_because == "asked"


# --- who is nobody any more ------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["merged", "erased"])
def test_nothing_is_done_with_who_is_nobody_any_more(ana: User, gone: str) -> None:
    contact = ContactFactory()
    if gone == "merged":
        merging.merge(kept=ContactFactory(), other=contact, by=ana)
    else:
        Contact.objects.update(erased_at=NOON, name="", email="", mailbox=None)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (contact_acts.correct, known(contact, name="Other")),
        (contact_acts.take_over, {}),
        (contact_acts.change_address, {"email": "new@example.org"}),
        (contact_acts.record, {"kind": "called", "text": "Hello"}),
        (contact_acts.change_switch, {"purpose": "keep_informed", "yes": True, "how": "rang"}),
        (contact_acts.restrict, {"why": "rang"}),
        (contact_acts.release, {"why": "rang"}),
    ]
    before = Activity.objects.count()
    for act, said in acts:
        with pytest.raises(NotPossible, match=gone):
            act(contact=contact, by=ana, **said)
    assert Activity.objects.count() == before
