"""A contact: how it is found, and who may be written to."""

import datetime as dt
from typing import Any

import pytest

from responses.models import (
    Contact,
    Involvement,
)
from tests.factories import ContactFactory, InvolvementFactory, subscriber

NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_a_contact_is_kept_as_typed_and_in_the_forms_we_search_by() -> None:
    contact = ContactFactory(
        name=" Tu\u0304mai O’Brien ",
        organisation="Hapū",
        email="Tumai@Tepūkenga.ac.nz",
        telephone="04 494 5718",
    )
    assert Contact.objects.values(
        "name", "organisation", "email", "mailbox", "telephone", "telephone_e164", "search_folded"
    ).get() == {
        "name": "Tūmai O’Brien",
        "organisation": "Hapū",
        "email": "Tumai@Tepūkenga.ac.nz",
        "mailbox": "tumai@xn--tepkenga-szb.ac.nz",
        "telephone": "04 494 5718",
        "telephone_e164": "+6444945718",
        "search_folded": "tumai obrien hapu tumai@tepukenga.ac.nz 04 494 5718 +6444945718",
    }
    assert str(contact) == "Tūmai O’Brien (Hapū)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["tumai", "TŪMAI", "Tu\u0304mai", "obrien", "O'Brien tumai", "hapu", "+6444945718", "tepukenga", ""],
)
def test_a_contact_is_found_whatever_the_macrons(words: str) -> None:
    contact = ContactFactory(
        name="Tūmai O’Brien", organisation="Hapū", email="t@tepūkenga.ac.nz", telephone="04 494 5718"
    )
    assert list(Contact.objects.matching(words)) == [contact]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["tumai smith", "%", "_", "obrian"])
def test_a_contact_is_not_found_by_what_it_does_not_hold(words: str) -> None:
    ContactFactory(name="Tūmai O’Brien", email="t@example.org")
    assert list(Contact.objects.matching(words)) == []


@pytest.mark.django_db
def test_who_may_be_written_to_and_on_which_yes() -> None:
    wanted = subscriber()
    subscriber("give_advice")
    (yes,) = Involvement.objects.permitting("keep_informed")
    assert (yes.contact, yes.consent.purpose, yes.consent.decision) == (wanted, "keep_informed", "given")
    assert Involvement.objects.permitting("keep_informed").filter(contact=wanted).get() == yes
    assert list(Involvement.objects.permitting("champion_accord")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "involvement"),
    [
        ({}, {"confirmed_at": None}),
        ({}, {"confirmed_at": None, "ended_at": NOW}),
        ({"email_confirmed_at": None}, {}),
        ({"email": "", "mailbox": None, "email_confirmed_at": None}, {}),
        *[({"restricted_at": NOW, "restricted_because": why}, {}) for why in Contact.Restriction],
        ({"never_again_at": NOW}, {}),
        ({"merged_into": {"restricted_at": NOW, "restricted_because": "asked"}}, {}),
        ({"erased_at": NOW, "name": "", "email": "", "mailbox": None, "email_confirmed_at": None}, {}),
    ],
)
def test_nobody_is_written_to_who(contact: dict[str, Any], involvement: dict[str, Any]) -> None:
    person = subscriber()
    if "merged_into" in contact:
        contact = {"merged_into": ContactFactory(**contact["merged_into"])}
    Contact.objects.filter(pk=person.pk).update(**contact)
    Involvement.objects.update(**involvement)
    assert list(Involvement.objects.permitting("keep_informed")) == []


@pytest.mark.django_db
def test_a_no_that_waits_for_the_mailbox_keeps_nothing_back() -> None:
    subscriber()
    Involvement.objects.update(off_asked_at=NOW)
    assert Involvement.objects.permitting("keep_informed").count() == 1


@pytest.mark.django_db
def test_involvements_that_stand_and_those_that_count() -> None:
    said, counts, ended = (
        InvolvementFactory(),
        InvolvementFactory(confirmed=True),
        InvolvementFactory(ended_at=NOW),
    )
    assert set(Involvement.objects.current()) == {said, counts}
    assert set(Involvement.objects.waiting()) == {said}
    assert set(Involvement.objects.confirmed()) == {counts}
    assert ended not in Involvement.objects.current()


@pytest.mark.django_db
def test_a_merged_contact_is_stood_for_by_the_kept_one() -> None:
    kept, other, third = ContactFactory.create_batch(3)
    Contact.objects.filter(pk__in=[other.pk, third.pk]).update(merged_into=kept)
    other.refresh_from_db()
    assert (kept.kept_record, other.kept_record) == (kept, kept)
    assert (kept.keys, other.keys) == ([kept.pk, other.pk, third.pk], [other.pk])
    assert list(Contact.objects.active()) == [kept]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("aroha.n+news@example.org.nz", "arohan@example.com", True),
        ("AROHA@example.org", "aroha@example.org.nz", True),
        ("aroha@example.org", "hemi@example.org", False),
        ("aroha@example.org", "aroha@other.org", False),
    ],
)
def test_similar_addresses_share_a_key(one: str, other: str, alike: bool) -> None:
    keys = [ContactFactory(email=email).mailbox_key for email in (one, other)]
    assert (keys[0] == keys[1]) is alike


@pytest.mark.django_db
def test_names_are_compared_without_macrons_and_nobody_without_a_name_is_alike() -> None:
    assert ContactFactory(name="Tūmai", organisation="Hapū").name_key == "tumai|hapu"
    nobody = Contact(name="", organisation="Hapū", email="")
    nobody.derive_likeness()
    assert (nobody.name_key, nobody.mailbox_key) == ("", "")
