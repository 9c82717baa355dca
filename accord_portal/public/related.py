"""What is public and shares rare words with a text: for staff who answer it, to point to."""

import re
from collections import Counter
from collections.abc import Iterator

from accord_portal.foundation.folding import searchable

from .kinds import PUBLIC_INITIATIVES, PUBLIC_STORIES
from .searching import NEAR_KEYS, Match, Result, shown, stem

WORDS_SOUGHT = 8  # the longest of a text: the rarer they tend to be
SHORTEST = 5  # letters of a word that says what a text is about
OF_A_WORD = 50  # rows a word may be found in before it is passed over as frequent
RELATED_SHOWN = 3


def related(text: str) -> list[Result]:
    """The stories and initiatives that share the rarest words with this text, the closest first."""
    words = {stem(word) for word in re.findall(r"\w+", searchable(text)) if len(word) >= SHORTEST}
    sought = sorted(words, key=lambda word: (-len(word), word))[:WORDS_SOUGHT]
    scores: Counter[tuple[str, int]] = Counter()
    for found in [*_in_stories(sought), *_in_initiatives(sought)]:
        if len(found) <= OF_A_WORD:
            for place in found:
                scores[place] += 1000 // len(found)
    kinds = {kind.name: kind for kind in (PUBLIC_STORIES, PUBLIC_INITIATIVES)}
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:RELATED_SHOWN]
    return shown(Match(kinds[name], key, None, score) for (name, key), score in best)


def _in_stories(sought: list[str]) -> Iterator[list[tuple[str, int]]]:
    """For each word, where it stands in one of the newest stories."""
    rows = PUBLIC_STORIES.rows().prefetch_related(None).order_by("-published_at", "-pk")[:1000]
    texts = {row.pk: searchable(f"{row.title} {row.text}") for row in rows} if sought else {}
    for word in sought:
        yield [(PUBLIC_STORIES.name, key) for key, words in texts.items() if word in words]


def _in_initiatives(sought: list[str]) -> Iterator[list[tuple[str, int]]]:
    """The same of the newest initiatives, which an index finds."""
    rows = PUBLIC_INITIATIVES.rows().prefetch_related(None).select_related(None)
    newest = rows.model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for word in sought:
        near = rows.newer(max(newest - NEAR_KEYS, 0)).matching(f'"{word}"').order_by("-pk")
        yield [(PUBLIC_INITIATIVES.name, key) for key in near.values_list("pk", flat=True)[: OF_A_WORD + 1]]
