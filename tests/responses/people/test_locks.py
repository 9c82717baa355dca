"""Who acts on a person takes turns, with their mailboxes and with each other: on PostgreSQL, two at once."""

import pytest

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from responses.consent import reminding, switches
from responses.contacts import acts, addresses, merging
from responses.models import Activity, Consent, Contact, Merge
from tests.at_once import while_not_over
from tests.clock import NOON
from tests.factories import ContactFactory, InvolvementFactory, merged, subscriber

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
KEEP = "keep_informed"


def withdraw(contact: Contact) -> list[str]:
    return switches.withdraw(contact=contact, purposes=[KEEP], source="one_click")


def withdrawn() -> list[int]:
    """Whose Yes was taken back, in that order."""
    lines = Consent.objects.filter(decision="withdrawn").order_by("pk")
    return list(lines.values_list("contact", flat=True))


def no_on_request(contact: Contact, by: User) -> None:
    switches.change_on_request(contact=contact, purpose=KEEP, yes=False, how="Rang", by=by)


# --- one record ------------------------------------------------------------------------------


def test_of_two_presses_on_unsubscribe_one_takes_back() -> None:
    contact = subscriber()
    assert while_not_over(lambda: withdraw(contact), lambda: withdraw(contact)) == ([KEEP], [])
    assert withdrawn() == [contact.pk]


def test_who_confirms_while_it_is_forgotten_is_forgotten_once() -> None:
    waits = InvolvementFactory(since_at=NOON - reminding.FORGOTTEN_AFTER).contact
    _, forgot = while_not_over(lambda: switches.confirm(contact=waits), lambda: reminding.forget(NOON))
    assert forgot == 0
    assert list(Consent.objects.order_by("pk").values_list("decision", flat=True)) == ["given", "confirmed"]


def test_no_more_than_three_new_addresses_an_hour_are_asked() -> None:
    contact = subscriber()

    def ask() -> None:
        addresses.ask_to_change(contact=contact, address="new@example.org")

    ask()
    ask()
    _, refused = while_not_over(ask, ask)
    assert isinstance(refused, NotPossible)
    assert contact.activities.filter(kind=Activity.Kind.ADDRESS_ASKED).count() == 3


# --- the whole person ------------------------------------------------------------------------


def test_staff_wait_for_the_merged_mailbox_before_they_take_back_too(mere: User) -> None:
    kept, other = subscriber(), subscriber()
    merged(other, kept)
    while_not_over(lambda: withdraw(other), lambda: no_on_request(kept, mere))
    assert withdrawn() == [other.pk, kept.pk]


def test_staff_wait_for_the_kept_mailbox_before_they_take_back_too(mere: User) -> None:
    kept, other = subscriber(), subscriber()
    merged(other, kept)
    while_not_over(lambda: withdraw(kept), lambda: no_on_request(kept, mere))
    assert withdrawn() == [kept.pk, other.pk]


def test_of_two_merges_the_other_way_round_one_is_refused(ana: User) -> None:
    one, two = ContactFactory(), ContactFactory()
    _, refused = while_not_over(
        lambda: merging.merge(kept=one, other=two, by=ana),
        lambda: merging.merge(kept=two, other=one, by=ana),
    )
    assert str(refused) == "One of them has been merged into another contact in the meantime."
    assert Merge.objects.count() == 1


def test_a_merge_pressed_twice_at_once_is_one(ana: User) -> None:
    one, two = ContactFactory(), ContactFactory()
    first, second = while_not_over(
        lambda: merging.merge(kept=one, other=two, by=ana),
        lambda: merging.merge(kept=one, other=two, by=ana),
    )
    assert first == second == Merge.objects.get()


def test_a_merge_undone_twice_at_once_is_undone_once(ana: User) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    came = while_not_over(
        lambda: merging.undo_merge(merge=merge, by=ana), lambda: merging.undo_merge(merge=merge, by=ana)
    )
    assert came == (None, None)
    assert Activity.objects.filter(kind=Activity.Kind.UNMERGED).count() == 2


def test_nobody_acts_on_a_person_whom_a_record_joins_at_this_moment(ana: User, mere: User) -> None:
    kept, other = subscriber(), subscriber()
    _, refused = while_not_over(
        lambda: merging.merge(kept=kept, other=other, by=ana), lambda: no_on_request(kept, mere)
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert withdrawn() == []


def test_nobody_acts_on_a_contact_that_is_merged_into_another_at_this_moment(ana: User, mere: User) -> None:
    kept, other = subscriber(), subscriber()
    _, refused = while_not_over(
        lambda: merging.merge(kept=kept, other=other, by=ana),
        lambda: acts.restrict(contact=other, by=mere, why="Rang"),
    )
    assert str(refused) == "This contact has been merged into another: act on that one."
    assert Contact.objects.filter(restricted_because="asked").count() == 0
