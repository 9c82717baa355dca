"""What staff decide about a schedule: its days, and the standing approval of what it composes."""

import datetime as dt

from django.db import transaction

from accord_portal.digests.models import DigestSchedule
from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from accord_portal.staff.two_people import why_another

STANDS = dt.timedelta(days=92)  # a quarter


@transaction.atomic
def plan(
    *, schedule: DigestSchedule, by: User, is_running: bool, every: str, weekday: str, at: dt.time, zone: str
) -> None:
    """Sets the days of a schedule from now on, or stops it.

    A standing approval ends: it was of the days before.
    """
    schedule = _locked(schedule)
    with kept(schedule, by=by):
        schedule.is_running, schedule.every, schedule.weekday = is_running, every, weekday
        schedule.at, schedule.zone = at, zone
        schedule.kept_at, schedule.kept_by = clock.now(), by
        schedule.approved_at = schedule.approved_by = schedule.approved_until_at = None
        schedule.save()


@transaction.atomic
def approve(*, schedule: DigestSchedule, by: User) -> None:
    """Approves every issue that the schedule composes until a quarter has passed.

    Raises NotPossible where it does not run, or `by` set its days.
    """
    schedule = _locked(schedule)
    if not schedule.is_running:
        raise NotPossible("Nothing goes out by this schedule: there is nothing to approve.")
    if why := why_another_approves(schedule, by=by):
        raise NotPossible(why)
    with kept(schedule, by=by):
        schedule.approved_at, schedule.approved_by = clock.now(), by
        schedule.approved_until_at = clock.now() + STANDS
        schedule.save()


@transaction.atomic
def take_back(*, schedule: DigestSchedule, by: User) -> None:
    """Ends a standing approval: each issue waits for somebody who approves it. Twice is the same as once."""
    schedule = _locked(schedule)
    with kept(schedule, by=by):
        schedule.approved_at = schedule.approved_by = schedule.approved_until_at = None
        schedule.save()


def why_another_approves(schedule: DigestSchedule, *, by: User) -> str:
    """Why somebody else must approve the schedule, in words; "" where `by` may."""
    return why_another([schedule.kept_by], by=by, did="set the days of", must="approve it")


def _locked(schedule: DigestSchedule) -> DigestSchedule:
    return DigestSchedule.objects.select_for_update().get(pk=schedule.pk)
