"""The messages about what we owe somebody: one function each."""

import datetime as dt

from accord_portal.foundation import mail
from responses.models import Contact, Undertaking
from responses.people import own_words
from responses.people.links import promises_url
from responses.undertakings.words import promised


@mail.kind("another_day")
def another_day(undertaking_id: int, before: str, to_day: str, because: str) -> mail.Message:
    """That something will be done by a later day than we said, and why. The days are as in ISO 8601."""
    row = Undertaking.objects.select_related("contact", "eoi").get(pk=undertaking_id)
    contact = _present(row.contact)
    context = {
        "name": own_words.greeting(contact),
        "promised": promised(row),
        "before": dt.date.fromisoformat(before),
        "to": dt.date.fromisoformat(to_day),
        "because": because,
        "promises_url": promises_url(contact),
    }
    subject = "We need more time for something we promised you"
    return mail.compose("responses/another_day", context, to=contact.email, subject=subject)


@mail.kind("missed_a_day", a_day=5)
def missed_a_day(contact_id: int, undertakings: str) -> mail.Message:
    """What we promised for a day that has passed, and have not done; not sent where it was done since."""
    contact = _present(Contact.objects.get(pk=contact_id))
    keys = [int(key) for key in undertakings.split("-")]
    late = Undertaking.objects.open().filter(pk__in=keys).select_related("eoi")
    if not late or contact.restricted_at or contact.never_again_at:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting(contact),
        "promises": [(promised(row), row.due_on) for row in late],
        "promises_url": promises_url(contact),
    }
    subject = "We missed a day that we promised you"
    message = mail.compose("responses/missed_a_day", context, to=contact.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # it answers nothing (RFC 3834, section 5)
    return message


def _present(contact: Contact | None) -> Contact:
    """The contact. Raises NoLongerWanted where it was erased, or nobody may write to it, meanwhile."""
    if contact is None or not contact.email or contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    return contact
