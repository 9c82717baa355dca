"""The version of a form that an act rests on: where it has changed since, nothing is written.

Nobody holds a lock meanwhile: the version that the actor saw stands in the UPDATE.
"""

from typing import Any

from django.db.models import F

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User
from responses.models import Activity, Enquiry, ExpressionOfInterest, Referral

State = ExpressionOfInterest.State
NEWER_VERSION = "A newer version has replaced this one: work on that one."
BY_THE_PERSON = [Activity.Kind.ANSWERED_US, Activity.Kind.PASSED_ON, Activity.Kind.NOT_PASSED_ON]
CHANGES = [
    Activity.Kind.ACKNOWLEDGED,
    Activity.Kind.REPLIED,
    Activity.Kind.DECIDED,
    Activity.Kind.ASSIGNED,
    Activity.Kind.CLOSED,
    Activity.Kind.SPAM,
    Activity.Kind.REOPENED,
    Activity.Kind.ASKED_FOR_MORE,
    Activity.Kind.REFERRED,
    *BY_THE_PERSON,
]


def as_seen(eoi: ExpressionOfInterest, seen: int) -> None:
    """Reads the record afresh. Raises NotPossible where it is not what the actor saw.

    Nobody works on an older version of the answers: the newer one is worked on.
    """
    eoi.refresh_from_db()  # no lock: what is written goes to this version only
    if eoi.version != seen:
        raise _changed_meanwhile(eoi)
    if eoi.state == State.REPLACED:
        raise NotPossible(NEWER_VERSION)


def change(eoi: ExpressionOfInterest, **changes: Any) -> None:
    """Writes the changes to the version that was seen, and to no other. Raises ChangedMeanwhile."""
    seen = ExpressionOfInterest.objects.filter(pk=eoi.pk, version=eoi.version)
    if not seen.update(version=F("version") + 1, **changes):
        raise _changed_meanwhile(eoi)
    eoi.refresh_from_db()


def read_what_was_said(eoi: ExpressionOfInterest, by: User) -> None:
    """Whoever acts on the form as it is has read what the person answered to what we asked."""
    Enquiry.objects.filter(eoi=eoi).read_by(by)
    Referral.objects.filter(eoi=eoi).read_by(by)


def _changed_meanwhile(eoi: ExpressionOfInterest) -> ChangedMeanwhile:
    last = eoi.activities.filter(kind__in=CHANGES).select_related("done_by").first()
    if not last:
        return ChangedMeanwhile("This was changed meanwhile.")
    nobody = "The person" if last.kind in BY_THE_PERSON else "The portal"
    return ChangedMeanwhile(
        f"{last.done_by or nobody} changed this meanwhile: {last.get_kind_display()},"
        f" {instant_in_words(last.happened_at)}."
    )
