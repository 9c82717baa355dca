"""The contact list as CSV: streamed, so that memory stays flat however long the list is."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

from django.db.models.functions import TruncDate

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.spreadsheets import BOM, lines
from responses.models import Contact, Involvement, Language, Purpose

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


NOT_ONE = ("no",) * len(Purpose.values)
COLUMN_OF_PURPOSE = {purpose: place for place, purpose in enumerate(Purpose.values)}
LANGUAGE_NAMES = dict(Language.choices)
RESTRICTION_NAMES = {"": "", **dict(Contact.Restriction.choices)}


class ExportedContact(NamedTuple):
    """Of a contact what the file needs, its instants as days in New Zealand."""

    pk: int
    name: str
    organisation: str
    email: str
    confirmed_on: dt.date | None
    telephone: str
    telephone_e164: str
    postal_address: str
    language: str
    since_on: dt.date
    merged_into: int | None
    never_again_at: dt.datetime | None
    restricted_because: str


def pieces(*, with_details: bool = True) -> Iterator[str]:
    """The file, its heading and then a chunk of lines at a time: everybody who is somebody still.

    Without details no address and no number: the columns of those are left out, so that nobody takes an empty
    one for "has none". A record that was merged has a line of its own while it says Yes: its mailbox is
    written to, on that Yes.
    """
    shown = [with_details or name not in WAYS_TO_REACH for name in HEADING]
    yield BOM + lines([compress(HEADING, shown)])
    days = {"confirmed_on": TruncDate("email_confirmed_at"), "since_on": TruncDate("created_at")}
    contacts = Contact.objects.filter(erased_at=None).annotate(**days).order_by("pk")
    rows = contacts.values_list(*ExportedContact._fields)
    last = 0
    while chunk := [ExportedContact._make(row) for row in rows.filter(pk__gt=last)[:CONTACTS_A_QUERY]]:
        said = _said(last + 1, chunk[-1].pk)
        exported = (row for row in chunk if row.merged_into is None or row.pk in said)
        cells = (_cells(row, said.get(row.pk, NOT_ONE)) for row in exported)
        yield lines(cells if with_details else ([*compress(each, shown)] for each in cells))
        last = chunk[-1].pk


def _said(first: int, last: int) -> dict[int, Sequence[str]]:
    """What contacts with keys from first to last said Yes to, in the order of the purposes; nobody else."""
    said: dict[int, list[str]] = {}
    current = Involvement.objects.current().filter(contact__gte=first, contact__lte=last)
    for key, purpose, confirmed in current.values_list("contact", "purpose", "confirmed_at"):
        cells = said.setdefault(key, list(NOT_ONE))
        cells[COLUMN_OF_PURPOSE[purpose]] = "confirmed" if confirmed else "yes"
    return {**said}


def _cells(row: ExportedContact, said: Sequence[str]) -> list[Any]:
    return [
        row.pk,
        row.name,
        row.organisation,
        row.email,
        _in_words(row.confirmed_on) if row.confirmed_on else "",
        row.telephone,
        row.telephone_e164,
        row.postal_address,
        LANGUAGE_NAMES.get(row.language, row.language),
        row.since_on,
        *said,
        "Asked never to be written to again"
        if row.never_again_at
        else RESTRICTION_NAMES[row.restricted_because],
    ]


_in_words = lru_cache(maxsize=1000)(day_in_words)
