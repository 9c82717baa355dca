"""The contact list as CSV: streamed, so that memory stays flat however long the list is."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast, TruncDate

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
CONFIRMED = HEADING.index("email confirmed")
WAYS_TO_REACH = {"email", "telephone", "telephone, international", "postal address"}


NOT_ONE = ("no",) * len(Purpose.values)
COLUMN_OF_PURPOSE = {purpose: place for place, purpose in enumerate(Purpose.values)}
LANGUAGE_NAMES = dict(Language.choices)
RESTRICTION_NAMES = {"": "", **dict(Contact.Restriction.choices)}


OF_A_CONTACT = (
    "pk",
    "name",
    "organisation",
    "email",
    "confirmed_on",
    "telephone",
    "telephone_e164",
    "postal_address",
    "language",
    "since_on",
    "never_again_at",
    "restricted_because",
    "merged_into",
)


def pieces(*, with_details: bool = True) -> Iterator[str]:
    """The file, its heading and then a chunk of lines at a time: everybody who is somebody still.

    Without details no address and no number: the columns of those are left out, so that nobody takes an empty
    one for "has none". A record that was merged has a line of its own while it says Yes: its mailbox is
    written to, on that Yes.
    """
    shown = [with_details or name not in WAYS_TO_REACH for name in HEADING]
    yield BOM + lines([compress(HEADING, shown)])
    instants = {"confirmed_on": "email_confirmed_at", "since_on": "created_at"}
    days = {name: Cast(TruncDate(instant), CharField()) for name, instant in instants.items()}  # as text: a
    # day that Django makes of each would cost as much as the line
    contacts = Contact.objects.filter(erased_at=None).annotate(**days).order_by("pk")
    rows = contacts.values_list(*OF_A_CONTACT)
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CONTACTS_A_QUERY]):
        said = _said(last + 1, chunk[-1][0])
        cells = (_cells(row, said.get(row[0], NOT_ONE)) for row in chunk if row[-1] is None or row[0] in said)
        yield lines(cells if with_details else ([*compress(each, shown)] for each in cells))
        last = chunk[-1][0]


def _said(first: int, last: int) -> dict[int, Sequence[str]]:
    """What contacts with keys from first to last said Yes to, in the order of the purposes; nobody else."""
    said: dict[int, list[str]] = {}
    current = Involvement.objects.current().filter(contact__gte=first, contact__lte=last)
    for key, purpose, confirmed in current.values_list("contact", "purpose", "confirmed_at"):
        cells = said.setdefault(key, list(NOT_ONE))
        cells[COLUMN_OF_PURPOSE[purpose]] = "confirmed" if confirmed else "yes"
    return {**said}


def _cells(row: tuple[Any, ...], said: Sequence[str]) -> list[Any]:
    *until_language, language, since, never_again, restricted, _ = row
    until_language[CONFIRMED] = _in_words(until_language[CONFIRMED] or "")
    refused = "Asked never to be written to again" if never_again else RESTRICTION_NAMES[restricted]
    return [*until_language, LANGUAGE_NAMES.get(language, language), since, *said, refused]


@lru_cache(maxsize=1000)
def _in_words(day: str) -> str:
    return day_in_words(dt.date.fromisoformat(day)) if day else ""
