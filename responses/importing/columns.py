"""Which column holds what: headings in any case and order, by the names people give them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from accord_portal.foundation.folding import folded
from responses import wordings
from responses.models import Language, Purpose
from responses.models.wording import WORDINGS_OF_2011

from .rows import MOST_COLUMNS, Cell, Refused, Unfit

NAMES = {
    "name": "name, full name, contact, contact name, person",
    "given_name": "given name, given names, first name, forename",
    "family_name": "family name, last name, surname",
    "organisation": "organisation, organization, organisation name, organization name, group, company",
    "email": "email, e mail, email address, e mail address",
    "telephone": "telephone, telephone number, phone, phone number, mobile, mobile number, cell phone",
    "postal_address": "postal address, address, street address, mailing address",
    "basis": "basis, basis of consent",
}
LABELS = {
    "name": "Name",
    "given_name": "Given name",
    "family_name": "Family name",
    "organisation": "Organisation",
    "email": "Email address",
    "telephone": "Telephone",
    "postal_address": "Postal address",
    "basis": "Basis of consent",
    **dict(Purpose.choices),
}
LONGEST_HEADING = 80  # characters kept to show
WHAT_WE_LOOK_FOR = (
    "The first row must hold the headings. We look for: name (or given name and family name), organisation,"
    " email, telephone, postal address, basis, and the four questions: keep informed, community of interest,"
    " give advice, champion the Accord. Headings are read in any order; others are ignored."
)


class Column(NamedTuple):
    """One column: where it stands, its heading as typed, and what it holds ("" where it is ignored)."""

    place: int
    heading: str
    holds: str


def read(heading: Sequence[Cell] | Unfit, *, needs_a_basis: bool) -> list[Column]:
    """What each column holds. Raises Refused where nobody could be told by them."""
    if isinstance(heading, Unfit):
        raise Refused(f"The row of headings cannot be read: {heading.reason}. {WHAT_WE_LOOK_FOR}")
    if len(heading) > MOST_COLUMNS:
        raise Refused(f"The list has more than {MOST_COLUMNS} columns. Leave out those that are not needed.")
    known = _known()
    columns = [
        Column(place, _short(cell), known.get(_bare(cell), ""))
        for place, cell in enumerate(heading)
        if not isinstance(cell, Unfit) and cell.strip()
    ]
    held = {column.holds for column in columns}
    if not held & {"name", "given_name", "family_name", "organisation"}:
        raise Refused(f"No column is headed “name” or “organisation”. {WHAT_WE_LOOK_FOR}")
    if not held & {"email", "telephone", "postal_address"}:
        raise Refused(f"No column says how to reach the people. {WHAT_WE_LOOK_FOR}")
    if needs_a_basis and "basis" not in held:
        raise Refused("You said that the column “basis” holds the basis of consent. No column is headed so.")
    return columns


def _known() -> dict[str, str]:
    """What each heading means, by the heading as `_bare` has it."""
    known = {name: holds for holds, names in NAMES.items() for name in names.split(", ")}
    for purpose in Purpose.values:
        known |= {_bare(purpose): purpose, _bare(Purpose(purpose).label): purpose}
    for texts in (WORDINGS_OF_2011, *(wordings.texts(language) for language in Language.values)):
        known |= {_bare(text): purpose for purpose, text in texts.items()}
    return known


def _bare(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", folded(heading)).split())


def _short(heading: str) -> str:
    text = " ".join(heading.split())
    return text if len(text) <= LONGEST_HEADING else f"{text[:LONGEST_HEADING]}…"
