"""A merge is taken back: each gets what is theirs."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.consent import audit
from responses.contacts import acts, duplicates, merging
from responses.models import Contact, Duplicate
from tests.clock import NOON
from tests.factories import (
    ContactFactory,
    subscriber,
)
from tests.responses.contacts.merges import held, into, may_get

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_restrictions_of_several_go_back_to_whom_they_belong(ana: User) -> None:
    one, two, three = subscriber(), subscriber(), subscriber()
    for person, because in ((two, "asked"), (three, "erasure")):
        Contact.objects.filter(pk=person.pk).update(restricted_at=NOON, restricted_because=because)
    merges = [merging.merge(kept=one, other=other, by=ana) for other in (two, three)]
    assert held(one)[0] == "asked"
    merging.undo_merge(merge=merges[1], by=ana)
    assert held(one)[0] == "asked"
    merging.undo_merge(merge=merges[0], by=ana)
    assert [held(person)[0] for person in (one, two, three)] == ["", "asked", "erasure"]


def test_undoing_the_upper_of_two_merges_leaves_the_lower_one(ana: User) -> None:
    one, two, three = (subscriber(email=f"{name}@example.org") for name in ("one", "two", "three"))
    merging.merge(kept=two, other=one, by=ana)
    upper = merging.merge(kept=three, other=two, by=ana)
    assert (into(one, two, three), may_get()) == ([three.pk, three.pk, None], {three.pk})
    merging.undo_merge(merge=upper, by=ana)
    assert into(one, two, three) == [two.pk, None, None]
    assert may_get() == {two.pk, three.pk}
    assert list(audit.disagreements()) == []


def test_undoing_the_lower_of_two_merges_leaves_the_upper_one(ana: User) -> None:
    one, two, three = (subscriber(email=f"{name}@example.org") for name in ("one", "two", "three"))
    acts.restrict(contact=one, by=ana, why="She rang.")
    lower = merging.merge(kept=two, other=one, by=ana)
    merging.merge(kept=three, other=two, by=ana)
    assert held(three)[0] == "asked"
    merging.undo_merge(merge=lower, by=ana)
    assert into(one, two, three) == [None, three.pk, None]
    assert [held(person)[0] for person in (one, two, three)] == ["asked", "", ""]
    assert (may_get(), list(audit.disagreements())) == ({three.pk}, [])


def test_a_merge_can_be_undone_for_thirty_days(ana: User, clock: time_machine.Traveller) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(dt.timedelta(days=30, seconds=1))
    with pytest.raises(NotPossible, match=r"^A merge can be undone for 30 days, and these have passed\.$"):
        merging.undo_merge(merge=merge, by=ana)
    clock.shift(dt.timedelta(seconds=-1))
    merging.undo_merge(merge=merge, by=ana)
    assert into(two) == [None]


def test_who_was_erased_stays_merged(ana: User) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    blank: dict[str, Any] = {"name": "", "email": "", "mailbox": None, "email_confirmed_at": None}
    Contact.objects.filter(pk=two.pk).update(erased_at=NOON, **blank)
    with pytest.raises(NotPossible, match=r"^This person has been erased\.$"):
        merging.undo_merge(merge=merge, by=ana)
    assert into(two) == [one.pk]


def test_the_pair_is_as_decided_after_an_undo_and_others_come_back(ana: User) -> None:
    one, two, three = ContactFactory.create_batch(3, name="Mere Tūtahi")
    duplicates.seek_new()
    merge = merging.merge(kept=one, other=two, by=ana)
    assert Duplicate.objects.open().count() == 2  # either record of the one person, and the third
    merging.undo_merge(merge=merge, by=ana)
    assert {(p.first, p.second) for p in Duplicate.objects.open()} == {(one, three), (two, three)}
