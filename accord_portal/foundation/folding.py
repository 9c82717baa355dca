"""Text as it is searched for: *folded*, without case, macrons or other marks.

So "tutahi" finds "Tūtahi" and back. SQLite's LIKE folds neither.
"""

import hashlib
import unicodedata
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from .text import INVISIBLE

APOSTROPHES = str.maketrans("łøđħŧı", "lodhti", "'’‘ʻʼ`´")  # and letters whose stroke is no mark of its own


def folded(text: str) -> str:
    """The text without case, marks, apostrophes or what nobody can see, and with single spaces.

    Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.casefold().translate(APOSTROPHES).split())
    spread = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).casefold())
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    again = unicodedata.normalize("NFKC", bare).casefold().translate(APOSTROPHES)
    if not again.isascii():
        spread = unicodedata.normalize("NFKD", again)
        again = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(again.split())


def folded_key(text: str, length: int) -> str:
    """The folded text as a key of at most so many characters; equal texts have equal keys.

    Folding can make text longer than what was typed (U+FDFA becomes 18 letters): what is too long ends with
    a hash of all of it.
    """
    whole = folded(text)
    if len(whole) <= length:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:32]
    return f"{whole[: length - len(digest)]}{digest}"


def folded_slug(text: str, fallback: str) -> str:
    """A slug of at most 80 ASCII letters, digits and hyphens; `fallback` where the text has none."""
    return slugify(folded(text))[:80].strip("-") or fallback


def free_slug(text: str, fallback: str, rows: QuerySet[Any]) -> str:
    """`folded_slug`, with the first number that makes it differ from the slug of every row."""
    slug, number = folded_slug(text, fallback), 1
    taken = set(rows.filter(slug__startswith=slug).values_list("slug", flat=True))
    while (candidate := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return candidate
