"""An undertaking is kept by evidence: by the act that did it, in its transaction.

Kept by mail means that the mail arrived at its server: where it fails, or comes back, the undertaking is owed
again by the same day; where it arrives after all, it is kept.
"""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accord_portal.foundation import clock, mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.models import Activity, Contact, ExpressionOfInterest, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings.owing import settle

Kind, Evidence, End = Undertaking.Kind, Undertaking.Evidence, Undertaking.End
State = ExpressionOfInterest.State
MAX_TEXT = 300  # characters of evidence


class Proof(NamedTuple):
    """What shows that something was done: a row, and a line of text as it was then."""

    kind: str
    key: int
    text: str


def by_mail(owed: OutgoingMail, text: str) -> Proof:
    """Evidence by a message that is owed from this moment on."""
    return Proof(Evidence.MAIL, owed.pk, text)


def by_line(line: Activity, text: str) -> Proof:
    """Evidence by a line on the timeline: a call, a letter, a conversation."""
    return Proof(Evidence.ACTIVITY, line.pk, text)


def keep(rows: QuerySet[Undertaking], *, by: User | None, proof: Proof) -> int:
    """Keeps those of the rows that are open; how many. What is kept or ended already stays as it is."""
    return (
        rows.filter(kept_at=None, ended_at=None)
        .order_by()
        .update(
            kept_at=clock.now(),
            kept_by=by,
            evidence_kind=proof.kind,
            evidence_key=proof.key,
            evidence_text=proof.text[:MAX_TEXT],
        )
    )


def keep_for_audience(*, audience: str, quarter_on: dt.date, by: User | None, proof: Proof) -> int:
    """Keeps what an audience is owed this quarter, where it is owed; how many rows."""
    return keep(Undertaking.objects.filter(audience=audience, quarter_on=quarter_on), by=by, proof=proof)


@mail.on_outcome
def mail_came_out(owed: OutgoingMail, *, arrived: bool) -> None:
    """A message that kept something arrived at its server, or is known not to have."""
    rows = Undertaking.objects.filter(evidence_kind=Evidence.MAIL, evidence_key=owed.pk)
    keys = set(rows.values_list("contact", flat=True).order_by())
    if not keys:
        return
    forms = ExpressionOfInterest.objects.filter(undertakings__in=rows).order_by("pk")
    list(ExpressionOfInterest.objects.select_for_update().filter(pk__in=forms.values("pk")).order_by("pk"))
    for contact in [lock(pk=key) for key in sorted(filter(None, keys))]:
        mine = rows.filter(contact=contact)
        if arrived:
            _arrived(mine, contact)
        else:
            _failed(mine, contact)


def _arrived(rows: QuerySet[Undertaking], contact: Contact) -> None:
    """It is kept from this moment: a server has it. What stood in its place meanwhile is owed no more."""
    late = rows.filter(Q(ended_at=None) | Q(ended_because=End.MERGED), kept_at=None)
    keys = list(late.values_list("pk", flat=True))
    rows.filter(Q(kept_at__isnull=False) | Q(pk__in=keys)).update(
        kept_at=clock.now(), ended_at=None, ended_because=""
    )
    if keys:
        _move_on(Undertaking.objects.filter(pk__in=keys), State.AWAITING_TRIAGE, State.IN_HAND)
        settle(contact)


def unsent(mails: QuerySet[OutgoingMail]) -> None:
    """None of these messages will be sent: what they were to keep is not kept."""
    keys = list(mails.values_list("pk", flat=True))
    kept = Undertaking.objects.kept().filter(evidence_kind=Evidence.MAIL, evidence_key__in=keys)
    kept.order_by().update(kept_at=None, kept_by=None)


def _failed(rows: QuerySet[Undertaking], contact: Contact) -> None:
    """It is owed again, by the day it was; not where the Yes it was for has ended and begun anew since."""
    lost = list(rows.exclude(kept_at=None).values_list("pk", flat=True))
    if not lost:
        return
    again = Undertaking.objects.filter(pk__in=lost)
    newer = Undertaking.objects.open().filter(kind=OuterRef("kind"), contact=contact, eoi=None).order_by()
    over = again.filter(Exists(newer), kind__in=Undertaking.OF_A_YES)
    over.update(kept_at=None, kept_by=None, ended_at=clock.now(), ended_because=End.WITHDRAWN)
    again.filter(ended_at=None).update(kept_at=None, kept_by=None)
    _move_on(again, State.IN_HAND, State.AWAITING_TRIAGE)
    settle(contact)
    kinds = again.filter(ended_at=None).order_by("pk").values_list("kind", flat=True)
    promises = ", ".join(Kind(kind).label for kind in kinds)
    if promises:
        tell(contact, Activity.Kind.NOT_ARRIVED, f"Owed again: {promises}")


def _move_on(rows: QuerySet[Undertaking], before: str, after: str) -> None:
    """A form of which the acknowledgement arrived is in hand; one of which it did not, awaits triage."""
    forms = rows.filter(kind=Kind.ACKNOWLEDGE).values("eoi")
    found = ExpressionOfInterest.objects.filter(
        pk__in=list(forms.values_list("eoi", flat=True)), state=before
    )
    found.update(state=after, version=F("version") + 1)
