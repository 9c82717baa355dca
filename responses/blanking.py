"""What erasing a person leaves of them in this room: that there was somebody, and how they answered."""

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from accord_portal.foundation import append_only, clock, keyed_hash
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.models import OutgoingMail

from . import consents
from .models import (
    Activity,
    Consent,
    Contact,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    ImportRow,
    Recommendation,
    Suppression,
)


def erase(keys: Sequence[int]) -> None:
    """Blanks the person in everything that was written, and remembers the addresses by keyed hash only."""
    contacts, eois = (
        Contact.objects.filter(pk__in=keys),
        ExpressionOfInterest.objects.filter(contact__in=keys),
    )
    addresses = {*contacts.values_list("email", flat=True), *eois.values_list("email", flat=True)} - {""}
    mailboxes = {mailbox(address) for address in addresses}
    for theirs in sorted(mailboxes):
        consents.suppress(theirs, Suppression.Scope.ERASED)
    with append_only.door():
        Activity.objects.filter(contact__in=keys).update(text="")
        Consent.objects.filter(contact__in=keys).update(message="")
    FollowUp.objects.filter(contact__in=keys).update(what="")
    Erasure.objects.filter(contact__in=keys).update(reason="")
    _erase_mail(OutgoingMail.objects.filter(Q(recipient__in=keys) | Q(to__in=addresses)))
    _erase_recommended(eois, mailboxes)
    rows = ImportRow.objects.filter(Q(contact__in=keys) | Q(mailbox__in=mailboxes))
    rows.update(values={}, mailbox="", likeness="")
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


def _erase_mail(owed: QuerySet[OutgoingMail]) -> None:
    """What was sent stays counted; what was not sent yet never is."""
    State = OutgoingMail.State
    owed.exclude(state=State.SENT).update(state=State.CANCELLED)
    owed.update(to="", subject="", facts={}, last_error="")


def _erase_recommended(eois: QuerySet[ExpressionOfInterest], mailboxes: Collection[str]) -> None:
    """Where the person was the one recommended; whom the person recommended is somebody else."""
    hashes = [found for box in mailboxes for found in keyed_hash.every("mailbox", box)]
    theirs = Recommendation.objects.filter(Q(eoi__in=eois) | Q(mailbox_hash__in=hashes))
    unanswered = [Recommendation.State.AWAITING, Recommendation.State.INVITED]
    theirs.filter(state__in=unanswered).update(state=Recommendation.State.EXPIRED, name="", email="", why="")
    theirs.update(name="", email="", why="")
