"""Two workers at the same moment, on PostgreSQL: a day is composed once, and an issue leaves once."""

import datetime as dt

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from accord_portal.digests import compose, leaving
from accord_portal.digests.models import DigestIssue, DigestSchedule, ScheduledIssue
from accord_portal.digests.schedule import planning, running
from accord_portal.foundation.models import SetAside
from accord_portal.staff.models import User
from tests.at_once import while_not_over
from tests.clock import NOON
from tests.factories import UpdateFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def weekly(by: User) -> DigestSchedule:
    schedule, _ = DigestSchedule.objects.get_or_create(audience="keep_informed")
    days = {"every": "week", "weekday": "tuesday", "at": dt.time(9), "zone": "Pacific/Auckland"}
    planning.plan(schedule=schedule, by=by, is_running=True, **days)
    return schedule


def test_a_day_is_composed_by_one_of_two(mere: User) -> None:
    weekly(mere)
    UpdateFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    while_not_over(lambda: running.run(NOON), lambda: running.run(NOON))
    found = [model.objects.count() for model in (ScheduledIssue, DigestIssue, SetAside)]
    assert found == [1, 1, 0]


def test_an_issue_leaves_once(mere: User, ana: User, clock: time_machine.Traveller) -> None:
    UpdateFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    later = NOON + dt.timedelta(days=3)
    compose.approve(issue=issue, by=ana, at=later)
    clock.move_to(later, tick=False)
    while_not_over(lambda: leaving.begin(issue.pk), lambda: leaving.begin(issue.pk))
    assert DBTaskResult.objects.count() == 1


def test_days_that_are_changed_at_this_moment_are_not_approved_as_they_were(mere: User, ana: User) -> None:
    schedule = weekly(mere)
    days = {"is_running": False, "every": "week", "weekday": "wednesday", "at": dt.time(9), "zone": "UTC"}

    def approved() -> bool:
        try:
            planning.approve(schedule=schedule, by=ana)
        except planning.NotPossible:
            return False
        return True

    came = while_not_over(lambda: planning.plan(schedule=schedule, by=mere, **days), approved)
    schedule.refresh_from_db()
    assert (came[1], schedule.approved_by) == (False, None)
