"""Telephone numbers: read leniently and kept as typed; the only way to reach somebody is one to ring."""

import re

import phonenumbers

TO_RING = (
    "Enter a telephone number we can ring, with its area code, like 04 494 5718."
    " If it is in another country, begin with + and the country’s number"
)

OWN_COUNTRY = "64"
DIGITS_IN_FULL = 10  # with the country's number: without it no local number has as many and begins like it
TRUNK_ZERO = re.compile(r"(?<=\d)[\s(]+0\)")  # the (0) of "+64 (0)4 494 5718", which nobody dials


def international(typed: str) -> str:
    """The number in E.164 ("+6444945718") as dialled from New Zealand, or "" where it cannot be read."""
    try:
        number = phonenumbers.parse(typed, "NZ")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def can_be_rung(typed: str) -> bool:
    """Whether the text has a number that can be dialled from New Zealand as it stands, area code and all.

    Two numbers do, and so does a number with a word beside it ("04 494 5718, ask for Aroha").
    """
    return bool(international(typed)) or phonenumbers.PhoneNumberMatcher(typed, "NZ").has_next()


def in_full(e164: str) -> str:
    """A number in E.164 as people read it: "+64 4 494 5718"."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def digits(typed: str) -> str:
    """The digits by which a number is found, however it is spelled: "44945718", or "" where there are none.

    Without the zeros it begins with at home and without New Zealand's own number; a part of a number gives a
    part of what the whole gives.
    """
    found = "".join(str(int(c)) for c in TRUNK_ZERO.sub("", typed) if c.isdecimal()).lstrip("0")
    at_home = found.startswith(OWN_COUNTRY) and len(found) >= DIGITS_IN_FULL
    return found.removeprefix(OWN_COUNTRY) if at_home else found


def searched(typed: str, e164: str = "") -> str:
    """What a number is found by: as typed, in E.164, and its digits where they do not stand there."""
    found = digits(typed)
    return f"{typed} {e164}" if found in e164 else f"{typed} {e164} {found}"
