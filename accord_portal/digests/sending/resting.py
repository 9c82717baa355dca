"""Trouble that is about us: the issue rests, and goes on by itself or asks for attention."""

import datetime as dt
import logging
import uuid

from django.db import transaction

from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.sending.claims import give_back
from accord_portal.foundation import clock
from accord_portal.foundation.verdicts import NotSent, Verdict

log = logging.getLogger(__name__)

MAX_RESTS = {Verdict.LATER: 8, Verdict.QUOTA: 16}  # in a row, without a message sent: then staff must look


def wait(times: int) -> dt.timedelta:
    """Twice as long each time, and three hours at most."""
    return min(dt.timedelta(seconds=10 * 2 ** min(times, 16)), DigestIssue.LONGEST_REST)


@transaction.atomic
def rest_or_stop(batch: Batch, lease: uuid.UUID, no: NotSent) -> None:
    """Lets the batch go, unless somebody else has it now, and its issue rest, or stop.

    The batch is due again at once, and no try is counted against its people: it is not about them.
    """
    if give_back(batch, lease, str(no), attempts=batch.attempts - 1):
        rest(batch.issue_id, no)


@transaction.atomic
def rest(issue_id: int, no: NotSent) -> None:
    """Lets the issue rest; after too many rests without a message sent it needs attention."""
    issue = DigestIssue.objects.select_for_update().get(pk=issue_id)
    if no.verdict is Verdict.REFUSES_US:
        _needs_attention(issue_id, str(no))
        return
    if not DigestIssue.objects.to_be_sent(clock.now()).filter(pk=issue_id).exists():
        return  # another worker met the same
    rests = issue.rests + 1
    if rests >= MAX_RESTS.get(no.verdict, MAX_RESTS[Verdict.LATER]):
        _needs_attention(issue_id, str(no))
        return
    lasts = min(max(wait(rests), no.rest), DigestIssue.LONGEST_REST)
    if no.verdict is Verdict.QUOTA:
        lasts = min(dt.timedelta(hours=rests), DigestIssue.LONGEST_REST)
    issue.rests, issue.rests_until_at, issue.trouble = rests, clock.now() + lasts, str(no)
    issue.save(update_fields=["rests", "rests_until_at", "trouble"])


def _needs_attention(issue_id: int, error: str) -> None:
    log.error("digest issue %s needs attention: its page says why", issue_id)
    issue = DigestIssue.objects.filter(pk=issue_id).on_their_way()
    issue.update(state=DigestIssue.State.NEEDS_ATTENTION, trouble=error, rests=0, rests_until_at=None)
