"""Looking for duplicates and undoing a merge wait for who acts on a contact: on PostgreSQL, two at once."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import time_machine

from accord_portal.foundation.acts import ChangedMeanwhile
from accord_portal.staff.models import User
from responses.contacts import acts, duplicates, merging
from responses.models import Contact, Duplicate
from tests.at_once import begun_behind, while_not_over
from tests.clock import NOON
from tests.factories import ContactFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def test_a_name_corrected_at_this_moment_is_looked_at(mere: User) -> None:
    one = ContactFactory(name="Hēmi Walker")
    duplicates.seek_new()
    two = ContactFactory(name="Aroha Ngata")
    while_not_over(
        lambda: acts.correct(
            contact=two,
            by=mere,
            name="Hēmi Walker",
            organisation="",
            telephone="",
            postal_address="",
            language="en",
        ),
        duplicates.seek_new,
    )
    duplicates.seek_new()
    assert list(Duplicate.objects.values_list("first", "second")) == [(one.pk, two.pk)]


def test_what_is_asked_while_a_merge_is_undone_is_not_lost(
    mere: User, ana: User, clock: time_machine.Traveller
) -> None:
    one, two = ContactFactory(), ContactFactory()
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(60)
    while_not_over(
        lambda: acts.restrict(contact=one, by=mere, why="She rang."),
        lambda: merging.undo_merge(merge=merge, by=ana),
    )
    restricted = Contact.objects.filter(restricted_because="asked", merged_into=None)
    assert set(restricted) == {one, two}


def test_a_merge_is_not_undone_while_the_kept_one_is_merged_into_another(mere: User, ana: User) -> None:
    one, two, three = ContactFactory.create_batch(3)
    merge = merging.merge(kept=one, other=two, by=ana)
    _, refused = while_not_over(
        lambda: merging.merge(kept=three, other=Contact.objects.get(pk=one.pk), by=mere),
        lambda: merging.undo_merge(merge=merge, by=ana),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert set(Contact.objects.values_list("merged_into", flat=True)) == {three.pk, None}


def test_two_merges_of_one_person_undone_at_once_do_not_wait_in_a_circle(
    mere: User, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ContactFactory()
    others = ContactFactory.create_batch(2, restricted_at=NOON, restricted_because="asked")
    first, second = [merging.merge(kept=one, other=other, by=ana) for other in others]
    give_back = merging._give_back
    begun: list[Future[None]] = []

    with ThreadPoolExecutor(1) as pool:

        def when_the_second_waits(*args: Any) -> None:
            monkeypatch.setattr(merging, "_give_back", give_back)
            begun.append(begun_behind(pool, lambda: merging.undo_merge(merge=second, by=mere)))
            give_back(*args)

        monkeypatch.setattr(merging, "_give_back", when_the_second_waits)
        merging.undo_merge(merge=first, by=ana)
        begun[0].result()
    one.refresh_from_db()
    assert (one.restricted_because, Contact.objects.filter(merged_into=one).count()) == ("", 0)
