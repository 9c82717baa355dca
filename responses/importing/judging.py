"""What becomes of a row: one judgement, asked when a list is looked at and again when it is brought in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Coalesce

from accord_portal.foundation import keyed_hash
from responses.models import Consent, Contact, ImportRow, Involvement, Purpose, Suppression

from .cells import by_post, by_telephone, contact, likeness

Fate, Scope = ImportRow.Fate, Suppression.Scope


@dataclass
class RowVerdict:
    """What becomes of one row: whom it is about, where known, the Yeses it adds, and what staff are told."""

    fate: str
    person: Contact | None = None
    yes: list[str] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)


def verdicts(rows: Sequence[ImportRow], *, lock: bool = False) -> list[RowVerdict]:
    """One for each row, in so many queries however many rows; with `lock`, those known are held meanwhile."""
    suppressed = _suppressed(row.mailbox or row.likeness for row in rows)
    known = {**_by_mailbox(rows), **_by_likeness(rows)}
    people = Contact.objects.select_for_update() if lock else Contact.objects.all()
    persons = people.order_by("pk").in_bulk(set(known.values()))
    spoken, current = _spoken(persons), _current(persons)

    def judged(row: ImportRow) -> RowVerdict:
        if (row.mailbox or row.likeness) in suppressed:
            return RowVerdict(Fate.SUPPRESSED)
        refused = row.values.get("refused", "")
        yes = row.values["yes"] if row.values["basis"] and not refused else []
        key = known.get(row.mailbox or row.likeness)
        if key is None:
            written = row.values["basis"] and not refused
            return RowVerdict(Fate.NEW if written else Fate.NEW_UNWRITTEN, yes=yes)
        person = persons[key]
        if person.restricted_at or person.never_again_at or person.erased_at or person.merged_into_id:
            return RowVerdict(Fate.KNOWN, person)
        if refused:
            return RowVerdict(Fate.SAYS_NO, person, notes=[["", "Is not to be written to, says this list."]])
        fresh = [purpose for purpose in yes if purpose not in spoken.get(key, ())]
        denied = [purpose for purpose in row.values.get("no", ()) if purpose in current.get(key, ())]
        notes = [
            [Purpose(purpose).label, "They said Yes to us, and this list says No."] for purpose in denied
        ]
        return RowVerdict(
            Fate.ADDS if fresh else Fate.SAYS_NO if denied else Fate.KNOWN, person, fresh, notes
        )

    return [judged(row) for row in rows]


def _by_mailbox(rows: Iterable[ImportRow]) -> dict[str, int]:
    """The person behind each mailbox that is known, by key: the one a merged contact was merged into."""
    mailboxes = [row.mailbox for row in rows if row.mailbox]
    found = Contact.objects.filter(mailbox__in=mailboxes).annotate(person=Coalesce("merged_into", "pk"))
    return dict(found.values_list("mailbox", "person"))


def _by_likeness(rows: Iterable[ImportRow]) -> dict[str, int]:
    """The person behind each row without a mailbox: the same name and organisation, and the same
    telephone or, where the row has none, the same postal address."""
    wanted = [contact(row.values) for row in rows if not row.mailbox]
    if not wanted:
        return {}
    alike = Contact.objects.filter(
        Q(telephone_e164__in={w.telephone_e164 for w in wanted} - {""})
        | Q(telephone__in={w.telephone for w in wanted} - {""})
        | Q(postal_address__in={w.postal_address for w in wanted} - {""}),
        name_key__in={w.name_key for w in wanted},
        erased_at=None,
    ).order_by("-pk")  # of several, the oldest stands
    return {
        likeness(known, way): known.merged_into_id or known.pk
        for known in alike
        for way in (by_post, by_telephone)
        if way(known)
    }


def _suppressed(marks: Iterable[str]) -> set[str]:
    """Those, by mailbox or else by likeness, that asked never to be written to, or were erased."""
    hashes = {hashed: mark for mark in marks for hashed in keyed_hash.every("mailbox", mark)}
    rows = Suppression.objects.filter(
        mailbox_hash__in=list(hashes), scope__in=[Scope.NEVER_AGAIN, Scope.ERASED]
    )
    return {hashes[hashed] for hashed in rows.values_list("mailbox_hash", flat=True)}


def _current(people: Iterable[int]) -> dict[int, set[str]]:
    """The purposes to which each of these people (by key) says Yes now, from any of their mailboxes."""
    keys = list(people)
    said: dict[int, set[str]] = defaultdict(set)
    theirs = Q(contact__in=keys) | Q(contact__merged_into__in=keys)
    held = Involvement.objects.current().filter(theirs)
    for person, purpose in held.values_list(Coalesce("contact__merged_into", "contact"), "purpose"):
        said[person].add(purpose)
    return said


def _spoken(people: Iterable[int]) -> dict[int, set[str]]:
    """The purposes about which each of these people (by key) has ever said anything, Yes or No."""
    keys = list(people)
    said: dict[int, set[str]] = defaultdict(set)
    lines = Consent.objects.filter(Q(contact__in=keys) | Q(contact__merged_into__in=keys)).order_by()
    for person, purpose in lines.values_list(
        Coalesce("contact__merged_into", "contact"), "purpose"
    ).distinct():
        said[person].add(purpose)
    return said
