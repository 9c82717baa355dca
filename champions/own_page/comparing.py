"""What a proposal would change on a champion's page: old and new beside each other, word by word."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import NamedTuple

from champions.models import CodeListEntry, PageProposal
from champions.own_page.proposing import Written, proposed, standing

WORD = re.compile(r"\s+|\S+")
MAX_COMPARED_WORDS = 2_000  # beyond this, the whole text is marked


class Piece(NamedTuple):
    """A run of words, and whether it stands on this side only."""

    text: str
    is_marked: bool


class Compared(NamedTuple):
    """One part of the page, as it stands and as it is proposed."""

    label: str
    before: list[Piece]
    after: list[Piece]
    differs: bool


def compared(proposal: PageProposal, see: Callable[[str], str]) -> list[Compared]:
    """Each part that either side has; `see` makes a text what its reader may see of it."""
    old, new = _parts(standing(proposal.champion)), _parts(proposed(proposal))
    found = []
    for label, words in old.items():
        before, after = _marked(see(words), see(new[label]))
        if words or new[label]:
            found.append(Compared(label, before, after, words != new[label]))
    return found


def _parts(written: Written) -> dict[str, str]:
    words = written.words
    regions = CodeListEntry.objects.filter(pk__in=written.regions)
    return {
        "Summary": words.summary,
        "Website": words.website,
        "Place": words.place,
        "Regions": "; ".join(str(region) for region in regions),
        "The picture in words": words.alternative,
        "New initiative": words.initiative_title,
        "What it is": words.initiative_description,
    }


def _marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    if old == new:
        return [Piece(old, False)], [Piece(new, False)]
    left, right = WORD.findall(old), WORD.findall(new)
    if len(left) + len(right) > MAX_COMPARED_WORDS:
        return [Piece(old, True)], [Piece(new, True)]
    before, after = [], []
    for kind, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        marked = kind != "equal"
        before.append(Piece("".join(left[i:j]), marked))
        after.append(Piece("".join(right[k:m]), marked))
    return [piece for piece in before if piece.text], [piece for piece in after if piece.text]
