"""Telephone numbers and other texts as spreadsheets leave them: digits lost, dates, fractions, no zero."""

import re

from accord_portal.foundation import telephones

from .rows import LOST_DIGITS, Converted

LOST = re.compile(r"[-+]?\d+(?:[.,]\d+\s?E\s?[+-]?|\s?E\s?[+-])\d+", re.IGNORECASE)  # 6.42112E+11
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
A_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?:[ T].*)?"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[ T].*)?"
    rf"|\d{{1,2}}[- ](?:{MONTHS})[a-z]*(?:[- ]\d{{2,4}})?|(?:{MONTHS})[a-z]*[- ]\d{{2,4}}",
    re.IGNORECASE,
)
A_TIME = re.compile(r"\d{1,3}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?", re.IGNORECASE)
A_FRACTION = re.compile(r"[-+]?\d*[.,]\d{1,2}|\d+ ?/ ?\d{1,2}|\d* ?[½⅓⅔¼¾⅛]")
CHANGED = "This is {}. A spreadsheet may have changed it. Format the cell as text, then type it again."


class Wrong(Exception):
    """What is wrong with a cell; it never repeats what stands there."""


def expect_as_typed(text: str, cell: str) -> None:
    """Raises Wrong where a spreadsheet has made something else of what was typed."""
    if LOST.fullmatch(text):
        raise Wrong(LOST_DIGITS.reason)
    if isinstance(cell, Converted):
        raise Wrong(CHANGED.format(cell.kind))


def telephone(text: str, cell: str) -> str:
    """The number without the apostrophe that made it text. Raises Wrong for what cannot be one."""
    expect_as_typed(text, cell)
    text = text.lstrip("'").strip()
    for pattern, what in ((A_DATE, "a date"), (A_TIME, "a time"), (A_FRACTION, "a fraction")):
        if pattern.fullmatch(text):
            raise Wrong(CHANGED.format(what))
    return text


def are_one(one: str, other: str) -> bool:
    """Whether two texts are the same number."""
    e164 = telephones.international(one)
    return (
        one == other
        or bool(e164 and e164 == telephones.international(other))
        or _digits(one) == _digits(other)
    )


def with_its_zero(text: str) -> str:
    """The number with the zero that a spreadsheet takes from its beginning, where it is one only so."""
    if not text.isdecimal() or text.startswith(("0", "64")):
        return text
    e164 = telephones.international(text)
    return f"0{text}" if e164 and telephones.international(f"0{text}") == e164 else text


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
