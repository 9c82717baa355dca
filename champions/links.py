"""The signed link that champions are mailed and shown."""

from accord_portal.foundation import signed_links
from responses.models import Contact


def publication_url(champion_pk: int, contact: Contact, led_here: str = "") -> str:
    """Where a champion chooses what may be public; `led_here` as in `responses.people.links.link`."""
    return signed_links.address("publication", champion_pk, contact.mailbox_mark, led_here=led_here)
