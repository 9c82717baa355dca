"""What the portal holds about one person, room by room.

Each room named in `settings.ROOMS_WITH_PERSONAL_DATA` has a module `personal_data` with these
functions. Each is given the keys of all the contacts that are this person (one, and those merged into it):

- `held(keys)`: what the room holds, as {heading: [{label: value, …}, …]};
- `sent(keys)`: the messages the person was sent, as `Sent`, in any order;
- `public(keys)`: what the public can see of the person, as `Shown`;
- `take_down(keys)`: takes all of that off the public pages at once;
- `erase(keys)`: blanks the person in the room's tables and keeps what is counted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Model

Held = dict[str, list[dict[str, Any]]]


class Sent(NamedTuple):
    """One message: when, what, and what became of it."""

    at: dt.datetime
    subject: str
    state: str


class Shown(NamedTuple):
    """One thing on a public page."""

    label: str
    url: str


def held(keys: Sequence[int]) -> Held:
    """Everything the portal holds about the person, under its headings."""
    return {heading: rows for found in _each("held", keys) for heading, rows in found.items() if rows}


def sent(keys: Sequence[int]) -> list[Sent]:
    """Every message the person was sent, the latest first."""
    return sorted((message for found in _each("sent", keys) for message in found), reverse=True)


def public(keys: Sequence[int]) -> list[Shown]:
    """Everything of the person that the public can see."""
    return [thing for found in _each("public", keys) for thing in found]


@transaction.atomic
def take_down(keys: Sequence[int]) -> None:
    """Takes everything of the person off the public pages, or nothing where a room fails."""
    _each("take_down", keys)


def erase(keys: Sequence[int]) -> None:
    """Blanks the person everywhere, the upper rooms first: they read what the lower ones blank."""
    _each("erase", keys)


def listed(rows: Iterable[Model], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each row under the labels given: {label: field, or fields joined by dots}; a choice in its words."""
    return [{label: _value(row, path) for label, path in columns.items()} for row in rows]


def _value(row: Any, path: str) -> Any:
    for name in path.split("."):
        if row is None:
            return ""
        in_words = getattr(row, f"get_{name}_display", None)
        row = in_words() if in_words else getattr(row, name)
    return "" if row is None else row


def _each(act: str, keys: Sequence[int]) -> list[Any]:
    rooms = settings.ROOMS_WITH_PERSONAL_DATA
    return [getattr(import_module(f"{room}.personal_data"), act)(keys) for room in rooms]
