"""Search in the folded column that every searchable table has."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, Self

from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from .folding import folded, is_unspaced, searchable
from .telephones import digits

MAX_TERMS = 12  # a longer search is somebody's pasted text: its beginning finds it
MAX_TRIGRAMS = 64  # enough to find the row by; its text is compared anyway
DIGITS_OF_A_NUMBER = 4  # from so many on, digits are looked for in telephone numbers however they are spelled


QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
SEPARATED = re.compile(r"(?<=\w{3})[,;/|](?=\w{3})")  # two words without a space: "hapu,iwi", and not "1,000"
OF_A_NUMBER = re.compile(r"[\s().+/-]*\d[\d\s().+/-]*")


def terms(words: str, fold: Callable[[str], str] = folded) -> list[str]:
    """The words to look for, folded, and each quoted phrase as one of them; twelve at most.

    Punctuation at their ends does not count. Where there is nothing else, it is what is looked for: a
    name may be "-".
    """
    parts = fold(words.translate(QUOTES)).split('"')
    last = len(parts) - 1
    found: list[str] = []
    for number, part in enumerate(parts):
        is_phrase = number % 2 == 1 and number < last  # a quote that is never closed opens nothing
        found += [part] if is_phrase else SEPARATED.sub(" ", part).split()
    bare = [term for term in (" ".join(_without_marks(one).split()) for one in found) if term]
    return (bare or fold(words).split())[:MAX_TERMS]


def has_words(words: str) -> bool:
    """Whether there is more in it than punctuation and space."""
    return any(_without_marks(word) for word in folded(words).split())


def _without_marks(term: str) -> str:
    """The term without punctuation and space at its ends.

    One or two letters keep what stands before them: they are looked for where a word begins, but for those of
    a script without spaces.
    """
    kept = [at for at, character in enumerate(term) if not _is_mark(character)]
    if not kept:
        return ""
    bare = term[kept[0] : kept[-1] + 1]
    return bare if len(bare) > 2 or is_unspaced(bare) else term[: kept[-1] + 1].lstrip()


def _is_mark(character: str) -> bool:
    return character.isspace() or character in "+<=>|~^$" or unicodedata.category(character)[0] == "P"


class SearchText(models.TextField[str, str]):
    """What search looks in: the property `of` of the row, folded anew whenever the column is saved.

    A migration sees a column of text: it folds what it fills in by itself, and so does who updates many rows.
    """

    def __init__(self, *, of: str = "", **options: Any) -> None:
        self.of = of
        super().__init__(**{"editable": False, "default": "", "db_default": "", **options})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The words folded, which the row has from now on as well."""
        text = searchable(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, text)
        return text

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As the plain column it is in the database."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options


class SearchableQuerySet(models.QuerySet[Any]):
    """Rows with a `search_folded`; `in_fts` where a migration gave the table its `fts_index`."""

    in_fts = False
    newer_than = 0

    def matching(self, words: str) -> Self:
        """Those whose searchable text holds every word and quoted phrase, whatever its case or macrons.

        A word of one or two letters is looked for at the beginning of a word only; in scripts without spaces
        every letter is one, see `searchable`. What can be part of a telephone number counts in any spelling.
        """
        rows, sought = self, _sought(terms(words))
        for alternatives in sought:
            rows = rows.filter(reduce(or_, (_holds_all(each) for each in alternatives)))
        if self.newer_than or not sought or not self.in_fts or connections[self.db].vendor != "sqlite":
            return rows
        name = f"{self.model._meta.db_table}_fts"
        keys = f"SELECT rowid FROM {name} WHERE {name} MATCH %s"  # noqa: S608 - our own name
        return rows.filter(pk__in=RawSQL(keys, [_fts_pattern(sought)]))  # noqa: S611

    def among(self, rows: QuerySet[Any, Any], key: str) -> Self:
        """Those whose key stands in the field `key` of these rows, which an index ought to list."""
        if self.newer_than:
            rows = rows.filter(**{f"{key}__gt": self.newer_than})
        return self.filter(pk__in=rows.values(key))

    def newer(self, key: int) -> Self:
        """Those with a greater key: few, which `matching` reads, and for which `among` reads no more."""
        rows = self.filter(pk__gt=key)
        rows.newer_than = key
        return rows

    def found_first(self) -> Self:
        """The newest first, found by an index and then sorted.

        PostgreSQL, told to sort by the key, may walk the whole table by it: it takes two frequent words
        for frequent together, even where no row has both.
        """
        if connections[self.db].vendor != "postgresql":
            return self.order_by("-pk")
        return self.order_by((F("pk") + 0).desc())

    def _clone(self) -> Self:
        rows: Self = super()._clone()  # type: ignore[misc]
        rows.newer_than = self.newer_than
        return rows


def newest_keys(tables: Sequence[SearchableQuerySet]) -> list[int]:
    """The greatest key in the table of each of these, shown or not; 0 where it is empty. One query."""
    names = [rows.model._meta.db_table for rows in tables]
    each = ", ".join(f"(SELECT MAX(id) FROM {name})" for name in names)  # noqa: S608 - our own names
    with connections[tables[0].db].cursor() as cursor:
        cursor.execute(f"SELECT {each}")
        return [key or 0 for key in cursor.fetchone()]


def _sought(found: list[str]) -> list[list[list[str]]]:
    """What has to be there: of each, one of the alternatives, with all its terms.

    Terms side by side that have digits only are a number: its digits do as well.
    """
    sought: list[list[list[str]]] = []
    for is_number, group in groupby(found, key=lambda term: bool(OF_A_NUMBER.fullmatch(term))):
        together = list(group)
        number = digits(" ".join(together)) if is_number else ""
        if len(number) >= DIGITS_OF_A_NUMBER:
            sought.append([together, [number]] if together != [number] else [together])
        else:
            sought += [[[term]] for term in together]
    return sought


def _holds_all(wanted: list[str]) -> Q:
    found = Q()
    for word in wanted:
        if len(word) > 2:
            found &= Q(search_folded__contains=word)
        else:
            found &= Q(search_folded__contains=f" {word}") | Q(search_folded__startswith=word)
    return found


def _fts_pattern(sought: list[list[list[str]]]) -> str:
    """What SQLite's index is asked: every three letters that stand side by side."""
    always = [term for alternatives in sought if len(alternatives) == 1 for term in alternatives[0]]
    either = [alternatives for alternatives in sought if len(alternatives) > 1]
    patterns = [" OR ".join(f"({_trigrams(each)})" for each in alternatives) for alternatives in either]
    return " AND ".join([*([_trigrams(always)] if always else []), *(f"({each})" for each in patterns)])


def _trigrams(words: list[str]) -> str:
    parts = [word.replace(" ", "  ") if len(word) > 2 else f" {word}".rjust(3) for word in words]
    trigrams = [part[at : at + 3] for part in parts for at in range(len(part) - 2)]
    quoted = [trigram.replace('"', '""') for trigram in trigrams[:MAX_TRIGRAMS]]
    return " ".join(f'"{trigram}"' for trigram in quoted)
