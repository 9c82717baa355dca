"""Two contacts that look alike are suggested to staff, once."""

from contextlib import nullcontext

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import SetAside
from accord_portal.staff.models import LogLine, User
from responses.consent import switches as consent_switches
from responses.contacts import acts, duplicates
from responses.models import Contact, Duplicate
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import ContactFactory, UserFactory, merged, received
from tests.responses.contacts.merges import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

KEEP, ADVICE = "keep_informed", "give_advice"


def pairs() -> set[tuple[int, int, str]]:
    return set(Duplicate.objects.values_list("first_id", "second_id", "reason"))


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        ({"name": "Mere Tūtahi"}, {"name": "mere  tutahi"}, "name"),
        ({"name": "Mere", "organisation": "Hapori"}, {"name": "Mere", "organisation": "HAPORI"}, "name"),
        ({"name": "A", "telephone": "04 494 5718"}, {"name": "B", "telephone": "+64 4 4945718"}, "telephone"),
        (
            {"name": "A", "email": "m.tutahi@example.org"},
            {"name": "B", "email": "mtutahi+news@example.co.nz"},
            "address",
        ),
    ],
)
def test_whoever_looks_alike_is_suggested(one: dict[str, str], two: dict[str, str], reason: str) -> None:
    first, second = ContactFactory(**one), ContactFactory(**two)
    duplicates.seek([second])
    duplicates.seek([first, second])
    assert pairs() == {(first.pk, second.pk, reason)}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"name": "Mere"}, {"name": "Mere"}),
        ({"name": "Mere Tūtahi"}, {"name": "Mere Tūtahi", "organisation": "Hapori"}),
        ({"name": "A", "telephone": "ask Bob"}, {"name": "B", "telephone": "ask Bob"}),
        ({"name": "A", "email": ""}, {"name": "B", "email": ""}),
        ({"name": "A", "email": "mere@xtra.example"}, {"name": "B", "email": "mere@other.example"}),
    ],
)
def test_whoever_does_not_look_alike_is_not(one: dict[str, str], two: dict[str, str]) -> None:
    duplicates.seek([ContactFactory(**one), ContactFactory(**two)])
    assert pairs() == set()


def test_what_many_share_is_held_against_the_oldest_only() -> None:
    office = ContactFactory.create_batch(duplicates.SHARED_BY_FEW + 1, telephone="04 494 5718", name="A")
    duplicates.seek(office)
    assert pairs() == {(office[0].pk, other.pk, "telephone") for other in office[1:]}
    Duplicate.objects.all().delete()
    duplicates.seek(office[2:3])
    assert pairs() == {(office[0].pk, office[2].pk, "telephone")}


@pytest.mark.parametrize(("sharing", "held_against"), [(3, 3), (4, 3)])
def test_up_to_a_few_that_share_something_are_held_against_each_other(
    sharing: int, held_against: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three each with each, of four the oldest with each."""
    monkeypatch.setattr(duplicates, "SHARED_BY_FEW", 3)
    duplicates.seek(ContactFactory.create_batch(sharing, telephone="04 494 5718", name="A"))
    assert len(pairs()) == held_against


def test_only_pairs_of_those_that_are_sought_are_suggested() -> None:
    first, second, third = ContactFactory.create_batch(3, name="Mere Tūtahi")
    duplicates.seek([third])
    assert pairs() == {(first.pk, third.pk, "name"), (second.pk, third.pk, "name")}


@pytest.mark.parametrize("few", [1, 3])
def test_who_was_erased_is_like_nobody(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "SHARED_BY_FEW", few)
    gone, first, second = ContactFactory.create_batch(3, name="Mere Tūtahi")
    Contact.objects.filter(pk=gone.pk).update(name="", email="", mailbox=None, erased_at=NOON)
    duplicates.seek([gone, first, second])
    assert pairs() == {(first.pk, second.pk, "name")}


def test_the_sweep_looks_at_each_contact_once_and_again_when_it_is_corrected(ana: User) -> None:
    first, second, third = (ContactFactory(name=name) for name in ("Mere Tūtahi", "Mere Tutahi", "Ana"))
    assert (duplicates.seek_new(limit=2), duplicates.seek_new(), duplicates.seek_new()) == (2, 1, 0)
    assert pairs() == {(first.pk, second.pk, "name")}
    said = {"organisation": "", "telephone": "", "postal_address": "", "language": "en"}
    acts.correct(contact=third, by=ana, name="Mere Tūtahi", **said)
    assert duplicates.seek_new() == 1
    assert pairs() == {(a.pk, b.pk, "name") for a, b in ((first, second), (first, third), (second, third))}


def test_a_form_from_an_address_that_asked_never_again_makes_nobody_who_is_written_to(
    clock: time_machine.Traveller,
) -> None:
    suppressions.never_again(mailbox="aroha@example.org")
    clock.shift(60)
    theirs, another = received(KEEP).contact, received(KEEP, email="mere@example.org").contact
    assert duplicates.seek_new() == 2
    assert [person.never_again_at for person in fresh(theirs, another)] == [NOON, None]
    consent_switches.confirm(contact=theirs)
    assert fresh(theirs)[0].never_again_at is None


def test_an_address_remembered_for_something_else_is_written_to() -> None:
    suppressions.suppress("aroha@example.org", "erased")
    theirs = received(KEEP).contact
    duplicates.seek_new()
    assert fresh(theirs)[0].never_again_at is None


def test_since_when_somebody_is_never_to_be_written_to_stays(clock: time_machine.Traveller) -> None:
    theirs = received(KEEP).contact
    Contact.objects.filter(pk=theirs.pk).update(never_again_at=NOON)
    clock.shift(60)
    suppressions.suppress("aroha@example.org", "never_again")
    duplicates.seek_new()
    assert fresh(theirs)[0].never_again_at == NOON


def test_many_are_looked_at_in_as_many_queries_as_few() -> None:
    def asked() -> int:
        ContactFactory.create_batch(3, name="Mere Tūtahi", telephone="04 494 5718")
        with CaptureQueriesContext(connection) as captured:
            duplicates.seek_new()
        return len(captured)

    assert asked() == asked()


@pytest.mark.parametrize(
    ("code", "found"), [("54000", {"good"}), ("57014", {"good"}), ("57P01", None), ("40P01", None)]
)
def test_one_at_which_the_database_refuses_is_set_aside_and_one_that_is_away_is_waited_for(
    code: str, found: set[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FromThere(Exception):
        pgcode = code

    ContactFactory(organisation="good")
    bad = ContactFactory(organisation="bad")
    seek = duplicates.seek

    def refused(people: list[Contact]) -> None:
        if bad in people:
            raise OperationalError("no") from FromThere()
        seek(people)

    monkeypatch.setattr(duplicates, "seek", refused)
    with nullcontext() if found else pytest.raises(OperationalError):
        duplicates.seek_new()
    sought = Contact.objects.filter(duplicates_sought_at__isnull=False)
    assert set(sought.values_list("organisation", flat=True)) == (found or set())
    aside = [("Looking for duplicates", "responses.contact", bad.pk)]
    assert list(SetAside.objects.values_list("chore", "kind", "row")) == (aside if found else [])


def test_what_staff_told_apart_is_not_suggested_again(ana: User) -> None:
    first, second = ContactFactory.create_batch(2, name="Mere Tūtahi")
    duplicates.seek_new()
    pair = Duplicate.objects.get()
    duplicates.tell_apart(pair=pair, by=ana)
    duplicates.tell_apart(pair=pair, by=UserFactory())
    duplicates.seek([first, second])
    assert list(Duplicate.objects.open()) == []
    assert Duplicate.objects.get().settled_by == ana


def test_staff_can_suggest_a_pair_themselves_also_one_decided_before(ana: User) -> None:
    first, second = ContactFactory(name="A"), ContactFactory(name="B")
    pair = duplicates.suggest(contact=second, other=first, by=ana)
    assert (pair.first, pair.second, pair.reason) == (first, second, "staff")
    duplicates.tell_apart(pair=pair, by=ana)
    bo = UserFactory()
    assert duplicates.suggest(contact=first, other=second, by=bo) == pair
    assert list(Duplicate.objects.open()) == [pair]
    assert list(LogLine.objects.order_by("pk").values_list("act", "key", "detail", "done_by")) == [
        ("suggested", pair.pk, "", ana.pk),
        ("suggested", pair.pk, f"Decided before by staff member {ana.pk}", bo.pk),
    ]
    with pytest.raises(NotPossible, match="the same contact"):
        duplicates.suggest(contact=first, other=first, by=ana)


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_is_compared_with_who_was_erased(order: int, ana: User) -> None:
    contact, gone = ContactFactory(), ContactFactory()
    Contact.objects.filter(pk=gone.pk).update(name="", email="", mailbox=None, erased_at=NOON)
    one, other = fresh(contact, gone)[::order]
    with pytest.raises(NotPossible, match=r"^An erased person cannot be compared with anybody\.$"):
        duplicates.suggest(contact=one, other=other, by=ana)
    assert pairs() == set()


def test_what_staff_told_apart_holds_for_every_record_of_the_two(ana: User) -> None:
    first, second, third, fourth = ContactFactory.create_batch(4, name="Mere Tūtahi")
    duplicates.seek_new()
    merged(second, first)
    merged(fourth, third)
    duplicates.tell_apart(pair=Duplicate.objects.get(first=second, second=fourth), by=ana)
    assert list(Duplicate.objects.open()) == []
    assert set(Duplicate.objects.filter(settled_at=None).values_list("first", "second")) == {
        (first.pk, second.pk),
        (third.pk, fourth.pk),
    }
