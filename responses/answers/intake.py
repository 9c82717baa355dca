"""Acts of intake: one door for every channel by which an expression of interest arrives."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from accord_portal.foundation import clock, mail, rows
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.answers import counting, emails, versions
from responses.consent import switches, wordings
from responses.contacts import acts
from responses.models import Activity, Call, Consent, Contact, ExpressionOfInterest
from responses.models.expression_of_interest import new_reference
from responses.people.person import lock
from responses.undertakings import owing

PRIVACY_NOTICE_VERSION = "2026-11"
SAME_FORM_WITHIN = dt.timedelta(hours=1)
Channel, Source = ExpressionOfInterest.Channel, Consent.Source
SOURCE_OF_CHANNEL: dict[str, str] = {
    Channel.WEB: Source.WEB_FORM,
    Channel.EMAIL: Source.EMAIL,
    Channel.TELEPHONE: Source.TELEPHONE,
    Channel.PAPER: Source.PAPER,
    Channel.PREFERENCES: Source.PREFERENCE_PAGE,
}


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
    channel: str = Channel.WEB,
    by: User | None = None,
    at: dt.datetime | None = None,
    wording: Mapping[str, int] | None = None,
) -> ExpressionOfInterest:
    """Keeps what somebody answered, with everything a Yes starts, in one transaction.

    The same answers to the same call again within the hour (a double press, a reload, back and
    resend) are the same expression of interest: that one is returned and nothing is added. `by` is the
    member of staff who wrote the answers down, where one did; `wording` the versions of the questions
    that the person was shown, by key (those in force, unless told otherwise).
    """
    at = at or clock.now()
    form = _form(call, answers, channel, at)
    with transaction.atomic():
        form.contact, is_new = _contact(answers, at)
        if _record(form, answers, is_new=is_new, by=by, wording=wording):
            return form
        transaction.set_rollback(True)  # the form was there already, whoever wrote it and however lately
    return _same_form(call, answers, at).order_by("pk")[0]


@transaction.atomic
def change(
    *,
    before: ExpressionOfInterest,
    answers: Answers,
    wording: Mapping[str, int] | None = None,
    contact: Contact | None = None,
    shown: Mapping[str, str] | None = None,
) -> ExpressionOfInterest:
    """The person changed their answers from the mailbox: a new version, which counts at once.

    `contact` is whose mailbox it was (unless told otherwise, of whoever sent the answers), and these answers
    come with its address whatever they say. What nobody has finished with passes to the new version, with
    the day that was promised. What changed of name, organisation and telephone is the person's from now on.
    `shown` says how the switches and details stood on the page: what was not touched there stays as it is.
    Raises NotPossible where these answers, or what was touched, have been changed already in another way.
    """
    locked = ExpressionOfInterest.objects.select_for_update(of=("self",), no_key=True)
    before = locked.select_related("call").get(pk=before.pk)
    contact = contact or before.contact
    at, answers = clock.now(), replace(answers, email=contact.email)
    if later := ExpressionOfInterest.objects.filter(replaces=before).first():
        if _same_form(before.call, answers, at).filter(pk=later.pk).exists():
            return later  # the button was pressed twice
        raise NotPossible("These answers have already been changed: open your link again to see them.")
    contact = lock(pk=contact.pk)
    stands = {purpose: how != "off" for purpose, how in switches.states(contact).items()}
    said_yes = {**stands, **switches.meant(contact, answers.said_yes, shown or {})}
    answers = replace(answers, said_yes=said_yes)
    details = {name: getattr(answers, name) for name in acts.SAID_ON_FORMS}
    details = acts.meant(contact, details, shown or {name: getattr(before, name) for name in details})
    form = _form(before.call, answers, Channel.PREFERENCES, at)
    form.contact, form.replaces, form.confirmed_at = contact, before, at
    if before.is_open:
        form.assigned_to = before.assigned_to
        ExpressionOfInterest.objects.filter(pk=before.pk).update(
            state=ExpressionOfInterest.State.REPLACED, version=F("version") + 1
        )
    if not _record(form, answers, is_new=False, by=None, wording=wording):
        raise NotPossible("You sent the same answers within the last hour.")
    replaced = ExpressionOfInterest.objects.filter(pk=before.pk)
    replaced.update(same_form_key=f"replaced:{before.pk}")  # who says so again says something new
    switches.heard_from(contact=contact, yes=any(answers.said_yes.values()))
    contact.refresh_from_db()
    for detail, now in details.items():
        setattr(contact, detail, now)
    contact.duplicates_sought_at = None
    contact.save()
    return form


def _form(call: Call, answers: Answers, channel: str, at: dt.datetime) -> ExpressionOfInterest:
    form = ExpressionOfInterest(
        call=call,
        channel=channel,
        name=answers.name,
        organisation=answers.organisation,
        email=answers.email,
        telephone=answers.telephone,
        initiatives=answers.initiatives,
        comments=answers.comments,
        privacy_notice_version=PRIVACY_NOTICE_VERSION,
        received_at=at,
        same_form_key=_same_form_key(call, answers, at),
        **answers.said_yes,
    )
    form.derive()
    return form


def _record(
    form: ExpressionOfInterest,
    answers: Answers,
    *,
    is_new: bool,
    by: User | None,
    wording: Mapping[str, int] | None,
) -> bool:
    """Writes it all; False where these very answers are there already."""
    contact, at = form.contact, form.received_at
    if not (is_new and answers.email) and _same_form(form.call, answers, at).exists():
        return False
    while not rows.add(form):  # refused: the form is there, or its reference was drawn once before
        if _same_form(form.call, answers, at).exists():
            return False
        form.reference = new_reference()
        form.derive()
    if form.replaces:
        owing.carry_over(before=form.replaces, form=form)
        versions.carry_over(before=form.replaces, form=form)
    else:
        owing.owe_for_form(form, is_first=is_new)
    wording = wording or {purpose: words.key for purpose, words in wordings.current().items()}
    switches.record_answers(
        contact=contact,
        eoi=form,
        said_yes=answers.said_yes,
        wording=wording,
        source=SOURCE_OF_CHANNEL[form.channel],
        at=at,
        is_new=is_new,
        by=by,
        counted={counting.part_of(form): 1},
    )
    owed = None
    if answers.email:
        message = emails.copy_of_answers if form.confirmed_at else emails.acknowledgement
        owed = mail.owe(message, to=answers.email, recipient=contact.pk, eoi_id=form.pk)
    kind = Activity.Kind.CHANGED_ANSWERS if form.replaces_id else Activity.Kind.ANSWERED
    line = rows.new(Activity, contact_id=contact.pk, eoi_id=form.pk, kind=kind, text=form.call.title)
    line.happened_at, line.done_by_id = at, by.pk if by else None
    line.mail_id = owed.pk if owed else None
    rows.add(line)
    return True


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
    if not contact.mailbox:
        contact.derive_likeness()  # the only way by which a list can know them
    if rows.add(contact):
        return contact, True
    return lock(mailbox=contact.mailbox), False


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
