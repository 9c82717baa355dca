"""Links that act for one person, mailed to that person, without an account.

A token carries what it is for and whom it is for, signed with SECRET_KEY; links signed before a
rotation go on working while the old key stands in SECRET_KEY_FALLBACKS. A GET shows; a POST acts.
A link on a page that a link led to is as old as that one: what was mailed ends when it ends.
"""

import datetime as dt
import hashlib
import hmac
import json
import time
from binascii import b2a_base64
from functools import cache, lru_cache

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes

Facts = list[int | str]
URL_SAFE = bytes.maketrans(b"+/", b"-_")
AS_JSON = json.JSONEncoder(separators=(",", ":"))  # as Django's `signing.JSONSerializer` writes it


class BadLink(Exception):
    """The link was cut short or altered, was made for another purpose, or is too old."""


class OldLink(BadLink):
    """The link was good once, and is too old now."""


class _Signer(signing.TimestampSigner):
    """Signs as of now, or as of the moment that another token carries."""

    def __init__(self, salt: str, led_here: str) -> None:
        super().__init__(salt=salt)
        self.led_here = led_here

    def timestamp(self) -> str:
        return self.led_here.split(":")[-2] if self.led_here else _stamp(int(time.time()))

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        """Django's own, whose key is derived once for each purpose rather than for each link."""
        derived = _derived(self.salt, str(key or self.key))
        return _base64(hmac.digest(derived, force_bytes(value), "sha256"))


@lru_cache(maxsize=64)
def _signer(purpose: str, key: str, led_here: str) -> _Signer:
    """What signs links of this purpose, as of now or as old as another, while this is the key."""
    return _Signer(f"link:{purpose}", led_here)


@lru_cache(maxsize=64)
def _derived(salt: str, key: str) -> bytes:
    """See `django.utils.crypto.salted_hmac`."""
    return hashlib.sha256(f"{salt}signer{key}".encode()).digest()


@lru_cache(maxsize=1)
def _stamp(second: int) -> str:
    return signing.b62_encode(second)


def _base64(octets: bytes) -> str:
    """As addresses take it, without padding (RFC 4648, section 5)."""
    return b2a_base64(octets, newline=False).translate(URL_SAFE).rstrip(b"=").decode()


def token(purpose: str, *facts: int | str, led_here: str = "") -> str:
    """A token for this purpose only, with these facts readable in it and not changeable.

    `led_here` is the token of the page it is shown on, read before: the new one is as old as that one.
    """
    signer = _signer(purpose, settings.SECRET_KEY, led_here)
    text = f"{_base64(AS_JSON.encode(facts).encode())}:{signer.timestamp()}"
    return f"{text}:{signer.signature(text)}"


def as_of(moment: dt.datetime) -> str:
    """Stands for a page that was led to at this moment: what is signed again as of it is the same."""
    return f":{_stamp(int(moment.timestamp()))}:"


def read(purpose: str, text: str, max_age: dt.timedelta | None = None) -> Facts:
    """The facts a token was made with. Raises BadLink, or OldLink of them; `max_age=None` never expires."""
    try:
        facts: Facts = signing.loads(text, salt=f"link:{purpose}", max_age=max_age)
    except signing.SignatureExpired as error:
        raise OldLink(str(error)) from error
    except (signing.BadSignature, ValueError) as error:
        raise BadLink(str(error)) from error
    return facts


def read_marked(purpose: str, text: str, max_age: dt.timedelta | None = None) -> tuple[int, str, Facts]:
    """The key of a record, the mark of the address the link was mailed to, and what else it carries.

    Raises BadLink as `read` does, and for a token that was made with neither.
    """
    match read(purpose, text, max_age):
        case [int(key), str(mark), *facts]:
            return key, mark, facts
    raise BadLink("names no record and no address")


def address(view: str, *facts: int | str, purpose: str = "", led_here: str = "") -> str:
    """The whole address of a signed page: its URL name is the token's purpose unless another is given."""
    before, after = _around(view, settings.ROOT_URLCONF)
    return f"{settings.BASE_URL}{before}{token(purpose or view, *facts, led_here=led_here)}{after}"


@cache
def _around(view: str, urlconf: str) -> tuple[str, str]:
    """What stands before and after the token in the path of a signed page. A token needs no escaping."""
    before, _, after = reverse(view, urlconf, args=["TOKEN"]).partition("TOKEN")
    return before, after
