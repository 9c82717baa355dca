"""An undertaking is kept by evidence: by the act that did it, in its transaction.

Kept by mail means that the mail arrived at its server: where it fails, or comes back, the undertaking is owed
again by the same day; where it arrives after all, it is kept.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accord_portal.foundation import clock, mail, tallies
from accord_portal.foundation.models import OutgoingMail, Tally
from accord_portal.foundation.tallies import Part
from accord_portal.staff.models import User
from responses.models import Activity, Contact, ExpressionOfInterest, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings.initiatives import by_number
from responses.undertakings.owing import records_of_people, settle

Kind, Evidence, State = Undertaking.Kind, Undertaking.Evidence, ExpressionOfInterest.State
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


def keep(rows: QuerySet[Undertaking], *, by: User | None, proof: Proof, on: dt.date | None = None) -> int:
    """Keeps those of the rows that are open; how many. What is kept or ended already stays as it is.

    It was done on the day `on`, where that was not today: at noon, and not before it was owed.
    """
    at = dt.datetime.combine(on, dt.time(12), timezone.get_current_timezone()) if on else clock.now()
    owed = rows.filter(kept_at=None, ended_at=None).order_by()
    with _counting(owed):
        return owed.update(
            kept_at=Greatest("since_at", Value(at, output_field=DateTimeField())) if on else at,
            kept_by=by,
            evidence_kind=proof.kind,
            evidence_key=proof.key,
            evidence_text=proof.text[:MAX_TEXT],
        )


@contextmanager
def _counting(rows: QuerySet[Undertaking]) -> Iterator[None]:
    """The figures follow what becomes inside of the acknowledgements among the rows, which are locked."""
    locked = rows.filter(kind=Kind.ACKNOWLEDGE).order_by("pk").select_for_update(of=("self",), no_key=True)
    before = list(locked)
    yield
    if before:
        numbers = _acknowledged(Undertaking.objects.filter(pk__in=[row.pk for row in before]))
        numbers.subtract(_acknowledged(before))
        tallies.add(numbers)


def _acknowledged(rows: Iterable[Undertaking]) -> Counter[Part]:
    return Counter(part for row in rows if (part := part_of(row)))


def part_of(row: Undertaking) -> Part | None:
    """Where a kept acknowledgement is counted: its week, on time or late; None for what is not counted.

    What was never promised for a day (backfilled) is not.
    """
    if row.kind != Kind.ACKNOWLEDGE or not row.kept_at or row.is_backfilled:
        return None
    return Part(
        Tally.Figure.ACKNOWLEDGED, "late" if row.was_late else "on_time", tallies.week_of(row.kept_at)
    )


def keep_for_audience(*, audience: str, quarter_on: dt.date, by: User | None, proof: Proof) -> int:
    """Keeps what an audience is owed this quarter, and what is late of earlier ones; how many rows."""
    rows = Undertaking.objects.of_audience(audience).filter(quarter_on__lte=quarter_on)
    return keep(rows, by=by, proof=proof)


def owed_about(form: ExpressionOfInterest, number: int) -> QuerySet[Undertaking]:
    """The decision that the person is owed about an initiative, in whichever of their forms they wrote it."""
    about = by_number(form.initiatives)[number]
    records = records_of_people([form.contact_id])
    rows = Undertaking.objects.open().filter(kind=Kind.DECIDE, contact__in=records).select_related("eoi")
    same = [row.pk for row in rows if row.eoi and by_number(row.eoi.initiatives).get(row.about) == about]
    return Undertaking.objects.filter(pk__in=same)


def lock_forms(**known_by: object) -> None:
    """Locks these forms, by key, before their people; who adds a line about one of them need not wait."""
    keys = ExpressionOfInterest.objects.filter(**known_by).order_by().values("pk")
    forms = ExpressionOfInterest.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    list(forms.values_list("pk"))


@mail.on_outcome
def mail_came_out(owed: OutgoingMail, *, arrived_at: dt.datetime | None) -> None:
    """A message that kept something arrived at its server, or is known not to have."""
    rows = Undertaking.objects.filter(evidence_kind=Evidence.MAIL, evidence_key=owed.pk)
    keys = set(rows.values_list("contact", flat=True).order_by())
    if not keys:
        return
    lock_forms(undertakings__in=rows)
    for contact in [lock(pk=key) for key in sorted(filter(None, keys))]:
        mine = rows.filter(contact=contact)
        if arrived_at:
            _arrived(mine, arrived_at)
            settle(contact)
        else:
            _failed(mine, contact)


def _arrived(rows: QuerySet[Undertaking], at: dt.datetime) -> None:
    """It is kept from when a server had it, also where we had been spared it for the time being."""
    owed = rows.filter(Q(ended_at=None) | Q(ended_because__in=Undertaking.GIVEN_BACK))
    with _counting(owed):
        owed.update(kept_at=at, ended_at=None, ended_because="")
    move_on(rows)


def _failed(rows: QuerySet[Undertaking], contact: Contact) -> None:
    """It is owed again, by the day it was; not where the Yes it was for has ended and begun anew since."""
    lost = list(rows.exclude(kept_at=None).values_list("pk", flat=True))
    if not lost:
        return
    again = Undertaking.objects.filter(pk__in=lost)
    newer = Undertaking.objects.open().filter(kind=OuterRef("kind"), contact=contact, eoi=None).order_by()
    over = again.filter(Exists(newer), kind__in=Undertaking.OF_A_YES)
    with _counting(again):
        over.update(kept_at=None, kept_by=None, ended_at=clock.now(), ended_because=Undertaking.End.WITHDRAWN)
        again.filter(ended_at=None).update(kept_at=None, kept_by=None)
    _now(again, State.IN_HAND, State.AWAITING_TRIAGE)
    settle(contact)
    owed = again.filter(ended_at=None).order_by("pk").values_list("kind", flat=True)
    if promises := ", ".join(Kind(kind).label for kind in owed):
        tell(contact, Activity.Kind.NOT_ARRIVED, f"Owed again: {promises}")


def move_on(rows: QuerySet[Undertaking]) -> None:
    """A form of which the acknowledgement is kept is in hand."""
    _now(rows.filter(kept_at__isnull=False), State.AWAITING_TRIAGE, State.IN_HAND)


def _now(rows: QuerySet[Undertaking], before: str, after: str) -> None:
    forms = rows.filter(kind=Kind.ACKNOWLEDGE).values("eoi")
    found = ExpressionOfInterest.objects.filter(
        pk__in=list(forms.values_list("eoi", flat=True)), state=before
    )
    found.update(state=after, version=F("version") + 1)
