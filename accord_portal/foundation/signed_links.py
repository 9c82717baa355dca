"""Links that act for one person, mailed to that person, without an account.

A token carries what it is for and whom it is for, signed with SECRET_KEY; links signed before a
rotation go on working while the old key stands in SECRET_KEY_FALLBACKS. A GET shows; a POST acts.
"""

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse


class BadLink(Exception):
    """The link was cut short or altered, was made for another purpose, or is too old."""


def token(purpose: str, *facts: int | str) -> str:
    """A token for this purpose only, with these facts readable in it and not changeable."""
    return signing.dumps(facts, salt=f"link:{purpose}")


def read(purpose: str, text: str, max_age: dt.timedelta | None = None) -> list[int | str]:
    """The facts a token was made with. Raises BadLink; `max_age=None` never expires."""
    try:
        facts: list[int | str] = signing.loads(text, salt=f"link:{purpose}", max_age=max_age)
    except (signing.BadSignature, ValueError) as error:
        raise BadLink(str(error)) from error
    return facts


def address(view: str, *facts: int | str, purpose: str = "") -> str:
    """The whole address of a signed page: its URL name is the token's purpose unless another is given."""
    return settings.BASE_URL + reverse(view, args=[token(purpose or view, *facts)])
