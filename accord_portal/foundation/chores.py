"""What time asks, row by row: a row for which it fails is put aside and named to staff, the rest goes on."""

import datetime as dt
import logging
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from . import clock
from .models import SetAside
from .outage import database_is_away

log = logging.getLogger(__name__)

TRIED_AGAIN_AFTER = dt.timedelta(hours=1)
SET_ASIDE_LASTS = dt.timedelta(days=1)


def for_each(chore: str, kind: type[models.Model], keys: Iterable[int], act: Callable[[int], object]) -> int:
    """Does the act for each row by itself; for how many it returned something true.

    `chore` is how staff read of it. A row that is set aside is tried again an hour later, and forgotten
    once it is done. Where the database itself fails no row is to blame: that is raised.
    """
    keys = list(keys)
    aside = set(SetAside.objects.for_chore(chore).values_list("row", flat=True)) if keys else set()
    resting = set(resting_from(chore).values_list("row", flat=True)) if aside else set()
    done = 0
    for key in keys:
        if key in resting:
            continue
        try:
            with transaction.atomic():
                done += bool(act(key))
        except Exception as error:
            if database_is_away(error):
                raise
            _set_aside(chore, kind, key, error)
        else:
            if key in aside:
                succeeded(chore, [key])
    return done


def succeeded(chore: str, keys: Iterable[int]) -> None:
    """The chore is done for these rows: none of them is set aside any more."""
    SetAside.objects.for_chore(chore).filter(row__in=list(keys)).delete()


def forget(now: dt.datetime) -> None:
    """Forgets what no chore has come back to for a day: staff saw to it, or time did."""
    SetAside.objects.filter(tried_at__lt=now - SET_ASIDE_LASTS).delete()


def resting_from(chore: str) -> models.QuerySet[Any]:
    """The rows that are not to be tried yet; `.values("row")` for a query that leaves them out."""
    return SetAside.objects.for_chore(chore).filter(tried_at__gt=clock.now() - TRIED_AGAIN_AFTER)


def _set_aside(chore: str, kind: type[models.Model], key: int, error: Exception) -> None:
    """Neither the row nor the log repeats the error's words: a database quotes whole rows in them."""
    name, label = type(error).__name__, kind._meta.label_lower
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s %s was set aside. %s at\n%s", chore, label, key, name, where)
    now = {"kind": label, "error": name[:100], "tried_at": clock.now()}
    SetAside.objects.update_or_create(chore=chore, row=key, defaults=now)
