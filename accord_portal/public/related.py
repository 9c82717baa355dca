"""What is public and shares rare words with a text: for staff who answer it, to point to."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search import newest_keys

from .kinds import PUBLIC_INITIATIVES, PUBLIC_STORIES, PublicKind
from .searching import NEAR_KEYS, Match, Result, shown, stem

WORDS_SOUGHT = 8  # the longest of a text: the rarer they tend to be
SHORTEST = 5  # letters of a word that says what a text is about
OF_A_WORD = 50  # rows a word may be found in before it is passed over as frequent
RELATED_SHOWN = 3


def related(text: str) -> list[Result]:
    """The stories and initiatives that share the rarest words with this text, the closest first."""
    words = {stem(word) for word in re.findall(r"\w+", searchable(text)) if len(word) >= SHORTEST}
    sought = sorted(words, key=lambda word: (-len(word), word))[:WORDS_SOUGHT]
    kinds = {kind.name: kind for kind in (PUBLIC_STORIES, PUBLIC_INITIATIVES)}
    scores: Counter[tuple[str, int]] = Counter()
    for found in chain.from_iterable(_holding(kind, sought) for kind in kinds.values()):
        if len(found) <= OF_A_WORD:
            for place in found:
                scores[place] += 1000 // len(found)
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:RELATED_SHOWN]
    return shown(Match(kinds[name], key, None, score) for (name, key), score in best)


def _holding(kind: PublicKind, sought: list[str]) -> Iterator[list[tuple[str, int]]]:
    """For each word, where it stands in one of the newest of a kind."""
    rows = kind.published()
    (newest,) = newest_keys([rows])
    for word in sought:
        near = rows.newer(max(newest - NEAR_KEYS, 0)).matching(f'"{word}"').order_by("-pk")
        yield [(kind.name, key) for key in near.values_list("pk", flat=True)[: OF_A_WORD + 1]]
