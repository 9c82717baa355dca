"""Two contacts that are one: suggested, merged by staff, taken back; nothing of either is lost or lowered."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.digests import deliver
from accord_portal.digests.models import Delivery
from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import SetAside
from accord_portal.staff.models import LogLine, User
from champions.links import publication_url
from responses.consent import audit, reminding
from responses.consent import switches as consent_switches
from responses.contacts import acts, duplicates, merging
from responses.models import Activity, Contact, Duplicate, Erasure, ExpressionOfInterest, Involvement, Merge
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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KEEP, ADVICE = "keep_informed", "give_advice"


def fresh(*people: Contact) -> list[Contact]:
    return [Contact.objects.get(pk=person.pk) for person in people]


def into(*people: Contact) -> list[int | None]:
    return [person.merged_into_id for person in fresh(*people)]


def switches(contact: Contact) -> dict[str, tuple[bool, bool]]:
    """Which purposes are on, and which of those are confirmed."""
    rows = contact.involvements.current()
    return {row.purpose: (True, row.confirmed_at is not None) for row in rows}


def held(contact: Contact) -> tuple[object, ...]:
    (contact,) = fresh(contact)
    return contact.restricted_because, contact.restricted_at, contact.never_again_at


def may_get(purpose: str = KEEP) -> set[int]:
    return set(Involvement.objects.permitting(purpose).values_list("contact_id", flat=True))


def pairs() -> set[tuple[int, int, str]]:
    return set(Duplicate.objects.values_list("first_id", "second_id", "reason"))


# --- suggesting ------------------------------------------------------------------------------


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
    assert list(SetAside.objects.values_list("row", flat=True)) == ([bad.pk] if found else [])


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


# --- merging ---------------------------------------------------------------------------------


def test_a_merge_keeps_both_histories_and_every_line(ana: User) -> None:
    one = received(KEEP, name="Mere Tūtahi", email="mere@example.org").contact
    two = received(KEEP, ADVICE, name="Mere Tūtahi", email="", telephone="04 494 5718").contact
    duplicates.seek_new()
    done = merging.merge(kept=one, other=two, by=ana)

    one, two = fresh(one, two)
    assert (done.kept, done.other, done.merged_at, done.merged_by) == (one, two, NOON, ana)
    assert (one.keys, two.standing_for) == ([one.pk, two.pk], one)
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
        (one, one, "same contact"),
        (two, one, "merged into another"),
        (three, two, "merged into another"),
        (three, gone, "erased"),
        (gone, three, "erased"),
    ]:
        with pytest.raises(NotPossible, match=why):
            merging.merge(kept=kept, other=other, by=ana)
    assert Merge.objects.count() == 1


def test_only_the_kept_one_is_written_to(ana: User) -> None:
    one, two = subscriber(email="one@example.org"), subscriber(email="two@example.org")
    merging.merge(kept=two, other=one, by=ana)
    assert may_get() == {two.pk}
    issue = DigestIssueFactory(approved=True)
    deliver.freeze(issue.pk)
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
    assert sorted(said) == ["One of them has been merged into another contact meanwhile.", "merged"]
    assert Merge.objects.count() == 1


# --- who asked not to be contacted -----------------------------------------------------------


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
        with pytest.raises(NotPossible, match="proposed to erase"):
            act()


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


# --- several merges --------------------------------------------------------------------------


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
    with pytest.raises(NotPossible, match="30 days"):
        merging.undo_merge(merge=merge, by=ana)
    clock.shift(dt.timedelta(seconds=-1))
    merging.undo_merge(merge=merge, by=ana)
    assert into(two) == [None]


def test_who_was_erased_stays_merged(ana: User) -> None:
    one, two = subscriber(), subscriber()
    merge = merging.merge(kept=one, other=two, by=ana)
    blank: dict[str, Any] = {"name": "", "email": "", "mailbox": None, "email_confirmed_at": None}
    Contact.objects.filter(pk=two.pk).update(erased_at=NOON, **blank)
    with pytest.raises(NotPossible, match="erased"):
        merging.undo_merge(merge=merge, by=ana)
    assert into(two) == [one.pk]


def test_the_pair_is_as_decided_after_an_undo_and_others_come_back(ana: User) -> None:
    one, two, three = ContactFactory.create_batch(3, name="Mere Tūtahi")
    duplicates.seek_new()
    merge = merging.merge(kept=one, other=two, by=ana)
    assert Duplicate.objects.open().count() == 2  # either record of the one person, and the third
    merging.undo_merge(merge=merge, by=ana)
    assert {(p.first, p.second) for p in Duplicate.objects.open()} == {(one, three), (two, three)}


# --- everywhere a mailbox is looked up -------------------------------------------------------


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
