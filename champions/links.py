"""The signed links that champions are mailed and shown."""

import datetime as dt

from accord_portal.foundation import keyed_hash, signed_links
from champions.models import Relay
from responses.models import Contact

PROGRESS_LINKS_LAST = dt.timedelta(days=90)  # until we ask again; as long as a story may be offered


def publication_url(champion_pk: int, contact: Contact, led_here: str = "") -> str:
    """Where a champion chooses what may be public; `led_here` as in `responses.people.links.link`."""
    return signed_links.address("publication", champion_pk, contact.mailbox_mark, led_here=led_here)


def progress_url(champion_pk: int, contact: Contact, initiative_pk: int) -> str:
    """Where a champion says how an initiative stands, and below it the page of each of the four answers."""
    return signed_links.address("progress", champion_pk, contact.mailbox_mark, initiative_pk)


def offer_url(champion_pk: int, contact: Contact, led_here: str = "") -> str:
    """Where a champion offers a story of good practice; `led_here` as in `responses.people.links.link`."""
    return signed_links.address("offer-story", champion_pk, contact.mailbox_mark, led_here=led_here)


def relay_url(relay: Relay) -> str:
    """Where whoever asks about a story confirms that it was they."""
    return signed_links.address("confirm-relay", relay.pk, keyed_hash.mark("mailbox", relay.mailbox))


def own_page_url(champion_pk: int, contact: Contact, led_here: str = "") -> str:
    """Where a champion writes their own page; `led_here` as in `responses.people.links.link`."""
    return signed_links.address("own-page", champion_pk, contact.mailbox_mark, led_here=led_here)
