"""Codes that an authenticator app shows, a new one each half minute (RFC 6238)."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

import segno

from accord_portal.foundation import clock

PERIOD = 30  # seconds that a code is shown for
DIGITS = 6
TOLERANCE = 1  # codes before and after the present one, for a telephone whose clock is a little off
ISSUER = "Accord Portal"


def new_secret() -> str:
    """What the app and the portal share from then on: 160 bits, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_now() -> int:
    return int(clock.now().timestamp()) // PERIOD


def code_at(secret: str, step: int) -> str:
    """The code that the app shows in this step of half a minute."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str) -> int | None:
    """The step whose code this is, of those that are good now; None where it is the code of none."""
    now, good = step_now(), None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            good = step
    return good


def address(secret: str, email: str) -> str:
    """What an app is told, as a link: whose account of which portal, and the secret."""
    asked = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{ISSUER}:{email}')}?{asked}"


def picture(text: str) -> str:
    """The text as a QR code: an SVG without styles, so that no policy of a page has to allow any."""
    return segno.make(text, error="m", micro=False).svg_inline(
        scale=4, svgclass="qr", lineclass=None, omitsize=True
    )
