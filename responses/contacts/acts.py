"""Acts on a contact: adding it, correcting it, writing down what was said or is to be done."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction

from accord_portal.foundation import clock, mail, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.telephones import TO_RING, can_be_rung
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.consent import emails, switches
from responses.contacts import emails as meeting_emails
from responses.models import (
    Activity,
    Contact,
    Erasure,
    ExpressionOfInterest,
    Involvement,
    Language,
    Purpose,
    Suppression,
    Undertaking,
)
from responses.people.person import lock_active, lock_person, lock_present
from responses.people.timeline import tell
from responses.undertakings import keeping
from responses.undertakings.owing import settle

Kind, Restriction = Activity.Kind, Contact.Restriction
DETAIL_LABELS = {
    "name": "Name",
    "organisation": "Organisation",
    "telephone": "Telephone",
    "postal_address": "Postal address",
    "language": "Language",
}
SAID_ON_FORMS = ["name", "organisation", "telephone"]


class KnownAlready(NotPossible):
    """Somebody has this address: `contact` stands for it."""

    def __init__(self, contact: Contact) -> None:
        super().__init__("We already know this address.")
        self.contact = contact


class NothingDifferent(NotPossible):
    """A correction that says what we know already."""

    def __init__(self) -> None:
        super().__init__("Nothing is different.")


@transaction.atomic
def add(
    *,
    by: User,
    name: str,
    organisation: str = "",
    email: str = "",
    telephone: str = "",
    postal_address: str = "",
    language: str = Language.ENGLISH,
) -> Contact:
    """Adds a contact by hand, who has said Yes to nothing yet. Raises KnownAlready for a known address."""
    if not (email or telephone or postal_address):
        raise NotPossible(
            "Enter a way to reach them: an email address, a telephone number or a postal address."
        )
    if not (email or postal_address or can_be_rung(telephone)):
        raise NotPossible(f"{TO_RING}.")
    contact = Contact(
        name=name,
        organisation=organisation,
        email=email,
        telephone=telephone,
        postal_address=postal_address,
        language=language,
        never_again_at=_asked_never_again(email),
    )
    contact.derive()
    contact.derive_likeness()
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        raise KnownAlready(Contact.objects.get(mailbox=contact.mailbox).kept_record) from None
    tell(contact, Kind.ADDED, by=by)
    return contact


@transaction.atomic
def correct(
    *,
    contact: Contact,
    by: User | None,
    name: str,
    organisation: str,
    telephone: str,
    postal_address: str,
    language: str,
    shown: Mapping[str, str] | None = None,
) -> None:
    """Puts right what we wrote down; the timeline says what was corrected, and neither how nor from what.

    Nobody in `by` is the person themselves. `shown` is what their page showed: see `meant`. Raises
    NothingDifferent, or NotPossible where no way to reach them would be left.
    """
    said = {
        "name": name,
        "organisation": organisation,
        "telephone": telephone,
        "postal_address": postal_address,
        "language": language,
    }
    contact = lock_active(contact) if by else lock_present(contact)
    _correct(contact, meant(contact, said, shown or {}), by, "")


def meant(contact: Contact, said: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """Which details somebody changes who saves a page that showed these: what they did not touch stays.

    Raises ChangedMeanwhile for one that was changed to something else since.
    """
    touched = {field: value for field, value in said.items() if shown.get(field) != value}
    for field, value in touched.items():
        if field in shown and (now := getattr(contact, field)) not in (shown[field], value):
            raise ChangedMeanwhile(
                f"{DETAIL_LABELS[field]} has changed since you opened this page. It is now “{now}”."
                " Save again to put yours in its place"
            )
    return touched


@transaction.atomic
def take_over(*, contact: Contact, by: User) -> None:
    """What the person's latest form says becomes what we know of them."""
    person = lock_active(contact)
    eoi = latest_form(person)
    if not eoi:
        raise NotPossible("This contact has sent no form.")
    _correct(person, {field: getattr(eoi, field) for field in said_otherwise(person, eoi)}, by, eoi.reference)


def latest_form(contact: Contact) -> ExpressionOfInterest | None:
    """The last form that came from this contact, spam aside; what a merged one said stays its own."""
    forms = contact.eois.filter(erased_at=None)
    return forms.exclude(state=ExpressionOfInterest.State.SPAM).order_by("pk").last()


def said_otherwise(contact: Contact, eoi: ExpressionOfInterest) -> list[str]:
    """The fields that a form gives, and gives differently from what we know."""
    return [f for f in SAID_ON_FORMS if getattr(eoi, f) and getattr(eoi, f) != getattr(contact, f)]


@transaction.atomic
def change_address(*, contact: Contact, by: User, email: str) -> None:
    """Puts another address in the place of one that nobody confirmed. Raises KnownAlready for a known one.

    A confirmed address is the person's own to change, from the link we mail.
    """
    person = lock_active(contact)
    if person.email_confirmed_at:
        raise NotPossible("The person confirmed this address: they change it themselves, from their link.")
    other = Contact.objects.filter(mailbox=mailbox(email)).exclude(pk=person.pk).first()
    if other:
        raise KnownAlready(other.kept_record)
    if email == person.email:
        raise NotPossible("This is already the address.")
    person.email, person.duplicates_sought_at = email, None
    person.never_again_at = person.never_again_at or _asked_never_again(email)
    person.save()
    owed = None
    if person.involvements.waiting().exists() and not (person.restricted_at or person.never_again_at):
        owed = mail.owe(emails.please_confirm, to=email, recipient=person.pk, contact_id=person.pk)
    tell(person, Kind.ADDRESS_CHANGED, by=by, mail=owed)


@transaction.atomic
def record(
    *,
    contact: Contact,
    by: User,
    kind: str,
    text: str,
    on: dt.date | None = None,
    keeps: Collection[Undertaking] = (),
) -> None:
    """Writes down a call, a letter or a meeting: on which day (today), what was said, and what it keeps.

    Raises NotPossible for a day to come, and for what is not owed to this person any more.
    """
    keeping.lock_forms(undertakings__in=[row.pk for row in keeps])
    person = lock_active(contact)
    today = working_days.today()
    if on and on > today:
        raise NotPossible("Choose today or an earlier day.")
    before = on if on and on < today else None
    line = tell(person, kind, f"{day_in_words(before)}: {text}" if before else text, by=by)
    owed = Undertaking.objects.of_people(person.keys).filter(pk__in=[row.pk for row in keeps])
    proof = keeping.by_line(line, f"{line.get_kind_display()}, {day_in_words(on or today)}")
    if keeping.keep(owed, by=by, proof=proof, on=before) != len(keeps):
        raise ChangedMeanwhile("Something of this is not owed any more: look again.")
    keeping.move_on(owed)


@transaction.atomic
def invite(*, contact: Contact, by: User, on: dt.date, place: str, reply_by: dt.date, text: str) -> None:
    """Invites the person to a meeting, by mail: its day, its place, and by when we hope to hear.

    Whoever has no address is invited by telephone or by letter: see `record`. Raises NotPossible for whoever
    said no Yes to giving advice that permits a message.
    """
    person = lock_active(contact)
    if not Involvement.objects.permitting(Purpose.GIVE_ADVICE).filter(contact=person).exists():
        raise NotPossible(
            "We may not mail them about this: invite them by telephone or by letter, and record it."
        )
    if not working_days.today() <= reply_by <= on:
        raise NotPossible("Choose a day to come, and to reply by a day before it.")
    owed = mail.owe(
        meeting_emails.meeting,
        to=person.email,
        recipient=person.pk,
        contact_id=person.pk,
        on=on.isoformat(),
        place=place,
        reply_by=reply_by.isoformat(),
        text=text,
    )
    tell(person, Kind.INVITED, f"{day_in_words(on)}, {place}. {text}".strip(), by=by, mail=owed)
    invited = Undertaking.objects.of_people(person.keys).filter(kind=Undertaking.Kind.INVITE)
    proof = keeping.by_mail(owed, f"Invited by email to a meeting on {day_in_words(on)}")
    keeping.keep(invited, by=by, proof=proof)


@transaction.atomic
def change_switch(*, contact: Contact, by: User, purpose: str, yes: bool, how: str) -> None:
    """Turns one switch because the person asked; `how` says how they asked."""
    lock_person(contact)
    switches.change_on_request(contact=lock_active(contact), purpose=purpose, yes=yes, how=how, by=by)


@transaction.atomic
def restrict(*, contact: Contact, by: User, why: str) -> None:
    """The person asked not to be contacted: nobody writes, and what they said Yes to stays as it is."""
    person = lock_active(contact)
    if person.restricted_because in (Restriction.ASKED, Restriction.ERASURE):
        raise NotPossible("This contact is already not to be contacted.")
    person.restricted_at, person.restricted_because = clock.now(), Restriction.ASKED
    person.save(update_fields=["restricted_at", "restricted_because"])
    settle(person)
    tell(person, Kind.RESTRICTED, why, by=by)
    log(LogLine.Act.RESTRICTED, person, by=by)


@transaction.atomic
def release(*, contact: Contact, by: User, why: str) -> None:
    """They may be written to again. Who asked to be erased, or never to be written to, stays left alone."""
    person = lock_active(contact)
    if not person.restricted_at:
        raise NotPossible("This contact may already be contacted.")
    wished = Erasure.objects.outstanding().about(person.keys).exists()
    if wished or person.restricted_because == Restriction.ERASURE:
        raise NotPossible("They asked to be erased: decide about that first.")
    person.restricted_at, person.restricted_because = None, ""
    person.save(update_fields=["restricted_at", "restricted_because"])
    settle(person)
    tell(person, Kind.RELEASED, why, by=by)
    log(LogLine.Act.RELEASED, person, by=by)


def _asked_never_again(email: str) -> dt.datetime | None:
    """Since when this address is never to be written to, where it is."""
    remembered = Suppression.objects.for_mailbox(mailbox(email), Suppression.Scope.NEVER_AGAIN).first()
    return remembered.since_at if remembered else None


def _correct(contact: Contact, said: dict[str, str], by: User | None, source: str) -> None:
    changed = [field for field, value in said.items() if getattr(contact, field) != value]
    if not changed:
        raise NothingDifferent
    for field in changed:
        setattr(contact, field, said[field])
    if not (contact.email or contact.telephone or contact.postal_address):
        whom = "them" if by else "you"
        raise NotPossible(f"Leave a way to reach {whom}: a telephone number or a postal address.")
    by_telephone_only = contact.telephone and not (contact.email or contact.postal_address)
    if (
        by_telephone_only
        and {"telephone", "postal_address"} & {*changed}
        and not can_be_rung(contact.telephone)
    ):
        raise NotPossible(f"{TO_RING}.")
    contact.duplicates_sought_at = None
    contact.save()
    text = ", ".join(DETAIL_LABELS[field] for field in changed)
    tell(contact, Kind.CORRECTED, f"{text} (as in {source})" if source else text, by=by)
