"""What an erasure leaves of lists: no row, file name or source that could name the person."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from accord_portal.foundation import append_only
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import folded
from responses.models import Activity, Consent, Contact, ContactImport, ImportRow

ERASED = "[erased]"
APOSTROPHE = re.compile("['’‘ʻʼ`´]")
MIN_DIGITS = 6  # digits by which somebody is known
MIN_LETTERS = 3  # letters of a name that name somebody in a list they came in


class _Person:
    """By what somebody is known in a text: their names, mailboxes, numbers and postal addresses."""

    def __init__(self, people: Sequence[Contact], mailboxes: Collection[str]) -> None:
        names = {person.name for person in people} - {""}
        self.names = [set(_words(spelt)) for name in names for spelt in (name, APOSTROPHE.sub(" ", name))]
        self.mailboxes = set(mailboxes)
        numbers = {_digits(p.telephone_e164.removeprefix("+64") or p.telephone).lstrip("0") for p in people}
        self.numbers = {number for number in numbers if len(number) >= MIN_DIGITS}
        self.places = {folded(p.postal_address) for p in people} - {""}

    def is_named_in(self, text: str, *, by_a_word: bool = False) -> bool:
        """Whether the text has a whole name, or with `by_a_word` any word of one; or a way to reach them."""
        words = _all_words(text)
        if by_a_word and any(len(word) >= MIN_LETTERS for name in self.names for word in name & words):
            return True
        return any(name <= words for name in self.names) or self._is_reached_by(text)

    def has_row(self, texts: Sequence[str]) -> bool:
        """Whether the row is theirs, or might be: a name of one word must stand alone in its cell."""
        words = _all_words(" ".join(texts))
        alone = [set(_words(text)) for text in texts]
        if any(name <= words if len(name) > 1 else name in alone for name in self.names):
            return True
        return any(map(self._is_reached_by, texts))

    def _is_reached_by(self, text: str) -> bool:
        if any(number in _digits(text) for number in self.numbers) or folded(text) in self.places:
            return True
        return any(_mailbox(part) in self.mailboxes for part in re.split(r"[\s<>,;()]+", text) if "@" in part)


def erase(
    *, keys: Sequence[int], people: Sequence[Contact], mailboxes: Collection[str], likenesses: Collection[str]
) -> None:
    """Takes the person (their contacts by key, and all they were ever known by) out of every list.

    A row that only might be theirs goes too: staff can bring that in again, and see that it was left out.
    """
    person = _Person(people, mailboxes)
    same = Q(contact__in=keys) | Q(mailbox__in=mailboxes) | Q(likeness__in=likenesses)
    theirs = set(ImportRow.objects.filter(contact__in=keys).values_list("contact_import", flat=True))
    _blank_rows(ImportRow.objects.filter(same).values_list("pk", flat=True))
    held = ImportRow.objects.exclude(values={}, cells=[]).order_by("pk")
    _blank_rows(row.pk for row in held.iterator() if person.has_row(_texts(row)))
    for contact_import in ContactImport.objects.order_by("pk"):
        _blank_import(contact_import, person, by_a_word=contact_import.pk in theirs)


def _blank_rows(keys: Iterable[int]) -> None:
    ImportRow.objects.filter(pk__in=list(keys)).update(values={}, cells=[], mailbox="", likeness="")


def _texts(row: ImportRow) -> list[str]:
    return [*(str(cell) for cell in row.cells), *(v for v in row.values.values() if isinstance(v, str))]


def _blank_import(contact_import: ContactImport, person: _Person, *, by_a_word: bool) -> None:
    before = dict(contact_import.__dict__)

    def left(text: Any) -> Any:
        if isinstance(text, list):
            return [left(each) for each in text]
        if isinstance(text, dict):
            return {key: left(each) for key, each in text.items()}
        is_named = isinstance(text, str) and person.is_named_in(text, by_a_word=by_a_word)
        return ERASED if is_named else text

    fields = ["file_name", "source", "basis_detail", "layout", "columns"]
    for field in fields[:-1]:
        setattr(contact_import, field, left(getattr(contact_import, field)))
    contact_import.columns = [{**c, "heading": left(c["heading"])} for c in contact_import.columns]
    changed = [field for field in fields if getattr(contact_import, field) != before[field]]
    if not changed:
        return
    contact_import.save(update_fields=changed)
    _blank_evidence(contact_import.pk, before["source"], before["basis_detail"], contact_import)


def _blank_evidence(key: int, source: str, basis: str, now: ContactImport) -> None:
    """What the list wrote down about everybody on it, where that named the person."""
    with append_only.door():
        if now.source != source:
            written = Activity.objects.filter(kind=Activity.Kind.IMPORTED, text=f"{source} (import {key})")
            written.update(text=f"{ERASED} (import {key})")
        if now.basis_detail != basis:
            lines = Consent.objects.filter(source=Consent.Source.IMPORT, message=f"Import {key}: {basis}")
            lines.update(message=f"Import {key}: {ERASED}")


def _all_words(text: str) -> set[str]:
    """The words of the text, those before and after an apostrophe too: Zebulonia’s has Zebulonia."""
    return {*_words(text), *_words(APOSTROPHE.sub(" ", text))}


def _words(text: str) -> Iterator[str]:
    return (word for word in re.findall(r"[^\W_]+", folded(text)))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _mailbox(text: str) -> str:
    try:
        return mailbox(text)
    except ValueError:
        return ""
