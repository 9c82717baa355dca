"""Who of a window still wants the issue, and at which address; whoever does not is skipped."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from accord_portal.digests.models import Delivery
from accord_portal.digests.sending import ledger
from accord_portal.digests.sending.freezing import hashed
from accord_portal.digests.sending.readers import Listed, Yes

NO_LONGER_WANTED = "no longer wanted"
HAD_IT = "This mailbox has the issue already."
State = Delivery.State


def may_have_it(yeses: dict[int, Yes], listed: Listed) -> Listed | None:
    """Who still wants it, at the address they have confirmed by now; None where they are skipped."""
    yes = yeses.get(listed.contact_id)
    if yes is None:
        ledger.settle(listed, State.SKIPPED, NO_LONGER_WANTED)
        return None
    if listed.address == yes.email:
        return listed
    moved = _follow(listed, yes)
    if moved is None:
        ledger.settle(listed, State.SKIPPED, HAD_IT)
    return moved


def _follow(listed: Listed, yes: Yes) -> Listed | None:
    """Notes the address that the person has confirmed since the list; None where that mailbox has had it.

    Whoever had that mailbox on the list and still waits has another by now, found when it is their turn.
    """
    new = hashed(yes.mailbox or yes.email)
    if new != listed.address_hash:
        others = Delivery.objects.filter(issue=listed.issue_id, address_hash=new).exclude(pk=listed.pk)
        others.filter(state=State.PENDING).update(
            address_hash=Concat(Value("moved:"), Cast(F("pk"), CharField()))
        )
        if others.exists():
            return None
    Delivery.objects.filter(pk=listed.pk).update(address=yes.email, address_hash=new)
    return listed._replace(address=yes.email, address_hash=new)
