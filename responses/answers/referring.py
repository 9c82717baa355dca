"""Acts of referring: staff ask whether a text may go to an agency, the person answers, and then it goes.

Nothing is mailed to the agency before the person presses *Yes*. What they say is one line of evidence.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from accord_portal.foundation import chores, clock, mail, working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import emails
from responses.answers.versions import (
    as_seen,
    change,
    locked_with_its_form,
    read_what_was_said,
    take_back_what_was_asked,
)
from responses.consent import evidence
from responses.models import Activity, Contact, ExpressionOfInterest, Referral, ReferralConsent
from responses.people.person import lock_present
from responses.people.timeline import tell

State, Decision = Referral.State, ReferralConsent.Decision
EXPIRES_AFTER = 20  # working days after the person was asked
NOT_ANY_MORE = "This was taken back, or the time to answer has passed. Nothing was passed on."
SAID_NO = "You said No to this, so nothing was passed on."
SAID_YES = "You said Yes to this, so it is passed on already."


@transaction.atomic
def refer(
    *, eoi: ExpressionOfInterest, seen: int, by: User, agency: str, address: str, text: str
) -> OutgoingMail:
    """Asks the person, by mail, whether this text may go to this agency at this address.

    Raises NotPossible where they cannot be mailed, or were asked already and have not answered.
    """
    as_seen(eoi, seen)
    if not eoi.is_open:
        raise NotPossible("Our work on this has ended: take it up again first.")
    to = emails.mailed_to(eoi)
    if not to:
        raise NotPossible("They cannot be mailed, so they cannot agree: nothing may be passed on.")
    if eoi.referrals.waiting().exists():
        raise NotPossible("You asked this already: wait for the answer, or take the question back.")
    change(eoi)
    read_what_was_said(eoi, by)
    expires_on = working_days.add_working_days(working_days.today(), EXPIRES_AFTER)
    about = {"agency": agency, "address": address, "text": text}
    referral = Referral.objects.create(eoi=eoi, asked_by=by, expires_on=expires_on, **about)
    facts: dict[str, Any] = {"referral_id": referral.pk, **emails.greeting(eoi)}
    referral.question = mail.owe(emails.may_we_pass_it_on, to=to, recipient=eoi.contact_id, **facts)
    referral.save(update_fields=["question"])
    line = Activity.Kind.REFERRED
    tell(eoi.contact, line, f"To {referral.words}", by=by, eoi=eoi, mail=referral.question)
    return referral.question


@transaction.atomic
def withdraw(*, eoi: ExpressionOfInterest, seen: int, by: User) -> None:
    """Staff take the question back before it is answered; the link says so."""
    as_seen(eoi, seen)
    change(eoi)
    lock_present(eoi.contact)
    if not take_back_what_was_asked(eoi, by):
        raise NotPossible("Nothing waits for the person’s answer here.")


@transaction.atomic
def agree(*, referral: Referral) -> None:
    """The person says Yes: one line of evidence, and one message to the agency. Twice is as once."""
    row, form, contact = _locked(referral)
    if row.state in (State.AGREED, State.SENT):
        return
    _expect_asked(row)
    evidence.write_about_referral(row, contact, Decision.GIVEN)
    row.mail = mail.owe(emails.passed_on, to=row.address, referral_id=row.pk)
    _answered(row, form, State.AGREED)
    tell(contact, Activity.Kind.PASSED_ON, f"To {row.words}", eoi=form, mail=row.mail)


@transaction.atomic
def decline(*, referral: Referral) -> None:
    """The person says No: it is written down, and nothing goes anywhere. Twice is as once."""
    row, form, contact = _locked(referral)
    if row.state == State.DECLINED:
        return
    _expect_asked(row)
    evidence.write_about_referral(row, contact, Decision.DECLINED)
    _answered(row, form, State.DECLINED)
    tell(contact, Activity.Kind.NOT_PASSED_ON, f"They said No: {row.agency}", eoi=form)


def expire(*, today: dt.date) -> int:
    """Ends what nobody answered in time, which staff then hear of; how many."""
    late = Referral.objects.expired(today).values_list("pk", flat=True)
    chore = "Ending what nobody let us pass on in time"
    return chores.for_each(chore, Referral, late, lambda key: _expire(key, today))


@transaction.atomic
def _expire(key: int, today: dt.date) -> bool:
    row, form, contact = _locked(Referral.objects.get(pk=key))
    if row.state != State.ASKED:
        return False
    row.state = State.EXPIRED
    row.owner_id = form.assigned_to_id or row.asked_by_id
    row.save()
    change(form)
    tell(contact, Activity.Kind.NOT_PASSED_ON, f"Not answered in time: {row.agency}", eoi=form)
    return True


@transaction.atomic
def give(*, referral: Referral, to: User, by: User) -> None:
    """Gives what came of it to a member of staff, to read and to act on."""
    Referral.objects.filter(pk=referral.pk).update(owner=to)
    tell(referral.eoi.contact, Activity.Kind.ASSIGNED, f"Their answer: to {to}", by=by, eoi=referral.eoi)


@mail.on_outcome
def mail_came_out(owed: OutgoingMail, *, arrived_at: dt.datetime | None) -> None:
    """It reached the agency; or it did not, and staff are to hear of it once more."""
    agreed = Referral.objects.filter(mail=owed, state__in=[State.AGREED, State.SENT])
    if arrived_at:
        agreed.update(state=State.SENT, sent_at=arrived_at)
    else:
        agreed.update(state=State.AGREED, sent_at=None, read_at=None, read_by=None)


def _locked(referral: Referral) -> tuple[Referral, ExpressionOfInterest, Contact]:
    """The referral afresh, its form and whose it is, locked. Raises NotPossible if the person was erased."""
    row, form = locked_with_its_form(referral)
    contact = lock_present(form.contact)
    row.refresh_from_db()
    return row, form, contact


def _expect_asked(row: Referral) -> None:
    """Raises NotPossible, in the person's words, where there is nothing to answer any more."""
    if row.state == State.DECLINED:
        raise NotPossible(SAID_NO)
    if row.state in (State.AGREED, State.SENT):
        raise NotPossible(SAID_YES)
    if row.state != State.ASKED or row.expires_on < working_days.today():
        raise NotPossible(NOT_ANY_MORE)


def _answered(row: Referral, form: ExpressionOfInterest, state: str) -> None:
    row.state, row.answered_at = state, clock.now()
    row.owner_id = form.assigned_to_id or row.asked_by_id
    row.save()
    change(form)
