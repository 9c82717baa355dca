"""What one person is shown of what we promised them: what came with their own mailbox, and nothing else."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from responses.models import Activity, Contact, Decision, Undertaking
from responses.undertakings import days, emails
from responses.undertakings.initiatives import in_short, initiative_in
from responses.undertakings.words import promised

Kind, End, Evidence, Sent = Undertaking.Kind, Undertaking.End, Undertaking.Evidence, OutgoingMail.State
ON_THE_WAY = (Sent.QUEUED, Sent.SENDING)
SAID_OF_LINE = {
    Activity.Kind.CALLED: "by telephone",
    Activity.Kind.WROTE: "by letter",
    Activity.Kind.MET: "in a meeting",
}
# Said alike whether the other promise, the wish or the Yes came with this mailbox or with another
ASKED_FOR_MORE = "ask_for_more"  # the message of an upper room
NOT_OWED_BECAUSE = {
    End.WITHDRAWN: "the Yes that it was for has ended",
    End.SPAM: "we took the form for spam. Tell us if that is wrong",
    End.RESTRICTED: "we were asked not to write to you",
    End.ERASED: "you were erased",
    End.REPLACED: "your newer answers do not ask for it",
    End.MERGED: "we had promised it already, and count it once",
    End.TAKEN_DOWN: "the initiative was taken down",
}


class Moved(NamedTuple):
    """A later day that we named, and the reason as we wrote it to the person."""

    to: dt.date
    because: str


class ForOthers(NamedTuple):
    """What others may hear of a decision, where the person agrees: their name is not added."""

    title: str
    summary: str


class Promise(NamedTuple):
    """One undertaking, with what the person may see beside it."""

    row: Undertaking
    promised: str
    initiative: str
    decision: Decision | None
    moves: Sequence[Moved]
    how: str
    is_in_messages: bool
    is_on_its_way: bool
    is_a_question: bool  # what kept it asked the person for more

    @property
    def others_hear(self) -> ForOthers | None:
        """What others would hear of the decision, word for word; None where nothing is decided."""
        return for_others(self.decision) if self.decision else None

    @property
    def over(self) -> str:
        """Why nothing is owed any more, to follow a colon; "" where it is owed or was kept."""
        return NOT_OWED_BECAUSE[End(self.row.ended_because)] if self.row.ended_because else ""


def for_others(decision: Decision) -> ForOthers:
    """The initiative in short, and what became of it and why."""
    wrote = initiative_in(decision.eoi.initiatives, decision.number)
    outcome = f"{decision.get_outcome_display()}. {decision.reason}".strip()
    return ForOthers(title=in_short(wrote), summary=outcome)


def promises_to(contact: Contact) -> list[Promise]:
    """What is owed to this contact, late before soon, then what was kept or is over, the latest first.

    Of what is owed to everybody who said Yes, only what is open is here: see `evidence.told` for the rest.
    """
    rows = Undertaking.objects.of_people([contact.pk]).select_related("eoi")
    owed = [*(row for row in rows if row.is_open), *_owed_to_audiences(contact)]
    owed.sort(key=lambda row: (not row.is_late, row.due_on, row.pk))
    done = [row for row in rows if not row.is_open]
    done.sort(key=lambda row: (row.kept_at or row.ended_at or row.since_at, row.pk), reverse=True)
    return _with_what_is_beside(contact, [*owed, *done])


def _owed_to_audiences(contact: Contact) -> list[Undertaking]:
    """What is owed to all who said Yes as this contact confirmed, from the quarter in which it did so."""
    yeses = contact.involvements.confirmed().filter(purpose__in=Undertaking.OF_AN_AUDIENCE.values())
    since = {str(yes.purpose): timezone.localdate(yes.confirmed_at) for yes in yeses}
    rows = Undertaking.objects.open().filter(audience__in=since)
    return [row for row in rows if row.quarter_on and row.quarter_on >= days.quarter_of(since[row.audience])]


def _with_what_is_beside(contact: Contact, rows: Sequence[Undertaking]) -> list[Promise]:
    mails = OutgoingMail.objects.in_bulk(_evidence(rows, Evidence.MAIL))
    lines = Activity.objects.in_bulk(_evidence(rows, Evidence.ACTIVITY))
    decisions = {(d.eoi_id, d.number): d for d in _decided(contact)}
    moves = _moves(contact)
    found = []
    for row in rows:
        decides = row.kind == Kind.DECIDE and row.eoi is not None
        sent = mails.get(row.evidence_key or 0) if row.evidence_kind == Evidence.MAIL else None
        line = lines.get(row.evidence_key or 0) if row.evidence_kind == Evidence.ACTIVITY else None
        promise = Promise(
            row=row,
            promised=promised(row),
            initiative=initiative_in(row.eoi.initiatives, row.about) if decides and row.eoi else "",
            decision=decisions.get((row.eoi_id or 0, row.about)) if decides else None,
            moves=moves[row.pk],
            how="by email" if sent else SAID_OF_LINE.get(Activity.Kind(line.kind), "") if line else "",
            is_in_messages=bool(sent and sent.recipient == contact.pk and sent.state == Sent.SENT),
            is_on_its_way=bool(row.kept_at and sent and sent.state in ON_THE_WAY),
            is_a_question=bool(sent and sent.message == ASKED_FOR_MORE),
        )
        found.append(promise)
    return found


def _decided(contact: Contact) -> QuerySet[Decision]:
    return Decision.objects.filter(eoi__contact=contact).select_related("eoi")


def _evidence(rows: Sequence[Undertaking], kind: str) -> list[int]:
    return [row.evidence_key for row in rows if row.evidence_kind == kind and row.evidence_key]


def _moves(contact: Contact) -> dict[int, list[Moved]]:
    """The later days that this mailbox was told of, by undertaking, in the order in which they were named."""
    told = OutgoingMail.objects.filter(recipient=contact.pk, message=mail.name_of(emails.another_day))
    found: dict[int, list[Moved]] = defaultdict(list)
    for facts in told.order_by("pk").values_list("facts", flat=True):
        if facts:
            moved = Moved(dt.date.fromisoformat(facts["to_day"]), facts["because"])
            found[facts["undertaking_id"]].append(moved)
    return found
