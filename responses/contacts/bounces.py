"""Addresses that took no mail, and are tried again because staff know better."""

from django.db import models, transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.models import Activity, Contact, Suppression
from responses.people.person import lock_active
from responses.people.timeline import tell


def takes_no_mail(contact: Contact) -> bool:
    """Whether mail to the contact's address came back for good, so that nothing is sent to it."""
    return bool(contact.mailbox) and _remembered(contact).exists()


@transaction.atomic
def restore(*, contact: Contact, by: User, why: str) -> None:
    """Lets the address be written to again, confirmed as it was before it bounced.

    Raises NotPossible where nothing keeps mail from it.
    """
    contact = lock_active(contact)
    remembered = _remembered(contact).order_by("pk").first() if contact.mailbox else None
    if remembered is None:
        raise NotPossible("Nothing keeps mail from this address.")
    unconfirmed = Contact.objects.filter(pk=contact.pk, email_confirmed_at=None)
    unconfirmed.update(email_confirmed_at=remembered.confirmed_at)
    _remembered(contact).delete()
    tell(contact, Activity.Kind.RESTORED, why, by=by)


def _remembered(contact: Contact) -> models.QuerySet[Suppression]:
    return Suppression.objects.for_mailbox(str(contact.mailbox), Suppression.Scope.BOUNCED)
