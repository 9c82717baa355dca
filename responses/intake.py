"""Acts of intake: one door for every channel by which an expression of interest arrives."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accord_portal.foundation import mail, working_days
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import folded

from . import consents, emails
from .models import Activity, Call, Contact, ExpressionOfInterest

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
    at: dt.datetime | None = None,
) -> ExpressionOfInterest:
    """Keeps what somebody answered, with everything a Yes starts, in one transaction.

    The same answers to the same call again within the hour (a double press, a reload, back and
    resend) are the same expression of interest: that one is returned and nothing is added.
    """
    at = at or timezone.now()
    for last_try in (False, True):
        known = _known_contact(answers.email)
        if (known or not answers.email) and (already := _same_form(call, answers, at)):
            return already
        try:
            with transaction.atomic():
                return _record(call, answers, channel, at, known)
        except IntegrityError:  # another request wrote the same form or contact since we looked
            if last_try:
                raise
    raise AssertionError("unreachable")


def _record(
    call: Call, answers: Answers, channel: str, at: dt.datetime, known: Contact | None
) -> ExpressionOfInterest:
    contact = known or _new_contact(answers, at)
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
    text = [
        eoi.reference,
        eoi.name,
        eoi.organisation,
        eoi.email,
        eoi.telephone,
        eoi.initiatives,
        eoi.comments,
    ]
    eoi.search_folded = folded(" ".join(text))
    eoi.save(force_insert=True)
    consents.record_answers(
        contact=contact,
        eoi=eoi,
        said_yes=answers.said_yes,
        source=_source(channel),
        at=at,
        is_new=known is None,
    )
    Activity.objects.create(
        contact=contact, eoi=eoi, kind=Activity.Kind.ANSWERED, text=call.title, happened_at=at
    )
    if answers.email:
        mail.owe(emails.acknowledgement, to=answers.email, eoi_id=eoi.pk)
    return eoi


def _known_contact(email: str) -> Contact | None:
    """The contact with this mailbox. What is known of it is not overwritten by a form."""
    if not email:
        return None
    return next(iter(Contact.objects.filter(mailbox=mailbox(email)).order_by()), None)


def _new_contact(answers: Answers, at: dt.datetime) -> Contact:
    contact = Contact(
        name=answers.name,
        organisation=answers.organisation,
        email=answers.email,
        telephone=answers.telephone,
        created_at=at,
    )
    contact.save(force_insert=True)
    return contact


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


def _same_form(call: Call, answers: Answers, at: dt.datetime) -> ExpressionOfInterest | None:
    """The expression of interest that these very answers made in this hour or the one before."""
    keys = [_same_form_key(call, answers, when) for when in (at, at - SAME_FORM_WITHIN)]
    return next(iter(ExpressionOfInterest.objects.filter(same_form_key__in=keys).order_by()), None)
