"""What the desk remembers of an item holds while the item waits, and no longer.

What is done and then waits once more (a message came back, a letter was taken up again) is on the desk at
once, whatever was put off before. And a reason that staff wrote is not kept beyond its record.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from responses.models import Undertaking

from .models import Claim, Snooze
from .sources import DESK_SOURCES


def forget_what_is_over() -> int:
    """Forgets who has, and what was put off of, that which does not wait any more; how many rows."""
    gone = 0
    for rows in (Snooze.objects.order_by(), Claim.objects.order_by()):
        kinds = set(rows.values_list("kind", flat=True).distinct())
        for source in DESK_SOURCES:
            if source.kind in kinds:
                waits = source.rows().order_by().filter(pk=OuterRef("key"))
                gone += rows.filter(~Exists(waits), kind=source.kind).delete()[0]
    return gone


@mail.on_outcome
def mail_came_out(owed: OutgoingMail, *, arrived_at: dt.datetime | None) -> None:
    """A message arrived, or failed: what was put off of it, and of what it had kept, is on the desk again.

    It fails within seconds of its act, before anybody tidies up.
    """
    kept = Undertaking.objects.filter(evidence_kind=Undertaking.Evidence.MAIL, evidence_key=owed.pk)
    promises = kept.order_by().values_list("pk", flat=True)
    _forget({"mail": [owed.pk], "form": promises, "undertaking": promises})


def _forget(keys: dict[str, Iterable[int]]) -> None:
    about = Q(pk__in=[])
    for kind, some in keys.items():
        about |= Q(kind=kind, key__in=some)
    Snooze.objects.filter(about).delete()
