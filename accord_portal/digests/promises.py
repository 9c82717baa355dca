"""What each audience is owed once a quarter, and which issue keeps it."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accord_portal.digests.models import DigestIssue
from accord_portal.foundation.dates import day_in_words
from responses.models import Involvement, Purpose, Undertaking
from responses.undertakings import days, keeping, owing
from responses.undertakings.keeping import Proof

Kind, Evidence = Undertaking.Kind, Undertaking.Evidence


def owe_the_quarter(now: dt.datetime) -> int:
    """Owes each audience its row of the quarter, if anybody's Yes was confirmed before it began; how many.

    An issue that was sent earlier in the quarter keeps it. Not after its last working day: nobody is promised
    a day that has passed.
    """
    quarter_on = days.quarter_to_be_owed(now)
    return (
        sum(_owe(kind, audience, quarter_on) for kind, audience in _to_be_owed(quarter_on))
        if quarter_on
        else 0
    )


def not_owed_yet(now: dt.datetime) -> Iterator[tuple[int, str]]:
    """See `responses.undertakings.audit`."""
    if quarter_on := days.quarter_to_be_owed(now):
        for kind, audience in _to_be_owed(quarter_on):
            yield 0, f"{kind.label} ({Purpose(audience).label}, {day_in_words(quarter_on)})"


def end_without_readers() -> int:
    """Ends what an audience is owed of which nobody is left who may be written to; how many rows."""
    left = [audience for audience in _owed_still() if not _readers(audience).exists()]
    return owing.end_for_audiences(left) if left else 0


def keep_by(issue: DigestIssue) -> None:
    """Keeps what the audience of an issue that was sent is owed: by one person at least who has it.

    Whoever was to be asked for feedback is told by an issue that asks something, and by no other.
    """
    asks = issue.audience == Undertaking.OF_AN_AUDIENCE[Kind.ASK_FEEDBACK]
    if not issue.sent_at or issue.accepted <= issue.bounced or (asks and not issue.question):
        return
    text = f"{issue.subject}, sent on {day_in_words(issue.sent_at)}"
    keeping.keep_for_audience(
        audience=issue.audience,
        quarter_on=days.quarter_of(timezone.localdate(issue.sent_at)),
        by=issue.approved_by,
        proof=Proof(Evidence.ISSUE, issue.pk, text),
    )


def _to_be_owed(quarter_on: dt.date) -> list[tuple[Undertaking.Kind, str]]:
    """What no row of this quarter is written of, to whom there was to be owed something when it began."""
    return [
        (kind, audience)
        for kind, audience in Undertaking.OF_AN_AUDIENCE.items()
        if not Undertaking.objects.of_audience(audience).filter(quarter_on=quarter_on).exists()
        and _readers(audience).filter(confirmed_at__lt=_begins_at(quarter_on)).exists()
    ]


@transaction.atomic
def _owe(kind: str, audience: str, quarter_on: dt.date) -> bool:
    is_new = owing.owe_the_quarter(audience=audience, kind=kind, quarter_on=quarter_on)
    sent = DigestIssue.objects.filter(audience=audience, sent_at__gte=_begins_at(quarter_on))
    for issue in sent.order_by("sent_at"):
        keep_by(issue)
    return is_new


def _owed_still() -> set[str]:
    rows = Undertaking.objects.open().filter(audience__in=Undertaking.OF_AN_AUDIENCE.values())
    return set(rows.order_by().values_list("audience", flat=True))


def _readers(audience: str) -> QuerySet[Involvement]:
    return Involvement.objects.permitting(audience)


def _begins_at(quarter_on: dt.date) -> dt.datetime:
    return dt.datetime.combine(quarter_on, dt.time(), timezone.get_current_timezone())
