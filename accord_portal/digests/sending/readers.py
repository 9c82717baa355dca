"""The people of a window as plain values: a million are read, and none of them is more than what is sent."""

import datetime as dt
import uuid
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accord_portal.digests.models import Batch, Delivery
from responses.models import Involvement


class Listed(NamedTuple):
    """A delivery: who is on the list, and at which address."""

    pk: int
    issue_id: int
    contact_id: int
    uuid: uuid.UUID
    address: str
    address_hash: str


class Yes(NamedTuple):
    """What a person said Yes to, and how they are reached and greeted now."""

    contact_id: int
    since_at: dt.datetime
    wording: int  # its key
    name: str
    email: str
    mailbox: str
    email_confirmed_at: dt.datetime | None


ON_THE_LIST = ("pk", "issue_id", "contact_id", "uuid", "address", "address_hash")
REACHED_BY = ("name", "email", "mailbox", "email_confirmed_at")
FIELDS_OF_A_YES = (
    "contact_id",
    "since_at",
    "consent__wording_id",
    *(f"contact__{field}" for field in REACHED_BY),
)


def waiting(batch: Batch, beyond: int, most: int) -> list[Listed]:
    """The next people of a batch who wait, by key: so many at most, those beyond this one."""
    rows = batch.deliveries.filter(state=Delivery.State.PENDING, pk__gt=beyond).order_by("pk")
    return list(map(Listed._make, rows.values_list(*ON_THE_LIST)[:most]))


def these(keys: Collection[int]) -> list[Listed]:
    """The people with these keys, in order."""
    rows = Delivery.objects.filter(pk__in=keys).order_by("pk")
    return list(map(Listed._make, rows.values_list(*ON_THE_LIST)))


def yeses(people: Collection[Listed], purpose: str) -> dict[int, Yes]:
    """The Yes each of these may be written to on, at this moment, by contact."""
    rows = _permitting(purpose).filter(contact__in=[one.contact_id for one in people])
    return {row[0]: Yes._make(row) for row in rows}


def yes_of(contact_id: int, purpose: str) -> Yes | None:
    """The Yes on which this contact may be written to at this moment, if there is one."""
    row = _permitting(purpose).filter(contact=contact_id).first()
    return Yes._make(row) if row else None


@cache
def _permitting(purpose: str) -> "QuerySet[Involvement, tuple[Any, ...]]":
    """The question alone, put together once: whoever filters it asks the database afresh."""
    return Involvement.objects.permitting(purpose).values_list(*FIELDS_OF_A_YES)
