"""A merge taken back: each of the two keeps its own word, and what was said of both holds for both."""

import datetime as dt
from typing import NamedTuple

import pytest
import time_machine

from accord_portal.staff.models import User
from responses.consent import audit, switches
from responses.contacts import acts, merging
from responses.models import Contact, Involvement, Merge
from tests.clock import NOON
from tests.factories import ContactFactory, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KEEP = "keep_informed"
HOUR = dt.timedelta(hours=1)


class Restriction(NamedTuple):
    because: str
    at: dt.datetime | None


FREE = Restriction("", None)


def restriction(contact: Contact) -> Restriction:
    contact.refresh_from_db()
    return Restriction(contact.restricted_because, contact.restricted_at)


def into(*people: Contact) -> list[int | None]:
    return [Contact.objects.get(pk=person.pk).merged_into_id for person in people]


def may_get() -> set[int]:
    return set(Involvement.objects.permitting(KEEP).values_list("contact", flat=True))


def unsubscribe(contact: Contact) -> list[str]:
    contact.refresh_from_db()
    return switches.withdraw(contact=contact, purposes=[KEEP], source="one_click")


def asked(*, at: dt.datetime = NOON) -> Contact:
    """Somebody of whom staff wrote down then that they asked not to be contacted."""
    return ContactFactory(restricted_because="asked", restricted_at=at)


# --- each mailbox's own word -------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
def test_who_unsubscribed_before_and_who_while_they_were_one_both_stay_so(first: int, ana: User) -> None:
    pair = subscriber(), subscriber()
    unsubscribe(pair[first])
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    assert unsubscribe(pair[1 - first]) == [KEEP]
    assert may_get() == set()
    merging.undo_merge(merge=merge, by=ana)
    assert (may_get(), into(*pair)) == (set(), [None, None])
    lines = [list(person.consents.order_by("pk").values_list("decision", flat=True)) for person in pair]
    assert lines == [["given", "confirmed", "withdrawn"]] * 2
    assert list(audit.disagreements()) == []


@pytest.mark.parametrize("who", [0, 1])
def test_who_unsubscribed_while_they_were_one_stays_so_and_the_other_is_written_to(
    who: int, ana: User
) -> None:
    pair = subscriber(), subscriber()
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    assert unsubscribe(pair[who]) == [KEEP]
    merging.undo_merge(merge=merge, by=ana)
    assert may_get() == {pair[1 - who].pk}


def test_a_no_that_staff_wrote_down_of_the_person_is_of_both_afterwards(ana: User) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    one.refresh_from_db()
    switches.change_on_request(contact=one, purpose=KEEP, yes=False, how="She rang.", by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert (may_get(), list(audit.disagreements())) == (set(), [])


# --- who asked not to be contacted -------------------------------------------------------------


def test_what_the_kept_one_took_over_goes_back(ana: User) -> None:
    one, two = ContactFactory(), asked()
    merge = merging.merge(kept=one, other=two, by=ana)
    assert restriction(one) == ("asked", NOON)
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (FREE, ("asked", NOON))


def test_what_the_kept_one_has_of_its_own_stays(ana: User) -> None:
    one, two = ContactFactory(restricted_because="no_basis", restricted_at=NOON - HOUR), asked()
    merge = merging.merge(kept=one, other=two, by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert restriction(one) == ("no_basis", NOON - HOUR)


def test_what_another_that_stays_asked_goes_on_to_hold(ana: User) -> None:
    one, two, three = ContactFactory(), asked(), asked(at=NOON - HOUR)
    merge = merging.merge(kept=one, other=two, by=ana)
    merging.merge(kept=one, other=three, by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert restriction(one) == ("asked", NOON - HOUR)


def test_the_kept_ones_own_is_remembered_through_two_merges(ana: User) -> None:
    """Undone in the order they were made: the later merge remembers what was the kept one's own."""
    one = ContactFactory(restricted_because="no_basis", restricted_at=NOON - HOUR)
    two, three = asked(), ContactFactory()
    first = merging.merge(kept=one, other=two, by=ana)
    second = merging.merge(kept=one, other=three, by=ana)
    merging.undo_merge(merge=first, by=ana)
    assert restriction(one) == ("no_basis", NOON - HOUR)
    merging.undo_merge(merge=second, by=ana)
    assert (restriction(one), restriction(three)) == (("no_basis", NOON - HOUR), FREE)


def test_what_was_asked_while_they_were_one_holds_for_both(ana: User, clock: time_machine.Traveller) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(HOUR)
    acts.restrict(contact=one, by=ana, why="She rang.")
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (("asked", NOON + HOUR), ("asked", NOON + HOUR))


def test_what_the_kept_one_asked_at_the_very_moment_of_the_merge_is_its_own(ana: User) -> None:
    one, two = asked(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (("asked", NOON), FREE)


def test_a_merge_remembers_what_it_brought_and_what_was_there_before(ana: User) -> None:
    one, two, three = (
        ContactFactory(restricted_because="no_basis", restricted_at=NOON - HOUR),
        asked(),
        asked(),
    )
    for other in (two, three):
        merging.merge(kept=one, other=other, by=ana)
    own, taken = (
        ("own_restricted_at", "own_restricted_because"),
        ("taken_restricted_at", "taken_restricted_because"),
    )
    assert list(Merge.objects.order_by("pk").values_list(*own, *taken)) == [
        (NOON - HOUR, "no_basis", NOON, "asked"),
        (NOON, "asked", None, ""),
    ]


def test_what_a_third_brought_later_is_not_of_the_one_that_leaves(
    ana: User, clock: time_machine.Traveller
) -> None:
    one, two, three = ContactFactory(), ContactFactory(), ContactFactory()
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(HOUR)
    acts.restrict(contact=three, by=ana, why="She rang.")
    merging.merge(kept=one, other=three, by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (("asked", NOON + HOUR), FREE)


def test_what_two_asked_goes_back_when_both_have_left(ana: User) -> None:
    one, two, three = ContactFactory(), asked(), asked(at=NOON - HOUR)
    for merge in [merging.merge(kept=one, other=other, by=ana) for other in (two, three)]:
        merging.undo_merge(merge=merge, by=ana)
    assert restriction(one) == FREE


def test_what_a_third_asked_goes_on_to_hold_when_those_before_and_after_it_have_left(ana: User) -> None:
    one, two, three, four = ContactFactory(), asked(), asked(at=NOON - HOUR), asked(at=NOON - 2 * HOUR)
    first, _, last = [merging.merge(kept=one, other=other, by=ana) for other in (two, three, four)]
    merging.undo_merge(merge=first, by=ana)
    merging.undo_merge(merge=last, by=ana)
    assert restriction(one) == ("asked", NOON - HOUR)


def test_what_one_asked_who_left_before_holds_no_longer(ana: User) -> None:
    one, two, three = ContactFactory(), asked(), asked(at=NOON - HOUR)
    first, second = [merging.merge(kept=one, other=other, by=ana) for other in (two, three)]
    merging.undo_merge(merge=second, by=ana)
    merging.undo_merge(merge=first, by=ana)
    assert restriction(one) == FREE


@pytest.mark.parametrize("by_staff", [True, False])
@pytest.mark.parametrize("third_asked", [True, False])
def test_what_was_lifted_while_they_were_one_stays_lifted(
    by_staff: bool, third_asked: bool, ana: User
) -> None:
    """Whoever leaves: one brought what was lifted, or a third that stays did."""
    one, two, three = subscriber(), asked(), asked(at=NOON - HOUR)
    merging.merge(kept=one, other=two, by=ana)
    one.refresh_from_db()
    if by_staff:
        acts.release(contact=one, by=ana, why="She rang again.")
    else:
        switches.set_switches(contact=one, wanted={"give_advice": True})
    merge = merging.merge(kept=one, other=three if third_asked else ContactFactory(), by=ana)
    assert restriction(one) == (("asked", NOON - HOUR) if third_asked else FREE)
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), may_get()) == (FREE, {one.pk})


def test_what_the_kept_one_took_back_itself_does_not_return(ana: User) -> None:
    one, two = asked(), ContactFactory()
    merge = merging.merge(kept=one, other=two, by=ana)
    acts.release(contact=one, by=ana, why="She rang again.")
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (FREE, FREE)


def test_what_the_kept_one_asked_after_that_was_lifted_stays(
    ana: User, clock: time_machine.Traveller
) -> None:
    one, two = ContactFactory(), asked()
    merge = merging.merge(kept=one, other=two, by=ana)
    one.refresh_from_db()
    acts.release(contact=one, by=ana, why="She rang again.")
    clock.shift(HOUR)
    acts.restrict(contact=one, by=ana, why="And again.")
    merging.undo_merge(merge=merge, by=ana)
    assert (restriction(one), restriction(two)) == (("asked", NOON + HOUR), ("asked", NOON))


@pytest.mark.parametrize(("because", "then"), [("no_basis", "asked"), ("erasure", "erasure")])
def test_of_two_reasons_the_stronger_holds(
    because: str, then: str, ana: User, clock: time_machine.Traveller
) -> None:
    one, two = ContactFactory(), ContactFactory(restricted_because=because, restricted_at=NOON)
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(HOUR)
    acts.restrict(contact=one, by=ana, why="She rang.")
    merging.undo_merge(merge=merge, by=ana)
    assert restriction(two).because == then


# --- one merge above another -------------------------------------------------------------------


def test_what_came_up_through_two_merges_goes_back_from_both(ana: User) -> None:
    one, two, three = asked(), ContactFactory(), ContactFactory()
    lower = merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=three, other=two, by=ana)
    assert (restriction(two), restriction(three)) == (("asked", NOON), ("asked", NOON))
    merging.undo_merge(merge=lower, by=ana)
    assert (restriction(two), restriction(three)) == (FREE, FREE)
    assert into(one, two, three) == [None, three.pk, None]


def test_undoing_the_upper_takes_along_what_was_merged_below(ana: User) -> None:
    one, two, three, four = ContactFactory.create_batch(4)
    merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=three, other=four, by=ana)
    upper = merging.merge(kept=three, other=two, by=ana)
    merging.undo_merge(merge=upper, by=ana)
    assert into(one, two, three, four) == [two.pk, None, None, three.pk]


def test_undoing_the_lower_leaves_the_rest_where_it_is(ana: User) -> None:
    one, two, three, four = ContactFactory.create_batch(4)
    lower = merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=two, other=four, by=ana)
    merging.merge(kept=three, other=two, by=ana)
    merging.undo_merge(merge=lower, by=ana)
    assert into(one, two, three, four) == [None, three.pk, None, three.pk]


def test_what_a_contact_above_has_of_its_own_stays(ana: User) -> None:
    one, two = asked(), ContactFactory()
    three = ContactFactory(restricted_because="no_basis", restricted_at=NOON - HOUR)
    lower = merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=three, other=two, by=ana)
    assert restriction(three) == ("asked", NOON)
    merging.undo_merge(merge=lower, by=ana)
    assert (restriction(two), restriction(three)) == (FREE, ("no_basis", NOON - HOUR))


def test_what_another_below_asked_goes_on_to_hold_above(ana: User) -> None:
    one, two, three, four = asked(), ContactFactory(), ContactFactory(), asked(at=NOON - HOUR)
    lower = merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=two, other=four, by=ana)
    upper = merging.merge(kept=three, other=two, by=ana)
    merging.undo_merge(merge=lower, by=ana)
    assert [restriction(contact) for contact in (two, three)] == [("asked", NOON - HOUR)] * 2
    merging.undo_merge(merge=upper, by=ana)
    assert (restriction(two), restriction(three)) == (("asked", NOON - HOUR), FREE)


def test_what_was_asked_in_between_while_they_were_one_holds_for_both(
    ana: User, clock: time_machine.Traveller
) -> None:
    one, two, three = ContactFactory.create_batch(3)
    lower = merging.merge(kept=two, other=one, by=ana)
    clock.shift(HOUR)
    acts.restrict(contact=two, by=ana, why="She rang.")
    clock.shift(HOUR)
    merging.merge(kept=three, other=two, by=ana)
    merging.undo_merge(merge=lower, by=ana)
    assert [restriction(contact) for contact in (one, two, three)] == [("asked", NOON + HOUR)] * 3


def test_what_a_contact_above_asked_before_they_were_one_stays_its_own(
    ana: User, clock: time_machine.Traveller
) -> None:
    one, two, three = ContactFactory.create_batch(3)
    lower = merging.merge(kept=two, other=one, by=ana)
    clock.shift(HOUR)
    acts.restrict(contact=three, by=ana, why="She rang.")
    clock.shift(HOUR)
    merging.merge(kept=three, other=two, by=ana)
    merging.undo_merge(merge=lower, by=ana)
    assert [restriction(contact) for contact in (one, two, three)] == [FREE, FREE, ("asked", NOON + HOUR)]
