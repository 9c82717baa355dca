"""Two contacts that are one: nothing of either is lost or lowered, and each mailbox keeps its own word."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from accord_portal.digests.models import Delivery
from accord_portal.digests.sending import freezing
from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import LogLine, User
from champions.links import publication_url
from responses.consent import audit, reminding
from responses.consent import switches as consent_switches
from responses.contacts import acts, duplicates, merging
from responses.models import Activity, Contact, Duplicate, Erasure, ExpressionOfInterest, Merge
from responses.people import links, suppressions
from responses.privacy import erasing
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    DigestIssueFactory,
    UserFactory,
    received,
    subscriber,
)
from tests.responses.contacts.merges import fresh, held, into, may_get

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

KEEP, ADVICE = "keep_informed", "give_advice"


def switches(contact: Contact) -> dict[str, tuple[bool, bool]]:
    """Which purposes are on, and which of those are confirmed."""
    rows = contact.involvements.current()
    return {row.purpose: (True, row.confirmed_at is not None) for row in rows}


def test_a_merge_keeps_both_histories_and_every_line(ana: User) -> None:
    one = received(KEEP, name="Mere Tūtahi", email="mere@example.org").contact
    two = received(KEEP, ADVICE, name="Mere Tūtahi", email="", telephone="04 494 5718").contact
    duplicates.seek_new()
    done = merging.merge(kept=one, other=two, by=ana)

    one, two = fresh(one, two)
    assert (done.kept, done.other, done.merged_at, done.merged_by) == (one, two, NOON, ana)
    assert (one.keys, two.kept_record) == ([one.pk, two.pk], one)
    assert (switches(one), switches(two)) == (
        {KEEP: (True, False)},
        {KEEP: (True, False), ADVICE: (True, False)},
    )
    assert (two.consents.count(), two.eois.count()) == (4, 1)
    assert list(Duplicate.objects.open()) == []
    assert list(Duplicate.objects.values_list("settled_by", flat=True)) == [ana.pk]
    told = Activity.objects.filter(kind="merged").order_by("pk").values_list("contact", "text", "done_by")
    assert list(told) == [(one.pk, f"Contact {two.pk}", ana.pk), (two.pk, f"Contact {one.pk}", ana.pk)]
    line = LogLine.objects.get()
    assert (line.act, line.key, line.detail, line.done_by) == ("merged", one.pk, f"Contact {two.pk}", ana)
    assert list(audit.disagreements()) == []


def test_twice_is_the_same_as_once(ana: User) -> None:
    one, two = subscriber(), subscriber()
    assert merging.merge(kept=one, other=two, by=ana) == merging.merge(kept=one, other=two, by=ana)
    merge = Merge.objects.get()
    merging.undo_merge(merge=merge, by=ana)
    merging.undo_merge(merge=merge, by=ana)
    assert Activity.objects.filter(kind__in=["merged", "unmerged"]).count() == 4
    assert (into(two), may_get()) == ([None], {one.pk, two.pk})


def test_who_cannot_be_merged(ana: User) -> None:
    one, two, three = subscriber(), subscriber(), subscriber()
    gone = ContactFactory(name="Ana")
    Contact.objects.filter(pk=gone.pk).update(erased_at=NOON, name="", email="", mailbox=None)
    merging.merge(kept=one, other=two, by=ana)
    for kept, other, why in [
        (one, one, "These are already the same contact."),
        (two, one, "One of them has been merged into another contact in the meantime."),
        (three, two, "One of them has been merged into another contact in the meantime."),
        (three, gone, "An erased person cannot be merged."),
        (gone, three, "An erased person cannot be merged."),
    ]:
        with pytest.raises(NotPossible) as refused:
            merging.merge(kept=kept, other=other, by=ana)
        assert str(refused.value) == why
    assert Merge.objects.count() == 1


def test_only_the_kept_one_is_written_to(ana: User) -> None:
    one, two = subscriber(email="one@example.org"), subscriber(email="two@example.org")
    merging.merge(kept=two, other=one, by=ana)
    assert may_get() == {two.pk}
    issue = DigestIssueFactory(approved=True)
    freezing.freeze(issue.pk)
    assert list(Delivery.objects.values_list("contact", "address")) == [(two.pk, "two@example.org")]


@pytest.mark.parametrize("while_one", [False, True])
@pytest.mark.parametrize("who", [0, 1])
def test_each_mailbox_is_written_to_on_its_own_word(who: int, while_one: bool, ana: User) -> None:
    """Kept, other: who takes it back gets no more, and nobody begins to get it at the other mailbox.

    So while the two are one, a No of the kept one stops both; that of the other stops itself.
    """
    pair = subscriber(), subscriber()
    mine, theirs = pair[who], pair[1 - who]
    if not while_one:
        consent_switches.withdraw(contact=mine, purposes=[KEEP], source="unsubscribe_page")
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    if while_one:
        assert may_get() == {pair[0].pk}
        consent_switches.withdraw(contact=fresh(mine)[0], purposes=[KEEP], source="one_click")
    assert may_get() == (set() if mine == pair[0] else {theirs.pk})
    merging.undo_merge(merge=merge, by=ana)
    assert (may_get(), list(audit.disagreements())) == ({theirs.pk}, [])


def test_a_yes_of_the_other_brings_the_kept_mailbox_nothing(ana: User) -> None:
    one, two = ContactFactory(confirmed=True), subscriber()
    merging.merge(kept=one, other=two, by=ana)
    assert (switches(one), may_get()) == ({}, {two.pk})


def test_who_asked_staff_to_be_left_alone_is_at_every_mailbox(ana: User) -> None:
    one, two = subscriber(), subscriber()
    merging.merge(kept=one, other=two, by=ana)
    consent_switches.withdraw(contact=one, purposes=[KEEP], source="one_click")
    acts.restrict(contact=one, by=ana, why="She rang.")
    (other,) = fresh(two)
    assert (may_get(), other.wants_to_be_left_alone) == (set(), True)
    one_wish = subscriber()
    erasing.ask(contact=one_wish)
    assert may_get() == set()


def test_nobody_is_reminded_twice(ana: User, clock: time_machine.Traveller) -> None:
    one = received(KEEP, email="one@example.org").contact
    two = received(ADVICE, email="two@example.org").contact
    clock.shift(dt.timedelta(days=4))
    reminding.remind(NOON + dt.timedelta(days=4))
    merge = merging.merge(kept=one, other=two, by=ana)
    assert reminding.remind(NOON + dt.timedelta(days=5)) == 0
    merging.undo_merge(merge=merge, by=ana)
    assert reminding.remind(NOON + dt.timedelta(days=5)) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_them_the_other_way_round_one_is_refused(ana: User) -> None:
    one, two = ContactFactory(), ContactFactory()
    together = Barrier(2)

    def press(kept: Contact, other: Contact) -> str:
        together.wait()
        try:
            merging.merge(kept=kept, other=other, by=ana)
        except NotPossible as refused:
            return str(refused)
        finally:
            connections.close_all()
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        said = [run.result() for run in (pool.submit(press, one, two), pool.submit(press, two, one))]
    assert sorted(said) == ["One of them has been merged into another contact in the meantime.", "merged"]
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("who", [0, 1])
def test_never_again_is_of_the_mailbox_that_said_it(who: int, ana: User) -> None:
    pair = subscriber(email="one@example.org"), subscriber(email="two@example.org")
    suppressions.never_again(mailbox=["one", "two"][who] + "@example.org")
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    assert may_get() == {pair[1 - who].pk}
    merging.undo_merge(merge=merge, by=ana)
    assert ([held(pair[n])[2] for n in (who, 1 - who)], may_get()) == ([NOON, None], {pair[1 - who].pk})


def test_a_restriction_of_either_holds_and_is_given_back(ana: User) -> None:
    one, two = subscriber(), subscriber()
    Contact.objects.filter(pk=one.pk).update(restricted_at=NOON, restricted_because="no_basis")
    acts.restrict(contact=two, by=ana, why="She rang.")
    merge = merging.merge(kept=one, other=two, by=ana)
    assert held(one)[:2] == ("asked", NOON)
    merging.undo_merge(merge=merge, by=ana)
    assert (held(one)[:2], held(two)[:2]) == (("no_basis", NOON), ("asked", NOON))


def test_a_list_without_a_basis_restricts_nobody_else(ana: User) -> None:
    one, two = subscriber(), ContactFactory()
    Contact.objects.filter(pk=two.pk).update(restricted_at=NOON, restricted_because="no_basis")
    merging.merge(kept=one, other=two, by=ana)
    assert (held(one)[0], may_get()) == ("", {one.pk})


def test_what_was_asked_while_they_were_one_holds_for_both(ana: User, clock: time_machine.Traveller) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    clock.shift(60)
    acts.restrict(contact=one, by=ana, why="She rang.")
    merging.undo_merge(merge=merge, by=ana)
    assert (held(one)[0], held(two)[0], may_get()) == ("asked", "asked", set())


@pytest.mark.parametrize("who", [0, 1])
def test_a_wish_to_be_erased_stays_with_the_mailbox_that_asked(
    who: int, ana: User, clock: time_machine.Traveller, settings: Any
) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    pair = subscriber(), subscriber()
    mine, theirs = pair[who], pair[1 - who]
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    erasing.ask(contact=fresh(mine)[0])
    assert (held(mine)[0], held(theirs)[0], may_get()) == ("erasure", "", {theirs.pk})
    with pytest.raises(NotPossible, match="Only one of the merged contacts asked"):
        erasing.propose(contact=pair[0], why="", by=ana)
    clock.shift(dt.timedelta(days=40))
    assert Merge.objects.get().can_be_undone is True
    merging.undo_merge(merge=merge, by=ana)
    assert (held(mine)[0], held(theirs)[0], may_get()) == ("erasure", "", {theirs.pk})
    erasing.propose(contact=mine, why="", by=ana)
    erasing.carry_out(erasure=Erasure.objects.get(contact=mine), by=UserFactory())
    assert [person.erased_at is not None for person in fresh(mine, theirs)] == [True, False]


def test_nobody_is_merged_or_made_two_once_an_erasure_is_proposed(ana: User, settings: Any) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    one, two, three = subscriber(), subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    erasing.propose(contact=one, why="She rang.", by=ana)
    for act in (
        lambda: merging.undo_merge(merge=merge, by=ana),
        lambda: merging.merge(kept=three, other=fresh(one)[0], by=ana),
        lambda: merging.merge(kept=fresh(one)[0], other=three, by=ana),
    ):
        with pytest.raises(
            NotPossible, match=r"^It is proposed to erase this person: decide about that first\.$"
        ):
            act()


@pytest.fixture
def merged(ana: User) -> tuple[Contact, Contact]:
    """The kept one and the other, each with an address and a confirmed Yes."""
    one, two = subscriber(email="kept@example.org"), subscriber(email="other@example.org")
    merging.merge(kept=one, other=two, by=ana)
    return one, Contact.objects.get(pk=two.pk)


def path_of(url: str) -> str:
    return url[url.index("/", 8) :]


def test_the_others_links_act_on_the_other(client: Client, merged: tuple[Contact, Contact]) -> None:
    kept, other = merged
    assert client.get(path_of(links.preferences_url(other))).status_code == 200
    url = path_of(signed_links.address("unsubscribe", other.pk, KEEP))
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (switches(kept), switches(other), may_get()) == ({KEEP: (True, True)}, {}, {kept.pk})
    line = other.consents.latest("pk")
    assert (line.decision, line.source, line.contact) == ("withdrawn", "one_click", other)


def test_a_form_with_the_others_address_is_the_others(merged: tuple[Contact, Contact]) -> None:
    kept, other = merged
    eoi = received(ADVICE, email="other@example.org")
    assert (eoi.contact, Contact.objects.count()) == (other, 2)
    assert (switches(kept), switches(other)[ADVICE]) == ({KEEP: (True, True)}, (True, False))
    mail.deliver_due()
    assert ExpressionOfInterest.objects.get().contact == other


def test_a_champion_of_the_other_stays_and_its_pages_work(
    client: Client, admin_client: Client, ana: User
) -> None:
    one, two = subscriber(), subscriber(purpose="champion_accord", email="other@example.org")
    champion = ChampionFactory(contact=two, published=True)
    merging.merge(kept=one, other=two, by=ana)
    assert client.get(champion.get_absolute_url()).status_code == 200
    assert client.get(path_of(publication_url(champion.pk, two))).status_code == 200
    assert admin_client.get(f"/staff/champions/champion/{champion.pk}/change/").status_code == 200


def test_the_page_says_that_nobody_is_written_to_where_the_kept_address_is_unconfirmed(
    client: Client, ana: User
) -> None:
    pair = duplicates.suggest(contact=subscriber(), other=ContactFactory(), by=ana)
    client.force_login(UserFactory(is_superuser=True))
    said = client.get(pair.get_absolute_url()).content.decode()
    assert f"Contact {pair.second_id} has no confirmed address" in said
    assert f"Contact {pair.first_id} has no confirmed address" not in said
