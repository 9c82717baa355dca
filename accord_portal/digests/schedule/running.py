"""What time asks of schedules: to compose the issue of the next day, and approve it if that is approved."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from accord_portal.digests import compose, content
from accord_portal.digests.models import DigestIssue, DigestSchedule, ScheduledIssue
from accord_portal.foundation import chores
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words

from . import slots

Outcome = ScheduledIssue.Outcome
LEAD = dt.timedelta(days=2)  # before it goes out an issue is composed, so that somebody can look at it


def run(now: dt.datetime) -> None:
    """Composes what is to go out within two days, and approves what goes out now where that stands approved.

    Of days that were missed only the last is made up for.
    """
    keys = list(DigestSchedule.objects.running().values_list("pk", flat=True))
    chores.for_each("Composing by schedule", DigestSchedule, keys, lambda key: _run(key, now))


@transaction.atomic
def _run(key: int, now: dt.datetime) -> None:
    schedule = DigestSchedule.objects.running().select_for_update(of=("self",)).filter(pk=key).first()
    if schedule is None or schedule.kept_at is None:
        return
    found = slots.latest(schedule, schedule.kept_at, now + LEAD)
    if found is None:
        return
    day, goes_out_at = found
    entry = ScheduledIssue.objects.filter(audience=schedule.audience, period_on=day).first()
    if entry is None:
        entry = _compose(schedule, day, goes_out_at, now)
    if entry and entry.outcome == Outcome.COMPOSED and goes_out_at <= now:
        _approve(schedule, entry)


def _compose(
    schedule: DigestSchedule, day: dt.date, goes_out_at: dt.datetime, now: dt.datetime
) -> ScheduledIssue | None:
    """The entry of this day; None while there is no news yet and still time for some."""
    draft = DigestIssue.objects.drafts().filter(audience=schedule.audience).first()
    entry = ScheduledIssue(audience=schedule.audience, period_on=day, goes_out_at=goes_out_at)
    if draft:
        entry.issue, entry.outcome = draft, Outcome.DRAFT_STOOD
    elif content.number_untold(schedule.audience):
        assert schedule.kept_by is not None  # `running` has no other
        entry.issue = compose.compose_issue(audience=schedule.audience, by=schedule.kept_by)
        entry.outcome = Outcome.COMPOSED
    elif goes_out_at <= now:
        entry.outcome = Outcome.NO_NEWS
    else:
        return None
    entry.save()
    return entry


def _approve(schedule: DigestSchedule, entry: ScheduledIssue) -> None:
    """Approves the draft by the standing approval, if there is one; otherwise it waits on the desk."""
    issue, approver = entry.issue, schedule.approved_by
    if issue is None or not issue.is_draft or approver is None or not schedule.stands_approved:
        return
    if not content.of(issue):  # everything was taken down since
        compose.cancel(issue=issue)
        return
    given, until = schedule.approved_at, schedule.approved_until_at
    assert given is not None  # as `approved_by`
    assert until is not None
    zone = ZoneInfo(schedule.zone)
    by_what = (
        f"the standing approval of {approver}, given on {day_in_words(given.astimezone(zone).date())}"
        f" until {day_in_words(until.astimezone(zone).date())}"
    )
    try:
        with transaction.atomic():
            compose.approve(issue=issue, by=approver, by_what=by_what)
    except NotPossible:
        return  # the approver changed it last: somebody else looks at it
