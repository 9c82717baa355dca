"""What each audience is owed once a quarter, and which issue keeps it."""

import datetime as dt

from django.utils import timezone

from accord_portal.foundation.dates import day_in_words
from responses.models import Involvement, Undertaking
from responses.undertakings import days, keeping, owing
from responses.undertakings.keeping import Proof

from .models import DigestIssue

Kind, Evidence = Undertaking.Kind, Undertaking.Evidence


def owe_the_quarter(now: dt.datetime) -> int:
    """Owes each audience its row of the quarter, if anybody's Yes was confirmed before it began; how many.

    Not after its last working day: nobody is promised a day that has passed.
    """
    today = timezone.localdate(now)
    quarter_on = days.quarter_of(today)
    if today > days.quarter_ends_on(quarter_on):
        return 0
    return sum(
        owing.owe_the_quarter(audience=audience, kind=kind, quarter_on=quarter_on)
        for kind, audience in Undertaking.OF_AN_AUDIENCE.items()
        if not Undertaking.objects.of_audience(audience).filter(quarter_on=quarter_on).exists()
        and _has_readers(audience, quarter_on)
    )


def keep_by(issue: DigestIssue) -> None:
    """Keeps what the audience of an issue that was sent is owed: by one person at least who has it.

    Whoever was to be asked for feedback is told by an issue that asks something, and by no other.
    """
    asks = issue.audience == Undertaking.OF_AN_AUDIENCE[Kind.ASK_FEEDBACK]
    if not issue.sent_at or not issue.accepted or (asks and not issue.question):
        return
    text = f"{issue.subject}, sent on {day_in_words(issue.sent_at)}"
    keeping.keep_for_audience(
        audience=issue.audience,
        quarter_on=days.quarter_of(timezone.localdate(issue.sent_at)),
        by=issue.approved_by,
        proof=Proof(Evidence.ISSUE, issue.pk, text),
    )


def _has_readers(audience: str, quarter_on: dt.date) -> bool:
    begins_at = dt.datetime.combine(quarter_on, dt.time(), timezone.get_current_timezone())
    return Involvement.objects.permitting(audience).filter(confirmed_at__lt=begins_at).exists()
