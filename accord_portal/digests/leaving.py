"""Approved issues that go out later: moving their hour, and letting them go when it has come."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from accord_portal.digests import content, tasks
from accord_portal.digests.decisions import note
from accord_portal.digests.models import DigestIssue
from accord_portal.foundation import chores, clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User

State = DigestIssue.State
MAX_AHEAD = dt.timedelta(days=366)


def expect_ahead(at: dt.datetime) -> None:
    """Raises NotPossible where the instant has passed, or is more than a year ahead."""
    if at <= clock.now():
        raise NotPossible("That time has passed: choose a later one, or now.")
    if at > clock.now() + MAX_AHEAD:
        raise NotPossible("Choose a day within a year.")


def expires_at(goes_out_at: dt.datetime) -> dt.datetime:
    """From when on nothing of an issue is sent any more."""
    return goes_out_at + dt.timedelta(days=settings.DIGEST_EXPIRES_DAYS)


@transaction.atomic
def move(*, issue: DigestIssue, by: User, at: dt.datetime | None) -> None:
    """Lets an issue go out at another time; None is now. Raises NotPossible where it has gone."""
    if at is not None:
        expect_ahead(at)
    goes_out_at = at or clock.now()
    waiting = DigestIssue.objects.filter(pk=issue.pk, state=State.SCHEDULED)
    if not waiting.update(goes_out_at=goes_out_at, expires_at=expires_at(goes_out_at)):
        raise NotPossible("It does not wait for its time (any more): look at how it stands now.")
    note(issue, by, f"let it go out on {instant_in_words(goes_out_at)}" if at else "let it go out at once")
    if at is None:
        begin(issue.pk)


def hour_of(draft: DigestIssue) -> dt.datetime | None:
    """When a draft that was composed by schedule is to go out, as long as that is to come."""
    entry = draft.scheduled_as.filter(goes_out_at__gt=clock.now()).first()
    return entry.goes_out_at if entry else None


def due(now: dt.datetime) -> list[int]:
    """Issues whose hour has come."""
    rows = DigestIssue.objects.filter(state=State.SCHEDULED, goes_out_at__lte=now)
    return list(rows.order_by("goes_out_at").values_list("pk", flat=True))


def begin_due(now: dt.datetime) -> None:
    """Lets go what is due; one that cannot go holds up no other."""
    chores.for_each("Letting digests go out", DigestIssue, due(now), begin)


@transaction.atomic
def begin(issue_id: int) -> None:
    """Starts sending an issue whose hour has come, without what was taken down since. Twice is as once."""
    issue = DigestIssue.objects.select_for_update().get(pk=issue_id)
    if issue.state != State.SCHEDULED or issue.goes_out_at is None or issue.goes_out_at > clock.now():
        return
    if gone := content.leave_out_what_was_taken_down(issue):
        note(issue, "the portal", f"left out what was taken down since: {', '.join(gone)}")
    is_empty = not issue.items.exists()
    state = State.CANCELLED if is_empty else State.APPROVED
    trouble = "Everything it told was taken down before it went out." if is_empty else ""
    DigestIssue.objects.filter(pk=issue.pk).update(state=state, trouble=trouble)
    if not is_empty:
        tasks.send_issue.enqueue(issue.pk)
