"""An issue as bytes, serialised once: each reader's own parts are set in where they belong.

The body is quoted-printable (RFC 2045, section 6.7). A soft line break stands before and after each own part,
so it can be encoded by itself, and no line grows longer than 76 octets whatever it says. Lines that begin
with a dot are doubled already (RFC 5321, section 4.5.2).
"""

import binascii
import html
import re
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache

from django.core.mail import EmailMultiAlternatives

from accord_portal.digests.content import NAME, PREFERENCES, UNSUBSCRIBE, WHY
from accord_portal.foundation.flowed import flowed
from accord_portal.foundation.transport import Own

OWN_HEADERS = {b"to", b"date", b"message-id", b"list-unsubscribe", b"content-type", b"mime-version"}
MARKS = re.compile("(" + "|".join(re.escape(mark) for mark in (NAME, WHY, UNSUBSCRIBE, PREFERENCES)) + ")")
BOUNDARY = b"=_accord"  # quoted-printable text cannot contain it
DOT_FIRST = re.compile(rb"(?m)^\.")
SOFT_BREAK = b"=\r\n"


class Spliced:
    """One issue in one language and variant; `to` makes it one reader's."""

    def __init__(self, message: EmailMultiAlternatives) -> None:
        """From the message as it would go to anybody, with marks where the reader's own words go."""
        head, _, _ = message.message().as_bytes(linesep="\r\n").partition(b"\r\n\r\n")
        fields = re.split(rb"\r\n(?![ \t])", head)
        shared = [field for field in fields if field.partition(b":")[0].lower() not in OWN_HEADERS]
        self._head = b"\r\n".join(shared) + b"\r\n"
        ((alternative, _),) = message.alternatives
        self._parts: list[bytes | tuple[str, Callable[[str], str]]] = [
            _begin(b"plain"),
            *_cut(flowed(str(message.body)), str),
            b"\r\n" + _begin(b"html"),
            *_cut(str(alternative), html.escape),
            b"\r\n--%s--\r\n" % BOUNDARY,
        ]

    def to(self, own: Own) -> bytes:
        """The whole message with CRLF line ends, as SMTP takes it before the final dot.

        Raises ValueError where something of a header is more than one line.
        """
        own_head = f"To: {own.to}\nMessage-ID: {own.message_id}\nList-Unsubscribe: {own.list_unsubscribe}\n"
        if own_head.count("\n") != 3 or "\r" in own_head:
            raise ValueError("a header is one line")
        date = f"Date: {_date(int(time.time()))}\n"
        whole = [self._head, (date + own_head.replace(">, <", ">,\n <")).replace("\n", "\r\n").encode()]
        as_text = {mark: quoted(words) for mark, words in own.by_mark.items()}
        for part in self._parts:
            if isinstance(part, bytes):
                whole.append(part)
                continue
            mark, escape = part
            words = own.by_mark[mark]
            escaped = escape(words)
            whole.append(as_text[mark] if escaped == words else quoted(escaped))
        return b"".join(whole)


@lru_cache(maxsize=1)
def _date(now: int) -> str:
    return formatdate(now, localtime=True)


def _begin(kind: bytes) -> bytes:
    """Where a part begins; before the first stands the header of them all."""
    first = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="%s"\r\n\r\n' % BOUNDARY
    return b'%s--%s\r\nContent-Type: text/%s; charset="utf-8"%s\r\nContent-Transfer-Encoding: %s\r\n\r\n' % (
        first if kind == b"plain" else b"",
        BOUNDARY,
        kind,
        b'; format="flowed"' if kind == b"plain" else b"",
        b"quoted-printable",
    )


def _cut(text: str, escape: Callable[[str], str]) -> list[bytes | tuple[str, Callable[[str], str]]]:
    """The text encoded, cut at its marks."""
    shared = [quoted(piece) for piece in MARKS.split(text)[::2]]
    parts: list[bytes | tuple[str, Callable[[str], str]]] = [shared[0]]
    for mark, piece in zip(MARKS.findall(text), shared[1:], strict=True):
        is_a_line = mark == WHY and escape is str
        parts += [SOFT_BREAK, (mark, flowed if is_a_line else escape), SOFT_BREAK + piece]
    return parts


def quoted(text: str) -> bytes:
    """The text as quoted-printable that begins a line, and after whose end a soft line break has room."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = binascii.b2a_qp(text.encode() + b"=", istext=True).removesuffix(b"=3D")
    encoded = encoded.replace(b"\n", b"\r\n")
    if encoded[:1] == b"." or b"\n." in encoded:
        encoded = DOT_FIRST.sub(b"..", encoded)
    return encoded
