"""Hashes that recognise a value again without keeping it, under a key that only this portal has.

What outlives a person (never again, erased) is hashed with HASH_KEY, which is never rotated. Where
none is set it is SECRET_KEY, and values are recognised under the old keys in SECRET_KEY_FALLBACKS too.
"""

import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac


def hashed(what: str, value: str) -> str:
    """The hash to keep: 64 hexadecimal digits; `what` sets apart hashes of different kinds."""
    return _hash(what, value, settings.HASH_KEY or settings.SECRET_KEY)


def every(what: str, value: str) -> list[str]:
    """The hashes to look for: one for each key the value may have been hashed under."""
    keys = [settings.HASH_KEY] if settings.HASH_KEY else []
    return [_hash(what, value, key) for key in [*keys, *_secrets()]]


def mark(what: str, value: str) -> str:
    """A short hash for a link to carry; it turns with SECRET_KEY as the links do."""
    return _hash(what, value, settings.SECRET_KEY)[:16]


def has_mark(what: str, value: str, seen: str) -> bool:
    """Whether a link carried this value's mark, under the present key or one that was rotated out."""
    return any(hmac.compare_digest(_hash(what, value, key)[:16], seen) for key in _secrets())


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _hash(what: str, value: str, key: str) -> str:
    return salted_hmac(what, value, secret=key, algorithm="sha256").hexdigest()
