"""Several records of one person are owed once, and a wish to be erased ends what is owed for good."""

import datetime as dt

import pytest
import time_machine

from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.contacts import acts, merging
from responses.models import Contact, Undertaking
from responses.privacy import erasing
from responses.undertakings import keeping, owing
from tests.clock import NOON
from tests.factories import received, subscriber
from tests.responses.undertakings.promises import differences, owed, row_of, stand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@pytest.fixture
def pair(clock: time_machine.Traveller) -> tuple[Contact, Contact]:
    """Two who said Yes to giving advice: the second a week before the first."""
    people = []
    for at in (NOON, NOON - WEEK):
        clock.move_to(at)
        person = subscriber("give_advice")
        owing.settle(person)
        people.append(person)
    clock.move_to(NOON)
    return people[0], people[1]


def test_of_two_records_the_earlier_is_owed_and_undoing_gives_the_other_back(
    pair: tuple[Contact, Contact], mere: User
) -> None:
    kept, other = pair
    merge = merging.merge(kept=kept, other=other, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("merged", "open")
    assert differences() == []
    merging.undo_merge(merge=merge, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("open", "open")
    assert differences() == []


def test_who_was_invited_as_the_other_record_is_owed_no_invitation(
    pair: tuple[Contact, Contact], mere: User
) -> None:
    kept, other = pair
    acts.record(contact=kept, by=mere, kind="called", text="Come", keeps=[row_of(kept, "invite")])
    merging.merge(kept=kept, other=other, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("kept", "merged")
    assert differences() == []


def test_who_said_yes_after_the_other_record_was_invited_is_owed_another(
    pair: tuple[Contact, Contact], mere: User, clock: time_machine.Traveller
) -> None:
    kept, other = pair
    clock.move_to(NOON - DAY / 2)
    acts.record(contact=other, by=mere, kind="called", text="Come", keeps=[row_of(other, "invite")])
    clock.move_to(NOON)
    merging.merge(kept=kept, other=other, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("open", "kept")
    assert differences() == []


def test_where_the_yes_of_one_record_ends_the_other_is_owed(
    pair: tuple[Contact, Contact], mere: User
) -> None:
    kept, other = pair
    merging.merge(kept=kept, other=other, by=mere)
    switches.withdraw(contact=other, purposes=["give_advice"], source="one_click")
    assert (stand(kept, "invite"), stand(other, "invite")) == ("open", "withdrawn")
    assert differences() == []


def test_both_forms_are_answered_and_their_initiative_decided_about_once(mere: User) -> None:
    first = received(initiatives="A hall", email="one@example.org")
    second = received(initiatives="a hall", email="two@example.org", at=NOON + DAY)
    merge = merging.merge(kept=second.contact, other=first.contact, by=mere)
    assert [s for _, _, s in owed(first)] == ["open", "open", "open"]
    assert [s for _, _, s in owed(second)] == ["open", "open", "merged"]
    triage.mark_as_spam(eoi=first, seen=1, by=mere)
    assert stand(second, "decide") == "open"
    merging.undo_merge(merge=merge, by=mere)
    assert differences() == []


def test_merged_with_who_is_left_alone_nothing_is_owed_until_undone(
    pair: tuple[Contact, Contact], mere: User, clock: time_machine.Traveller
) -> None:
    kept, other = pair
    clock.shift(60)
    acts.restrict(contact=kept, by=mere, why="They asked")
    merge = merging.merge(kept=kept, other=other, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("restricted", "restricted")
    assert differences() == []
    merging.undo_merge(merge=merge, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("restricted", "open")
    assert differences() == []


def test_who_asked_is_left_alone_as_the_kept_record_too(
    pair: tuple[Contact, Contact], mere: User, clock: time_machine.Traveller
) -> None:
    kept, other = pair
    clock.shift(60)
    acts.restrict(contact=other, by=mere, why="They asked")
    merging.merge(kept=kept, other=other, by=mere)
    assert (stand(kept, "invite"), stand(other, "invite")) == ("restricted", "restricted")
    assert differences() == []


def test_a_wish_to_be_erased_is_of_one_mailbox_and_ends_what_is_owed_until_declined(mere: User) -> None:
    eoi = received("give_advice", initiatives="A hall")
    switches.confirm(contact=eoi.contact)
    before = owed(eoi.contact)
    erasure = erasing.ask(contact=eoi.contact)
    assert {s for _, _, s in owed(eoi.contact)} == {"restricted"}
    assert differences() == []
    erasing.decline(erasure=erasure, because="The law", by=mere)
    assert owed(eoi.contact) == before
    assert differences() == []


def test_who_is_erased_is_owed_nothing_and_what_was_kept_stays_counted(mere: User, ana: User) -> None:
    eoi = received("give_advice", initiatives="A hall")
    switches.confirm(contact=eoi.contact)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 1))
    line = eoi.activities.get(kind="acknowledged")
    proof = keeping.by_line(line, "Rang Aroha")
    keeping.keep(eoi.undertakings.filter(kind="decide"), by=mere, proof=proof)
    erasing.propose(contact=eoi.contact, why="They asked", by=mere)
    erasing.carry_out(erasure=eoi.contact.erasures.get(), by=ana)
    assert owed(eoi.contact) == [
        ("acknowledge", 0, "restricted"),  # its message was never sent
        ("reply", 0, "restricted"),
        ("decide", 1, "kept"),
        ("invite", 0, "restricted"),
    ]
    assert set(Undertaking.objects.values_list("evidence_text", flat=True)) == {""}
    assert differences() == []
