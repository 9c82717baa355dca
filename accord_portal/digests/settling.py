"""What staff decide about those of whom nobody knows whether they have an issue.

Never twice and never lost cannot both be had without the mail provider's help: so somebody decides, says
why, and that stands with the issue and in the log.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from accord_portal.digests import promises
from accord_portal.digests.decisions import let_wait_again, lock_batches, note
from accord_portal.digests.models import Delivery, DigestIssue, Doubt
from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.contact_details import hidden
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User

State, Ending = Delivery.State, Doubt.Ending
DID = {Ending.SENT_AGAIN: "sent it again to", Ending.TREATED_AS_SENT: "counted as sent"}
Keys = Collection[int]


@transaction.atomic
def send_again(*, issue: DigestIssue, by: User, sentence: str, doubts: Keys | None = None) -> int:
    """These get the issue again, everybody in doubt unless told; how many. Some may have it twice.

    Raises NotPossible where somebody decided about all of them already, or it was found out.
    """
    held = _undecided(issue, doubts)
    let_wait_again(issue, held)
    DigestIssue.objects.filter(pk=issue.pk).update(in_doubt=F("in_doubt") - len(held))
    _decided(issue, held, Ending.SENT_AGAIN, by, sentence)
    return len(held)


@transaction.atomic
def treat_as_sent(*, issue: DigestIssue, by: User, sentence: str, doubts: Keys | None = None) -> int:
    """These count as having it, everybody in doubt unless told; how many. Some may never get it.

    Raises NotPossible as `send_again` does.
    """
    held = _undecided(issue, doubts)
    Delivery.objects.filter(pk__in=held).update(state=State.ACCEPTED, settled_at=clock.now())
    counted = {"in_doubt": F("in_doubt") - len(held), "accepted": F("accepted") + len(held)}
    DigestIssue.objects.filter(pk=issue.pk).update(**counted)
    _decided(issue, held, Ending.TREATED_AS_SENT, by, sentence)
    promises.keep_by(DigestIssue.objects.select_related("approved_by").get(pk=issue.pk))
    return len(held)


def _undecided(issue: DigestIssue, doubts: Keys | None) -> dict[int, int]:
    """The deliveries still in doubt among these, each with its batch, locked: of two officers one decides."""
    lock_batches(issue)
    chosen = Doubt.objects.open().filter(issue=issue)
    if doubts is not None:
        chosen = chosen.filter(pk__in=doubts)
    rows = Delivery.objects.select_for_update(of=("self",)).filter(
        state=State.HELD, pk__in=chosen.order_by().values("delivery")
    )
    held = dict(rows.order_by("pk").values_list("pk", "batch_id"))
    if not held:
        raise NotPossible("Nobody of these is in doubt any more: look at how it stands now.")
    return held


def _decided(
    issue: DigestIssue, held: Collection[int], ending: Doubt.Ending, by: User, sentence: str
) -> None:
    Doubt.objects.open().filter(delivery__in=held).update(
        ending=ending, ended_at=clock.now(), ended_by=by, sentence=sentence
    )
    note(issue, by, f"{DID[ending]} {len(held)} in doubt: {sentence.rstrip('.')}")
    log(LogLine.Act.DOUBT_DECIDED, issue, by=by, detail=f"{ending.label}: {len(held)}. {hidden(sentence)}")
