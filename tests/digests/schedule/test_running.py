"""Digests by schedule: composed two days before, approved by somebody or beforehand, each day once."""

import datetime as dt

import pytest
import time_machine

from accord_portal.digests import compose, leaving
from accord_portal.digests.models import DigestIssue, DigestSchedule, ScheduledIssue, Update
from accord_portal.digests.schedule import planning, running
from accord_portal.foundation import clock as our_clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from tests.factories import UpdateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State, Outcome = DigestIssue.State, ScheduledIssue.Outcome
GOES_OUT = dt.datetime(
    2026, 11, 16, 20, tzinfo=dt.UTC
)  # Tuesday 17 November, 9 am; the clock stands on Monday, noon
WEEK = dt.timedelta(days=7)


@pytest.fixture
def weekly(mere: User) -> DigestSchedule:
    """Tuesdays at nine, set by Mere on Monday at noon."""
    schedule = DigestSchedule.objects.get_or_create(audience="keep_informed")[0]
    about = {"every": "week", "weekday": "tuesday", "at": dt.time(9), "zone": "Pacific/Auckland"}
    planning.plan(schedule=schedule, by=mere, is_running=True, **about)
    schedule.refresh_from_db()
    return schedule


def news(title: str = "The Accord turns fifteen") -> None:
    UpdateFactory(title=title, published=True, published_at=our_clock.now() - dt.timedelta(days=1))


def at(clock: time_machine.Traveller, instant: dt.datetime) -> None:
    clock.move_to(instant, tick=False)
    running.run(our_clock.now())
    leaving.begin_due(our_clock.now())


def entries() -> list[tuple[str, str]]:
    rows = ScheduledIssue.objects.order_by("goes_out_at")
    return [(row.period_on.isoformat(), row.outcome) for row in rows]


def test_nothing_goes_out_by_a_schedule_that_does_not_run(clock: time_machine.Traveller) -> None:
    DigestSchedule.objects.get_or_create(audience="keep_informed")
    news()
    at(clock, GOES_OUT)
    assert (entries(), DigestIssue.objects.count()) == ([], 0)


def test_a_draft_is_composed_two_days_before_and_waits_for_somebody(
    clock: time_machine.Traveller, weekly: DigestSchedule, mere: User
) -> None:
    clock.move_to(GOES_OUT + dt.timedelta(hours=1), tick=False)
    planning.plan(
        schedule=weekly,
        by=mere,
        is_running=True,
        every="week",
        weekday="tuesday",
        at=dt.time(9),
        zone=weekly.zone,
    )
    news()
    at(clock, GOES_OUT + WEEK - running.LEAD - dt.timedelta(seconds=1))
    assert entries() == []
    at(clock, GOES_OUT + WEEK - running.LEAD)
    issue = DigestIssue.objects.get()
    assert (entries(), issue.state, issue.composed_by) == ([("2026-11-24", "composed")], "draft", mere)
    assert leaving.hour_of(issue) == GOES_OUT + WEEK
    at(clock, GOES_OUT + WEEK)
    issue.refresh_from_db()
    assert issue.state == State.DRAFT


def test_what_somebody_approves_before_goes_out_on_its_day(
    clock: time_machine.Traveller, weekly: DigestSchedule, ana: User
) -> None:
    news()
    at(clock, our_clock.now())
    issue = DigestIssue.objects.get()
    compose.approve(issue=issue, by=ana, at=leaving.hour_of(issue))
    at(clock, GOES_OUT - dt.timedelta(seconds=1))
    issue.refresh_from_db()
    assert (issue.state, issue.goes_out_at) == (State.SCHEDULED, GOES_OUT)
    at(clock, GOES_OUT)
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == (State.APPROVED, ana)


def test_a_standing_approval_lets_it_go_and_stands_on_the_issue(
    clock: time_machine.Traveller, weekly: DigestSchedule, ana: User
) -> None:
    planning.approve(schedule=weekly, by=ana)
    news()
    at(clock, our_clock.now())
    assert DigestIssue.objects.get().state == State.DRAFT
    at(clock, GOES_OUT)
    issue = DigestIssue.objects.get()
    assert (issue.state, issue.approved_by) == (State.APPROVED, ana)
    assert issue.decisions == (
        "17 November 2026, 9:00am: the portal approved it by the standing approval of Ana Officer,"
        " given on 16 November 2026 until 16 February 2027.\n"
    )


def test_a_standing_approval_ends_after_a_quarter(
    clock: time_machine.Traveller, weekly: DigestSchedule, ana: User
) -> None:
    planning.approve(schedule=weekly, by=ana)
    clock.move_to(our_clock.now() + planning.STANDS, tick=False)
    news()
    at(clock, our_clock.now())
    at(clock, our_clock.now() + WEEK)
    assert set(DigestIssue.objects.values_list("state", flat=True)) == {"draft"}


def test_whoever_set_the_days_approves_none_of_them_and_a_change_ends_it(
    weekly: DigestSchedule, mere: User, ana: User
) -> None:
    with pytest.raises(NotPossible, match="You set the days of this: somebody else must approve it"):
        planning.approve(schedule=weekly, by=mere)
    planning.approve(schedule=weekly, by=ana)
    planning.plan(
        schedule=weekly,
        by=ana,
        is_running=True,
        every="week",
        weekday="wednesday",
        at=dt.time(9),
        zone=weekly.zone,
    )
    weekly.refresh_from_db()
    assert (weekly.stands_approved, weekly.kept_by) == (False, ana)


def test_a_draft_that_the_approver_changed_last_waits_for_somebody_else(
    clock: time_machine.Traveller, weekly: DigestSchedule, ana: User
) -> None:
    planning.approve(schedule=weekly, by=ana)
    news()
    at(clock, our_clock.now())
    compose.introduce(issue=DigestIssue.objects.get(), by=ana, text="Kia ora")
    at(clock, GOES_OUT)
    assert DigestIssue.objects.get().state == State.DRAFT


def test_without_news_nothing_is_sent_and_the_day_says_so(
    clock: time_machine.Traveller, weekly: DigestSchedule
) -> None:
    at(clock, our_clock.now())
    assert entries() == []
    at(clock, GOES_OUT)
    at(clock, GOES_OUT + dt.timedelta(minutes=1))
    assert (entries(), DigestIssue.objects.count()) == ([("2026-11-17", "no_news")], 0)


def test_news_until_the_last_minute_is_composed(
    clock: time_machine.Traveller, weekly: DigestSchedule
) -> None:
    at(clock, our_clock.now())
    news()
    at(clock, GOES_OUT)
    assert entries() == [("2026-11-17", "composed")]


def test_days_that_were_missed_are_made_up_for_once(
    clock: time_machine.Traveller, weekly: DigestSchedule, ana: User
) -> None:
    planning.approve(schedule=weekly, by=ana)
    news()
    at(clock, GOES_OUT + 3 * WEEK + dt.timedelta(days=1))
    at(clock, GOES_OUT + 3 * WEEK + dt.timedelta(days=2))
    assert entries() == [("2026-12-08", "composed")]
    assert DigestIssue.objects.get().state == State.APPROVED


def test_a_draft_that_stood_already_is_not_sent_by_itself(
    clock: time_machine.Traveller, weekly: DigestSchedule, mere: User, ana: User
) -> None:
    news()
    compose.compose_issue(audience="keep_informed", by=mere)
    planning.approve(schedule=weekly, by=ana)
    at(clock, GOES_OUT)
    assert (entries(), DigestIssue.objects.get().state) == ([("2026-11-17", "draft_stood")], "draft")


def test_a_draft_of_which_everything_was_taken_down_is_cancelled(
    clock: time_machine.Traveller, weekly: DigestSchedule, mere: User, ana: User
) -> None:
    planning.approve(schedule=weekly, by=ana)
    news()
    at(clock, our_clock.now())
    compose.withdraw_update(update=Update.objects.get(), by=mere)
    at(clock, GOES_OUT)
    assert DigestIssue.objects.get().state == State.CANCELLED
