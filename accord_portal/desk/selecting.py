"""Which rows of a kind stand in a view: whose they are, what sleeps, and what is late."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accord_portal.staff.models import User

from .choice import View
from .models import Claim, Snooze
from .sources import DESK_SOURCES, Source


def kinds_seen(by: User) -> list[Source]:
    """The kinds that this member of staff may see."""
    return [source for source in DESK_SOURCES if by.has_perm(source.needs)]


def kinds_in(view: View, by: User) -> list[Source]:
    """Of those the ones that the view shows."""
    return [source for source in kinds_seen(by) if not view.kinds or source.kind in view.kinds]


def who_has(view: View) -> Iterable[User]:
    """Those who count where it is asked what nobody has; nobody where it is not."""
    return User.objects.working() if view.whose == "nobodys" else ()


def rows_in(view: View, source: Source, *, by: User, staff: Iterable[User]) -> QuerySet[Any]:
    """The rows of this kind that wait in the view, asleep or not; `staff` as `who_has` says."""
    rows = source.rows()
    claims = Claim.objects.filter(kind=source.kind, key=OuterRef("pk"))
    owner = view.owner(by)
    if owner is not None:
        theirs = Q(**{source.owner: owner}) if source.owner else Exists(claims.filter(owner=owner))
        return rows.filter(theirs)
    if view.whose == "nobodys":
        workers = source.workers(staff)
        if source.owner:
            return rows.exclude(**{f"{source.owner}__in": workers})
        return rows.filter(~Exists(claims.filter(owner__in=workers)))
    return rows


def awake(source: Source, rows: QuerySet[Any], asleep: set[str]) -> QuerySet[Any]:
    """Those that are not put off; `asleep` are the kinds of which something is."""
    return rows.filter(~Snooze.objects.of_kind(source.kind)) if source.kind in asleep else rows


def not_late(source: Source, rows: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Those whose day, and the day promised first, has not passed."""
    return rows.filter(**{f"{field}__gte": today for field in {source.due, source.promised or source.due}})
