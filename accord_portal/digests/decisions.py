"""What staff decide about an issue on its way: to stop it, to go on, to try again who was refused."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User

State = Delivery.State


@transaction.atomic
def pause(*, issue: DigestIssue, by: User | str, why: str) -> None:
    """Stops an issue on its way, at once: a worker hands over no window that it has not begun.

    Raises NotPossible where it is not on its way (any more).
    """
    going = DigestIssue.objects.on_their_way().filter(pk=issue.pk)
    if not going.update(state=DigestIssue.State.PAUSED, trouble=why, rests=0, rests_until_at=None):
        raise NotPossible("It is not being sent (any more): look at how it stands now.")
    note(issue, by, f"paused it: {why}")


@transaction.atomic
def pause_by_itself(*, issue: DigestIssue, why: str) -> None:
    """The portal stops an issue of which too much came back; of one that is sent already it only says so."""
    going = DigestIssue.objects.on_their_way().filter(pk=issue.pk)
    was_going = going.update(state=DigestIssue.State.PAUSED, trouble=why, rests=0, rests_until_at=None)
    note(issue, "the portal", f"paused it: {why}" if was_going else f"notes: {why}")


@transaction.atomic
def resume(*, issue: DigestIssue, by: User | str) -> None:
    """Goes on with an issue that was paused or stopped; an unfinished list goes on too. Twice is as once."""
    ready = Batch.objects.filter(issue=issue, state=Batch.State.READY)  # before the issue, as workers do
    stopped = DigestIssue.objects.filter(pk=issue.pk, state__in=DigestIssue.STOPPED)
    if stopped.exists():
        ready.update(not_before_at=clock.now(), attempts=0, last_error="")
    if stopped.update(state=DigestIssue.State.FREEZING, trouble="", resumed=F("resumed") + 1):
        note(issue, by, "went on sending")


@transaction.atomic
def cancel_sending(*, issue: DigestIssue, by: User | str, why: str) -> None:
    """Ends an approved issue for good: whoever has not had it gets it no more.

    Where nobody has it, what it would have told goes into the next issue. Raises NotPossible where it is
    sent or given up already.
    """
    cancelled = {"state": DigestIssue.State.CANCELLED, "trouble": why, "rests_until_at": None}
    if not DigestIssue.objects.unfinished().filter(pk=issue.pk).update(**cancelled):
        raise NotPossible("It is sent, cancelled or expired already: look at how it stands now.")
    note(issue, by, f"cancelled it: {why}")
    _tell_next_time(issue)


@transaction.atomic
def expire(now: dt.datetime) -> int:
    """Ends the issues whose time is up: old news is sent to nobody; how many."""
    late = list(DigestIssue.objects.unfinished().filter(expires_at__lte=now))
    for issue in late:
        expired = {"state": DigestIssue.State.EXPIRED, "rests_until_at": None}
        if DigestIssue.objects.unfinished().filter(pk=issue.pk).update(**expired):
            note(issue, "the portal", "sent no more of it: its time was up")
            _tell_next_time(issue)
    return len(late)


def _tell_next_time(issue: DigestIssue) -> None:
    """Where nobody has an issue that was given up, its news is still untold."""
    if not issue.deliveries.exclude(state__in=[State.PENDING, State.SKIPPED, State.FAILED]).exists():
        issue.items.all().delete()


@transaction.atomic
def try_failed_again(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody whose message was refused is tried once more; how many."""
    lock_batches(issue)
    rows = issue.deliveries.select_for_update(of=("self",)).filter(state=State.FAILED).order_by("pk")
    failed = dict(rows.values_list("pk", "batch_id"))
    if failed:
        let_wait_again(issue, failed)
        DigestIssue.objects.filter(pk=issue.pk).update(failed=F("failed") - len(failed))
        note(issue, by, f"tried the {len(failed)} that failed again")
    return len(failed)


def note(issue: DigestIssue, by: User | str, what: str) -> None:
    """Adds a line to what was decided about an issue on the way."""
    line = f"{instant_in_words(clock.now())}: {by} {what}.\n"
    DigestIssue.objects.filter(pk=issue.pk).update(decisions=Concat("decisions", Value(line)))


def lock_batches(issue: DigestIssue) -> None:
    """Before deliveries are locked, as workers do: a batch that ends at this moment is seen to have."""
    list(Batch.objects.select_for_update().filter(issue=issue).order_by("pk").values_list("pk"))


def let_wait_again(issue: DigestIssue, deliveries: dict[int, int]) -> None:
    """Lets these wait again, and their batches be sent from now on; the issue is on its way again."""
    Delivery.objects.filter(pk__in=deliveries).update(state=State.PENDING, reason="", settled_at=None)
    batches = Batch.objects.filter(pk__in=set(deliveries.values()))
    batches.filter(state=Batch.State.DONE).update(state=Batch.State.READY)
    batches.filter(state=Batch.State.READY).update(not_before_at=clock.now(), attempts=0)
    sent = DigestIssue.objects.filter(pk=issue.pk, state=DigestIssue.State.SENT)
    sent.update(state=DigestIssue.State.SENDING, sent_at=None, rests=0, rests_until_at=None)
