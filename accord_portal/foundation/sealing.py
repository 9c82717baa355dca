"""Texts that only this portal can read, where a copy of the database must not give them away.

They are sealed under keys made of SECRET_KEY, and of those in SECRET_KEY_FALLBACKS for reading.
"""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Unreadable(Exception):
    """It was sealed for something else, altered, or sealed under a key that is gone."""


def seal(what: str, *facts: str | int) -> str:
    """The facts, readable only by `unseal` with the same `what`."""
    return _keys(what).encrypt(json.dumps(facts).encode()).decode()


def unseal(what: str, sealed: str) -> list[str | int]:
    """The facts that were sealed. Raises Unreadable."""
    try:
        facts: list[str | int] = json.loads(_keys(what).decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Unreadable(what) from error
    return facts


def _keys(what: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac(f"seal:{what}", "", secret=key, algorithm="sha256").digest() for key in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
