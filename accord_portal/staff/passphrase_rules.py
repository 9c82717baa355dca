"""Which passphrases are refused, each with its reason: short, repeated, common, in a row, or one's own.

No rule says which characters must be in it (NZISM 3.9, OWASP ASVS 5.0): length is what holds.
"""

import re
import unicodedata
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accord_portal.foundation import office
from accord_portal.foundation.folding import folded

from .models import User

MIN_LENGTH = 16
MIN_DIFFERENT = 5  # characters: te reo Māori does with few
MIN_LEFT = 8  # without rows of keys and one's own words
MIN_ROW = 4  # so many keys that follow each other are a row
PIECE = 4  # shorter words are no piece of anything

HELP = (
    f"Your passphrase has at least {MIN_LENGTH} characters: a few words that do not belong together are easy"
    " to remember. Spaces are welcome."
)
SHORT = f"This passphrase is too short. It has at least {MIN_LENGTH} characters."
REPEATED = "This passphrase is the same thing over and over. Choose several different words."
COMMON = "This passphrase is made of ones that many people use. Choose other words."
IN_A_ROW = "This passphrase is mostly letters or digits in a row, or keys beside each other. Choose words."
MOSTLY_OWN = "This passphrase is mostly your name, your address, or a name of the office or of this site."

_TURNING = ("abcdefghijklmnopqrstuvwxyz", "1234567890", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_STRAIGHT = ("qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "!@#$%^&*()_+")
_ONE_WAY = [*(row * 2 for row in _TURNING), *_STRAIGHT]
ROWS = "\n".join([*_ONE_WAY, *(row[::-1] for row in _ONE_WAY)])


class PassphraseRules:
    """For AUTH_PASSWORD_VALIDATORS: the first reason that holds is the one that is said."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError where the passphrase is too easy to guess."""
        if reason := why_refused(password, user):
            raise ValidationError(reason)

    def get_help_text(self) -> str:
        return HELP


def why_refused(passphrase: str, user: User | None = None) -> str:
    """Why this may not be the account's passphrase; nothing where it may."""
    if len(unicodedata.normalize("NFC", passphrase)) < MIN_LENGTH:
        return SHORT
    core = _core(passphrase)
    if len(set(core)) < MIN_DIFFERENT:
        return REPEATED
    left = _without_rows(core)
    if len(left) < MIN_LEFT:
        return IN_A_ROW
    if len(_without(left, _own_words(user))) < MIN_LEFT:
        return MOSTLY_OWN
    if _is_common(core):
        return COMMON
    if len(_unit(core)) < min(len(core), MIN_LENGTH):
        return REPEATED
    return ""


def _core(text: str) -> str:
    """Its letters and digits, without case and marks; where it has none, all of it."""
    plain = folded(text)
    return "".join(c for c in plain if c.isalnum()) or plain


def _unit(text: str) -> str:
    """The shortest piece that gives the text when it is repeated: of "abab" it is "ab"."""
    return text[: (text * 2).find(text, 1)]


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_common(core: str) -> bool:
    """Whether it is one or two that many people use, in any order and however often."""
    for end in range(PIECE, min(len(core), MIN_LENGTH * 2) + 1):
        if core[:end] in _common():
            rest = core.replace(core[:end], "")
            if not rest or _unit(rest) in _common():
                return True
    return False


def _without_rows(core: str) -> str:
    """What is left when each row of keys is taken out, forwards or backwards."""
    left, at = [], 0
    while at < len(core):
        end = at + MIN_ROW
        if core[at:end] not in ROWS or end > len(core):
            left.append(core[at])
            at += 1
            continue
        while end < len(core) and core[at : end + 1] in ROWS:
            end += 1
        at = end
    return "".join(left)


def _own_words(user: User | None) -> list[str]:
    """Names of the member of staff and of this site, each with its words, and of the office; longest first.

    The office's names are made of everybody's words ("the", "community"): only the whole names count.
    """
    names = ["Accord Portal", "Kia Tūtahi", urlsplit(settings.BASE_URL).netloc]
    if user is not None:
        names += [user.name, user.email]
    words = {_core(word) for name in names for word in [name, *re.split(r"[\W_]+", name)]}
    words |= {_core(office.OFFICE), _core(office.DEPARTMENT)}
    return sorted((word for word in words if len(word) >= PIECE), key=len, reverse=True)


def _without(core: str, words: list[str]) -> str:
    for word in words:
        core = core.replace(word, "")
    return core
