"""Acts of intake: one door for every channel by which an expression of interest arrives."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accord_portal.foundation import mail, rows, working_days
from accord_portal.staff.models import User

from . import consents, emails
from .models import Activity, Call, Contact, ExpressionOfInterest
from .models.expression_of_interest import new_reference

PRIVACY_NOTICE_VERSION = "2026-11"
PROMISED_WORKING_DAYS = 3  # Web Usability Standard 1.4: a message is acknowledged within three business days
SAME_FORM_WITHIN = dt.timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One form as somebody filled it in, checked and composed (NFC)."""

    name: str
    said_yes: Mapping[str, bool]
    organisation: str = ""
    email: str = ""
    telephone: str = ""
    initiatives: str = ""
    comments: str = ""


def receive(
    *,
    call: Call,
    answers: Answers,
    channel: str = ExpressionOfInterest.Channel.WEB,
    by: User | None = None,
    at: dt.datetime | None = None,
) -> ExpressionOfInterest:
    """Keeps what somebody answered, with everything a Yes starts, in one transaction.

    The same answers to the same call again within the hour (a double press, a reload, back and
    resend) are the same expression of interest: that one is returned and nothing is added. `by` is the
    member of staff who wrote the answers down, where one did.
    """
    at = at or timezone.now()
    with transaction.atomic():
        if eoi := _record(call, answers, channel, by, at):
            return eoi
        transaction.set_rollback(True)  # the form was there already, whoever wrote it and however lately
    return _same_form(call, answers, at).order_by("pk")[0]


def _record(
    call: Call, answers: Answers, channel: str, by: User | None, at: dt.datetime
) -> ExpressionOfInterest | None:
    """Writes it all; None where these very answers are there already."""
    contact, is_new = _contact(answers, at)
    if not (is_new and answers.email) and _same_form(call, answers, at).exists():
        return None
    eoi = ExpressionOfInterest(
        call=call,
        contact=contact,
        channel=channel,
        name=answers.name,
        organisation=answers.organisation,
        email=answers.email,
        telephone=answers.telephone,
        initiatives=answers.initiatives,
        comments=answers.comments,
        privacy_notice_version=PRIVACY_NOTICE_VERSION,
        received_at=at,
        due_on=working_days.add_working_days(timezone.localdate(at), PROMISED_WORKING_DAYS),
        same_form_key=_same_form_key(call, answers, at),
        **answers.said_yes,
    )
    eoi.derive()
    while not rows.add(eoi):  # refused: the form is there, or its reference was drawn once before
        if _same_form(call, answers, at).exists():
            return None
        eoi.reference = new_reference()
        eoi.derive()
    source = _source(channel)
    said_yes = answers.said_yes
    consents.record_answers(
        contact=contact, eoi=eoi, said_yes=said_yes, source=source, at=at, is_new=is_new, by=by
    )
    line = Activity(contact=contact, eoi=eoi, kind=Activity.Kind.ANSWERED, text=call.title)
    line.happened_at, line.done_by = at, by
    rows.add(line)
    if answers.email:
        mail.owe(emails.acknowledgement, to=answers.email, eoi_id=eoi.pk)
    return eoi


def _contact(answers: Answers, at: dt.datetime) -> tuple[Contact, bool]:
    """The contact who answered, and whether it is new. What is known of a contact no form overwrites.

    The database tells which, by taking a mailbox or refusing it: no look beforehand could be sure.
    """
    contact = Contact(
        name=answers.name,
        organisation=answers.organisation,
        email=answers.email,
        telephone=answers.telephone,
        created_at=at,
    )
    contact.derive()
    if rows.add(contact):
        return contact, True
    return Contact.objects.get(mailbox=contact.mailbox), False


def _source(channel: str) -> str:
    """How consent was given on this channel."""
    return "web_form" if channel == ExpressionOfInterest.Channel.WEB else channel


def _same_form_key(call: Call, answers: Answers, at: dt.datetime) -> str:
    """A keyed hash of everything answered and of the hour: unique in the database."""
    said = sorted(purpose for purpose, yes in answers.said_yes.items() if yes)
    typed = [answers.name, answers.organisation, answers.email, answers.telephone]
    hour = int(at.timestamp() // SAME_FORM_WITHIN.total_seconds())
    parts = [str(call.pk), str(hour), *typed, answers.initiatives, answers.comments, *said]
    return salted_hmac("same-form", "\x1f".join(parts), algorithm="sha256").hexdigest()


def _same_form(call: Call, answers: Answers, at: dt.datetime) -> QuerySet[ExpressionOfInterest]:
    """The expression of interest that these very answers made in this hour or the one before."""
    keys = [_same_form_key(call, answers, when) for when in (at, at - SAME_FORM_WITHIN)]
    return ExpressionOfInterest.objects.filter(same_form_key__in=keys)
