"""What follows for an address: one that takes no mail gets none, and whoever complains is left alone."""

import datetime as dt

from accord_portal.digests.models import ProviderEvent
from accord_portal.foundation import clock
from responses.consent import switches
from responses.models import Activity, Consent, Contact, Purpose
from responses.people import suppressions
from responses.people.person import lock
from responses.people.timeline import tell

from .meaning import status_code

SOFT_BOUNCES = 3  # of different messages…
SOFT_WITHIN = dt.timedelta(days=120)  # … in so long: then the address counts as taking no mail


def hard_bounced(contact: Contact | None, mailbox: str, event: ProviderEvent) -> list[str]:
    """The address takes no mail: nothing is sent to it until its reader, or staff with a reason, say so."""
    if contact:
        contact = lock(pk=contact.pk)
        since = contact.email_confirmed_at
        if since and event.happened_at and event.happened_at < since:
            return ["The address was confirmed since: nothing was changed"]
    if not suppressions.takes_no_mail(mailbox=mailbox):
        return []
    if contact and contact.mailbox == mailbox:
        tell(
            contact, Activity.Kind.BOUNCED, f"Nothing is mailed to it any more. {status_code(event)}".strip()
        )
    return ["Nothing is mailed to the address any more"]


def soft_bounced(contact: Contact | None, mailbox: str, event: ProviderEvent) -> list[str]:
    """Too many messages within some months count as a hard one."""
    earlier = ProviderEvent.objects.soft_bounces(mailbox, clock.now() - SOFT_WITHIN).exclude(pk=event.pk)
    messages = {*earlier.values_list("delivery", "mail"), (event.delivery_id, event.mail)}
    if len(messages) < SOFT_BOUNCES:
        return []
    return hard_bounced(contact, mailbox, event)


def complained(contact: Contact | None, mailbox: str, event: ProviderEvent) -> list[str]:
    """Marked as spam: every Yes is taken back, and nobody begins to write to the address again.

    Only a Yes from the mailbox itself lifts that. One confirmed since the complaint has: it stands.
    """
    newer: set[str] = set()
    if contact and event.happened_at:
        since = contact.involvements.current().filter(confirmed_at__gt=event.happened_at)
        newer = set(since.values_list("purpose", flat=True))
    older = set(Purpose.values) - newer
    off = (
        switches.withdraw(contact=contact, purposes=older, source=Consent.Source.COMPLAINT) if contact else []
    )
    if newer and contact and contact.mailbox == mailbox:
        taken = "what is older is taken back" if off else "nothing was changed"
        return [f"They said Yes again since: {taken}"]
    suppressions.never_again(mailbox=mailbox)
    return ["Every Yes is taken back, and the address is never written to again"]


def unsubscribed(contact: Contact, audience: str, event: ProviderEvent) -> list[str]:
    """Unsubscribed at the provider: the Yes to what the digest was for is taken back.

    A Yes that is younger stands: whoever subscribes again is not ended by what comes late.
    """
    since = event.happened_at
    if since and contact.involvements.current().filter(purpose=audience, since_at__gt=since).exists():
        return ["They said Yes again since: nothing was changed"]
    off = switches.withdraw(contact=contact, purposes=[audience], source=Consent.Source.PROVIDER)
    return [f"Taken back: {Purpose(purpose).label}" for purpose in off]
