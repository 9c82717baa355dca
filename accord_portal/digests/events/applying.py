"""Applying what providers said, event by event: to the delivery, the message, the address and the consent.

An event finds its message by our own uuid, in the metadata or in the Message-ID. Without one that is ours it
changes nothing.
"""

import datetime as dt
import logging
import re
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from accord_portal.digests.models import Delivery, ProviderEvent
from accord_portal.foundation import chores, clock, mail
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.models import OutgoingMail
from responses.models import Contact

from . import addresses, breaker, outcomes
from .meaning import meaning_of, status_code

log = logging.getLogger(__name__)

EVENTS_ARE_KEPT = dt.timedelta(days=180)
SETTLES_WITHIN = dt.timedelta(days=1)  # longer than our own record of a call can take
CHORE = "Applying what mail providers said"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Meaning = ProviderEvent.Meaning
NOT_ARRIVED = {Meaning.HARD, Meaning.SOFT, Meaning.BLOCKED, Meaning.REJECTED}


def apply_waiting(limit: int = 500) -> int:
    """Applies the events that wait, the earliest first, about so many; how many.

    Those whose message is being handed over keep none behind them waiting.
    """
    resting = chores.resting_from(CHORE).values("row")
    waiting = ProviderEvent.objects.waiting().exclude(pk__in=resting).values_list("pk", flat=True)
    done = last = 0
    while done < limit and (keys := list(waiting.filter(pk__gt=last)[:limit])):
        done += chores.for_each(CHORE, ProviderEvent, keys, apply)
        last = keys[-1]
    return done


@transaction.atomic
def apply(key: int) -> bool:
    """Applies one event, once; False where somebody else did, or where its message is being handed over."""
    _lock_person(key)
    event = ProviderEvent.objects.select_for_update(of=("self",)).filter(pk=key, applied_at=None).first()
    if event is None:
        return False
    meaning = meaning_of(event)
    delivery, message = _about(event)
    if message and message.state == OutgoingMail.State.SENDING and _is_fresh(event):
        return False
    event.delivery, event.mail = delivery, message.pk if message else None
    if delivery:
        done = _of_a_digest(event, delivery, meaning)
    elif message:
        done = _of_the_outbox(event, message, meaning)
    else:
        log.warning("provider event %s is about no message of ours", event.pk)
        done = ["About no message of ours: nothing was changed"]
    event.meaning, event.outcome, event.applied_at = meaning, "; ".join(done)[:200], clock.now()
    event.save()
    if delivery:
        breaker.look_at(delivery.issue_id)
    return True


def _lock_person(key: int) -> None:
    """Whoever erases a person holds the contact before its events, and so do we.

    So nobody waits in a circle, and what is known of somebody who is erased at this moment is not kept.
    """
    event = ProviderEvent.objects.filter(pk=key).first()
    delivery, message = _about(event) if event else (None, None)
    theirs = Q(pk=delivery.contact_id) if delivery else Q(pk=None)
    if message:
        theirs = Q(pk=message.recipient) | Q(mailbox=mailbox(message.to) or None)
    list(Contact.objects.select_for_update(no_key=True).filter(theirs).order_by("pk").values_list("pk"))


def _about(event: ProviderEvent) -> tuple[Delivery | None, OutgoingMail | None]:
    """The delivery, or else the message, of which the provider speaks."""
    ours = _uuids(event)
    delivery = Delivery.objects.filter(uuid__in=ours).select_related("issue", "contact").first()
    return delivery, None if delivery else OutgoingMail.objects.filter(uuid__in=ours).first()


def _is_fresh(event: ProviderEvent) -> bool:
    return event.received_at > clock.now() - SETTLES_WITHIN


def _uuids(event: ProviderEvent) -> list[uuid.UUID]:
    """Our own key of the message, as the provider gives it back."""
    metadata = event.payload.get("metadata") or {}
    named = metadata.get("uuid") if isinstance(metadata, dict) else ""
    found = UUID.fullmatch(str(named)) or UUID.search(str(event.payload.get("message_id") or ""))
    return [uuid.UUID(found[0])] if found else []


def _of_a_digest(event: ProviderEvent, delivery: Delivery, meaning: str) -> Sequence[str]:
    contact = delivery.contact
    if contact.erased_at:
        event.payload, event.mailbox = {}, ""
    box = mailbox(delivery.address)
    done = _of_the_address(event, contact, box, meaning)
    if meaning == Meaning.UNSUBSCRIBED and event.mailbox in ("", box):
        done += addresses.unsubscribed(contact, delivery.issue.audience, event)
    outcomes.record(delivery, meaning, _why(event) if meaning in NOT_ARRIVED else "")
    return done or ["Noted with the delivery"]


def _of_the_outbox(event: ProviderEvent, message: OutgoingMail, meaning: str) -> Sequence[str]:
    if not message.to:  # its reader was erased
        event.payload, event.mailbox = {}, ""
    box = mailbox(message.to)
    contact = Contact.objects.filter(mailbox=box).first() if box else None
    done = _of_the_address(event, contact, box, meaning)
    this = OutgoingMail.objects.filter(pk=message.pk)
    if meaning in NOT_ARRIVED:
        if mail.came_back(this):
            this.update(last_error=f"It came back to us. {_why(event)}"[:2000])
            done.append("The message counts as not arrived")
    elif meaning != Meaning.ACCEPTED and mail.treat_as_sent(this):
        done.append("The message is no longer in doubt")
    return done or ["Noted"]


def _of_the_address(event: ProviderEvent, contact: Contact | None, box: str, meaning: str) -> list[str]:
    """What follows for the address; nothing where the provider speaks of another than we wrote to."""
    if not box or event.mailbox not in ("", box):
        return []
    if meaning == Meaning.HARD:
        return addresses.hard_bounced(contact, box, event)
    if meaning == Meaning.SOFT:
        return addresses.soft_bounced(contact, box, event)
    if meaning == Meaning.COMPLAINED:
        return addresses.complained(contact, box, event)
    return []


def _why(event: ProviderEvent) -> str:
    """What the receiving server said, as the provider passed it on."""
    said = event.payload.get("mta_response") or event.payload.get("description") or status_code(event)
    return str(said or "The provider gave no reason.")


def forget(now: dt.datetime) -> None:
    """Deletes what was received long ago: what followed from it stands in the rows it changed."""
    ProviderEvent.objects.filter(received_at__lt=now - EVENTS_ARE_KEPT).delete()
