"""Text as it is searched for: *folded*, without case, macrons or other marks.

So "tutahi" finds "Tūtahi" and back. SQLite's LIKE folds neither.
"""

import hashlib
import re
import unicodedata
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from .text import INVISIBLE

HYPHENS = (  # what looks like one: Unicode's dashes, the minus, the bullet
    "\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe58\ufe63\uff0d"
)
# and letters whose stroke is no mark of its own
ONE_FOR_ALL = str.maketrans("łøđħŧı" + HYPHENS, "lodhti" + "-" * len(HYPHENS), "'’‘ʻʼ`´")
# Thai, Lao, Tibetan, Burmese, Khmer, kana, bopomofo and Han: names and words stand side by side
UNSPACED = (
    r"\u0e00-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u309f\u30a1-\u312f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
RUN_OF_UNSPACED = re.compile(f"[{UNSPACED}]{{2,}}")
IN_UNSPACED = re.compile(f"[{UNSPACED}]")


def folded(text: str) -> str:
    """The text without case, marks, apostrophes or what nobody can see; one hyphen for all, single spaces.

    Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.casefold().translate(ONE_FOR_ALL).split())
    spread = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).casefold())
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    again = unicodedata.normalize("NFKC", bare).casefold().translate(ONE_FOR_ALL)
    if not again.isascii():
        spread = unicodedata.normalize("NFKD", again)
        again = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(again.split())


def searchable(text: str) -> str:
    """What a search looks in: the text folded, and where its script has no spaces a beginning at each letter.

    One or two letters are looked for where a word begins; 王小明 is therefore followed by 小明 and 明.
    """
    whole = folded(text)
    if whole.isascii():
        return whole
    runs = RUN_OF_UNSPACED.findall(whole)
    beginnings = dict.fromkeys(run[at : at + 2] for run in runs for at in range(1, len(run)))
    return " ".join([whole, *beginnings])


def is_unspaced(text: str) -> bool:
    """Whether letters of it belong to a script that puts no spaces between words."""
    return bool(IN_UNSPACED.search(text))


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
