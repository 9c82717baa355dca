"""What is owed, from when and by when: from receipt of a form, and from when a Yes counts."""

import datetime as dt

import pytest
import time_machine

from accord_portal.staff.models import User
from responses.answers import intake, triage
from responses.consent import switches
from responses.contacts import acts
from responses.models import Call, Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import owing
from tests.clock import NOON
from tests.factories import ContactFactory, answers, merged, received, subscriber
from tests.responses.undertakings.promises import differences, owed, row_of, stand, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Kind = Undertaking.Kind
DAY = dt.timedelta(days=1)
ACK, REPLY = ("acknowledge", 0, "open"), ("reply", 0, "open")
BY_TELEPHONE = {"email": "", "telephone": "04 494 5718"}
QUARTER_ON, ENDS_ON = dt.date(2026, 10, 1), dt.date(2026, 12, 31)


def written_down(call: Call, by: User, *yes: str, **said: str) -> ExpressionOfInterest:
    return intake.receive(call=call, answers=answers(*yes, **said), channel="telephone", by=by)


def change(before: ExpressionOfInterest, *yes: str, **said: object) -> ExpressionOfInterest:
    return intake.change(before=before, answers=answers(*yes, **said))


# --- of a form -------------------------------------------------------------------------------


def test_a_form_is_owed_its_acknowledgement_its_reply_and_a_decision_about_each_initiative() -> None:
    eoi = received("give_advice", initiatives="A hall\n\nA garden")
    fields = ["kind", "about", "contact", "consent", "since_at", "first_due_on", "due_on", "is_backfilled"]
    by, reply_by = dt.date(2026, 11, 19), dt.date(2026, 12, 14)
    rows = eoi.undertakings.order_by("pk").values_list(*fields)
    assert list(rows) == [
        ("acknowledge", 0, eoi.contact_id, None, NOON, by, by, False),
        ("reply", 0, eoi.contact_id, None, NOON, reply_by, reply_by, False),
        ("decide", 1, eoi.contact_id, None, NOON, reply_by, reply_by, False),
        ("decide", 2, eoi.contact_id, None, NOON, reply_by, reply_by, False),
    ]
    assert (eoi.contact.undertakings.count(), differences()) == (4, [])


def test_a_form_without_initiatives_is_owed_no_decision() -> None:
    assert owed(received("give_advice")) == [ACK, REPLY]


def test_four_times_no_is_owed_an_answer_too() -> None:
    assert owed(received()) == [ACK, REPLY]


def test_an_initiative_that_stands_twice_in_a_form_is_decided_about_once() -> None:
    eoi = received(initiatives="- A hall\n- a HALL\n- a garden")
    assert owed(eoi) == [ACK, REPLY, ("decide", 1, "open"), ("decide", 3, "open")]
    assert differences() == []


def test_the_same_initiative_in_another_form_is_owed_once_and_the_form_itself_again() -> None:
    first = received(initiatives="A hall")
    second = received(initiatives="- a hall\n- a garden", comments="again")
    assert owed(first) == [ACK, REPLY, ("decide", 1, "open")]
    assert owed(second) == [ACK, REPLY, ("decide", 1, "merged"), ("decide", 2, "open")]
    assert differences() == []


def test_what_was_decided_in_one_form_is_not_owed_in_the_next(mere: User) -> None:
    first = received(initiatives="A hall")
    triage.decide(eoi=first, seen=1, by=mere, number=1, outcome="taken_up")
    assert owed(received(initiatives="a hall", comments="again"))[2:] == [("decide", 1, "merged")]
    assert differences() == []


def test_spam_is_owed_nothing_and_taken_up_again_it_is_owed_what_it_was(mere: User) -> None:
    eoi = received(initiatives="A hall")
    triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    assert {standing for _, _, standing in owed(eoi)} == {"spam"}
    assert set(eoi.undertakings.values_list("ended_at", flat=True)) == {NOON}
    triage.reopen(eoi=eoi, seen=2, by=mere, text="It is none")
    assert owed(eoi) == [ACK, REPLY, ("decide", 1, "open")]
    assert differences() == []


def test_of_spam_another_form_takes_the_initiative_over(mere: User) -> None:
    spam, form = received(initiatives="A hall"), received(initiatives="A hall", comments="mine")
    triage.mark_as_spam(eoi=spam, seen=1, by=mere)
    assert (stand(spam, "decide"), stand(form, "decide")) == ("spam", "open")
    assert differences() == []


# --- of answers that are changed -------------------------------------------------------------


def test_changed_answers_take_over_what_is_open_with_the_earlier_day(clock: time_machine.Traveller) -> None:
    before = received(initiatives="- Tūtahi hall\n- a garden\n- a van")
    kept = {about: row.pk for row in before.undertakings.all() if (about := row.about)}
    clock.shift(DAY)
    new = change(before, initiatives="- a boat\n- a van\n- tutahi hall")
    assert owed(before) == [("decide", 2, "replaced")]
    assert {row.about: row.pk for row in new.undertakings.filter(about__in=[2, 3])} == {
        2: kept[3],
        3: kept[1],
    }
    first, later = dt.date(2026, 12, 14), dt.date(2026, 12, 15)
    days = {(r.kind, r.about): (r.first_due_on, r.due_on) for r in new.undertakings.all()}
    assert days == {
        ("acknowledge", 0): (dt.date(2026, 11, 19), dt.date(2026, 11, 19)),
        ("reply", 0): (first, first),
        ("decide", 1): (later, later),
        ("decide", 2): (first, first),
        ("decide", 3): (first, first),
    }
    assert differences() == []


def test_a_day_named_far_ahead_gives_way_to_the_day_the_changed_answers_are_owed_by(mere: User) -> None:
    before = received()
    triage.acknowledge(eoi=before, seen=1, by=mere, text="Kia ora", reply_on=dt.date(2027, 3, 1))
    new = change(before, comments="more")
    assert owed(before) == [("acknowledge", 0, "kept")]
    assert owed(new) == [REPLY, ACK]
    assert row_of(new, "reply").due_on == dt.date(2026, 12, 14)
    assert differences() == []


def test_what_was_answered_in_full_is_owed_anew_for_the_changed_answers(mere: User) -> None:
    before = received(initiatives="A hall")
    triage.acknowledge(eoi=before, seen=1, by=mere, text="Kia ora", is_full=True)
    new = change(before, initiatives="A hall", comments="more")
    assert owed(before) == [("acknowledge", 0, "kept"), ("reply", 0, "kept")]
    assert owed(new) == [("decide", 1, "open"), ACK, REPLY]
    assert differences() == []


# --- of a Yes --------------------------------------------------------------------------------


def test_what_a_yes_owes_begins_when_the_mailbox_confirms_it(clock: time_machine.Traveller) -> None:
    contact = received("keep_informed", "community_of_interest", "give_advice", "champion_accord").contact
    assert owed(contact) == [ACK, REPLY]
    clock.shift(DAY)
    switches.confirm(contact=contact)
    assert owed(contact) == [ACK, REPLY, ("invite", 0, "open"), ("talk", 0, "open")]
    consents = dict(contact.involvements.values_list("purpose", "consent"))
    for kind, purpose, by in [
        ("invite", "give_advice", dt.date(2027, 5, 17)),
        ("talk", "champion_accord", dt.date(2026, 12, 1)),
    ]:
        row = row_of(contact, kind)
        assert (row.consent_id, row.since_at, row.first_due_on, row.due_on, row.eoi) == (
            consents[purpose],
            NOON + DAY,
            by,
            by,
            None,
        )
    assert differences() == []


def test_a_yes_that_staff_wrote_down_of_somebody_without_an_address_counts_at_once(
    call: Call, mere: User
) -> None:
    rung = written_down(call, mere, "give_advice", "champion_accord", **BY_TELEPHONE)
    mailed = written_down(call, mere, "give_advice")
    typed = received("give_advice", name="Hēmi", email="", telephone="04 555 0100")
    assert [kind for kind, _, _ in owed(rung.contact)] == ["acknowledge", "reply", "invite", "talk"]
    assert owed(mailed.contact) == owed(typed.contact) == [ACK, REPLY]
    assert differences() == []


def test_a_yes_taken_back_ends_it_and_a_new_one_is_a_new_promise() -> None:
    contact = subscriber("give_advice")
    owing.settle(contact)
    switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    assert owed(contact) == [("invite", 0, "withdrawn")]
    switches.set_switches(contact=contact, wanted={"give_advice": True})
    assert owed(contact) == [("invite", 0, "withdrawn"), ("invite", 0, "open")]
    first, second = contact.undertakings.order_by("pk")
    assert (first.consent_id < second.consent_id, differences()) == (True, [])


def test_saying_yes_again_does_not_double_what_is_owed() -> None:
    contact = received("give_advice").contact
    switches.confirm(contact=contact)
    received("give_advice", comments="again")
    switches.confirm(contact=contact)
    assert [row for row in owed(contact) if row[0] == "invite"] == [("invite", 0, "open")]
    assert differences() == []


# --- who is left alone, and erased -----------------------------------------------------------


def test_who_asks_to_be_left_alone_is_owed_nothing_until_released(
    mere: User, clock: time_machine.Traveller
) -> None:
    contact = received("give_advice").contact
    switches.confirm(contact=contact)
    clock.shift(60)
    acts.restrict(contact=contact, by=mere, why="They asked")
    assert {standing for _, _, standing in owed(contact)} == {"restricted"}
    clock.shift(60)
    later = received(comments="I write all the same")
    assert owed(later) == [ACK, REPLY]
    assert differences() == []
    acts.release(contact=contact, by=mere, why="They rang")
    assert [standing for _, _, standing in owed(contact)] == ["open"] * 5
    assert differences() == []


def test_that_we_have_no_basis_to_write_ends_nothing() -> None:
    contact = received().contact
    Contact.objects.filter(pk=contact.pk).update(restricted_at=NOON + DAY, restricted_because="no_basis")
    owing.settle(contact)
    assert owed(contact) == [ACK, REPLY]


# --- what nobody wrote down when it began ----------------------------------------------------


@pytest.mark.parametrize(("age", "is_old"), [(DAY, False), (DAY + dt.timedelta(seconds=1), True)])
def test_what_is_found_missing_for_over_a_day_counts_from_when_it_is_found(
    age: dt.timedelta, is_old: bool
) -> None:
    eoi = received("give_advice", initiatives="A hall", at=NOON - age)
    person = subscriber("champion_accord")
    person.involvements.update(confirmed_at=NOON - age)
    Undertaking.objects.all().delete()
    owing.settle(eoi.contact)
    owing.settle(person)
    since_at = NOON if is_old else NOON - age
    rows = Undertaking.objects.order_by("pk").values_list("kind", "since_at", "is_backfilled")
    assert list(rows) == [(kind, since_at, is_old) for kind in ("acknowledge", "reply", "decide", "talk")]
    assert row_of(eoi, "acknowledge").due_on == dt.date(2026, 11, 19 if is_old else 18)
    assert differences() == []


def test_settling_twice_changes_nothing() -> None:
    eoi = received("give_advice", initiatives="A hall")
    switches.confirm(contact=eoi.contact)
    before = list(Undertaking.objects.values())
    assert owing.settle_all(owing.records_of_people([eoi.contact_id]), at=NOON) == (0, 0)
    assert list(Undertaking.objects.values()) == before
    assert owing.settle_all([], at=NOON) == (0, 0)


def test_the_records_of_people_are_those_merged_with_them_too() -> None:
    kept, other, third = ContactFactory(), ContactFactory(), ContactFactory()
    merged(other, kept)
    assert sorted(owing.records_of_people([other.pk, third.pk])) == [kept.pk, other.pk, third.pk]
    assert sorted(owing.records_of_people([kept.pk])) == [kept.pk, other.pk]
    assert owing.records_of_people([]) == []


# --- by the quarter --------------------------------------------------------------------------


def test_an_audience_is_owed_one_row_a_quarter() -> None:
    owe = {"audience": "keep_informed", "kind": Kind.INFORM}
    assert owing.owe_the_quarter(**owe, quarter_on=QUARTER_ON) is True
    assert owing.owe_the_quarter(**owe, quarter_on=QUARTER_ON) is False
    row = Undertaking.objects.get()
    assert (row.contact, row.since_at, row.first_due_on, row.due_on) == (None, NOON, ENDS_ON, ENDS_ON)
    assert differences() == []


def test_a_champion_is_owed_our_asking_once_a_quarter_and_initiative() -> None:
    contact = subscriber("champion_accord")
    owing.settle(contact)
    for initiative in (7, 7, 8):
        owing.owe_asking(contact=contact, initiative=initiative, quarter_on=QUARTER_ON)
    assert owed(contact)[1:] == [("ask", 7, "open"), ("ask", 8, "open")]
    assert set(contact.undertakings.filter(kind="ask").values_list("due_on", flat=True)) == {ENDS_ON}
    owing.end_asking(initiatives=[7])
    assert owed(contact)[1:] == [("ask", 7, "taken_down"), ("ask", 8, "open")]
    owing.settle(contact)
    assert owed(contact)[1:] == [("ask", 7, "taken_down"), ("ask", 8, "open")]
    assert differences() == []


def test_who_does_not_champion_any_more_is_asked_nothing_and_a_new_yes_brings_no_old_asking_back() -> None:
    contact = subscriber("champion_accord")
    owing.settle(contact)
    owing.owe_asking(contact=contact, initiative=7, quarter_on=QUARTER_ON)
    switches.withdraw(contact=contact, purposes=["champion_accord"], source="one_click")
    switches.set_switches(contact=contact, wanted={"champion_accord": True})
    assert [standing(row) for row in contact.undertakings.filter(kind="ask")] == ["withdrawn"]
    assert differences() == []
