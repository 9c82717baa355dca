"""The contact list as CSV: streamed, so that memory stays flat however long the list is."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from accord_portal.foundation.dates import day_in_words

from .models import Contact, Involvement, Purpose

CHUNK = 1000  # contacts a look
BOM = "\ufeff"  # without it Excel garbles macrons
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
RUNS_IN_A_SPREADSHEET = re.compile(r"[\t\r\n]|\s*[=+@\-＝＋＠－]")  # and the same in full width


def lines() -> Iterator[str]:
    """The file, line by line: everybody who is somebody still."""
    yield BOM + _line(HEADING)
    last = 0
    standing = Contact.objects.standing().order_by("pk")
    while chunk := list(standing.filter(pk__gt=last)[:CHUNK]):
        switches = _switches(chunk)
        yield from (_line(_cells(contact, switches)) for contact in chunk)
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


class _Echo:
    """What `csv` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


_write = csv.writer(_Echo()).writerow


def _line(cells: Iterable[Any]) -> str:
    line: str = _write([defused(str(cell)) for cell in cells])
    return line


def defused(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe makes it text."""
    return f"'{text}" if RUNS_IN_A_SPREADSHEET.match(text) else text
