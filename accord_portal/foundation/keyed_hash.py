"""Hashes that recognise a value again without keeping it, under a key that only this portal has.

What outlives a person (never again, erased) is hashed with HASH_KEY, which is never rotated. Where
none is set it is SECRET_KEY, and values are recognised under the old keys in SECRET_KEY_FALLBACKS too.
"""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


def hashed(what: str, value: str) -> str:
    """The hash to keep: 64 hexadecimal digits; `what` sets apart hashes of different kinds."""
    return _hash(what, value, settings.HASH_KEY or settings.SECRET_KEY)


def every(what: str, value: str) -> list[str]:
    """The hashes to look for: one for each key the value may have been hashed under."""
    keys = [settings.HASH_KEY] if settings.HASH_KEY else []
    return [_hash(what, value, key) for key in [*keys, *_secrets()]]


def mark(what: str, value: str) -> str:
    """A short hash for a link to carry; it turns with SECRET_KEY as the links do."""
    return passing(what, value)[:16]


def passing(what: str, value: str) -> str:
    """A hash for what need not be recognised once SECRET_KEY has turned: 64 hexadecimal digits."""
    return _hash(what, value, settings.SECRET_KEY)


def has_mark(what: str, value: str, seen: str) -> bool:
    """Whether a link carried this value's mark, under the present key or one that was rotated out."""
    return any(hmac.compare_digest(_hash(what, value, key)[:16], seen) for key in _secrets())


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _hash(what: str, value: str, key: str) -> str:
    """As `django.utils.crypto.salted_hmac` does it, whose key is derived once for each kind."""
    return hmac.digest(_derived(what, key), value.encode(), "sha256").hex()


@lru_cache(maxsize=64)
def _derived(what: str, key: str) -> bytes:
    return hashlib.sha256((what + key).encode()).digest()
