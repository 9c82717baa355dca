"""The messages about how somebody is reached: one function each."""

import datetime as dt

from accord_portal.foundation import mail
from accord_portal.foundation.addresses import mailbox
from responses.models import Contact, Involvement, Purpose, Suppression
from responses.people import own_words
from responses.people.links import link, preferences_url


@mail.kind("preferences_link", a_day=8)
def preferences_link(address: str) -> mail.Message:
    """The link to everything, because somebody asked for it on our page with this address."""
    contact = Contact.objects.filter(mailbox=mailbox(address)).first()
    if contact is None:
        raise mail.NothingToKeep
    context = {"name": own_words.greeting(contact), "preferences_url": preferences_url(contact)}
    subject = "Your link to what we hold about you"
    message = mail.compose("responses/preferences_link", context, to=contact.email, subject=subject)
    message.recipient = contact.pk
    return message


@mail.kind("address_asked", a_day=3)
def address_asked(contact_id: int, address: str) -> mail.Message:
    """Whether we may write to this address from now on; it names nobody, for the address may be wrong.

    Not sent to an address that asked never to be written to.
    """
    if Suppression.objects.for_mailbox(mailbox(address), Suppression.Scope.NEVER_AGAIN).exists():
        raise mail.NothingToKeep
    contact = Contact.objects.get(pk=contact_id)
    context: dict[str, object] = {"address_url": link("address", contact, address)}
    subject = "Is this your new email address?"
    return mail.compose("responses/address_asked", context, to=address, subject=subject)


@mail.kind("address_changed")
def address_changed(contact_id: int, address: str) -> mail.Message:
    """To the old address: we write to another one from now on.

    It names nobody, since that address may never have been confirmed, and no link in it is the person's own.
    """
    subject = "We have changed your email address"
    return mail.compose("responses/address_changed", {}, to=address, subject=subject)


@mail.kind("meeting")
def meeting(contact_id: int, on: str, place: str, reply_by: str, text: str) -> mail.Message:
    """An invitation to a meeting, written by staff. The days are as in ISO 8601."""
    contact = Contact.objects.get(pk=contact_id)
    if not Involvement.objects.permitting(Purpose.GIVE_ADVICE).filter(contact=contact).exists():
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting(contact),
        "on": dt.date.fromisoformat(on),
        "place": place,
        "reply_on": dt.date.fromisoformat(reply_by),
        "text": text,
        "preferences_url": preferences_url(contact),
    }
    subject = "An invitation to a meeting"
    message = mail.compose("responses/meeting", context, to=contact.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message
