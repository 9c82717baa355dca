"""What is remembered of an address when nothing else is kept: a keyed hash, and since when."""

from collections.abc import Iterable

from accord_portal.foundation import clock, keyed_hash
from responses.models import Contact, Suppression


def never_again(*, mailbox: str) -> None:
    """Nobody begins to write to this address any more: no invitation, no digest, no list brings it back.

    Only a Yes from the mailbox itself lifts it.
    """
    suppress(mailbox, Suppression.Scope.NEVER_AGAIN)
    Contact.objects.filter(mailbox=mailbox, never_again_at=None).update(never_again_at=clock.now())


def takes_no_mail(*, mailbox: str) -> bool:
    """The mailbox takes no mail: it counts as confirmed no more; False where that is remembered already.

    Whoever confirms it anew, from the mailbox, lifts that: then it takes mail.
    """
    contact = Contact.objects.filter(mailbox=mailbox).only("email_confirmed_at").first()
    if not suppress(mailbox, Suppression.Scope.BOUNCED):
        return False
    if contact:
        remembered = Suppression.objects.for_mailbox(mailbox, Suppression.Scope.BOUNCED)
        remembered.update(confirmed_at=contact.email_confirmed_at)
        Contact.objects.filter(pk=contact.pk).update(email_confirmed_at=None)
    return True


def remember_never_again(marks: Iterable[str]) -> None:
    """Remembers of many, by mailbox or by what a list knows them by, that they are never to be written to."""
    scope = Suppression.Scope.NEVER_AGAIN
    remembered = [Suppression(mailbox_hash=keyed_hash.hashed("mailbox", mark), scope=scope) for mark in marks]
    Suppression.objects.bulk_create(remembered, ignore_conflicts=True)


def suppress(mailbox: str, scope: str) -> bool:
    """Remembers this of the address, by keyed hash; False where it is remembered already."""
    if Suppression.objects.for_mailbox(mailbox, scope).exists():  # under any key; below, under the key of now
        return False
    _, is_new = Suppression.objects.get_or_create(
        mailbox_hash=keyed_hash.hashed("mailbox", mailbox), scope=scope
    )
    return is_new
