"""Calls, letters and meetings that are written down keep what we promised; an invitation is mailed."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.contacts import acts
from responses.models import Activity, Contact, Undertaking
from responses.undertakings import owing
from tests.clock import NOON
from tests.factories import ContactFactory, InvolvementFactory, merged, received, subscriber
from tests.responses.undertakings.promises import differences, row_of, stand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY, ON, REPLY_BY = dt.date(2026, 11, 16), dt.date(2026, 12, 9), dt.date(2026, 12, 2)


@pytest.fixture
def person(db: None) -> Contact:
    """Owed an invitation and a conversation."""
    person = subscriber("give_advice", name="Aroha")
    InvolvementFactory(contact=person, purpose="champion_accord", confirmed=True)
    owing.settle(person)
    return person


def invite(person: Contact, by: User, **changes: object) -> None:
    said = {"on": ON, "place": "Wellington", "reply_by": REPLY_BY, "text": "Tea is served.", **changes}
    acts.invite(contact=person, by=by, **said)


def meetings() -> list[tuple[object, ...]]:
    return list(OutgoingMail.objects.filter(message="meeting").values_list("to", "recipient", "facts"))


# --- what is written down --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "line", "shown"),
    [
        (None, "She will stand up.", "16 November 2026"),
        (TODAY, "She will stand up.", "16 November 2026"),
        (dt.date(2026, 11, 13), "13 November 2026: She will stand up.", "13 November 2026"),
    ],
)
def test_a_conversation_that_is_written_down_keeps_what_was_promised(
    person: Contact, mere: User, on: dt.date | None, line: str, shown: str
) -> None:
    talk = row_of(person, "talk")
    acts.record(contact=person, by=mere, kind="met", text="She will stand up.", on=on, keeps=[talk])
    written = Activity.objects.get(kind="met")
    assert (written.contact, written.text, written.done_by) == (person, line, mere)
    talk.refresh_from_db()
    assert (talk.kept_at, talk.kept_by) == (NOON, mere)
    assert (talk.evidence_kind, talk.evidence_key) == ("activity", written.pk)
    assert talk.evidence_text == f"Meeting, {shown}"
    assert (stand(person, "invite"), differences()) == ("open", [])


def test_what_is_written_down_days_later_was_kept_on_its_own_day(
    person: Contact, mere: User, clock: time_machine.Traveller
) -> None:
    talk, day = row_of(person, "talk"), TODAY + dt.timedelta(days=1)
    clock.move_to(NOON + dt.timedelta(days=30))
    acts.record(contact=person, by=mere, kind="called", text="Kia ora", on=day, keeps=[talk])
    talk.refresh_from_db()
    assert timezone.localtime(talk.kept_at).isoformat() == f"{day}T12:00:00+13:00"
    assert (talk.was_late, differences()) == (False, [])


def test_an_answer_that_came_back_is_given_by_telephone(mere: User) -> None:
    eoi = received("keep_informed")
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    OutgoingMail.objects.update(state="sent", sent_at=NOON)
    mail.came_back(OutgoingMail.objects.filter(message="reply"))
    eoi.refresh_from_db()
    assert (eoi.state, stand(eoi, "acknowledge"), stand(eoi, "reply")) == ("awaiting_triage", "open", "open")
    acts.record(contact=eoi.contact, by=mere, kind="called", text="Told her.", keeps=eoi.undertakings.all())
    eoi.refresh_from_db()
    assert (eoi.state, stand(eoi, "acknowledge"), stand(eoi, "reply")) == ("in_hand", "kept", "kept")
    assert [row.evidence_kind for row in eoi.undertakings.all()] == ["activity", "activity"]
    assert (list(Undertaking.objects.kept_by_talking()), differences()) == ([], [])


def test_a_call_that_keeps_nothing_is_written_down_all_the_same(person: Contact, mere: User) -> None:
    acts.record(contact=person, by=mere, kind="called", text="Kia ora")
    assert (Activity.objects.get(kind="called").text, Undertaking.objects.kept().count()) == ("Kia ora", 0)


def test_a_day_to_come_is_refused(person: Contact, mere: User) -> None:
    with pytest.raises(NotPossible, match=r"^Choose today or an earlier day\.$"):
        acts.record(contact=person, by=mere, kind="met", text="Kia ora", on=TODAY + dt.timedelta(days=1))
    assert Activity.objects.count() == 0


def test_what_is_not_owed_to_this_person_any_more_is_refused_and_nothing_is_written(
    person: Contact, mere: User
) -> None:
    other = subscriber("give_advice")
    owing.settle(other)
    talk, theirs = row_of(person, "talk"), row_of(other, "invite")
    said = r"^Something of this is not owed any more: look again\.$"
    with pytest.raises(ChangedMeanwhile, match=said):
        acts.record(contact=person, by=mere, kind="met", text="Kia ora", keeps=[talk, theirs])
    acts.record(contact=person, by=mere, kind="met", text="Kia ora", keeps=[talk])
    with pytest.raises(ChangedMeanwhile, match=said):
        acts.record(contact=person, by=mere, kind="met", text="again", keeps=[talk])
    assert (Activity.objects.filter(kind="met").count(), stand(other, "invite")) == (1, "open")


def test_what_a_merged_record_is_owed_is_kept_from_the_person(person: Contact, mere: User) -> None:
    kept = ContactFactory()
    merged(person, kept)
    acts.record(contact=kept, by=mere, kind="met", text="Kia ora", keeps=[row_of(person, "talk")])
    assert (stand(person, "talk"), differences()) == ("kept", [])


# --- an invitation ---------------------------------------------------------------------------


def test_an_invitation_is_mailed_with_day_place_and_reply_by_and_keeps_what_was_promised(
    person: Contact, mere: User
) -> None:
    invite(person, mere)
    facts = {
        "contact_id": person.pk,
        "on": "2026-12-09",
        "place": "Wellington",
        "reply_by": "2026-12-02",
        "text": "Tea is served.",
    }
    assert meetings() == [(person.email, person.pk, facts)]
    line = Activity.objects.get(kind="invited")
    assert (line.text, line.done_by) == ("9 December 2026, Wellington. Tea is served.", mere)
    row = row_of(person, "invite")
    assert (row.kept_at, row.kept_by, row.evidence_kind) == (NOON, mere, "mail")
    assert row.evidence_text == "Invited by email to a meeting on 9 December 2026"
    assert (stand(person, "talk"), differences()) == ("open", [])
    body = mail.made(OutgoingMail.objects.get(message="meeting")).body
    for said in ("Tēnā koe Aroha", "Wednesday 9 December 2026\nWellington", "Tea is served."):
        assert said in body
    assert "Please tell us by Wednesday 2 December 2026 whether you can come" in body


def test_somebody_who_was_invited_can_be_invited_again(person: Contact, mere: User) -> None:
    invite(person, mere)
    invite(person, mere)
    assert (len(meetings()), stand(person, "invite")) == (2, "kept")


def test_who_said_no_yes_to_giving_advice_is_not_invited(mere: User) -> None:
    with pytest.raises(NotPossible, match=r"^We may not mail them about this"):
        invite(subscriber("keep_informed"), mere)
    assert (meetings(), Undertaking.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"reply_by": TODAY - dt.timedelta(days=1)},
        {"reply_by": ON + dt.timedelta(days=1)},
        {"on": TODAY - dt.timedelta(days=1), "reply_by": TODAY},
    ],
)
def test_a_meeting_that_was_or_to_which_nobody_can_reply_is_refused(
    person: Contact, mere: User, changes: dict[str, object]
) -> None:
    with pytest.raises(NotPossible, match=r"^Choose a day to come, and to reply by a day before it\.$"):
        invite(person, mere, **changes)
    assert (meetings(), stand(person, "invite")) == ([], "open")


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "", "mailbox": None, "email_confirmed_at": None},
        {"restricted_at": NOON, "restricted_because": "no_basis"},
        {"never_again_at": NOON},
    ],
)
def test_who_cannot_be_mailed_is_invited_in_another_way(
    person: Contact, mere: User, changes: dict[str, object]
) -> None:
    Contact.objects.filter(pk=person.pk).update(**changes)
    with pytest.raises(
        NotPossible, match=r"^We may not mail them about this: invite them by telephone or by letter"
    ):
        invite(person, mere)
    assert (meetings(), stand(person, "invite")) == ([], "open")


@pytest.mark.parametrize(
    "changes", [{"never_again_at": NOON}, {"restricted_at": NOON, "restricted_because": "asked"}]
)
def test_an_invitation_is_not_sent_to_who_said_meanwhile_not_to_write(
    person: Contact, mere: User, changes: dict[str, object]
) -> None:
    invite(person, mere)
    Contact.objects.filter(pk=person.pk).update(**changes)
    with pytest.raises(mail.NoLongerWanted):
        mail.made(OutgoingMail.objects.get(message="meeting"))
