"""Too many bounces or complaints pause an issue by itself, once."""

import pytest

from accord_portal.digests import decisions
from accord_portal.digests.events import breaker
from accord_portal.digests.models import DigestIssue
from tests.factories import DigestIssueFactory, UserFactory

pytestmark = pytest.mark.django_db

HARD = "31 of 600 addresses take no mail at all (the most is 5 in 100)."
SPAM = "1 of 999 readers marked it as spam (the most is 1 in 1,000)."


def an_issue(delivered: int, hard: int = 0, complained: int = 0, state: str = "sending") -> DigestIssue:
    numbers = {"delivered": delivered, "bounced": hard, "bounced_hard": hard, "complained": complained}
    return DigestIssueFactory(approved=True, state=state, accepted=5_000, **numbers)


def look_at(issue: DigestIssue) -> bool:
    paused = breaker.look_at(issue.pk)
    issue.refresh_from_db()
    return paused


@pytest.mark.parametrize(
    ("delivered", "hard", "complained", "why"),
    [
        (569, 31, 0, HARD),
        (570, 30, 0, ""),
        (468, 31, 0, ""),  # fewer than 500 came back
        (998, 0, 1, SPAM),
        (999, 0, 1, ""),
        (498, 0, 1, ""),
    ],
)
def test_an_issue_is_paused_above_the_bounds_and_says_why(
    delivered: int, hard: int, complained: int, why: str
) -> None:
    issue = an_issue(delivered, hard, complained)
    assert look_at(issue) is bool(why)
    assert (issue.state, issue.trouble) == ("paused" if why else "sending", why)
    assert list(DigestIssue.objects.needing_attention()) == ([issue] if why else [])
    assert (f"the portal paused it: {why}" in issue.decisions) is bool(why)


def test_staff_who_let_it_go_on_are_not_stopped_by_the_same_again() -> None:
    issue = an_issue(569, 31)
    assert (look_at(issue), look_at(issue)) == (True, False)
    decisions.resume(issue=issue, by=UserFactory())
    assert (look_at(issue), issue.state) == (False, "freezing")


def test_an_issue_that_is_sent_says_so_and_stays_sent() -> None:
    issue = an_issue(569, 31, state="sent")
    assert (look_at(issue), issue.state) == (True, "sent")
    assert f"the portal notes: {HARD}" in issue.decisions
