"""Acts of triage, without a request: each checks what its actor saw and writes its own line."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.models import Activity, Contact, ExpressionOfInterest
from tests.clock import NOON
from tests.factories import UserFactory, closed, closed_unanswered, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = ExpressionOfInterest.State
TRIAGED = ["version", "state", "assigned_to", "closed_at", "closed_by"]


@pytest.fixture
def eoi(db: None) -> ExpressionOfInterest:
    return received("keep_informed", at=NOON - dt.timedelta(days=1))


def now(eoi: ExpressionOfInterest) -> dict[str, object]:
    """What an act may have changed, where it differs from an untouched record."""
    row = ExpressionOfInterest.objects.filter(pk=eoi.pk).values(*TRIAGED, "outcome").get()
    untouched = {**dict.fromkeys(TRIAGED), "version": 1, "state": State.AWAITING_TRIAGE, "outcome": ""}
    kept = eoi.undertakings.kept().values_list("kind", "kept_at", "kept_by").order_by("pk")
    changed = {key: value for key, value in row.items() if value != untouched[key]}
    return changed | ({"kept": list(kept)} if kept else {})


def in_full(by: User) -> list[tuple[object, ...]]:
    """What the full answer keeps."""
    return [("acknowledge", NOON, by.pk), ("reply", NOON, by.pk)]


def timeline(eoi: ExpressionOfInterest) -> list[tuple[object, ...]]:
    rows = eoi.activities.exclude(kind="answered").order_by("pk")
    return list(rows.values_list("contact", "kind", "text", "happened_at", "done_by"))


def owed() -> list[tuple[object, ...]]:
    rows = OutgoingMail.objects.exclude(message="acknowledgement")
    return list(rows.values_list("message", "to", "recipient", "facts"))


# --- each act --------------------------------------------------------------------------------


def test_acknowledging_takes_it_in_hand_and_owes_the_reply(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora, we will ring you.", is_full=True)
    assert now(eoi) == {"version": 2, "state": State.IN_HAND, "kept": in_full(mere)}
    assert timeline(eoi) == [(eoi.contact_id, "acknowledged", "Kia ora, we will ring you.", NOON, mere.pk)]
    assert owed() == [
        (
            "reply",
            "aroha@example.org",
            eoi.contact_id,
            {"eoi_id": eoi.pk, "text": "Kia ora, we will ring you.", "greets": False},
        )
    ]


def test_somebody_without_an_address_is_acknowledged_in_another_way(mere: User) -> None:
    eoi = received(email="", telephone="04 494 5718")
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Rang at noon.", is_full=True)
    assert now(eoi)["kept"] == in_full(mere)
    assert owed() == []


def test_acknowledging_what_is_in_hand_leaves_it_in_hand(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.assign(eoi=eoi, seen=1, by=mere, to=mere)
    triage.acknowledge(eoi=eoi, seen=2, by=mere, text="Kia ora", is_full=True)
    assert now(eoi)["state"] == State.IN_HAND


def test_what_was_closed_unanswered_can_be_answered_and_stays_closed(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    closed_unanswered(eoi, by=mere)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Kia ora", is_full=True)
    assert (now(eoi)["state"], now(eoi)["kept"]) == (State.CLOSED, in_full(mere))


def test_who_wants_to_be_left_alone_is_acknowledged_without_a_message(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    asked_at = eoi.received_at - dt.timedelta(days=1)
    Contact.objects.filter(pk=eoi.contact_id).update(restricted_at=asked_at, restricted_because="asked")
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Rang at noon.", is_full=True)
    assert (now(eoi)["kept"], owed()) == (in_full(mere), [])


def test_it_is_acknowledged_once(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    before = now(eoi), timeline(eoi), owed()
    with pytest.raises(NotPossible, match=r"^This has already been acknowledged\.$"):
        triage.acknowledge(eoi=eoi, seen=2, by=mere, text="Kia ora", is_full=True)
    assert (now(eoi), timeline(eoi), owed()) == before


def test_assigning_gives_it_to_one_member_of_staff(eoi: ExpressionOfInterest, mere: User) -> None:
    hone = UserFactory(name="Hōne Staff")
    triage.assign(eoi=eoi, seen=1, by=mere, to=hone)
    assert now(eoi) == {"version": 2, "assigned_to": hone.pk}
    assert timeline(eoi) == [(eoi.contact_id, "assigned", "To Hōne Staff", NOON, mere.pk)]
    assert eoi.assigned_to == hone


def test_a_note_is_a_line_and_changes_nothing_else(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.note(eoi=eoi, by=mere, text="Rang. Busy till Monday.")
    assert now(eoi) == {}
    assert timeline(eoi) == [(eoi.contact_id, "note", "Rang. Busy till Monday.", NOON, mere.pk)]


def test_an_outcome_is_one_of_the_list(eoi: ExpressionOfInterest, mere: User) -> None:
    with pytest.raises(ValueError, match="none-such"):
        triage.close(eoi=eoi, seen=1, by=mere, outcome="none-such", text="Why not")
    assert (now(eoi), timeline(eoi)) == ({}, [])


def test_spam_leaves_the_queue_and_is_kept(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    assert now(eoi) == {"version": 2, "state": State.SPAM, "closed_at": NOON, "closed_by": mere.pk}
    assert timeline(eoi) == [(eoi.contact_id, "spam", "", NOON, mere.pk)]
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == []


def test_the_yeses_of_spam_count_no_longer_but_those_the_mailbox_confirmed_do(
    mere: User, clock: time_machine.Traveller
) -> None:
    contact = received("keep_informed").contact
    switches.confirm(contact=contact)
    spam = received("keep_informed", "give_advice", comments="Buy now")
    triage.mark_as_spam(eoi=spam, seen=1, by=mere)
    rows = contact.involvements.values_list("purpose", "confirmed_at", "ended_at")
    assert sorted(rows) == [("give_advice", None, NOON), ("keep_informed", NOON, None)]
    assert list(contact.consents.filter(decision="spam").values_list("purpose", "source", "recorded_by")) == [
        ("give_advice", "staff", mere.pk)
    ]


def close_what_is_owed_nothing(*, eoi: ExpressionOfInterest, **saw: Any) -> None:
    eoi.undertakings.update(ended_at=NOON, ended_because="restricted")
    triage.close(eoi=eoi, **saw, outcome="nothing_asked", text="Thank you.")


ACTS: dict[str, Callable[..., None]] = {
    "acknowledge": lambda **saw: triage.acknowledge(**saw, text="Kia ora", is_full=True),
    "assign": lambda **saw: triage.assign(**saw, to=saw["by"]),
    "close": close_what_is_owed_nothing,
    "spam": triage.mark_as_spam,
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_one_leaves_the_others_alone(eoi: ExpressionOfInterest, mere: User, act: str) -> None:
    other = received("keep_informed", name="Hēmi", email="hemi@example.org")
    ACTS[act](eoi=eoi, seen=1, by=mere)
    assert (now(other), timeline(other)) == ({}, [])


@pytest.mark.parametrize("ending", ["close", "spam"])
def test_what_is_taken_up_again_waits_for_its_answer(
    eoi: ExpressionOfInterest, mere: User, ending: str
) -> None:
    ACTS[ending](eoi=eoi, seen=1, by=mere)
    triage.reopen(eoi=eoi, seen=2, by=mere, text="They rang again.")
    assert now(eoi) == {"version": 3}
    assert timeline(eoi)[-1] == (eoi.contact_id, "reopened", "They rang again.", NOON, mere.pk)
    with pytest.raises(NotPossible, match=r"^This is already open\.$"):
        triage.reopen(eoi=eoi, seen=3, by=mere, text="again")
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [eoi]


def test_what_was_answered_is_taken_up_again_in_hand(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    closed(eoi, by=mere)
    assert list(ExpressionOfInterest.objects.closed_without_an_answer()) == []
    triage.reopen(eoi=eoi, seen=3, by=mere, text="They rang again.")
    assert (now(eoi)["state"], now(eoi)["kept"]) == (State.IN_HAND, in_full(mere))


@pytest.mark.parametrize("act", ["close", "spam"])
@pytest.mark.parametrize(
    ("ending", "said"),
    [("close", "This is already closed."), ("spam", "This is already spam.")],
)
def test_what_is_ended_is_not_ended_again(
    eoi: ExpressionOfInterest, mere: User, ending: str, said: str, act: str
) -> None:
    ACTS[ending](eoi=eoi, seen=1, by=mere)
    before = now(eoi), timeline(eoi)
    with pytest.raises(NotPossible) as refused:
        ACTS[act](eoi=eoi, seen=2, by=mere)
    assert str(refused.value) == said
    assert (now(eoi), timeline(eoi)) == before


def test_spam_gets_no_reply(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    with pytest.raises(NotPossible, match=r"^This is already spam\.$"):
        triage.acknowledge(eoi=eoi, seen=2, by=mere, text="Kia ora", is_full=True)
    assert owed() == []


# --- two members of staff --------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_what_has_changed_is_refused_and_says_who_changed_it(
    eoi: ExpressionOfInterest, mere: User, act: str, clock: time_machine.Traveller
) -> None:
    stale = ExpressionOfInterest.objects.get(pk=eoi.pk)
    triage.assign(eoi=eoi, seen=1, by=UserFactory(name="Hōne Staff"), to=mere)
    before = now(eoi), timeline(eoi), owed()
    clock.shift(60)
    with pytest.raises(ChangedMeanwhile) as refused:
        ACTS[act](eoi=stale, seen=1, by=mere)
    assert str(refused.value) == "Hōne Staff changed this meanwhile: Assigned, 16 November 2026, 12:00pm."
    assert (now(eoi), timeline(eoi), owed()) == before


@pytest.mark.parametrize(
    ("act", "done"),
    [
        ("acknowledge", "Acknowledged"),
        ("assign", "Assigned"),
        ("close", "Closed"),
        ("spam", "Marked as spam"),
    ],
)
def test_the_last_change_is_the_one_that_is_named(
    eoi: ExpressionOfInterest, mere: User, act: str, done: str, clock: time_machine.Traveller
) -> None:
    triage.assign(eoi=eoi, seen=1, by=UserFactory(name="Hōne Staff"), to=mere)
    clock.shift(60)
    ACTS[act](eoi=eoi, seen=2, by=mere)
    with pytest.raises(ChangedMeanwhile, match=rf"^Mere Staff changed this meanwhile: {done}, .*12:01pm"):
        triage.assign(eoi=eoi, seen=2, by=mere, to=mere)


def test_that_it_was_taken_up_again_is_named_too(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    ACTS["close"](eoi=eoi, seen=1, by=UserFactory(name="Hōne Staff"))
    clock.shift(60)
    triage.reopen(eoi=eoi, seen=2, by=mere, text="They rang again.")
    with pytest.raises(
        ChangedMeanwhile, match=r"^Mere Staff changed this meanwhile: Taken up again, .*12:01pm"
    ):
        triage.assign(eoi=eoi, seen=2, by=mere, to=mere)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_works_on_answers_that_a_newer_version_has_replaced(
    eoi: ExpressionOfInterest, mere: User, act: str
) -> None:
    ExpressionOfInterest.objects.filter(pk=eoi.pk).update(state=State.REPLACED)
    with pytest.raises(NotPossible, match=r"^A newer version has replaced this one: work on that one\.$"):
        ACTS[act](eoi=eoi, seen=1, by=mere)
    assert (now(eoi), timeline(eoi), owed()) == ({"state": State.REPLACED}, [], [])


def test_a_change_that_no_member_of_staff_made_is_told_as_far_as_it_is_known(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    ExpressionOfInterest.objects.filter(pk=eoi.pk).update(version=2)
    with pytest.raises(ChangedMeanwhile, match=r"^This was changed meanwhile\.$"):
        triage.assign(eoi=eoi, seen=1, by=mere, to=mere)
    Activity.objects.create(contact=eoi.contact, eoi=eoi, kind="assigned")
    with pytest.raises(ChangedMeanwhile, match=r"^The portal changed this meanwhile: Assigned, "):
        triage.assign(eoi=eoi, seen=1, by=mere, to=mere)


def test_it_is_not_taken_up_again_by_who_saw_an_older_state(eoi: ExpressionOfInterest, mere: User) -> None:
    ACTS["close"](eoi=eoi, seen=1, by=mere)
    with pytest.raises(ChangedMeanwhile, match=r"^Mere Staff changed this meanwhile: Closed, "):
        triage.reopen(eoi=eoi, seen=1, by=mere, text="They rang again.")
    assert now(eoi)["state"] == State.CLOSED


def test_a_note_after_the_change_does_not_hide_who_made_it(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.assign(eoi=eoi, seen=1, by=UserFactory(name="Hōne Staff"), to=mere)
    triage.note(eoi=eoi, by=mere, text="Rang.")
    with pytest.raises(ChangedMeanwhile) as refused:
        triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    assert str(refused.value) == "Hōne Staff changed this meanwhile: Assigned, 16 November 2026, 12:00pm."


def test_two_notes_do_not_disturb_each_other(eoi: ExpressionOfInterest, mere: User) -> None:
    stale = ExpressionOfInterest.objects.get(pk=eoi.pk)
    ACTS["close"](eoi=eoi, seen=1, by=mere)
    triage.note(eoi=stale, by=mere, text="one")
    triage.note(eoi=stale, by=mere, text="two")
    assert [row[2] for row in timeline(eoi)][1:] == ["one", "two"]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_line_cannot_be_written_changes_nothing(
    eoi: ExpressionOfInterest, mere: User, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**fields: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(Activity.objects, "create", fail)
    with pytest.raises(DatabaseError, match="the disk is full"):
        ACTS[act](eoi=eoi, seen=1, by=mere)
    assert (now(eoi), owed()) == ({}, [])


def test_staff_find_the_next_version_on_the_record_they_hold(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.assign(eoi=eoi, seen=eoi.version, by=mere, to=mere)
    ACTS["close"](eoi=eoi, seen=eoi.version, by=mere)
    assert (eoi.version, eoi.state) == (3, State.CLOSED)
