"""One search across all that is public: words found in any spelling, the best of the newest first.

Of a kind the newest `MAX_FOUND` that fit are ranked; where more fit, it is said that there are more. A word
is looked for without the endings of English (gardens, gardening: garden); te reo Māori has none of them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search import SearchableQuerySet, has_words, newest_keys, terms

from .kinds import KIND_BY_NAME, PUBLIC_KINDS, PublicKind

MAX_FOUND = 1000  # of a kind, that are ranked
MAX_WORDS = 200  # characters of what was typed
NEAR_KEYS = 20_000  # keys looked at, from the newest on, before an index is asked for all
ENDINGS = re.compile(r"(?<=[a-z]{4})(?:ies|ings?|ed|es|s|y)$")
IN_TITLE, AS_A_WORD, AT_ITS_BEGINNING, ALL_OF_IT = 4, 3, 2, 10


@dataclass(frozen=True)
class Match:
    """One thing that fits: of which kind, its key, when it was published, and how well it fits."""

    kind: PublicKind
    key: int
    at: dt.datetime | None
    score: int


class SearchFound(NamedTuple):
    """What was found: matches in order, and how many of each kind, `MAX_FOUND` and one for more."""

    matches: Sequence[Match]
    numbers: dict[str, int]


class SoughtTerm(NamedTuple):
    """A word or phrase that is looked for, and how it is told where it stands in a text."""

    term: str
    as_a_word: re.Pattern[str]
    at_its_beginning: re.Pattern[str]

    @classmethod
    def of(cls, term: str) -> "SoughtTerm":
        """The term without English endings."""
        term = stem(term)
        beginning = rf"(?<!\w){re.escape(term)}"
        return cls(term, re.compile(rf"{beginning}(?!\w)"), re.compile(beginning))


class Result(NamedTuple):
    """One match as it is shown."""

    kind: PublicKind
    row: Any
    title: str
    summary: str


def stem(word: str) -> str:
    """The word without the endings that English gives it, where four letters or more are left."""
    return ENDINGS.sub("", word) if word.isascii() and " " not in word else word


def find(words: str, kind: str = "") -> SearchFound:
    """Everything public that holds all of these words, the best first; of one kind if it is named."""
    words = words[:MAX_WORDS]
    if not has_words(words):
        return SearchFound([], {})
    sought = [SoughtTerm.of(term) for term in terms(words)]
    matches: list[Match] = []
    numbers: dict[str, int] = {}
    published = [each.published() for each in PUBLIC_KINDS]
    for each, rows, newest in zip(PUBLIC_KINDS, published, newest_keys(published), strict=True):
        fitting = _fitting(each, rows, newest, sought)
        numbers[each.name] = len(fitting)
        if kind in ("", each.name):
            matches += fitting[:MAX_FOUND]
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    matches.sort(key=lambda match: (match.score, match.at or oldest, match.key), reverse=True)
    return SearchFound(matches, numbers)


def shown(matches: Iterable[Match]) -> list[Result]:
    """The matches with their rows, in the same order; one look at each kind."""
    matches = list(matches)
    rows: dict[tuple[str, int], Any] = {}
    for name in {match.kind.name for match in matches}:
        keys = [match.key for match in matches if match.kind.name == name]
        found = KIND_BY_NAME[name].published().filter(pk__in=keys).defer("search_folded")
        rows |= {(name, row.pk): row for row in found}
    return [
        Result(match.kind, row, match.kind.title_of(row), match.kind.summary(row))
        for match in matches
        if (row := rows.get((match.kind.name, match.key)))  # it may be taken down at this moment
    ]


def _fitting(
    kind: PublicKind, rows: SearchableQuerySet, newest: int, sought: Sequence[SoughtTerm]
) -> list[Match]:
    """Those of these rows that fit, `MAX_FOUND` and one at most, the newest first.

    The newest are read before an index is asked for all: of a frequent word they are enough.
    """
    words = " ".join(f'"{each.term}"' for each in sought)
    columns = ("pk", "published_at", kind.title, "search_folded")
    near = rows.newer(newest - NEAR_KEYS).matching(words).order_by("-pk")
    found = list(near.values_list(*columns)[: MAX_FOUND + 1])
    if len(found) <= MAX_FOUND and newest > NEAR_KEYS:
        found = list(rows.matching(words).found_first().values_list(*columns)[: MAX_FOUND + 1])
    scored = ((key, at, _score(sought, searchable(title), text)) for key, at, title, text in found)
    return [Match(kind, key, at, score) for key, at, score in scored if score]


def _score(sought: Sequence[SoughtTerm], title: str, text: str) -> int:
    """How well all of the words fit; 0 where one of them is missing."""
    total = ALL_OF_IT if " ".join(each.term for each in sought) in title else 0
    for term, as_a_word, at_its_beginning in sought:
        if term in title:
            where, weight = title, IN_TITLE
        elif term in text:
            where, weight = text, 1
        else:
            return 0
        if as_a_word.search(where):
            weight *= AS_A_WORD
        elif at_its_beginning.search(where):
            weight *= AT_ITS_BEGINNING
        total += weight
    return total
