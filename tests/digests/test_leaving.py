"""Approved issues that wait for their time: moved, let go, called off, without what was taken down since."""

import datetime as dt

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from accord_portal.digests import compose, decisions, leaving
from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from tests.clock import NOON
from tests.factories import UpdateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = DigestIssue.State
LATER = NOON + dt.timedelta(days=3)


@pytest.fixture
def waiting(mere: User, ana: User) -> DigestIssue:
    """Two items, approved for three days later."""
    for title in ("First news", "Second news"):
        UpdateFactory(title=title, published=True, published_at=NOON - dt.timedelta(days=1))
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    compose.approve(issue=issue, by=ana, at=LATER)
    issue.refresh_from_db()
    return issue


def begun(clock: time_machine.Traveller, issue: DigestIssue, instant: dt.datetime = LATER) -> DigestIssue:
    clock.move_to(instant, tick=False)
    leaving.begin_due(instant)
    issue.refresh_from_db()
    return issue


def test_it_waits_until_its_time_and_expires_by_that_time(
    clock: time_machine.Traveller, waiting: DigestIssue, settings: object
) -> None:
    assert (waiting.state, waiting.expires_at) == (State.SCHEDULED, leaving.expires_at(LATER))
    assert begun(clock, waiting, LATER - dt.timedelta(seconds=1)).state == State.SCHEDULED
    assert DBTaskResult.objects.count() == 0
    assert begun(clock, waiting).state == State.APPROVED
    assert DBTaskResult.objects.get().task_path == "accord_portal.digests.tasks.send_issue"
    begun(clock, waiting)
    assert DBTaskResult.objects.count() == 1


def test_what_was_taken_down_meanwhile_is_not_told(
    clock: time_machine.Traveller, waiting: DigestIssue, mere: User
) -> None:
    compose.withdraw_update(update=Update.objects.get(title="First news"), by=mere)
    issue = begun(clock, waiting)
    assert [item.title for item in issue.items.all()] == ["Second news"]
    assert ("First news" in issue.text, "First news" in issue.html, "Second news" in issue.text) == (
        False,
        False,
        True,
    )
    assert issue.decisions.endswith("the portal left out what was taken down since: First news.\n")


def test_an_issue_with_nothing_left_is_cancelled_and_says_why(
    clock: time_machine.Traveller, waiting: DigestIssue, mere: User
) -> None:
    for update in Update.objects.all():
        compose.withdraw_update(update=update, by=mere)
    issue = begun(clock, waiting)
    said = "Everything it told was taken down before it went out."
    assert (issue.state, issue.trouble) == (State.CANCELLED, said)
    assert DBTaskResult.objects.count() == 0


def test_it_is_moved_or_let_go_at_once(
    clock: time_machine.Traveller, waiting: DigestIssue, ana: User
) -> None:
    leaving.move(issue=waiting, by=ana, at=LATER + dt.timedelta(days=1))
    assert begun(clock, waiting).state == State.SCHEDULED
    leaving.move(issue=waiting, by=ana, at=None)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.goes_out_at) == (State.APPROVED, LATER)
    with pytest.raises(NotPossible, match="does not wait for its time"):
        leaving.move(issue=waiting, by=ana, at=LATER + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (dt.timedelta(0), "has passed"),
        (dt.timedelta(seconds=-1), "has passed"),
        (dt.timedelta(days=367), "within a year"),
    ],
)
def test_a_time_that_has_passed_or_is_far_off_is_refused(
    mere: User, ana: User, ahead: dt.timedelta, says: str
) -> None:
    UpdateFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    with pytest.raises(NotPossible, match=says):
        compose.approve(issue=issue, by=ana, at=NOON + ahead)
    issue.refresh_from_db()
    assert issue.state == State.DRAFT


def test_called_off_its_news_goes_into_the_next(waiting: DigestIssue, mere: User, ana: User) -> None:
    decisions.cancel_sending(issue=waiting, by=ana, why="A wrong date")
    again = compose.compose_issue(audience="keep_informed", by=mere)
    assert sorted(item.title for item in again.items.all()) == ["First news", "Second news"]
