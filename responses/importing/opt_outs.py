"""A No wins: whatever row of a list it stands in, no other row of the list makes a Yes of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Q

from responses.models import Contact, ContactImport, ImportRow, Purpose

from .judging import verdicts

MAX_ROWS_AT_ONCE = 1000  # rows that say No, a look
Fate = ImportRow.Fate
SPENT = [Fate.REPEATED, Fate.ERROR, Fate.HIDDEN]  # rows of which nothing was kept but their No
WORST_FIRST = ["never", Contact.Restriction.ASKED, Contact.Restriction.NO_BASIS]


def win(contact_import: ContactImport) -> None:
    """Takes the Yes from each row of a person of whom another row says No, and counts the fates anew."""
    last = 0
    said = contact_import.rows.filter(Q(values__has_key="no") | Q(values__has_key="refused")).order_by(
        "number"
    )
    while saying := list(said.filter(number__gt=last)[:MAX_ROWS_AT_ONCE]):
        _strike(contact_import, saying)
        last = saying[-1].number
    spent = contact_import.rows.filter(fate__in=SPENT).exclude(values={})
    spent.update(values={}, mailbox="", likeness="")


def _strike(contact_import: ContactImport, saying: Iterable[ImportRow]) -> None:
    against: dict[str | int, list[ImportRow]] = defaultdict(list)
    for row in saying:
        for mark in _marks(row):
            against[mark].append(row)
    texts = [mark for mark in against if isinstance(mark, str)]
    people = [mark for mark in against if isinstance(mark, int)]
    same = Q(mailbox__in=texts) | Q(likeness__in=texts) | Q(contact__in=people)
    struck = []
    for row in contact_import.rows.filter(same, values__has_key="yes"):
        others = {
            each.number: each for mark in _marks(row) for each in against[mark] if each.number != row.number
        }
        if _hear(row, [others[number] for number in sorted(others)]):
            struck.append(row)
    before = Counter(row.fate for row in struck)
    for row, verdict in zip(struck, verdicts(struck), strict=True):
        row.fate, row.contact = verdict.fate, verdict.person
    ImportRow.objects.bulk_update(struck, ["values", "notes", "fate", "contact"])
    counted = Counter(contact_import.fates)
    counted.update(Counter(row.fate for row in struck))
    counted.subtract(before)
    contact_import.fates = {fate: number for fate, number in counted.items() if number}


def _marks(row: ImportRow) -> set[str | int]:
    """By what a row's person is known among the rows of the list."""
    return {mark for mark in (row.mailbox, row.likeness, row.contact_id) if mark}


def _hear(row: ImportRow, others: Iterable[ImportRow]) -> bool:
    """Takes over what the other rows say against; whether that changed anything."""
    changed = False
    for other in others:
        for purpose in other.values.get("no", ()):
            if purpose in row.values["yes"]:
                row.values["yes"].remove(purpose)
                row.notes.append(
                    [Purpose(purpose).label, f"Row {other.number} says No, so this Yes is not taken."]
                )
                changed = True
        refused = other.values.get("refused")
        if refused and refused != row.values.get("refused"):
            now = row.values.get("refused", refused)
            row.values["refused"] = min(now, refused, key=WORST_FIRST.index)
            row.notes.append(["", f"Row {other.number} says that they are not to be written to."])
            changed = True
    return changed
