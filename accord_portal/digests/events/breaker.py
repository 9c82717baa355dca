"""The circuit breaker: an issue that bounces or annoys too much pauses by itself, once, and says why."""

from django.db import transaction

from accord_portal.digests import decisions
from accord_portal.digests.models import DigestIssue
from accord_portal.foundation import clock

LEAST_RESULTS = 500  # deliveries of which something came back; fewer say little
MAX_HARD = 5, 100  # addresses that take no mail: so many of so many results
MAX_COMPLAINTS = 1, 1_000


@transaction.atomic
def look_at(issue_id: int) -> bool:
    """Pauses the issue where too much came back; whether it did so now.

    Staff who let it go on have seen why: it is not paused by this again. One that is sent already only says
    so.
    """
    issue = DigestIssue.objects.get(pk=issue_id)
    why = _why(issue)
    if not why or not DigestIssue.objects.filter(pk=issue_id, broken_at=None).update(broken_at=clock.now()):
        return False
    decisions.pause_by_itself(issue=issue, why=why)
    return True


def _why(issue: DigestIssue) -> str:
    """What is too much, in words; "" where nothing is."""
    results = issue.delivered + issue.bounced + issue.complained
    if results < LEAST_RESULTS:
        return ""
    if _is_more(issue.complained, results, MAX_COMPLAINTS):
        return f"{issue.complained} of {results} readers marked it as spam (the most is 1 in 1,000)."
    if _is_more(issue.bounced_hard, results, MAX_HARD):
        return f"{issue.bounced_hard} of {results} addresses take no mail at all (the most is 5 in 100)."
    return ""


def _is_more(part: int, results: int, most: tuple[int, int]) -> bool:
    return part * most[1] > most[0] * results
