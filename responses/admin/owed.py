"""Undertakings as staff read them: what each is about, what kept it, and where the act is that keeps it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accord_portal.staff.models import User
from responses.contact_sections import PageLink
from responses.models import Activity, Decision, Involvement, Undertaking
from responses.undertakings import days, evidence
from responses.undertakings.evidence import Told
from responses.undertakings.initiatives import initiatives_in

Kind, Evidence = Undertaking.Kind, Undertaking.Evidence
TAKES = {Evidence.MAIL: "foundation.view_outgoingmail", Evidence.ISSUE: "digests.view_digestissue"}
ON_THE_FORM = {
    Kind.ACKNOWLEDGE: ("Acknowledge it on the page of the form", "acknowledge"),
    Kind.REPLY: ("Reply on the page of the form", "reply"),
    Kind.DECIDE: ("Decide on the page of the form", "decide"),
}
WITH_THE_CONTACT = {
    Kind.INVITE: ("Invite them on the contact’s page", "invite"),
    Kind.TALK: ("Talk with them, then write it down on the contact’s page", "write-down"),
    Kind.ASK: ("Ask them, then write it down on the contact’s page", "write-down"),
}
TELL_AGAIN = ("Tell them another way, then write it down on the contact’s page", "write-down")


class Owed(NamedTuple):
    """One undertaking with what stands beside it; `evidence_url` is "" for those who may not open it.

    `initiative` is what the person wrote of it, `moves` the lines that named another day, the latest first,
    `told` what the person was told as one of an audience.
    """

    row: Undertaking
    initiative: str
    decision: Decision | None
    moves: Sequence[Activity]
    evidence_url: str
    told: Sequence[Told] = ()


def with_all(rows: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    """The rows with what is shown of each, in one query."""
    return rows.select_related("contact__merged_into", "eoi", "owner", "kept_by")


def described(rows: Iterable[Undertaking], by: User) -> list[Owed]:
    """The rows, in the order given, as this member of staff sees them; two queries however many there are."""
    rows = list(rows)
    moves: dict[int, list[Activity]] = defaultdict(list)
    people = {row.contact_id for row in rows}
    for line in Activity.objects.filter(kind=Activity.Kind.MOVED, contact__in=people):
        moves[line.undertaking_id or 0].append(line)
    decided = Decision.objects.filter(eoi__in={row.eoi_id for row in rows if row.kind == Kind.DECIDE})
    decisions = {(decision.eoi_id, decision.number): decision for decision in decided}
    return [
        Owed(
            row=row,
            initiative=_initiative(row),
            decision=decisions.get((row.eoi_id or 0, row.about)),
            moves=moves[row.pk],
            evidence_url=_evidence_url(row, by),
        )
        for row in rows
    ]


def to_audiences(keys: Sequence[int], by: User) -> list[Owed]:
    """What this person is or was owed as one of many, in the quarters of their Yes; the latest first."""
    asked = Involvement.objects.filter(
        contact__in=keys,
        purpose__in=Undertaking.OF_AN_AUDIENCE.values(),
        confirmed_at__isnull=False,
    )
    spans = [(yes.purpose, _quarter(yes.confirmed_at), _quarter(yes.ended_at)) for yes in asked]
    rows = with_all(Undertaking.objects.filter(audience__in={span[0] for span in spans}))
    mine = [
        row
        for row in rows.order_by("-quarter_on", "audience")
        if row.quarter_on and any(a == row.audience and b <= row.quarter_on <= c for a, b, c in spans)
    ]
    told = evidence.told(keys) if mine else []
    return [
        owed._replace(told=[t for t in told if (t.audience, _quarter(t.at)) == _for_whom_and_when(owed.row)])
        for owed in described(mine, by)
    ]


def where_it_is_kept(row: Undertaking, by: User) -> PageLink | None:
    """The page with the act that keeps it; None where it is not owed, or not for this member of staff."""
    if not row.is_open:
        return None
    kind = Kind(row.kind)
    if row.eoi and kind in ON_THE_FORM and not is_to_be_told_again(row):
        words, part = ON_THE_FORM[kind]
        page, takes = row.eoi.get_absolute_url(), "responses.view_expressionofinterest"
    elif row.contact:
        words, part = WITH_THE_CONTACT.get(kind, TELL_AGAIN)
        page, takes = row.contact.kept_record.get_absolute_url(), "responses.view_contact"
    else:
        words, part = "Compose a digest for them", "content"
        page, takes = reverse("admin:digests_digestissue_changelist"), "digests.view_digestissue"
    return PageLink(words, f"{page}#{part}", is_button=True) if by.has_perm(takes) else None


def is_to_be_told_again(row: Undertaking) -> bool:
    """Whether a message said so, and did not arrive: then a call or a letter keeps it too."""
    return row.kind in Undertaking.OF_A_FORM and row.is_open and bool(row.evidence_kind)


def _initiative(row: Undertaking) -> str:
    """What the person wrote; "" where it is about no initiative of a form."""
    if row.kind != Kind.DECIDE or not row.eoi:
        return ""
    written = initiatives_in(row.eoi.initiatives)
    return written[row.about - 1] if 1 <= row.about <= len(written) else ""


def _evidence_url(row: Undertaking, by: User) -> str:
    takes = TAKES.get(Evidence(row.evidence_kind)) if row.evidence_kind else None
    return evidence.url(row) if takes is None or by.has_perm(takes) else ""


def _quarter(at: dt.datetime | None) -> dt.date:
    """The first day of the quarter of this instant, or of today."""
    return days.quarter_of(timezone.localdate(at))


def _for_whom_and_when(row: Undertaking) -> tuple[str, dt.date | None]:
    return row.audience, row.quarter_on
