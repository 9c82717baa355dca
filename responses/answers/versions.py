"""The version of a form that an act rests on: where it has changed since, nothing is written.

Nobody holds a lock meanwhile: the version that the actor saw stands in the UPDATE.
"""

from typing import Any, TypeVar

from django.db.models import F

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.models import Activity, Enquiry, ExpressionOfInterest, Referral
from responses.people.timeline import tell

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


def take_back_what_was_asked(eoi: ExpressionOfInterest, by: User) -> bool:
    """Whether there was a referral that the person has not answered; its link says that it was taken back."""
    referral = eoi.referrals.waiting().first()
    if referral is None:
        return False
    referral.state, referral.withdrawn_at, referral.withdrawn_by = (
        Referral.State.WITHDRAWN,
        clock.now(),
        by,
    )
    referral.save()
    if referral.question_id:
        mail.cancel(OutgoingMail.objects.filter(pk=referral.question_id))
    tell(eoi.contact, Activity.Kind.NOT_PASSED_ON, f"Taken back: {referral.agency}", by=by, eoi=eoi)
    return True


Asked = TypeVar("Asked", Enquiry, Referral)


def locked_with_its_form(asked: Asked) -> tuple[Asked, ExpressionOfInterest]:
    """What was asked, afresh, and its form, locked; where the form was replaced meanwhile, the newer one."""
    forms = ExpressionOfInterest.objects.select_for_update(no_key=True)
    form = forms.get(pk=asked.eoi_id)
    asked.refresh_from_db()
    return asked, form if form.pk == asked.eoi_id else forms.get(pk=asked.eoi_id)


def carry_over(*, before: ExpressionOfInterest, form: ExpressionOfInterest) -> None:
    """What we asked about the older version, and is neither answered nor read, stands with the newer one."""
    Enquiry.objects.filter(eoi=before, read_at=None).update(eoi=form)
    Referral.objects.filter(eoi=before, read_at=None).exclude(state=Referral.State.WITHDRAWN).update(eoi=form)


def _changed_meanwhile(eoi: ExpressionOfInterest) -> ChangedMeanwhile:
    last = eoi.activities.filter(kind__in=CHANGES).select_related("done_by").first()
    if not last:
        return ChangedMeanwhile("This was changed meanwhile.")
    nobody = "The person" if last.kind in BY_THE_PERSON else "The portal"
    return ChangedMeanwhile(
        f"{last.done_by or nobody} changed this meanwhile: {last.get_kind_display()},"
        f" {instant_in_words(last.happened_at)}."
    )
