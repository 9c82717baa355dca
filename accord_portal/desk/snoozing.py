"""Putting an item off the desk until a day, with the reason, and taking it back before."""

import datetime as dt

from django.db import transaction

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from responses.answers import following_up, letters
from responses.models import Activity, FollowUp, Letter, Undertaking
from responses.people.timeline import tell

from .choice import BY_KIND
from .models import Snooze

A_YEAR = dt.timedelta(days=366)


@transaction.atomic
def snooze(*, kind: str, key: int, until_on: dt.date, because: str, by: User) -> None:
    """The item is off the desk until this day; what is late stays counted as late.

    Raises NotPossible for a day that is not after today or more than a year ahead, ChangedMeanwhile where
    it is done with or sleeps already.
    """
    _expect_may_work(kind, by)
    if not working_days.today() < until_on <= working_days.today() + A_YEAR:
        raise NotPossible("Choose a day from tomorrow to a year ahead.")
    if not BY_KIND[kind].rows().filter(pk=key).exists():
        raise ChangedMeanwhile("This is done with, or not owed any more.")
    said = {"until_on": until_on, "because": because, "snoozed_by": by, "snoozed_at": clock.now()}
    row, is_new = Snooze.objects.select_for_update().get_or_create(kind=kind, key=key, defaults=said)
    if not is_new:
        if not row.is_over:
            raise ChangedMeanwhile(f"{row.snoozed_by} put this off until {day_in_words(row.until_on)}.")
        Snooze.objects.filter(pk=row.pk).update(**said)
    _write_down(kind, key, f"Put off until {day_in_words(until_on)}. {because}", by)


@transaction.atomic
def wake(*, kind: str, key: int, by: User) -> None:
    """The item is back on the desk. Raises NotPossible where it is not off it."""
    _expect_may_work(kind, by)
    row = Snooze.objects.select_for_update().filter(kind=kind, key=key).first()
    if row is None or row.is_over:
        raise NotPossible("This is on the desk.")
    row.until_on = working_days.today()
    row.save(update_fields=["until_on"])
    _write_down(kind, key, "Back on the desk", by)


def _expect_may_work(kind: str, by: User) -> None:
    if not BY_KIND[kind].is_for(by):
        raise NotPossible("You may read this, and not change it.")


def _write_down(kind: str, key: int, text: str, by: User) -> None:
    """A note on the timeline of whoever it is about, where the record has one."""
    if kind == "letter":
        letters.note(letter=Letter.objects.get(pk=key), by=by, text=text)
    elif kind in ("form", "undertaking"):
        row = Undertaking.objects.select_related("contact", "eoi").get(pk=key)
        if row.contact:
            tell(row.contact, Activity.Kind.NOTE, f"{row}: {text}", by=by, eoi=row.eoi, undertaking=row)
    elif kind == "follow_up":
        following_up.write_down(FollowUp.objects.select_related("contact").get(pk=key), text, by=by)
