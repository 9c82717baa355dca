"""What the desk holds about one person; see `accord_portal.foundation.personal_data`."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from champions.models import Champion, ProgressReport
from responses.models import (
    Contact,
    Duplicate,
    Enquiry,
    Erasure,
    FollowUp,
    Letter,
    Recommendation,
    Referral,
    Undertaking,
)

from .models import Snooze

PUT_OFF = {"Put off until": "until_on", "Why": "because", "When": "snoozed_at"}


def held(keys: Sequence[int]) -> Held:
    """Why staff put off what waited for the person."""
    return {"What staff put off": listed(_about(keys), PUT_OFF)}


def sent(keys: Sequence[int]) -> list[Sent]:
    """Nothing: the desk writes to nobody of the public."""
    return []


def public(keys: Sequence[int]) -> list[Shown]:
    """Nothing: the desk is for staff."""
    return []


def take_down(keys: Sequence[int]) -> None:
    """There is nothing to take down."""


def erase(keys: Sequence[int]) -> None:
    """Forgets why it was put off: that was written about the person."""
    _about(keys).delete()


def _about(keys: Sequence[int]) -> QuerySet[Snooze]:
    """The snoozes of whatever is of one of these contacts."""
    mailboxes = Contact.objects.filter(pk__in=keys).exclude(mailbox=None).values("mailbox")
    pair = Q(first__in=keys) | Q(second__in=keys)
    letters = Letter.objects.filter(mailbox__in=mailboxes)
    recommended = Recommendation.objects.filter(recommender__in=keys)
    follow_ups = FollowUp.objects.filter(contact__in=keys)
    of_a_kind = {
        ("form", "undertaking"): Undertaking.objects.filter(contact__in=keys),
        ("enquiry",): Enquiry.objects.filter(eoi__contact__in=keys),
        ("referral",): Referral.objects.filter(eoi__contact__in=keys),
        ("letter",): letters,
        ("follow_up",): follow_ups | FollowUp.objects.about(*letters) | FollowUp.objects.about(*recommended),
        ("mail",): OutgoingMail.objects.filter(recipient__in=keys),
        ("erasure",): Erasure.objects.filter(contact__in=keys),
        ("recommendation",): recommended,
        ("champion",): Champion.objects.filter(contact__in=keys),
        ("report",): ProgressReport.objects.filter(champion__contact__in=keys),
        ("duplicate",): Duplicate.objects.filter(pair),
    }
    theirs = Q(pk__in=[])
    for kinds, rows in of_a_kind.items():
        theirs |= Q(kind__in=kinds, key__in=rows.values("pk"))
    return Snooze.objects.filter(theirs)
