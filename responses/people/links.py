"""Every signed link that a person is mailed or shown, by what it leads to."""

import datetime as dt

from accord_portal.foundation import keyed_hash, signed_links
from responses.models import Contact, Enquiry, ExpressionOfInterest, Recommendation, Referral

LINKS_LAST = dt.timedelta(days=7)


def link(view: str, contact: Contact, *facts: int | str, led_here: str = "") -> str:
    """A link for this contact, good while it has the address it is mailed to now.

    `led_here` is the token of the page it is shown on, where it is not mailed: then it is as old as that.
    """
    return signed_links.address(view, contact.pk, contact.mailbox_mark, *facts, led_here=led_here)


def preferences_url(contact: Contact, led_here: str = "") -> str:
    """The one link to everything about this contact; it lasts a week, and every message has a fresh one."""
    return link("preferences", contact, led_here=led_here)


def preferences_url_of(contact: int, mailbox: str, led_here: str = "") -> str:
    """The same link for whoever knows the contact's key and mailbox only."""
    mark = keyed_hash.mark("mailbox", mailbox)
    return signed_links.address("preferences", contact, mark, led_here=led_here)


def promises_url(contact: Contact, led_here: str = "") -> str:
    """The same link, led on to what we promised this contact."""
    return f"{preferences_url(contact, led_here)}promises/"


def recommend_url(contact: Contact, led_here: str = "") -> str:
    """Where this contact may recommend others, shown on a page that a mailed link leads to."""
    return link("recommend", contact, led_here=led_here)


def recommend_url_of(eoi: ExpressionOfInterest, led_here: str = "") -> str:
    """The same for whoever holds the receipt: it does not tell whether we knew the address before."""
    return signed_links.address("recommend", eoi.reference, led_here=led_here)


def enquiry_url(enquiry: Enquiry, led_here: str = "") -> str:
    """Where whoever sent a form answers what we asked about it."""
    return link("question", enquiry.eoi.contact, enquiry.pk, led_here=led_here)


def referral_url(referral: Referral, led_here: str = "") -> str:
    """Where whoever sent a form says whether something may be passed on."""
    return link("referral", referral.eoi.contact, referral.pk, led_here=led_here)


def invitation_url(recommendation: Recommendation) -> str:
    """Where somebody who was recommended answers, once for ever."""
    return signed_links.address("invitation", recommendation.pk, recommendation.mark)
