"""The contact list as CSV: streamed, so that memory stays flat however long the list is."""

from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.spreadsheets import BOM, line
from responses.models import Contact, Involvement, Purpose

CONTACTS_A_QUERY = 1000  # contacts a look
HEADING = [
    "number",
    "name",
    "organisation",
    "email",
    "email confirmed",
    "telephone",
    "telephone, international",
    "postal address",
    "language",
    "since",
    *Purpose.values,
    "not to be written to",
]
WAYS_TO_REACH = {"email", "telephone", "telephone, international", "postal address"}


def lines(*, with_details: bool = True) -> Iterator[str]:
    """The file, line by line: everybody who is somebody still; without details no address and no number.

    A record that was merged has a line of its own while it says Yes: its mailbox is written to, on that Yes.
    The columns of those are left out, so that nobody takes an empty one for "has none".
    """
    shown = [with_details or name not in WAYS_TO_REACH for name in HEADING]
    yield BOM + line(compress(HEADING, shown))
    last = 0
    says_yes = Exists(Involvement.objects.current().filter(contact=OuterRef("pk")))
    exported = Contact.objects.filter(Q(merged_into=None) | says_yes, erased_at=None).order_by("pk")
    while chunk := list(exported.filter(pk__gt=last)[:CONTACTS_A_QUERY]):
        switches = _switches(chunk)
        yield from (line(compress(_cells(contact, switches), shown)) for contact in chunk)
        last = chunk[-1].pk


def _switches(contacts: Iterable[Contact]) -> dict[tuple[int, str], str]:
    current = Involvement.objects.current().filter(contact__in=contacts)
    rows = current.values_list("contact", "purpose", "confirmed_at")
    return {(key, purpose): "confirmed" if confirmed else "yes" for key, purpose, confirmed in rows}


def _cells(contact: Contact, switches: dict[tuple[int, str], str]) -> list[Any]:
    return [
        contact.pk,
        contact.name,
        contact.organisation,
        contact.email,
        day_in_words(contact.email_confirmed_at) if contact.email_confirmed_at else "",
        contact.telephone,
        contact.telephone_e164,
        contact.postal_address,
        contact.get_language_display(),
        timezone.localdate(contact.created_at).isoformat(),
        *(switches.get((contact.pk, purpose), "no") for purpose in Purpose.values),
        "Asked never to be written to again"
        if contact.never_again_at
        else contact.get_restricted_because_display(),
    ]
