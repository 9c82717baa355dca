"""One search across all that is public: words found in any spelling, the best of the newest first.

Of a kind the newest `MAX_FOUND` that fit are ranked; where more fit, it is said that there are more. A word
is looked for without the endings of English (gardens, gardening: garden); te reo Māori has none of them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search import has_words, terms

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
    sought = [stem(term) for term in terms(words)]
    matches: list[Match] = []
    numbers: dict[str, int] = {}
    for each in PUBLIC_KINDS:
        fitting = list(_fitting(each, sought))
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
        rows |= {(name, row.pk): row for row in KIND_BY_NAME[name].rows().filter(pk__in=keys)}
    return [
        Result(match.kind, row, match.kind.title_of(row), match.kind.summary(row))
        for match in matches
        if (row := rows.get((match.kind.name, match.key)))  # it may be taken down at this moment
    ]


def _fitting(kind: PublicKind, sought: Sequence[str]) -> Iterator[Match]:
    """Those of a kind that fit, `MAX_FOUND` and one at most, the newest first."""
    candidates = _by_index(kind, sought) if kind.has_index else _by_reading(kind)
    number = 0
    for key, at, title, text in candidates:
        score = _score(sought, title, text)
        if score:
            yield Match(kind, key, at, score)
            number += 1
        if number > MAX_FOUND:
            return


Candidate = tuple[int, dt.datetime | None, str, str]


def _by_index(kind: PublicKind, sought: Sequence[str]) -> Iterator[Candidate]:
    """What an index finds; the newest are read before it is asked: of a frequent word they are enough."""
    rows = kind.rows().prefetch_related(None).select_related(None)
    columns = ("pk", "published_at", kind.title, "search_folded")
    words = " ".join(f'"{term}"' for term in sought)
    newest = rows.model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    near = (
        rows.newer(newest - NEAR_KEYS).matching(words).order_by("-pk").values_list(*columns)[: MAX_FOUND + 1]
    )
    found = list(near)
    if len(found) <= MAX_FOUND and newest > NEAR_KEYS:
        found = list(rows.matching(words).found_first().values_list(*columns)[: MAX_FOUND + 1])
    for key, at, title, text in found:
        yield key, at, searchable(title), text


def _by_reading(kind: PublicKind) -> Iterator[Candidate]:
    """The newest of a kind of which there are some hundreds, each with its text."""
    for row in kind.rows().order_by("-published_at", "-pk")[: MAX_FOUND + 1]:
        title = kind.title_of(row)
        yield row.pk, row.published_at, searchable(title), searchable(f"{title} {kind.text(row)}")


def _score(sought: Sequence[str], title: str, text: str) -> int:
    """How well all of the words fit; 0 where one of them is missing."""
    total = ALL_OF_IT if " ".join(sought) in title else 0
    for term in sought:
        if term not in text and term not in title:
            return 0
        where, weight = (title, IN_TITLE) if term in title else (text, 1)
        if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", where):
            weight *= AS_A_WORD
        elif re.search(rf"(?<!\w){re.escape(term)}", where):
            weight *= AT_ITS_BEGINNING
        total += weight
    return total
