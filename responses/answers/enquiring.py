"""Acts of asking for more: staff ask whoever sent a form, the person answers, staff read it."""

from typing import Any

from django.db import transaction

from accord_portal.foundation import clock, mail, working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import emails
from responses.answers.versions import as_seen, change, locked_with_its_form, read_what_was_said
from responses.models import Activity, Enquiry, ExpressionOfInterest, Undertaking
from responses.people.person import lock_present
from responses.people.timeline import tell
from responses.undertakings import keeping

State, Kind = ExpressionOfInterest.State, Undertaking.Kind
ANSWERED_BEFORE = (
    "You have answered this already, in other words. Take a copy of what you wrote here, then write to us"
    " under Contact us: what you sent first stays as it is"
)


@transaction.atomic
def ask(*, eoi: ExpressionOfInterest, seen: int, by: User, text: str) -> OutgoingMail:
    """Mails the person a question, with a link to the page on which they answer.

    A person has written to them, so it keeps the acknowledgement where that is owed still. The reply in full
    stays owed, and the message says by which day. Raises NotPossible where nobody can be mailed.
    """
    as_seen(eoi, seen)
    if not eoi.is_open:
        raise NotPossible("Our work on this has ended: take it up again first.")
    to = emails.mailed_to(eoi)
    if not to:
        raise NotPossible("They cannot be mailed: ask them another way, then write down what they say.")
    change(eoi, state=State.IN_HAND)
    read_what_was_said(eoi, by)
    enquiry = Enquiry.objects.create(eoi=eoi, text=text, asked_by=by)
    facts: dict[str, Any] = {"enquiry_id": enquiry.pk, **emails.greeting(eoi)}
    reply: Undertaking | None = eoi.undertaking_of(Kind.REPLY)
    if reply and reply.is_open and reply.due_on >= working_days.today():
        facts["reply_on"] = reply.due_on.isoformat()
    owed = mail.owe(emails.ask_for_more, to=to, recipient=eoi.contact_id, **facts)
    Enquiry.objects.filter(pk=enquiry.pk).update(mail=owed)
    tell(eoi.contact, Activity.Kind.ASKED_FOR_MORE, text, by=by, eoi=eoi, mail=owed)
    rows = eoi.undertakings.filter(kind=Kind.ACKNOWLEDGE)
    keeping.keep(rows, by=by, proof=keeping.by_mail(owed, "Asked for more by email"))
    eoi.refresh_from_db()
    return owed


@transaction.atomic
def answer(*, enquiry: Enquiry, text: str) -> None:
    """The person answers, and that waits for staff, whether or not the form is open still.

    The same words again are the same answer.
    Raises NotPossible for other words than those of before, and where the person was erased.
    """
    row, form = locked_with_its_form(enquiry)
    contact = lock_present(form.contact)
    row.refresh_from_db()
    if row.answered_at:
        if row.answer != text:
            raise NotPossible(ANSWERED_BEFORE)
        return
    row.answer, row.answered_at = text, clock.now()
    row.owner_id = form.assigned_to_id or row.asked_by_id
    row.save()
    change(form)
    tell(contact, Activity.Kind.ANSWERED_US, text, eoi=form)


@transaction.atomic
def read(*, eoi: ExpressionOfInterest, seen: int, by: User) -> None:
    """What the person answered is read, and waits no more. Twice is as once."""
    as_seen(eoi, seen)
    read_what_was_said(eoi, by)


@transaction.atomic
def give(*, enquiry: Enquiry, to: User, by: User) -> None:
    """Gives what the person answered to a member of staff, to read and to act on."""
    Enquiry.objects.filter(pk=enquiry.pk).update(owner=to)
    tell(enquiry.eoi.contact, Activity.Kind.ASSIGNED, f"Their answer: to {to}", by=by, eoi=enquiry.eoi)
