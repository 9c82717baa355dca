"""From the cells of a row to what they say about one person, or what is wrong, column by column."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accord_portal.foundation.addresses import mailbox, validate_address
from accord_portal.foundation.text import cleaned
from responses.models import Contact, ImportRow, Purpose

from .columns import LABELS, Column
from .rows import Row, Unfit

YES = {"yes", "y", "true", "1", "x"}
NO = {"no", "n", "false", "0", ""}
NO_BASIS = {*NO, "none", "unknown", "not known", "n/a"}
MOST = {"name": 200, "organisation": 200, "email": 254, "telephone": 60, "postal_address": 500, "basis": 400}
DASHES = {"-", "–", "—"}


class Wrong(Exception):
    """What is wrong with a cell; it never repeats what stands there."""


def read(number: int, row: Row, columns: Sequence[Column], *, basis: str | None) -> ImportRow:
    """The row without its fate. `basis` is the whole list's; None where the column of that name says it."""
    found = ImportRow(number=number, fate=ImportRow.Fate.ERROR)
    if isinstance(row, Unfit):
        found.errors = [["", row.reason]]
        return found
    texts: dict[str, str] = {}
    for column in columns:
        cell = row[column.place] if column.place < len(row) else ""
        if isinstance(cell, Unfit):
            found.errors.append([column.heading, cell.reason])
            continue
        try:
            text = _cleaned(column.holds, "" if cell.strip() in DASHES else cell)
        except Wrong as wrong:
            found.errors.append([column.heading, str(wrong)])
        else:
            texts[column.holds] = texts.get(column.holds) or text
    if not found.errors:
        _fill(found, texts, basis)
    return found


def _cleaned(holds: str, cell: str) -> str:
    text = cleaned(cell)
    if holds in Purpose.values:
        return _yes(text)
    if holds != "postal_address":
        text = " ".join(text.split())
    if len(text) > MOST.get(holds, 200):
        raise Wrong(f"Is longer than {MOST.get(holds, 200)} characters")
    if holds == "email" and text:
        _expect_an_address(text)
    return _basis(text) if holds == "basis" else text


def _yes(text: str) -> str:
    word = text.casefold()
    if word not in YES | NO:
        raise Wrong("Is neither yes nor no")
    return "yes" if word in YES else ""


def _expect_an_address(text: str) -> None:
    try:
        validate_address(text)
        too_long = len(mailbox(text)) > 320
    except (ValidationError, ValueError):
        raise Wrong("Is not an email address, such as name@example.org") from None
    if too_long:
        raise Wrong("Is longer than an email address can be")


def _basis(text: str) -> str:
    if text.casefold() in YES:
        raise Wrong("Says only Yes: write what the person was asked, and when")
    return "" if text.casefold() in NO_BASIS else text


def _fill(found: ImportRow, texts: Mapping[str, str], basis: str | None) -> None:
    """Takes over what the cells say, where they are enough to know somebody by."""
    name = texts.get("name") or " ".join(filter(None, map(texts.get, ("given_name", "family_name"))))
    organisation = texts.get("organisation", "")
    name, organisation = (name, organisation) if name else (organisation, "")
    if not name:
        found.errors = [[LABELS["name"], "Is missing, and so is the organisation"]]
    elif len(name) > MOST["name"]:
        found.errors = [[LABELS["name"], f"Is longer than {MOST['name']} characters"]]
    elif not any(texts.get(way) for way in ("email", "telephone", "postal_address")):
        found.errors = [[LABELS["email"], "Is missing, and so are the telephone and the postal address"]]
    else:
        found.values = {
            "name": name,
            "organisation": organisation,
            **{way: texts.get(way, "") for way in ("email", "telephone", "postal_address")},
            "yes": [purpose for purpose in Purpose.values if texts.get(purpose)],
            "basis": texts.get("basis", "") if basis is None else basis,
        }
        found.mailbox = mailbox(found.values["email"])
        found.likeness = "" if found.mailbox else likeness(contact(found.values))


def contact(values: Mapping[str, Any]) -> Contact:
    """The contact that a row would make, not saved."""
    fields = ("name", "organisation", "email", "telephone", "postal_address")
    made = Contact(**{field: values[field] for field in fields})
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
