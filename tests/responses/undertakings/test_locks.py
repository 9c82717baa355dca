"""What is owed to one person is kept, moved and ended in turns: on PostgreSQL, two at once."""

import datetime as dt

import pytest
from django.db import connection, transaction

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.contacts import acts, merging
from responses.models import Activity, Contact, Undertaking
from responses.people.timeline import tell
from responses.undertakings import audit, keeping, moving
from tests.at_once import behind, while_not_over
from tests.clock import NOON
from tests.factories import received

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
TODAY = dt.date(2026, 11, 16)
NEXT_WEEK = dt.date(2026, 11, 30)
Kind = Undertaking.Kind


def the(kind: str, contact: Contact) -> Undertaking:
    """What the contact is owed of this kind, or was."""
    return Undertaking.objects.get(kind=kind, contact=contact)


def ring(row: Undertaking, by: User) -> object:
    assert row.contact
    return acts.record(contact=row.contact, by=by, kind="called", text="We talked", keeps=[row])


def invited(by: User) -> Undertaking:
    """An invitation that was promised, and mailed."""
    contact = received("give_advice").contact
    switches.confirm(contact=contact)
    acts.invite(contact=contact, by=by, on=NEXT_WEEK, place="The hall", reply_by=TODAY, text="")
    row = the(Kind.INVITE, contact)
    OutgoingMail.objects.filter(pk=row.evidence_key).update(state="sent", sent_at=NOON)
    return row


def test_of_two_who_keep_one_promise_one_is_told_that_it_was_kept(mere: User, ana: User) -> None:
    row = the(Kind.REPLY, received().contact)
    _, refused = while_not_over(lambda: ring(row, mere), lambda: ring(row, ana))
    row.refresh_from_db()
    assert isinstance(refused, ChangedMeanwhile)
    assert (row.kept_by, Activity.objects.filter(kind="called").count()) == (mere, 1)


def test_a_message_that_comes_back_gives_way_to_who_says_yes_again_at_this_moment(mere: User) -> None:
    row = invited(mere)
    contact = row.contact
    assert contact
    switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    _, came_back = while_not_over(
        lambda: switches.set_switches(contact=contact, wanted={"give_advice": True}),
        lambda: mail.came_back(OutgoingMail.objects.filter(pk=row.evidence_key)),
    )
    states = (
        Undertaking.objects.filter(kind=Kind.INVITE).order_by("pk").values_list("kept_at", "ended_because")
    )
    assert (came_back, list(states)) == (1, [(None, "withdrawn"), (None, "")])
    assert list(audit.differences()) == []


def test_who_takes_a_yes_back_while_its_message_comes_back_is_owed_nothing(mere: User) -> None:
    row = invited(mere)
    contact = row.contact
    assert contact
    behind(
        lambda: mail.came_back(OutgoingMail.objects.filter(pk=row.evidence_key)),
        lambda: switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click"),
    )
    row.refresh_from_db()
    assert (row.kept_at, row.ended_because) == (None, "withdrawn")
    assert list(audit.differences()) == []


def test_two_mailboxes_of_one_person_that_say_yes_at_once_are_owed_once(mere: User) -> None:
    kept, other = [received("give_advice", email=f"{name}@example.org").contact for name in ("one", "two")]
    merging.merge(kept=kept, other=other, by=mere)
    behind(lambda: switches.confirm(contact=kept), lambda: switches.confirm(contact=other))
    rows = Undertaking.objects.filter(kind=Kind.INVITE).order_by("pk").values_list("contact", "ended_because")
    assert list(rows) == [(kept.pk, ""), (other.pk, "merged")]
    assert list(audit.differences()) == []


def test_what_is_decided_about_at_this_moment_is_not_ended(mere: User) -> None:
    forms = [received(email=f"{n}@example.org", initiatives="Open the hall") for n in range(2)]
    kept, other = [form.contact for form in forms]
    merging.merge(kept=kept, other=other, by=mere)
    behind(
        lambda: triage.decide(eoi=forms[1], seen=forms[1].version, by=mere, number=1, outcome="taken_up"),
        lambda: acts.restrict(contact=kept, by=mere, why="They rang"),
    )
    row = the(Kind.DECIDE, kept)
    assert (bool(row.kept_at), row.ended_because) == (True, "")
    assert list(audit.differences()) == []


def test_who_answers_and_who_acts_on_the_person_do_not_wait_for_each_other_for_ever(mere: User) -> None:
    """The one has what is owed and adds a line about the person; the other has the person."""
    eoi = received()
    behind(
        lambda: triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Thank you.", is_full=True),
        lambda: acts.restrict(contact=eoi.contact, by=mere, why="They rang"),
    )
    assert (the(Kind.REPLY, eoi.contact).kept_by, list(audit.differences())) == (mere, [])


def test_nobody_names_another_day_for_what_is_kept_at_this_moment(mere: User, ana: User) -> None:
    eoi = received()
    row = the(Kind.REPLY, eoi.contact)
    first_day = row.due_on
    with pytest.raises(ChangedMeanwhile):
        behind(
            lambda: ring(row, ana),
            lambda: moving.move(
                undertaking=row, seen=first_day, to=dt.date(2027, 1, 15), because="Short of people", by=mere
            ),
        )
    row.refresh_from_db()
    assert (bool(row.kept_at), row.was_moved) == (True, False)


def test_nobody_keeps_what_turns_out_to_be_spam_at_this_moment(mere: User, ana: User) -> None:
    eoi = received()
    row = the(Kind.REPLY, eoi.contact)
    _, refused = while_not_over(
        lambda: triage.mark_as_spam(eoi=eoi, seen=eoi.version, by=mere), lambda: ring(row, ana)
    )
    row.refresh_from_db()
    assert isinstance(refused, ChangedMeanwhile)
    assert (row.kept_at, row.ended_because) == (None, "spam")


def test_what_is_acknowledged_by_telephone_at_this_moment_is_not_spam(mere: User, ana: User) -> None:
    eoi = received()
    row = the(Kind.ACKNOWLEDGE, eoi.contact)
    _, refused = while_not_over(lambda: ring(row, ana), lambda: triage.mark_as_spam(eoi=eoi, seen=1, by=mere))
    eoi.refresh_from_db()
    assert isinstance(refused, NotPossible)
    assert (eoi.state, bool(eoi.acknowledged_at)) == ("in_hand", True)


def test_two_sweeps_at_once_say_once_what_was_missed() -> None:
    received()
    later = TODAY + dt.timedelta(days=7)
    behind(lambda: moving.say_what_was_missed(today=later), lambda: moving.say_what_was_missed(today=later))
    assert OutgoingMail.objects.filter(message="missed_a_day").count() == 1


def test_who_adds_a_line_about_a_form_does_not_wait_for_who_holds_it() -> None:
    """Otherwise who has the form and waits for the person, and who has the person, wait for ever."""
    eoi = received()

    def add_a_line() -> Activity:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1ms'")
            return tell(eoi.contact, Activity.Kind.NOTE, "They rang", eoi=eoi)

    line = behind(lambda: keeping.lock_forms(pk=eoi.pk), add_a_line)
    assert line.eoi == eoi
