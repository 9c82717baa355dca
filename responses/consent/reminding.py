"""Acts of time on what nobody confirmed: one reminder after three days, forgotten after thirty."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from accord_portal.foundation import chores, mail
from responses.consent import emails, switches
from responses.models import Activity, Contact, Involvement, Suppression
from responses.people.person import lock
from responses.people.timeline import tell

REMINDED_AFTER = dt.timedelta(days=3)
FORGOTTEN_AFTER = dt.timedelta(days=30)
AT_A_TIME = 500  # contacts
REMINDING, FORGETTING = "Reminding of what waits to be confirmed", "Forgetting what nobody confirmed"

MAY_BE_ASKED = Q(
    contact__restricted_at=None,
    contact__never_again_at=None,
    contact__erased_at=None,
) & ~Q(contact__email="")


def remind(now: dt.datetime) -> int:
    """Asks those whose Yes has waited three days to confirm it, once; how many. Safe to run twice or late."""
    waiting = Involvement.objects.waiting().filter(
        MAY_BE_ASKED,
        reminded_at=None,
        since_at__lte=now - REMINDED_AFTER,
        since_at__gt=now - FORGOTTEN_AFTER,
    )
    keys = _contacts(waiting.exclude(contact__in=chores.resting_from(REMINDING).values("row")))
    return chores.for_each(REMINDING, Contact, keys, lambda key: _remind(key, now))


@transaction.atomic
def _remind(key: int, now: dt.datetime) -> bool:
    contact = lock(pk=key)
    waiting = contact.involvements.waiting().filter(MAY_BE_ASKED, reminded_at=None)
    asked = waiting.update(reminded_at=now)
    never = Suppression.objects.for_mailbox(contact.mailbox or "", Suppression.Scope.NEVER_AGAIN)
    if not asked or never.exists():
        return False
    owed = mail.owe(emails.please_confirm, to=contact.email, recipient=key, contact_id=key)
    tell(contact, Activity.Kind.REMINDED, mail=owed)
    return True


def forget(now: dt.datetime) -> int:
    """Forgets each Yes that nobody confirmed within thirty days; of how many contacts.

    Who has no address cannot confirm from a mailbox: those we reach by telephone or post, and they stay.
    """
    waiting = Involvement.objects.waiting().filter(since_at__lte=now - FORGOTTEN_AFTER)
    waiting = waiting.exclude(contact__email="")
    keys = _contacts(waiting.exclude(contact__in=chores.resting_from(FORGETTING).values("row")))
    return chores.for_each(FORGETTING, Contact, keys, lambda key: _forget(key, now))


@transaction.atomic
def _forget(key: int, now: dt.datetime) -> bool:
    contact = lock(pk=key)
    late = contact.involvements.waiting().filter(since_at__lte=now - FORGOTTEN_AFTER).order_by("pk")
    purposes = [involvement.purpose for involvement in late]
    switches.lapse(contact=contact, purposes=purposes)
    if purposes:
        tell(contact, Activity.Kind.FORGOTTEN)
    return bool(purposes)


def _contacts(waiting: QuerySet[Involvement]) -> list[int]:
    """Whose they are, each once, those waiting longest first; the next run takes the rest."""
    keys = waiting.order_by("since_at").values_list("contact_id", flat=True)[:AT_A_TIME]
    return list(dict.fromkeys(keys))
