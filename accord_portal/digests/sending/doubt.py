"""What a worker left in doubt, or could not settle itself: whoever takes the batch over settles it first.

The journal of the worker says, the same call again where the provider has keys, its search, the transport's
own record; or else staff.
"""

import uuid
from collections.abc import Collection, Iterable

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from accord_portal.digests.models import Batch, Delivery
from accord_portal.digests.sending import ledger, provider_calls
from accord_portal.digests.sending.claims import claim
from accord_portal.digests.sending.journal import Found, Left
from accord_portal.foundation import mail, transport

State = Delivery.State
NOBODY_KNOWS = "The worker stopped while handing this over."
Taken = tuple[bool | None, str]  # whether the server took it, None where nobody knows; and who says so


def take_over(batch: Batch, lease: uuid.UUID, connection: BaseEmailBackend) -> bool:
    """Claims the batch, and settles whom a worker had written to, or was about to.

    The claim and what was found out are one transaction: by the old lease the journal is found, until nobody
    needs it. Raises NotSent where the same call cannot be made again just now.
    """
    journal = Found(batch.lease)
    found = _what_became(batch, journal, connection)
    with transaction.atomic():
        if not claim(batch, lease):
            return False
        ledger.hold([one for one, (taken, _) in found if taken is None], NOBODY_KNOWS)
        if waiting := [one for one, (taken, _) in found if taken is False]:
            ledger.back_to_waiting(waiting)
        for delivery, (taken, how) in found:
            if taken:
                ledger.settle(delivery, State.ACCEPTED, how)
    journal.forget()
    return True


def _what_became(
    batch: Batch, journal: Found, connection: BaseEmailBackend
) -> Collection[tuple[Delivery, Taken]]:
    """What is known of each who was being written to."""
    known: list[tuple[Delivery, Taken]] = []
    doubtful: list[Delivery] = []
    for delivery in batch.deliveries.filter(state=State.SUBMITTING).order_by("pk"):
        left = journal.left(delivery.pk)
        if left is Left.IN_DOUBT:
            doubtful.append(delivery)
        else:
            known.append(
                (delivery, (left is Left.ACCEPTED, "found in the journal of the worker that stopped"))
            )
    return [*known, *_asked(batch, doubtful, connection)] if doubtful else known


def _asked(
    batch: Batch, doubtful: Collection[Delivery], connection: BaseEmailBackend
) -> Iterable[tuple[Delivery, Taken]]:
    """What the transport says of those in doubt."""
    if not transport.takes_many(connection):
        for one in doubtful:
            yield one, (transport.took(connection, mail.message_id(one.uuid)), "found with the transport")
        return
    answers = provider_calls.made_again(batch, doubtful, connection)
    for one, taken in zip(doubtful, answers, strict=True):
        yield one, (taken, "found with the provider")
