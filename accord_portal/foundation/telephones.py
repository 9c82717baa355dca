"""Telephone numbers: read leniently and kept as typed; the only way to reach somebody is one to ring."""

import phonenumbers

TO_RING = (
    "Enter a telephone number we can ring, with its area code, like 04 494 5718."
    " If it is in another country, begin with + and the country’s number"
)


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
