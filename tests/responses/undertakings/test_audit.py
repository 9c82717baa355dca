"""Every undertaking is what forms, Yeses and evidence make of it; where it is not, that is said."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.models import Activity, Contact, ExpressionOfInterest, Involvement, Undertaking
from responses.undertakings import audit, owing
from tests.clock import NOON
from tests.factories import ContactFactory, merged, received, subscriber
from tests.responses.undertakings.promises import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MISSING = "is missing: it is owed"


@pytest.fixture
def eoi(mere: User, mailoutbox: list[EmailMultiAlternatives]) -> ExpressionOfInterest:
    """A form with a confirmed Yes, acknowledged by mail and replied to by telephone."""
    eoi = received("give_advice", initiatives="A hall")
    switches.confirm(contact=eoi.contact)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Kia ora", is_full=True)
    line = Activity.objects.create(contact=eoi.contact, kind="called")
    called = {"evidence_kind": "activity", "evidence_key": line.pk}
    eoi.undertakings.filter(kind="reply").update(**called)
    return eoi


def rows(**about: object) -> Undertaking:
    return Undertaking.objects.get(**about)


def test_what_the_acts_write_is_as_it_ought_to_be(eoi: ExpressionOfInterest) -> None:
    out = StringIO()
    call_command("check_undertakings", stdout=out)
    assert out.getvalue() == "Every undertaking is what forms, Yeses and evidence make of it.\n"


# Each is done behind the back of the acts.
TAMPERING: dict[str, tuple[Callable[[ExpressionOfInterest], object], list[str]]] = {
    "deleted, of a form": (
        lambda eoi: eoi.undertakings.filter(kind="decide").delete(),
        ["Decide about an initiative (form {eoi}) is missing: it is owed"],
    ),
    "deleted, of a Yes": (
        lambda eoi: Undertaking.objects.filter(kind="invite").delete(),
        ["Invite to a meeting (form None) is missing: it is owed"],
    ),
    "about another initiative": (
        lambda eoi: eoi.undertakings.filter(kind="decide").update(about=9),
        ["Decide about an initiative (form {eoi}) is missing: it is owed"],
    ),
    "ended as withdrawn, though the Yes stands": (
        lambda eoi: Undertaking.objects.filter(kind="invite").update(
            ended_at=NOON, ended_because="withdrawn"
        ),
        ["Invite to a meeting is written as withdrawn: it ought to be open"],
    ),
    "ended as replaced, though nothing replaced it": (
        lambda eoi: eoi.undertakings.filter(kind="decide").update(ended_at=NOON, ended_because="replaced"),
        ["Decide about an initiative is written as replaced: it ought to be open"],
    ),
    "ended as erased, though nobody was": (
        lambda eoi: eoi.undertakings.filter(kind="decide").update(ended_at=NOON, ended_because="erased"),
        ["Decide about an initiative is written as erased: it ought to be open"],
    ),
    "open, though the Yes was taken back": (
        lambda eoi: Involvement.objects.update(ended_at=NOON),
        ["Invite to a meeting is written as open: it ought to be withdrawn"],
    ),
    "open, though the form is spam": (
        lambda eoi: ExpressionOfInterest.objects.update(
            state="spam", closed_at=NOON, closed_by=rows(kind="acknowledge").kept_by
        ),
        ["Decide about an initiative is written as open: it ought to be spam"],
    ),
    "open, though they asked to be left alone": (
        lambda eoi: Contact.objects.update(restricted_at=NOON, restricted_because="asked"),
        [
            "Decide about an initiative is written as open: it ought to be restricted",
            "Invite to a meeting is written as open: it ought to be restricted",
        ],
    ),
    "open, though the person was erased": (
        lambda eoi: Contact.objects.update(
            erased_at=NOON, email="", name="", mailbox=None, email_confirmed_at=None
        ),
        [
            "Decide about an initiative is written as open: it ought to be erased",
            "Invite to a meeting is written as open: it ought to be erased",
        ],
    ),
    "of a closed form, though it is open": (
        lambda eoi: eoi.undertakings.filter(kind="acknowledge").update(
            kept_at=None,
            kept_by=None,
            evidence_kind="",
            evidence_key=None,
            evidence_text="",
            is_of_closed_form=True,
        ),
        ["Acknowledge the answers is written as open, of a closed form: it ought to be open"],
    ),
    "kept by a message that failed": (
        lambda eoi: OutgoingMail.objects.filter(message="reply").update(state="failed"),
        ["Acknowledge the answers counts as kept, and Message {mail} does not show it"],
    ),
    "kept by a message that is not there": (
        lambda eoi: OutgoingMail.objects.filter(message="reply").delete(),
        ["Acknowledge the answers counts as kept, and Message {mail} does not show it"],
    ),
    "kept by a line that is not there": (
        lambda eoi: eoi.undertakings.filter(kind="reply").update(evidence_key=999_999),
        ["Reply in full counts as kept, and Line on the timeline 999999 does not show it"],
    ),
    "kept by an issue that nobody has": (
        lambda eoi: eoi.undertakings.filter(kind="reply").update(evidence_kind="issue", evidence_key=7),
        ["Reply in full counts as kept, and Digest issue 7 does not show it"],
    ),
    "somebody else's form": (
        lambda eoi: eoi.undertakings.filter(kind="decide").update(contact=ContactFactory()),
        [
            "Decide about an initiative (form {eoi}) is missing: it is owed",
            "Decide about an initiative is about form {eoi}, which is not theirs",
        ],
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_behind_the_back_of_the_acts_is_reported(
    eoi: ExpressionOfInterest, what: str
) -> None:
    tamper, said = TAMPERING[what]
    key = OutgoingMail.objects.get(message="reply").pk
    tamper(eoi)
    assert sorted(differences()) == [line.format(eoi=eoi.pk, mail=key) for line in said]


def test_what_two_records_of_one_person_are_owed_twice_is_reported() -> None:
    one, two = subscriber("give_advice"), subscriber("give_advice")
    for contact in (one, two):
        owing.settle(contact)
    merged(two, one)
    assert differences() == ["Invite to a meeting is written as open: it ought to be merged"]
    (found,) = audit.differences()
    assert (found.contact, found.undertaking) == (two.pk, rows(contact=two).pk)


def test_each_difference_is_named_and_the_command_fails(eoi: ExpressionOfInterest) -> None:
    row = rows(kind="invite")
    Undertaking.objects.filter(pk=row.pk).update(ended_at=NOON, ended_because="withdrawn")
    err = StringIO()
    with pytest.raises(CommandError, match=r"^1 undertakings are not what they ought to be\.$"):
        call_command("check_undertakings", stderr=err)
    assert err.getvalue() == (
        f"Contact {eoi.contact_id}, undertaking {row.pk}:"
        " Invite to a meeting is written as withdrawn: it ought to be open.\n"
    )


def test_people_and_evidence_are_looked_at_some_at_a_time(
    eoi: ExpressionOfInterest, mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "CHECKED_AT_ONCE", 1)
    other = received(email="other@example.org")
    triage.acknowledge(eoi=other, seen=1, by=mere, text="Kia ora", is_full=True)
    OutgoingMail.objects.update(state="failed")
    Undertaking.objects.filter(kind="invite").delete()
    assert len(differences()) == 4
