"""What staff decide about an issue that stopped, or of which nobody knows whether some people have it."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from accord_portal.foundation import clock
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User

from . import promises
from .models import Batch, Delivery, DigestIssue

State = Delivery.State


@transaction.atomic
def resume(*, issue: DigestIssue, by: User) -> None:
    """Goes on with an issue once staff have put right what stopped it; an unfinished list goes on too."""
    stopped = DigestIssue.objects.filter(pk=issue.pk, state=DigestIssue.State.NEEDS_ATTENTION)
    if stopped.update(state=DigestIssue.State.FREEZING, trouble="", resumed=F("resumed") + 1):
        _decided(issue, by, "went on sending")


@transaction.atomic
def send_again(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody in doubt gets the issue again; how many. Some of them may have it twice."""
    held = _in_state(issue, State.HELD)
    if held:
        _wait_again(issue, held)
        DigestIssue.objects.filter(pk=issue.pk).update(in_doubt=F("in_doubt") - len(held))
        _decided(issue, by, f"sent again to {len(held)} in doubt")
    return len(held)


@transaction.atomic
def try_failed_again(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody whose message was refused is tried once more; how many."""
    failed = _in_state(issue, State.FAILED)
    if failed:
        _wait_again(issue, failed)
        DigestIssue.objects.filter(pk=issue.pk).update(failed=F("failed") - len(failed))
        _decided(issue, by, f"tried the {len(failed)} that failed again")
    return len(failed)


@transaction.atomic
def treat_as_sent(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody in doubt is counted as having it; how many."""
    held = _in_state(issue, State.HELD)
    Delivery.objects.filter(pk__in=held).update(state=State.ACCEPTED, settled_at=clock.now())
    DigestIssue.objects.filter(pk=issue.pk).update(
        in_doubt=F("in_doubt") - len(held), accepted=F("accepted") + len(held)
    )
    if held:
        _decided(issue, by, f"counted {len(held)} in doubt as sent")
        promises.keep_by(DigestIssue.objects.select_related("approved_by").get(pk=issue.pk))
    return len(held)


def _decided(issue: DigestIssue, by: User, what: str) -> None:
    """One more line of what staff decided on the way."""
    line = f"{instant_in_words(clock.now())}: {by} {what}.\n"
    DigestIssue.objects.filter(pk=issue.pk).update(decisions=Concat("decisions", Value(line)))


def _in_state(issue: DigestIssue, state: str) -> dict[int, int]:
    """The deliveries in this state, each with its batch, locked: the batches first, as workers do."""
    list(Batch.objects.select_for_update().filter(issue=issue).order_by("pk").values_list("pk"))
    rows = issue.deliveries.select_for_update(of=("self",)).filter(state=state)
    return dict(rows.values_list("pk", "batch_id"))


def _wait_again(issue: DigestIssue, deliveries: dict[int, int]) -> None:
    """Lets these wait again, and their batches be sent from now on; the issue is on its way again."""
    Delivery.objects.filter(pk__in=deliveries).update(state=State.PENDING, reason="", settled_at=None)
    batches = Batch.objects.filter(pk__in=set(deliveries.values()))
    batches.filter(state=Batch.State.DONE).update(state=Batch.State.READY)
    batches.filter(state=Batch.State.READY).update(not_before_at=clock.now(), attempts=0)
    sent = DigestIssue.objects.filter(pk=issue.pk, state=DigestIssue.State.SENT)
    sent.update(state=DigestIssue.State.SENDING, sent_at=None, rests=0, rests_until_at=None)
