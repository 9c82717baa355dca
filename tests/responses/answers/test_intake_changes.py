"""Answers that are changed afterwards: a new version, from the person's own mailbox."""

import datetime as dt

import pytest
import time_machine

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import intake, triage
from responses.consent import audit, switches
from responses.models import Contact, ExpressionOfInterest, Involvement
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import answers, closed_unanswered, merged, received, subscriber
from tests.responses.answers.answers import numbers

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def change(before: ExpressionOfInterest, *yes: str, at: dt.datetime, **said: object) -> ExpressionOfInterest:
    with time_machine.travel(at, tick=False):
        return intake.change(before=before, answers=answers(*yes, **said))


def as_received(eoi: ExpressionOfInterest) -> dict[str, object]:
    row = ExpressionOfInterest.objects.values().get(pk=eoi.pk)
    return {key: value for key, value in row.items() if key not in ("state", "version", "same_form_key")}


@pytest.mark.django_db
def test_changed_answers_are_a_new_version_and_the_old_one_is_kept(before: ExpressionOfInterest) -> None:
    kept = as_received(before)
    new = change(before, "give_advice", at=NOON + HOUR, name="Aroha N", comments="Ka pai")
    before.refresh_from_db()
    assert (as_received(before), before.state, before.version) == (kept, "replaced", 2)
    assert (new.replaces, new.channel, new.contact, new.call) == (
        before,
        "preferences",
        before.contact,
        before.call,
    )
    assert new.versions == before.versions == [before, new]
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [new]
    assert new.activities.values("contact", "kind", "text", "happened_at", "done_by").get() == {
        "contact": before.contact_id,
        "kind": "changed_answers",
        "text": before.call.title,
        "happened_at": NOON + HOUR,
        "done_by": None,
    }
    assert [owed.facts for owed in OutgoingMail.objects.order_by("pk")] == [
        {"eoi_id": before.pk},
        {"eoi_id": new.pk},
    ]


@pytest.mark.django_db
def test_what_is_changed_from_the_mailbox_counts_at_once(before: ExpressionOfInterest) -> None:
    later = NOON + HOUR
    new = change(before, "give_advice", at=later)
    rows = before.contact.involvements.values_list("purpose", "since_at", "confirmed_at", "ended_at")
    assert sorted(rows) == [
        ("give_advice", later, later, None),
        ("keep_informed", NOON, None, later),
    ]
    assert set(new.evidence.values_list("source", flat=True)) == {"preference_page"}
    before.contact.refresh_from_db()
    assert before.contact.email_confirmed_at == later
    assert Involvement.objects.permitting("give_advice").count() == 1
    assert list(audit.disagreements()) == []


@pytest.mark.django_db
def test_a_no_from_the_mailbox_ends_a_confirmed_yes_at_once(before: ExpressionOfInterest) -> None:
    switches.confirm(contact=before.contact)
    change(before, at=NOON + HOUR)
    involvement = before.contact.involvements.get()
    assert (involvement.ended_at, involvement.off_asked_at) == (NOON + HOUR, None)


@pytest.mark.django_db
def test_a_yes_among_changed_answers_lifts_what_kept_us_from_writing(before: ExpressionOfInterest) -> None:
    suppressions.never_again(mailbox="aroha@example.org")
    new = change(before, at=NOON + HOUR)
    before.contact.refresh_from_db()
    assert before.contact.never_again_at is not None
    change(new, "give_advice", at=NOON + 2 * HOUR)
    before.contact.refresh_from_db()
    assert before.contact.never_again_at is None
    assert Involvement.objects.permitting("give_advice").count() == 1


@pytest.mark.django_db
def test_the_contact_becomes_what_is_now_said(before: ExpressionOfInterest) -> None:
    Contact.objects.update(duplicates_sought_at=NOON)
    change(before, at=NOON + HOUR, name="Aroha N", organisation="Hapū", telephone="027 555 0100")
    fields = ["name", "organisation", "telephone", "telephone_e164", "email", "duplicates_sought_at"]
    assert Contact.objects.values_list(*fields).get() == (
        "Aroha N",
        "Hapū",
        "027 555 0100",
        "+64275550100",
        "aroha@example.org",
        None,
    )
    assert Contact.objects.get().search_folded.startswith("aroha n hapu")


@pytest.mark.django_db
def test_changed_answers_come_from_the_mailbox_whatever_they_say(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + HOUR, email="mallory@example.org")
    assert new.email == "aroha@example.org"
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"aroha@example.org"}
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_the_day_that_was_promised_and_who_has_it_pass_to_the_new_version(
    before: ExpressionOfInterest, mere: User
) -> None:
    triage.assign(eoi=before, seen=1, by=mere, to=mere)
    new = change(before, at=NOON + 24 * HOUR)
    assert (new.due_on, new.assigned_to, new.state) == (dt.date(2026, 11, 19), mere, "awaiting_triage")
    assert before.due_on is None


@pytest.mark.django_db
def test_who_had_an_answer_is_promised_another(before: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=before, seen=1, by=mere, text="Kia ora", is_full=True)
    new = change(before, at=NOON + 24 * HOUR)
    assert (new.due_on, new.acknowledged_at, new.state) == (dt.date(2026, 11, 20), None, "awaiting_triage")


@pytest.mark.django_db
def test_what_was_closed_stays_closed_and_the_new_version_is_worked_on(
    before: ExpressionOfInterest, mere: User
) -> None:
    closed_unanswered(before, by=mere)
    new = change(before, at=NOON + 24 * HOUR)
    before.refresh_from_db()
    assert (before.state, before.outcome) == ("closed", "nothing_asked")
    assert (new.state, new.due_on, new.assigned_to) == ("awaiting_triage", dt.date(2026, 11, 19), None)


@pytest.mark.django_db
def test_answers_are_changed_once_and_then_the_newer_ones_are(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + HOUR)
    counted = numbers()
    with pytest.raises(NotPossible, match=r"^These answers have already been changed"):
        change(before, "keep_informed", at=NOON + 2 * HOUR)
    assert numbers() == counted
    last = change(new, "keep_informed", at=NOON + 2 * HOUR)
    assert last.versions == [before, new, last]


@pytest.mark.django_db
def test_the_same_answers_again_are_no_change(before: ExpressionOfInterest) -> None:
    counted = numbers()
    with pytest.raises(NotPossible, match=r"^You sent the same answers within the last hour\.$"):
        change(before, "keep_informed", at=NOON + MINUTE, telephone="04 494 5718", comments="Kia kaha")
    assert numbers() == counted
    before.refresh_from_db()
    assert before.state == "awaiting_triage"


@pytest.mark.django_db
def test_answers_can_be_changed_back_within_the_hour(before: ExpressionOfInterest) -> None:
    told = {"telephone": "04 494 5718", "comments": "Kia kaha"}
    new = change(before, at=NOON + MINUTE)
    back = change(new, "keep_informed", at=NOON + 2 * MINUTE, **told)
    again = change(back, at=NOON + 3 * MINUTE)
    assert again.versions == [before, new, back, again]
    assert change(back, at=NOON + 4 * MINUTE) == again


@pytest.mark.django_db
def test_a_form_that_says_again_what_was_changed_since_is_a_new_one(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + MINUTE)
    said = {"telephone": "04 494 5718", "comments": "Kia kaha"}
    later = [received("keep_informed", at=NOON + minutes * MINUTE, **said) for minutes in (2, 3)]
    assert (later[0] == later[1], later[0].replaces) == (True, None)
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [new, later[0]]
    assert before.contact.involvements.waiting().count() == 1


@pytest.mark.django_db
def test_a_merged_mailbox_changes_its_own_answers(before: ExpressionOfInterest) -> None:
    kept, other = subscriber(name="Aroha"), before.contact
    merged(other, kept)
    with time_machine.travel(NOON + HOUR, tick=False):
        new = intake.change(before=before, answers=answers("give_advice", name="Aroha N"), contact=other)
    for contact in (kept, other):
        contact.refresh_from_db()
    assert (new.contact, new.email, kept.name, other.name) == (
        other,
        "aroha@example.org",
        "Aroha",
        "Aroha N",
    )
    assert other.email_confirmed_at == NOON + HOUR
    assert new.versions == [before, new]
    assert list(audit.disagreements()) == []
