"""Acts on how a person is reached: their link on request, a new address."""

import datetime as dt

from django.db import IntegrityError, transaction

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.addresses import mailbox
from responses.contacts import emails
from responses.models import Activity, Contact, Duplicate, Suppression
from responses.people.person import lock
from responses.people.timeline import tell

AN_HOUR = dt.timedelta(hours=1)
MAILS_AN_HOUR = 3


def mail_link(*, address: str) -> None:
    """Mails their link to whoever has this address.

    Who asked learns nothing, by the clock neither: whether anybody has the address is looked up when the
    message is made, and where nobody has it, the wish is forgotten.
    """
    box = mailbox(address)
    mail.owe(emails.preferences_link, to=box, address=box)


@transaction.atomic
def ask_to_change(*, contact: Contact, address: str) -> None:
    """Asks the new address whether it is the person's; nothing changes until it says so.

    Whether anybody else has the address the person is not told. Raises NotPossible where it is their own
    already, or where we have asked often enough.
    """
    contact = lock(pk=contact.pk)
    if contact.mailbox == mailbox(address):
        raise NotPossible("We already have this address for you.")
    asked = contact.activities.filter(kind=Activity.Kind.ADDRESS_ASKED)
    if len(asked.filter(happened_at__gt=clock.now() - AN_HOUR)[:MAILS_AN_HOUR]) == MAILS_AN_HOUR:
        raise NotPossible("You have asked for this three times. Wait an hour, then try again.")
    about: dict[str, int | str] = {"contact_id": contact.pk, "address": address}
    owed = mail.owe(emails.address_asked, to=address, recipient=contact.pk, **about)
    tell(contact, Activity.Kind.ADDRESS_ASKED, mail=owed)


@transaction.atomic
def change(*, contact: Contact, address: str) -> bool:
    """The new mailbox said that it is the person's: we write there from now on, and tell the old address.

    False where another contact has the address: then staff are asked to put the two together. Twice is the
    same as once.
    """
    contact = lock(pk=contact.pk)
    old = contact.email
    if contact.mailbox == mailbox(address):
        return True
    contact.email, contact.email_confirmed_at = address, clock.now()
    contact.duplicates_sought_at = None
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        _suggest_one_person(contact, Contact.objects.get(mailbox=mailbox(address)))
        return False
    Suppression.objects.for_mailbox(mailbox(address), Suppression.Scope.BOUNCED).delete()
    about: dict[str, int | str] = {"contact_id": contact.pk, "address": old}
    owed = mail.owe(emails.address_changed, to=old, recipient=contact.pk, **about)
    tell(contact, Activity.Kind.ADDRESS_CHANGED, mail=owed)
    return True


def _suggest_one_person(one: Contact, other: Contact) -> None:
    """Puts the two before staff, again where they were once found to be two."""
    one, other = one.kept_record, other.kept_record
    if one == other:
        return
    first, second = sorted([one, other], key=lambda contact: contact.pk)
    Duplicate.objects.update_or_create(
        first=first,
        second=second,
        defaults={"settled_at": None, "settled_by": None},
        create_defaults={"reason": Duplicate.Reason.ADDRESS},
    )
