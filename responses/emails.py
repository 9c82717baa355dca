"""The messages to people who wrote in: one function each."""

import datetime as dt

from accord_portal.foundation import mail, signed_links

from .models import Contact, ExpressionOfInterest
from .models.consent import WORDINGS

LINKS_LAST = dt.timedelta(days=7)


def preferences_url(contact: Contact) -> str:
    """The one link to everything about this contact; it lasts a week, and every message has a fresh one."""
    return signed_links.address("preferences", contact.pk, contact.mailbox_mark)


def publication_url(champion_pk: int, contact: Contact) -> str:
    """Where a champion chooses what may be public; the page is the upper room's, known by its name."""
    return signed_links.address("publication", champion_pk, contact.mailbox_mark)


def acknowledgement(eoi_id: int) -> mail.Message:
    """What we received, when a person will answer, a button to confirm, and one link for everything."""
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    context = {
        "eoi": eoi,
        "yeses": any(eoi.answers.values()),
        "answers": [(wording, eoi.answers[purpose]) for purpose, wording in WORDINGS.items()],
        "confirm_url": signed_links.address("confirm", eoi.contact_id, eoi.contact.mailbox_mark),
        "preferences_url": preferences_url(eoi.contact),
    }
    subject = f"We have received your answers: {eoi.reference}"
    return mail.compose("responses/acknowledgement", context, to=eoi.email, subject=subject)


def reply(eoi_id: int, text: str) -> mail.Message:
    """What a member of staff wrote to the person when acknowledging the expression of interest."""
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    context = {"eoi": eoi, "text": text, "preferences_url": preferences_url(eoi.contact)}
    subject = f"Your expression of interest: {eoi.reference}"
    message = mail.compose("responses/reply", context, to=eoi.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message
