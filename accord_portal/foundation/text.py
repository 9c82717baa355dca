"""Text that people type: in one form, without what turns or hides it, and with something to see.

Which characters have no shape of their own is Unicode's property Default_Ignorable_Code_Point
(Unicode Standard, section 5.21; DerivedCoreProperties.txt), with the blank letters and symbols it leaves out.
"""

import re
import unicodedata
from collections.abc import Mapping

# Embeddings, overrides and isolates turn what stands after them round (Unicode Standard Annex 9); the
# other controls no keyboard types. What separates lines and words stays.
DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HAS_UNSEEN = re.compile(f"[{UNSEEN}]")
INVISIBLE = re.compile(rf"(?!\s)[{UNSEEN}]")
TURNS = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}  # bidi classes
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
UNSEEN_ENDS = re.compile(rf"\A[{UNSEEN}]+|[{UNSEEN}]+\Z")

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def composed(text: str) -> str:
    """The text in NFC (Unicode Standard Annex 15) with one kind of line end, no space around it and
    nothing in it that turns its surroundings round."""
    if not text.isprintable():
        for end in ("\r\n", "\r", "\v", "\f"):  # word processors paste lines that end with U+000B
            text = text.replace(end, "\n")
        if not text.replace("\n", "").isprintable():
            text = DROPPED.sub("", text)
    return unicodedata.normalize("NFC", text).strip()


def cleaned(text: str) -> str:
    """`composed`, or "" where nothing of the text can be seen: what every field that people fill in keeps."""
    text = composed(text)
    return text if text.isascii() or is_visible(text) else ""


def is_visible(text: str) -> bool:
    """Whether any character has a shape of its own: marks, spaces, joiners and fillers alone have none."""
    return any(unicodedata.category(c)[0] not in "MZ" and not HAS_UNSEEN.match(c) for c in text)


def trimmed(text: str) -> str:
    """The text without the unseen characters around it. For addresses: in words they may mean something."""
    return UNSEEN_ENDS.sub("", text)


def turns(text: str) -> bool:
    """Whether the text runs from right to left somewhere, and so may change the order of what stands around
    it (Unicode Standard Annex 9). Text that does not needs no isolation."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in TURNS for c in text)


def isolated(text: str) -> str:
    """The text so that it leaves the order of a plain sentence around it alone: subjects, mails, labels."""
    if not turns(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{DROPPED.sub('', text)}{POP_ISOLATE}"


def placeholders_in(text: str) -> list[str]:
    """What stands in braces, without them, in its order."""
    return PLACEHOLDER.findall(text)


def with_placeholders_filled(text: str, values: Mapping[str, str]) -> str:
    """The text with these values in the place of what stands in braces; what has none, or "", stays."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)
