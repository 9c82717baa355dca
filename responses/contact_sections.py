"""What upper rooms show on the pages about a contact, room by room.

Each room named in `settings.ROOMS_WITH_CONTACT_SECTIONS` has a module `contact_sections` with these
functions; each gives an empty list if the room has nothing to show:

- `sent(keys, limit)`: what the person was sent, on the contact's page, as `SentList` of at most `limit`
  lines. The keys are those of all the contacts that are this person;
- `acts(contact, by)`: what this member of staff may do with the contact, on its page, as `PageLink`;
- `about_form(eoi, by)`: what stands beside an expression of interest, on its page, as `LinkList`;
- `choices(contact, token)`: what people decide themselves, on their own page of what is public, as
  `LinkList`. Its links are as old as the token that led there.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings

from accord_portal.staff.models import User
from responses.models import Contact, ExpressionOfInterest


class PageLink(NamedTuple):
    """Where one thing is shown or done; a button if it is something to do."""

    words: str
    url: str
    is_button: bool = False


class LinkList(NamedTuple):
    """Links under a heading of their own."""

    heading: str
    links: Sequence[PageLink]


class SentList(NamedTuple):
    """Messages of one kind, a line each, the latest first."""

    heading: str
    lines: Sequence[str]


def sent(keys: Sequence[int], limit: int) -> list[SentList]:
    """What the upper rooms sent the person."""
    return _each("sent", keys, limit)


def acts(contact: Contact, by: User) -> list[PageLink]:
    """What this member of staff may do with the contact in the upper rooms."""
    return _each("acts", contact, by)


def about_form(eoi: ExpressionOfInterest, by: User) -> list[LinkList]:
    """What became of an expression of interest in the upper rooms, or may become of it."""
    return _each("about_form", eoi, by)


def choices(contact: Contact, token: str) -> list[LinkList]:
    """What the person decides in the upper rooms."""
    return _each("choices", contact, token)


def _each(question: str, *about: Any) -> list[Any]:
    rooms = [import_module(f"{room}.contact_sections") for room in settings.ROOMS_WITH_CONTACT_SECTIONS]
    return [found for room in rooms for found in getattr(room, question)(*about)]
