"""From the cells of a row to what they say about one person, or what is wrong, column by column."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accord_portal.foundation import telephones
from accord_portal.foundation.addresses import mailbox, validate_address
from accord_portal.foundation.folding import folded
from accord_portal.foundation.text import cleaned, trimmed
from responses.models import Contact, ImportRow, Language, Purpose

from . import numbers
from .columns import BOUNCED, COLUMN_LABELS, REFUSED, Column
from .numbers import Wrong
from .rows import Cell, Row, Unfit

YES = {"yes", "y", "true", "1", "x", "confirmed"}
NO = {"no", "n", "false", "0", "unsubscribed", "opted out", "declined", "withdrawn"}
NOTHING_AGAINST = {
    "",
    "no",
    "n",
    "false",
    "0",
    "none",
    "n/a",
    "active",
    "subscribed",
    "confirmed",
    "opted in",
    "ok",
}
NO_BASIS = {"", "no", "n", "false", "0", "none", "unknown", "not known", "n/a"}
MAX_LENGTHS = {
    "name": 200,
    "organisation": 200,
    "email": 254,
    "telephone": 60,
    "postal_address": 500,
    "basis": 400,
}
MAX_KEPT = 20_000  # characters of a failed row
DASHES = {"-", "–", "—"}
LANGUAGE_CODES = {folded(text): code for code, label in Language.choices for text in (code, label)}
NEVER_AGAIN = "Asked never to be written to again"  # what our own export says
WAYS = ("email", "telephone", "postal_address")
CONTACT_FIELDS = ("name", "organisation", *WAYS)
Texts = Mapping[str, list[tuple[str, str]]]  # by what a column holds: its heading, and what stands there


def read(number: int, row: Row, columns: Sequence[Column], *, basis: str | None) -> ImportRow:
    """The row without its fate. `basis` is the whole list's; None where the column of that name says it.

    What a row says against writing to somebody is kept even where something else in it is wrong.
    """
    found = ImportRow(number=number, fate=ImportRow.Fate.ERROR)
    if isinstance(row, Unfit):
        found.errors, found.cells = [["", row.reason]], _kept(row.typed)
        return found
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for column in columns:
        cell = row[column.place] if column.place < len(row) else ""
        try:
            text = _cleaned(column.holds, cell)
        except Wrong as wrong:
            found.errors.append([column.heading, str(wrong)])
        else:
            if text:
                said[column.holds].append((column.heading, text))
    _fill(found, said, basis)
    if found.errors:
        found.cells = _kept([next(iter(c.typed), "") if isinstance(c, Unfit) else c for c in row])
    return found


def _kept(texts: Sequence[str]) -> list[str]:
    """The row as it was typed, to be mended; nothing of one that is too long, since half would be wrong."""
    return [str(text) for text in texts] if sum(map(len, texts)) <= MAX_KEPT else []


def _cleaned(holds: str, cell: Cell) -> str:
    if isinstance(cell, Unfit):
        if holds == REFUSED and cell.typed:
            return "asked"  # whatever it is, something stands there
        raise Wrong(cell.reason)
    text = cleaned("" if cell.strip() in DASHES else cell)
    if holds in Purpose.values:
        return _yes_or_no(text)
    if holds in (REFUSED, BOUNCED):
        return _against(holds, text)
    if holds != "postal_address":
        text = " ".join(text.split())
    if holds == "telephone":
        text = numbers.telephone(text, cell)
    elif holds != "basis":
        numbers.expect_as_typed(text, cell)
    if len(text) > MAX_LENGTHS.get(holds, 200):
        raise Wrong(f"This is longer than {MAX_LENGTHS.get(holds, 200)} characters. Shorten it.")
    if holds == "email" and text:
        text = trimmed(text)
        _expect_an_address(text)
    if holds == "language" and text:
        if folded(text) not in LANGUAGE_CODES:
            raise Wrong("We write in English or te reo Māori. Write one of the two, or nothing.")
        return LANGUAGE_CODES[folded(text)]
    return _basis(text) if holds == "basis" else text


def _yes_or_no(text: str) -> str:
    word = folded(text)
    if word in YES:
        return "yes"
    if word and word not in NO:
        raise Wrong("This says neither yes nor no. Write one of the two.")
    return "no" if word else ""


def _against(holds: str, text: str) -> str:
    """Why the person is not to be written to; a word that we do not know counts as a No."""
    if text == NEVER_AGAIN:
        return "never"
    if text == Contact.Restriction.NO_BASIS.label:
        return Contact.Restriction.NO_BASIS
    if folded(text) in NOTHING_AGAINST:
        return ""
    return Contact.Restriction.NO_BASIS if holds == BOUNCED else Contact.Restriction.ASKED


def _expect_an_address(text: str) -> None:
    try:
        validate_address(text)
        too_long = len(mailbox(text)) > 320
    except (ValidationError, ValueError):
        raise Wrong("This is not an email address. Write it like name@example.org.") from None
    if too_long:
        raise Wrong("This is longer than an email address can be.")


def _basis(text: str) -> str:
    if folded(text) in YES:
        raise Wrong("This says only Yes. Write what the person was asked, and when.")
    return "" if folded(text) in NO_BASIS else text


def _fill(found: ImportRow, said: Texts, basis: str | None) -> None:
    """Takes over what the cells say, where they are enough to know somebody by."""
    noes = [purpose for purpose in Purpose.values if any(text == "no" for _, text in said.get(purpose, ()))]
    yes = [purpose for purpose in Purpose.values if any(text == "yes" for _, text in said.get(purpose, ()))]
    for purpose in yes:
        if purpose in noes:
            found.errors.append(
                [COLUMN_LABELS[purpose], "One column says yes, another no. Make them the same."]
            )
    against = [text for holds in (REFUSED, BOUNCED) for _, text in said.get(holds, ())]
    values: dict[str, Any] = _who(found, said) | _how(found, said)
    if not found.errors:
        _expect_enough(found, values)
    values["language"] = said["language"][0][1] if "language" in said else Language.ENGLISH.value
    values["basis"] = _first(found, said, "basis") if basis is None else basis
    values["yes"] = yes
    values |= {"no": noes} if noes else {}
    values |= {"refused": min(against, key=["never", "asked", "no_basis"].index)} if against else {}
    found.mailbox = mailbox(values["email"])
    found.likeness = "" if found.mailbox or not values["name"] else likeness(contact(values))
    found.values = values
    if found.errors:
        keep_only_noes(found)


def keep_only_noes(row: ImportRow) -> None:
    """Forgets what the row says, but not a No: it holds for all the list says of the same person."""
    row.values = {said: row.values[said] for said in ("no", "refused") if said in row.values}
    if not row.values:
        row.mailbox = row.likeness = ""


def _who(found: ImportRow, said: Texts) -> dict[str, str]:
    name, organisation = _first(found, said, "name"), _first(found, said, "organisation")
    parts = " ".join(filter(None, (_first(found, said, part) for part in ("given_name", "family_name"))))
    if name and parts and folded(name) != folded(parts):
        found.notes.append(
            [COLUMN_LABELS["name"], "This is kept, and the given name and family name are not."]
        )
    name = name or parts
    return {"name": name or organisation, "organisation": organisation if name else ""}


def _how(found: ImportRow, said: Texts) -> dict[str, str]:
    typed = said.get("telephone", ())
    kept = next((each for each in typed if telephones.can_be_rung(each[1])), next(iter(typed), ("", "")))
    for heading, text in typed:
        if not numbers.are_one(text, kept[1]):
            found.notes.append([heading, f"This number is not kept: a contact has one, here “{kept[0]}”."])
    telephone = numbers.with_its_zero(kept[1])
    if telephone != kept[1]:
        found.notes.append([kept[0], "The zero at its beginning was lost. It is put back."])
    ways = {"email": _first(found, said, "email"), "telephone": telephone}
    ways["postal_address"] = _first(found, said, "postal_address")
    if telephone and not telephones.can_be_rung(telephone):
        if ways["email"] or ways["postal_address"]:
            found.notes.append([kept[0], "This does not look like a number to ring. It is kept as typed."])
        else:
            wrong = "This cannot be rung, and it is the only way to reach them. Write it with its area code."
            found.errors.append([kept[0], wrong])
    return ways


def _first(found: ImportRow, said: Texts, holds: str) -> str:
    """What stands in the first column that says anything; it is noted where another says otherwise."""
    typed = said.get(holds, ())
    kept = next(iter(typed), ("", ""))
    for heading, text in typed:
        if folded(text) != folded(kept[1]):
            found.notes.append([heading, f"This is not kept: “{kept[0]}” is."])
    return kept[1]


def _expect_enough(found: ImportRow, values: Mapping[str, str]) -> None:
    if not values["name"]:
        found.errors = [
            [COLUMN_LABELS["name"], "The name is missing, and so is the organisation. Fill in one."]
        ]
    elif len(values["name"]) > MAX_LENGTHS["name"]:
        found.errors = [
            [COLUMN_LABELS["name"], f"This is longer than {MAX_LENGTHS['name']} characters. Shorten it."]
        ]
    elif not any(values[way] for way in WAYS):
        missing = "The email address is missing, and so are telephone and postal address. Fill in one."
        found.errors = [[COLUMN_LABELS["email"], missing]]


def contact(values: Mapping[str, Any]) -> Contact:
    """The contact that a row would make, not saved."""
    made = Contact(
        **{field: values[field] for field in CONTACT_FIELDS}, language=values.get("language", "en")
    )
    made.derive()
    made.derive_likeness()
    return made


def likeness(person: Contact, by: Callable[[Contact], str] | None = None) -> str:
    """A hash by which a person without a mailbox is known again: of the name and the way to reach them."""
    way = by(person) if by else by_telephone(person) or by_post(person)
    return hashlib.sha256(f"{person.name_key}\n{way}".encode()).hexdigest() if way else ""


def by_telephone(person: Contact) -> str:
    """The telephone number, in one spelling where it can be read."""
    return person.telephone_e164 or person.telephone


def by_post(person: Contact) -> str:
    """The postal address."""
    return person.postal_address
