"""E-mail addresses: what is accepted, and when two of them are one mailbox."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MESSAGE = "Enter an email address in the correct format, like name@example.org"
_django_rules = EmailValidator(message=MESSAGE, allowlist=[])


def _ascii_domain(domain: str) -> str:
    """The domain as mail servers know it (IDNA 2008, with the mapping of UTS 46)."""
    return idna.encode(domain, uts46=True).decode("ascii") if not domain.isascii() else domain


def validate_address(address: str) -> None:
    """Refuses what cannot be mailed: no domain literals, no label over 63 octets, at most 254 in all."""
    local, _, domain = address.rpartition("@")
    try:
        domain = _ascii_domain(domain)
    except idna.IDNAError:
        raise ValidationError(MESSAGE) from None
    labels = domain.split(".")
    if (
        domain.startswith("[")
        or len(local.encode()) > 64
        or any(not 0 < len(label) <= 63 for label in labels)
        or labels[-1].isdigit()
    ):
        raise ValidationError(MESSAGE)
    _django_rules(f"{local}@{domain}")


def mailbox(address: str) -> str:
    """One spelling for every way of writing a mailbox: NFC, lower case, the domain in ASCII.

    Raises ValueError where the domain is no domain.
    """
    address = unicodedata.normalize("NFC", address.strip())
    if not address:
        return ""
    local, _, domain = address.rpartition("@")
    return f"{local.lower()}@{_ascii_domain(domain.lower())}"
