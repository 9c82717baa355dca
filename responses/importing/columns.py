"""What each column holds: a guess by its heading and what stands below, which staff confirm or change."""

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from accord_portal.foundation.folding import folded
from responses.consent import wordings
from responses.models import Language, Purpose
from responses.models.wording import WORDINGS_OF_2011

REFUSED, BOUNCED = "refused", "bounced"
REASON_HEADING = "What to fix"  # in the file of failed rows
NAMES = {
    "name": "name, full name, contact, contact name, person",
    "given_name": "given name, given names, first name, forename",
    "family_name": "family name, last name, surname",
    "organisation": "organisation, organization, organisation name, organization name, group, company",
    "email": "email, e mail, email address, e mail address",
    "telephone": "telephone, telephone number, telephone international, phone, phone number, mobile,"
    " mobile number, cell phone",
    "postal_address": "postal address, address, street address, mailing address",
    "language": "language",
    "basis": "basis, basis of consent",
    REFUSED: "not to be written to",
    "": "number, email confirmed, since, what to mend",  # our own files have them; nothing is lost without
}
COLUMN_LABELS = {
    "name": "Name",
    "given_name": "Given name",
    "family_name": "Family name",
    "organisation": "Organisation",
    "email": "Email address",
    "telephone": "Telephone",
    "postal_address": "Postal address",
    "language": "Language",
    "basis": "Basis of consent",
    **dict(Purpose.choices),
    REFUSED: "Not to be written to",
    BOUNCED: "Mail to them comes back",
}
CHOICES: list[tuple[str, object]] = [
    ("Who it is", [(h, COLUMN_LABELS[h]) for h in ("name", "given_name", "family_name", "organisation")]),
    (
        "How to reach them",
        [(h, COLUMN_LABELS[h]) for h in ("email", "telephone", "postal_address", "language")],
    ),
    ("What they said Yes or No to", Purpose.choices),
    ("Who is not to be written to", [(h, f"{COLUMN_LABELS[h]} (yes means No)") for h in (REFUSED, BOUNCED)]),
    ("By what right we write", [("basis", COLUMN_LABELS["basis"])]),
]
WHO = {"name", "given_name", "family_name", "organisation"}
HOW = {"email", "telephone", "postal_address"}
MAX_HEADING_SHOWN = 80  # characters kept to show
BOUNCES = re.compile(r"\b(hard )?bounce\w*")
REFUSES = re.compile(
    r"\b(do not|dont|does not|never|no longer|not to be|no (e ?)?mails?|no contact|no news\w*|unsubscrib\w*"
    r"|opt\w* out|optout|suppress\w*|block\w*|complain\w*)\b"
)
ABOUT_CONSENT = re.compile(
    r"\b(consent\w*|subscri\w*|opt|opts|opted|optin|news|newsletter\w*|mail(ing)? list|marketing"
    r"|permission\w*|agree\w*|ok|okay|may|can we|wants?|wish\w*|inform\w*|updates?|advice|advis\w*"
    r"|champion\w*|communit\w*|interest\w*|status|prefer\w*|declin\w*|refus\w*|withdr\w*|cancel\w*|inactive|deceased|died"
    r"|remove\w*|yes|no|not|contactable)\b"
)
ANSWER_TEXTS = {
    "yes",
    "y",
    "no",
    "n",
    "true",
    "false",
    "x",
    "0",
    "1",
    "confirmed",
    "subscribed",
    "unsubscribed",
}
ANSWER_TEXTS |= {
    "active",
    "inactive",
    "bounced",
    "cleaned",
    "pending",
    "opted in",
    "opted out",
    "opt in",
    "opt out",
}


class Column(NamedTuple):
    """A column that is read: where it stands (from 0), its heading as typed, and what it holds."""

    place: int
    heading: str
    holds: str


def guess(heading: str, values: Collection[str]) -> tuple[str | None, bool]:
    """What the column seems to hold, and whether it looks like consent, so that nobody may overlook it.

    None where only staff can tell: it looks like consent, and what it says is not known for sure.
    """
    bare = _bare(heading)
    known = _known()
    if bare in known:
        return known[bare], known[bare] in Purpose.values or known[bare] == REFUSED
    if BOUNCES.search(bare):
        return BOUNCED, True
    if REFUSES.search(bare):
        return REFUSED, True
    said = {" ".join(folded(value).split()) for value in values}
    if ABOUT_CONSENT.search(bare) or (said and said <= ANSWER_TEXTS):
        return None, True
    return "", False


def refuses(heading: str) -> bool:
    """Whether a Yes below this heading is a No."""
    return guess(heading, ())[0] in (REFUSED, BOUNCED)


def held(matched: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns that are read, as staff matched them."""
    return [Column(each["place"], short(each["heading"]), each["holds"]) for each in matched if each["holds"]]


def problems(headings: Sequence[str], holds: Sequence[str], *, needs_a_basis: bool) -> dict[int, str]:
    """What is wrong with a matching, by place in it; -1 is about the whole."""
    found = {
        at: f"“{heading}” looks like a No, so a Yes there cannot be a Yes to “{COLUMN_LABELS[held]}”."
        " Choose again."
        for at, (heading, held) in enumerate(zip(headings, holds, strict=True))
        if held in Purpose.values and refuses(heading)
    }
    if not WHO & set(holds):
        found[-1] = "Say which column holds the name or the organisation."
    elif not HOW & set(holds):
        found[-1] = "Say which column holds the email address, the telephone or the postal address."
    elif needs_a_basis and "basis" not in holds:
        found[-1] = "You said that a column holds the basis of consent, row by row. Say which one."
    return found


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


def short(heading: str) -> str:
    """The heading as it is shown."""
    text = " ".join(heading.split())
    return text if len(text) <= MAX_HEADING_SHOWN else f"{text[:MAX_HEADING_SHOWN]}…"


def letter(place: int) -> str:
    """What a spreadsheet calls the column: A, B, … Z, AA."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)
