"""One person and their records: locked, so that whoever acts on them takes turns."""

from accord_portal.foundation import clock
from responses.models import Contact, Erasure, Suppression

LIFTED_BY_A_YES = [Contact.Restriction.NO_BASIS, Contact.Restriction.ASKED]


def locked(**known_by: object) -> Contact:
    """The contact known by this, locked: whoever acts on consent takes turns."""
    return Contact.objects.select_for_update().get(**known_by)


def locked_whole(contact: Contact) -> Contact:
    """The contact that stands for this one, locked after all the records merged into it."""
    root = Contact.objects.get(pk=contact.pk).standing_for
    list(Contact.objects.select_for_update().filter(merged_into=root).order_by("pk"))
    return locked(pk=root.pk)


def is_theirs(contact: Contact) -> bool:
    """Notes that the mailbox is the person's own; False where that was known."""
    unconfirmed = Contact.objects.filter(pk=contact.pk, email_confirmed_at=None).exclude(email="")
    return bool(unconfirmed.update(email_confirmed_at=clock.now()))


def lift(contact: Contact) -> None:
    """A Yes from the mailbox is the later word: it lifts what kept us from writing to it.

    A wish to be erased stays until it is decided.
    """
    if contact.mailbox:
        scopes = Suppression.Scope
        Suppression.objects.of(contact.mailbox, scopes.NEVER_AGAIN, scopes.ERASED).delete()
    Contact.objects.filter(pk=contact.pk).update(never_again_at=None)
    kept_from = Contact.objects.filter(pk=contact.pk, restricted_because__in=LIFTED_BY_A_YES)
    kept_from = kept_from.exclude(erasures__in=Erasure.objects.outstanding())
    kept_from.update(restricted_at=None, restricted_because="")
