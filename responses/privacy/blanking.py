"""What erasing a person leaves of them in this room: that there was somebody, and how they answered."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accord_portal.foundation import append_only, clock, keyed_hash, mail
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import folded
from accord_portal.foundation.models import OutgoingMail
from responses.contacts import emails
from responses.importing import blanking as lists
from responses.importing.cells import by_post, by_telephone, likeness
from responses.models import (
    Activity,
    Consent,
    Contact,
    Decision,
    Enquiry,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    Letter,
    LetterLine,
    Recommendation,
    Referral,
    ReferralConsent,
    Suppression,
    Undertaking,
)
from responses.people import suppressions


def erase(keys: Sequence[int]) -> None:
    """Blanks the person in everything that was written, and remembers the addresses by keyed hash only."""
    contacts, eois = (
        Contact.objects.filter(pk__in=keys),
        ExpressionOfInterest.objects.filter(contact__in=keys),
    )
    people = [*contacts, *map(_as_contact, eois)]
    addresses, likenesses = _addresses(contacts, eois), _likenesses(people)
    mailboxes = {mailbox(address) for address in addresses}
    for theirs in sorted(mailboxes | likenesses):
        suppressions.suppress(theirs, Suppression.Scope.ERASED)
    with append_only.door():
        Activity.objects.filter(contact__in=keys).update(text="")
        Consent.objects.filter(contact__in=keys).update(message="")
        ReferralConsent.objects.filter(contact__in=keys).update(words="")
    FollowUp.objects.filter(contact__in=keys).update(what="", result="")
    Erasure.objects.filter(contact__in=keys).update(reason="")
    Undertaking.objects.filter(contact__in=keys).update(evidence_text="")
    Decision.objects.filter(eoi__contact__in=keys).update(reason="")
    Enquiry.objects.filter(eoi__contact__in=keys).update(text="", answer="")
    referrals = Referral.objects.filter(eoi__contact__in=keys)
    referrals.waiting().order_by().update(state=Referral.State.EXPIRED)
    referrals.update(agency="", address="", text="")
    recommended = _recommended(eois, mailboxes)
    about_them = list(recommended.exclude(invitation=None).values_list("invitation", flat=True))
    about_them += referrals.exclude(mail=None).values_list("mail", flat=True)
    owed = OutgoingMail.objects.alias(lowered=Lower("to"))
    lowered = {address.lower() for address in addresses} | mailboxes
    _erase_mail(owed.filter(Q(recipient__in=keys) | Q(lowered__in=lowered) | Q(pk__in=about_them)))
    _erase_recommended(recommended)
    _erase_made(Recommendation.objects.filter(recommender__in=keys))
    lists.erase(keys=keys, people=people, mailboxes=mailboxes, likenesses=likenesses)
    _erase_letters(contacts, mailboxes)
    for eoi in eois:
        eoi.name = eoi.organisation = eoi.email = eoi.telephone = eoi.initiatives = eoi.comments = ""
        eoi.same_form_key, eoi.erased_at = f"erased:{eoi.pk}", clock.now()
        eoi.derive()
        eoi.save()
    for contact in contacts:
        contact.name = contact.organisation = contact.email = contact.telephone = contact.postal_address = ""
        contact.email_confirmed_at, contact.erased_at = None, clock.now()
        contact.duplicates_sought_at = clock.now()
        contact.save()


def mailboxes_of(keys: Sequence[int]) -> set[str]:
    """The mailboxes the person is or was reached at, for what an upper room holds by mailbox only."""
    eois = ExpressionOfInterest.objects.filter(contact__in=keys)
    return {mailbox(address) for address in _addresses(Contact.objects.filter(pk__in=keys), eois)}


def _addresses(contacts: QuerySet[Contact], eois: QuerySet[ExpressionOfInterest]) -> set[str]:
    """Where the person is or was reached, former addresses too; not what is somebody else's by now.

    An address they asked for and never confirmed may be anybody's.
    """
    mails = OutgoingMail.objects.filter(recipient__in=[contact.pk for contact in contacts])
    mails = mails.exclude(message=mail.name_of(emails.address_asked))
    sent_to = mails.order_by().values_list("to", flat=True).distinct()
    present = {*contacts.values_list("email", flat=True), *eois.values_list("email", flat=True)}
    found = {*present, *sent_to} - {""}
    others = Contact.objects.filter(mailbox__in=set(map(mailbox, found))).exclude(pk__in=contacts)
    taken = set(others.values_list("mailbox", flat=True))
    return {address for address in found if mailbox(address) not in taken}


def _as_contact(eoi: ExpressionOfInterest) -> Contact:
    return Contact(name=eoi.name, organisation=eoi.organisation, telephone=eoi.telephone)


def _likenesses(people: Iterable[Contact]) -> set[str]:
    """The hashes by which a list without their address would know the person again."""
    found = set()
    for person in people:
        person.derive()
        person.derive_likeness()
        found |= {likeness(person, way) for way in (by_telephone, by_post)}
    return found - {""}


def _erase_letters(contacts: Iterable[Contact], mailboxes: Collection[str]) -> None:
    """Blanks what came with an address of theirs, or with no address, their number and their name."""
    own = {contact.mailbox for contact in contacts if contact.mailbox}
    theirs = list(Letter.objects.filter(mailbox__in={*mailboxes, *own}))
    names = {(contact.telephone_e164, folded(contact.name)) for contact in contacts if contact.telephone_e164}
    numbers = {number for number, _ in names}
    rung = Letter.objects.filter(mailbox="", telephone_e164__in=numbers)
    theirs += [letter for letter in rung if (letter.telephone_e164, folded(letter.name)) in names]
    FollowUp.objects.about(*theirs).update(what="", result="")
    with append_only.door():
        LetterLine.objects.filter(letter__in=theirs).update(text="")
    for letter in theirs:
        letter.name = letter.email = letter.telephone = letter.message = ""
        letter.same_letter_key, letter.erased_at = f"erased:{letter.pk}", clock.now()
        letter.save()


def _erase_mail(owed: QuerySet[OutgoingMail]) -> None:
    """What was sent stays counted; what was not sent yet never is."""
    mail.cancel(owed)
    owed.update(to="", subject="", facts={}, last_error="")


def _recommended(
    eois: QuerySet[ExpressionOfInterest], mailboxes: Collection[str]
) -> QuerySet[Recommendation]:
    """Where the person was the one recommended."""
    hashes = [found for box in mailboxes for found in keyed_hash.every("mailbox", box)]
    return Recommendation.objects.filter(Q(eoi__in=eois) | Q(mailbox_hash__in=hashes))


def _erase_recommended(theirs: QuerySet[Recommendation]) -> None:
    FollowUp.objects.about(*theirs).update(what="", result="")
    theirs.update(name="", email="", why="", declined_because="")
    Recommendation.objects.open().filter(pk__in=theirs).update(state=Recommendation.State.EXPIRED)


def _erase_made(made: QuerySet[Recommendation]) -> None:
    """Whom the person recommended is somebody else: an invitation stays, without what the person wrote."""
    made.update(why="")
    FollowUp.objects.about(*made).update(what="", result="")
    awaiting = made.filter(state=Recommendation.State.AWAITING)
    awaiting.update(state=Recommendation.State.EXPIRED, name="", email="")
