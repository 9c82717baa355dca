"""Telephone numbers: read leniently, kept as typed, never refused."""

import phonenumbers


def international(typed: str) -> str:
    """The number in E.164 ("+6444945718") as dialled from New Zealand, or "" where it cannot be read."""
    try:
        number = phonenumbers.parse(typed, "NZ")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def in_full(e164: str) -> str:
    """A number in E.164 as people read it: "+64 4 494 5718"."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
