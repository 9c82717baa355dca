"""E-mail addresses: what is accepted, how it is handed to a mail server, when two of them are one mailbox.

A domain has one spelling in ASCII, everywhere: that of IDNA 2008 (RFC 5891) after the mapping of UTS 46,
which keeps ß and ς apart from ss and σ. Django's mail code uses IDNA 2003, which does not: so what it is
given is ASCII already.
"""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from .text import HAS_UNSEEN

WRONG_FORMAT = "Enter an email address in the correct format, like name@example.org"
UNSEEN_MESSAGE = "Type this email address again by hand: there is something in it that cannot be seen"
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # some scripts write domains with them, as IDNA allows
MAX_OCTETS = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
_django_rules = EmailValidator(message=WRONG_FORMAT, allowlist=[])


def ascii_domain(domain: str) -> str:
    """The domain as mail servers know it. Raises ValueError for what can be no domain."""
    if domain.isascii():
        return domain.lower()
    return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")


def ascii_address(address: str) -> str:
    """The address as it is handed to a mail server: the domain in ASCII, the rest as it was typed.

    Raises ValueError where the domain is no domain.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def validate_address(address: str) -> None:
    """Refuses what cannot be mailed: quoted names, domain literals, labels over 63 octets, 254 in all."""
    local, _, typed_domain = address.rpartition("@")
    without_joiners = typed_domain.translate(JOINERS)
    if HAS_UNSEEN.search("".join((local + without_joiners).split())):
        raise ValidationError(UNSEEN_MESSAGE)
    try:
        domain = ascii_domain(typed_domain)
    except ValueError:
        raise ValidationError(WRONG_FORMAT if typed_domain == without_joiners else UNSEEN_MESSAGE) from None
    labels = domain.split(".")
    if (
        domain.startswith("[")
        or local.startswith('"')
        or len(local) > 64
        or len(local) + 1 + len(domain) > MAX_OCTETS
        or any(not 0 < len(label) <= 63 for label in labels)
        or labels[-1].isdigit()
    ):
        raise ValidationError(WRONG_FORMAT)
    _django_rules(f"{local}@{domain}")


def likeness(mailbox: str) -> str:
    """What the spellings share that may reach one inbox: without dots, without what follows a plus.

    Some providers fold these and some do not, so two people may share it: it serves to count mail and to
    suggest duplicates, never to say who somebody is.
    """
    local, _, domain = mailbox.rpartition("@")
    domain = "gmail.com" if domain == "googlemail.com" else domain
    return f"{local.partition('+')[0].replace('.', '')}@{domain}" if mailbox else ""


def mailbox(address: str) -> str:
    """One spelling for every way of writing a mailbox: NFC, lower case, the domain in ASCII.

    Raises ValueError where the domain is no domain.
    """
    address = unicodedata.normalize("NFC", address.strip())
    return ascii_address(address).lower() if address else ""
