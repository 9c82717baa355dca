"""How evidence is found: what is written here, and what the upper rooms wrote.

Each room named in `settings.ROOMS_WITH_EVIDENCE` has a module `undertaking_evidence` with these functions:

- `KINDS`: the kinds of evidence that are its own (`Undertaking.Evidence`);
- `good(kind, keys)`: those of the keys that still show that it was done;
- `url(kind, key)`: where staff see it;
- `told(keys)`: what the person, whose records these are, was told as one of an audience, as `Told`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accord_portal.foundation.models import OutgoingMail
from responses.models import Activity, ExpressionOfInterest, Undertaking

Evidence, Sent = Undertaking.Evidence, OutgoingMail.State
ON_ITS_WAY = [Sent.QUEUED, Sent.SENDING, Sent.SENT]


class Told(NamedTuple):
    """What one person was told as one of an audience: an issue, and whether theirs was sent."""

    audience: str
    key: int
    at: dt.datetime
    title: str
    was_sent: bool
    pages: Sequence[tuple[str, str]] = ()  # what of it is public: a title and its address


def good(rows: Iterable[Undertaking]) -> set[int]:
    """The keys of those rows whose evidence still shows that they were kept."""
    wanted: dict[str, set[int]] = defaultdict(set)
    rows = list(rows)
    for row in rows:
        wanted[row.evidence_kind].add(row.evidence_key or 0)
    found = {kind: _good(kind, keys) for kind, keys in wanted.items()}
    return {row.pk for row in rows if row.evidence_key in found[row.evidence_kind]}


def url(row: Undertaking) -> str:
    """Where staff see the evidence; "" where there is none."""
    kind, key = row.evidence_kind, row.evidence_key
    match kind:
        case "":
            return ""
        case Evidence.MAIL:
            return reverse("admin:foundation_outgoingmail_change", args=[key])
        case Evidence.FORM:
            return row.eoi.get_absolute_url() if row.eoi else ""
        case Evidence.ACTIVITY:
            page = row.eoi or row.contact
            return f"{page.get_absolute_url()}#timeline" if page else ""
    return str(_room_of(kind).url(kind, key))


def told(keys: Sequence[int]) -> list[Told]:
    """Everything the person was told as one of an audience, the latest first."""
    return sorted((one for room in _rooms() for one in room.told(keys)), key=lambda one: one.at, reverse=True)


def _good(kind: str, keys: Collection[int]) -> set[int]:
    rows: QuerySet[Any]
    match kind:
        case Evidence.MAIL:
            rows = OutgoingMail.objects.filter(state__in=ON_ITS_WAY)
        case Evidence.ACTIVITY:
            rows = Activity.objects.all()
        case Evidence.FORM:
            rows = ExpressionOfInterest.objects.all()
        case _:
            return set(_room_of(kind).good(kind, keys))
    return set(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True))


def _rooms() -> list[ModuleType]:
    return [import_module(f"{room}.undertaking_evidence") for room in settings.ROOMS_WITH_EVIDENCE]


def _room_of(kind: str) -> ModuleType:
    return next(room for room in _rooms() if kind in room.KINDS)
