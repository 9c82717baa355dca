"""Search in the folded column that every searchable table has, and lists of staff that count nothing.

What a page of a list costs is to depend on the page and not on the table. The newest rows are therefore
looked at first: whatever is frequent fills its page from them. Where they do not fill it, few rows are left
to find, and an index finds them.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Self

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from .folding import folded
from .text import composed

MAX_TERMS = 12  # a longer search is somebody's pasted text: its beginning finds it
MAX_TRIGRAMS = 64  # enough to find the row by; its text is compared anyway
MOST_PAGES = 100  # further down, the database would read past everything above
NEAR = 3000  # keys looked at before an index is asked for all, for each page
FURTHER = 40 * NEAR  # the same for a filter: a long list brought in lately may have nobody of its kind


QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
SEPARATED = re.compile(r"(?<=\w{3})[,;/|](?=\w{3})")  # two words without a space: "hapu,iwi", and not "1,000"


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

    One or two letters keep what stands before them: they are looked for where a word begins.
    """
    kept = [at for at, character in enumerate(term) if not _is_mark(character)]
    if not kept:
        return ""
    bare = term[kept[0] : kept[-1] + 1]
    return bare if len(bare) > 2 else term[: kept[-1] + 1].lstrip()


def _is_mark(character: str) -> bool:
    return character.isspace() or character in "+<=>|~^$" or unicodedata.category(character)[0] == "P"


class SearchableQuerySet(models.QuerySet[Any]):
    """Rows with a `search_folded`; `in_fts` where a migration gave the table its `fts_index`."""

    in_fts = False
    newer_than = 0

    def matching(self, words: str) -> Self:
        """Those whose searchable text holds every word and quoted phrase, whatever its case or macrons.

        A word of one or two letters is looked for at the beginning of a word only.
        """
        rows, wanted = self, terms(words)
        for word in wanted:
            if len(word) > 2:
                rows = rows.filter(search_folded__contains=word)
            else:
                rows = rows.filter(Q(search_folded__contains=f" {word}") | Q(search_folded__startswith=word))
        pattern = _fts_pattern(wanted)
        if self.newer_than or not pattern or not self.in_fts or connections[self.db].vendor != "sqlite":
            return rows
        name = f"{self.model._meta.db_table}_fts"
        keys = f"SELECT rowid FROM {name} WHERE {name} MATCH %s"  # noqa: S608 - our own name
        return rows.filter(pk__in=RawSQL(keys, [pattern]))  # noqa: S611

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


def _fts_pattern(words: list[str]) -> str:
    """What SQLite's index is asked: every three letters that stand side by side."""
    parts = [word.replace(" ", "  ") if len(word) > 2 else f" {word}".rjust(3) for word in words]
    trigrams = [part[at : at + 3] for part in parts for at in range(len(part) - 2)]
    quoted = [trigram.replace('"', '""') for trigram in trigrams[:MAX_TRIGRAMS]]
    return " ".join(f'"{trigram}"' for trigram in quoted)


class UncountedList(ChangeList):
    """A list that knows its page and whether there is more, and never how many there are in all."""

    has_more = False

    def get_results(self, request: HttpRequest) -> None:
        if not 1 <= self.page_num <= MOST_PAGES:
            raise IncorrectLookupParameters
        start = (self.page_num - 1) * self.list_per_page
        rows = self._rows(request, slice(start, start + self.list_per_page + 1))
        if start and not rows:
            raise IncorrectLookupParameters
        self.has_more = len(rows) > self.list_per_page
        self.result_list = rows[: self.list_per_page]
        self.first_shown, self.last_shown = start + 1, start + len(self.result_list)
        # The page is all there is, to whatever of Django's would show a total or offer the whole.
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = self.multi_page = self.can_show_all = False
        self.show_admin_actions = True
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)

    def _rows(self, request: HttpRequest, wanted: slice) -> list[Any]:
        """The page and one row more, looked for among the newest first."""
        narrowed = self.query or self.has_active_filters
        everybody = self.root_queryset
        newest_first = self.queryset.query.order_by[:1] == ("-pk",)
        if not (narrowed and newest_first and isinstance(everybody, SearchableQuerySet)):
            return list(self.queryset[wanted])
        newest = everybody.order_by("-pk").values_list("pk", flat=True).first() or 0
        for reach in [NEAR] if self.query else [NEAR, FURTHER]:
            since = newest - reach * self.page_num
            self.root_queryset = everybody.newer(since)
            rows = list(self.get_queryset(request)[wanted])
            self.root_queryset = everybody
            if since <= 0 or len(rows) > self.list_per_page:
                return rows
        found = self.queryset
        if self.query and isinstance(found, SearchableQuerySet):
            found = found.found_first()
        return list(found[wanted])

    @property
    def previous_page(self) -> str:
        """The address of the page before, "" on the first."""
        return self._page(self.page_num - 1) if self.page_num > 1 else ""

    @property
    def next_page(self) -> str:
        """The address of the page after, "" where there is none or it is too far down."""
        return self._page(self.page_num + 1) if self.has_more and self.page_num < MOST_PAGES else ""

    def _page(self, number: int) -> str:
        return self.get_query_string({PAGE_VAR: number})


class UncountedAdmin(admin.ModelAdmin[Any]):
    """A list in the admin that counts nothing."""

    show_full_result_count = False
    change_list_template = "admin/uncounted_list.html"
    show_facets = admin.ShowFacets.NEVER  # each would count the list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UncountedList


class PlainSearchAdmin(admin.ModelAdmin[Any]):
    """A short list in the admin, whose `search_fields` are searched with no regard to punctuation."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        quoted = " ".join(f'"{term}"' if " " in term else term for term in terms(search_term, fold=composed))
        return super().get_search_results(request, queryset, quoted)


class SearchableAdmin(UncountedAdmin):
    """A list in the admin that searches as the public pages do, and counts nothing.

    Where `ordering` is `["-pk"]`, a filter or a search costs what its page costs, however long the list.
    """

    search_fields = ["search_folded"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        assert isinstance(queryset, SearchableQuerySet)
        return queryset.matching(search_term), False
