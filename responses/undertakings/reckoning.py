"""What a person ought to be owed, worked out from forms, Yeses and what was kept. Nothing here writes.

- A form is owed an acknowledgement and a reply from receipt, and a decision about each initiative that none
  of the person's other forms is owed already. Spam is owed nothing; older answers pass theirs to the newer.
- A Yes to giving advice owes an invitation, one to championing a conversation, from when it counts:
  confirmed from the mailbox, or written down by staff of somebody who has none.
- Two records of one person are owed once: what was promised first.
- Whoever asked to be left alone is owed nothing of what was owed until then; what they write later is owed.
- What nobody wrote down when it began, since it came before undertakings were, is owed from when it is found.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from accord_portal.foundation.rows import new as new_row
from responses.models import Contact, ExpressionOfInterest, Involvement, Purpose, Undertaking
from responses.undertakings import days
from responses.undertakings.initiatives import by_number, numbered

Kind, End, Restriction = Undertaking.Kind, Undertaking.End, Contact.Restriction
NOTICED_WITHIN = dt.timedelta(days=1)  # whatever nobody wrote down for longer was never promised for a day


@dataclass
class Family:
    """One person: the contact that stands for them and those merged into it, with all that concerns them."""

    kept: Contact
    contacts: dict[int, Contact] = field(default_factory=dict)
    forms: dict[int, ExpressionOfInterest] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    yeses: dict[tuple[int, str], Involvement] = field(default_factory=dict)
    rows: list[Undertaking] = field(default_factory=list)

    def left_alone_since(self, contact: Contact) -> dt.datetime | None:
        """Since when nobody is to write to this record: its own wish or the person's, the later one."""
        own = contact.restricted_because in (Restriction.ASKED, Restriction.ERASURE)
        persons = self.kept.restricted_because == Restriction.ASKED
        wishes = [contact.restricted_at] * own + [self.kept.restricted_at] * persons
        return max((wish for wish in wishes if wish), default=None)

    def current_forms(self) -> list[ExpressionOfInterest]:
        """Those that count, in the order they came: newer answers in the place of older, and no spam."""
        spam = ExpressionOfInterest.State.SPAM
        return [
            form
            for key, form in sorted(self.forms.items())
            if form.state != spam and key not in self.replaced and not form.erased_at
        ]


class Books:
    """What is written about some people: all of the records whose keys are given."""

    def __init__(self, keys: Collection[int], *, for_writing: bool = False) -> None:
        mine = {"contact__in": list(keys)}
        undertakings = Undertaking.objects.filter(**mine).order_by("pk")
        self.rows = list(undertakings.select_for_update() if for_writing else undertakings)
        self.contacts = Contact.objects.in_bulk(list(keys))
        self.forms = ExpressionOfInterest.objects.filter(**mine).in_bulk()
        newer = ExpressionOfInterest.objects.filter(replaces__in=self.forms).values_list(
            "replaces", flat=True
        )
        self.replaced = set(newer) if self.forms else set()
        asked = [*Undertaking.OF_A_YES.values()]
        self.yeses = list(Involvement.objects.filter(**mine, purpose__in=asked).select_related("consent"))

    def families(self) -> Iterator[Family]:
        """Each person. Raises KeyError where a record was given without the one that stands for it."""
        found: dict[int, Family] = {}
        of: dict[int, Family] = {}
        for contact in self.contacts.values():
            kept = contact.merged_into_id or contact.pk
            family = found.setdefault(kept, Family(self.contacts[kept]))
            family.contacts[contact.pk] = contact
            of[contact.pk] = family
        for key, form in self.forms.items():
            of[form.contact_id].forms[key] = form
            of[form.contact_id].replaced |= {key} & self.replaced
        for yes in self.yeses:
            of[yes.contact_id].yeses[yes.contact_id, yes.purpose] = yes
        for row in self.rows:
            of[row.contact_id or 0].rows.append(row)
        yield from found.values()


def of_form(
    form: ExpressionOfInterest, initiatives: Iterable[int], *, since_at: dt.datetime | None = None
) -> list[Undertaking]:
    """What a form is owed, not written yet, with a decision about each initiative of these numbers."""
    about = [(Kind.ACKNOWLEDGE, 0), (Kind.REPLY, 0), *((Kind.DECIDE, number) for number in initiatives)]
    since_at = since_at or form.received_at
    return [_of_form(form, kind, number, since_at) for kind, number in about]


def reckon(
    family: Family, *, at: dt.datetime, is_backfilled: bool = False
) -> tuple[list[Undertaking], list[Undertaking]]:
    """The rows that are missing, and those that stand otherwise than they ought to, put right; not written.

    `at` is the instant they are made or ended; `is_backfilled` makes all that is missing begin then.
    """
    before = {row.pk: _as_written(row) for row in family.rows}
    promised_from = None if is_backfilled else at - NOTICED_WITHIN
    fresh = [*_for_forms(family, promised_from, at), *_for_yeses(family, promised_from, at)]
    every = [*family.rows, *fresh]
    open_ones = {id(row) for row in every if not row.kept_at and _reason(family, row) is None}
    _once_a_person(every, open_ones)
    _once_an_initiative(family, every, open_ones)
    for row in every:
        _stand(family, row, is_open=id(row) in open_ones, at=at)
    return fresh, [row for row in family.rows if _as_written(row) != before[row.pk]]


def _as_written(row: Undertaking) -> tuple[object, ...]:
    return row.consent_id, row.ended_at, row.ended_because, row.is_of_closed_form


def _for_forms(family: Family, promised_from: dt.datetime | None, at: dt.datetime) -> list[Undertaking]:
    """What the forms that count are owed and nobody wrote down."""
    held = {(row.eoi_id, row.kind, row.about) for row in family.rows}
    fresh = []
    for form in family.current_forms():
        is_old = not promised_from or form.received_at < promised_from
        rows = of_form(form, numbered(form.initiatives).values(), since_at=at if is_old else None)
        for row in rows:
            row.is_backfilled = is_old
        fresh += [row for row in rows if (row.eoi_id, row.kind, row.about) not in held]
    return fresh


def _for_yeses(family: Family, promised_from: dt.datetime | None, at: dt.datetime) -> list[Undertaking]:
    """What Yeses that count are owed and nobody wrote down; a row of an earlier Yes that is open goes on."""
    fresh = []
    for kind, purpose in Undertaking.OF_A_YES.items():
        for contact in family.contacts.values():
            yes = family.yeses.get((contact.pk, purpose))
            counted_at = _counts_since(contact, yes) if yes else None
            mine = [row for row in family.rows if row.kind == kind and row.contact_id == contact.pk]
            if not (yes and counted_at) or any(row.consent_id == yes.consent_id for row in mine):
                continue
            if going_on := next((row for row in mine if row.is_open), None):
                going_on.consent = yes.consent
                continue
            is_old = not promised_from or counted_at < promised_from
            since_at = at if is_old else counted_at
            due_on = days.due_on(kind, since_at)
            row = Undertaking(
                kind=kind,
                contact=contact,
                consent=yes.consent,
                since_at=since_at,
                first_due_on=due_on,
                due_on=due_on,
                is_backfilled=is_old,
            )
            fresh.append(row)
    return fresh


def _counts_since(contact: Contact, yes: Involvement) -> dt.datetime | None:
    """Since when a Yes counts: from its mailbox, or as staff wrote it down who has none; else None."""
    if yes.ended_at or contact.erased_at:
        return None
    written_down = not contact.email and yes.consent.recorded_by_id
    return yes.confirmed_at or (yes.since_at if written_down else None)


def _reason(family: Family, row: Undertaking) -> str | None:
    """Why this is not owed any more, other records of the person aside; None where it is."""
    contact = family.contacts[row.contact_id or 0]
    if contact.erased_at:
        return End.ERASED
    if row.kind == Kind.ASK and row.ended_because in (End.WITHDRAWN, End.TAKEN_DOWN):
        return row.ended_because
    if row.eoi_id:
        if family.forms[row.eoi_id].state == ExpressionOfInterest.State.SPAM:
            return End.SPAM
        if row.eoi_id in family.replaced:
            return End.REPLACED
    else:
        purpose = Undertaking.OF_A_YES.get(Kind(row.kind), Purpose.CHAMPION_ACCORD)
        yes = family.yeses.get((contact.pk, purpose))
        if yes is None or yes.ended_at or (row.consent_id and row.consent_id != yes.consent_id):
            return End.WITHDRAWN
    left_alone = family.left_alone_since(contact)
    return End.RESTRICTED if left_alone and _began_at(family, row) <= left_alone else None


def _began_at(family: Family, row: Undertaking) -> dt.datetime:
    """When the person asked for it: before the row itself, where undertakings were not written down yet."""
    if row.eoi_id:
        return family.forms[row.eoi_id].received_at
    contact = family.contacts[row.contact_id or 0]
    yes = family.yeses.get((contact.pk, Undertaking.OF_A_YES.get(Kind(row.kind), "")))
    counts_since = _counts_since(contact, yes) if yes and yes.consent_id == row.consent_id else None
    return min(row.since_at, counts_since or row.since_at)


def _once_a_person(every: list[Undertaking], open_ones: set[int]) -> None:
    """Of what several records of a person are owed for their Yeses the first is; or none, if it was done."""
    for kind in Undertaking.OF_A_YES:
        mine = [row for row in every if row.kind == kind]
        done = [(row.contact_id, row.kept_at) for row in mine if row.kept_at]
        first = None
        for row in sorted((row for row in mine if id(row) in open_ones), key=_by_age):
            was_done = any(whose != row.contact_id and at >= row.since_at for whose, at in done)
            if was_done or first:
                open_ones.discard(id(row))
            else:
                first = row


def _once_an_initiative(family: Family, every: list[Undertaking], open_ones: set[int]) -> None:
    """The same initiative in several forms is decided about once."""
    texts = {key: by_number(form.initiatives) for key, form in family.forms.items()}
    rows: dict[str, list[Undertaking]] = defaultdict(list)
    for row in every:
        if row.kind == Kind.DECIDE and (row.kept_at or id(row) in open_ones):
            rows[texts[row.eoi_id or 0].get(row.about, "")].append(row)
    for same in rows.values():
        decided = any(row.kept_at for row in same)
        for row in sorted((row for row in same if not row.kept_at), key=_by_age)[0 if decided else 1 :]:
            open_ones.discard(id(row))


def _by_age(row: Undertaking) -> tuple[dt.datetime, int, int]:
    """The oldest promise first: a day may be moved, and that takes nothing from it."""
    return row.since_at, row.pk or 2**63, row.eoi_id or 0


def _stand(family: Family, row: Undertaking, *, is_open: bool, at: dt.datetime) -> None:
    """Ends the row, or lets it be owed again, where it ought to be so."""
    if row.kept_at:
        return
    if row.kind == Kind.ACKNOWLEDGE:
        is_closed = family.forms[row.eoi_id or 0].state == ExpressionOfInterest.State.CLOSED
        row.is_of_closed_form = is_open and is_closed
    if is_open:
        row.ended_at, row.ended_because = None, ""
    elif not row.ended_at:
        row.ended_at, row.ended_because = at, _reason(family, row) or End.MERGED


def _of_form(form: ExpressionOfInterest, kind: str, about: int, since_at: dt.datetime) -> Undertaking:
    due_on = days.due_on(kind, since_at)
    return new_row(
        Undertaking,
        kind=kind,
        contact_id=form.contact_id,
        eoi_id=form.pk,
        about=about,
        since_at=since_at,
        first_due_on=due_on,
        due_on=due_on,
        owner_id=form.assigned_to_id,
    )
