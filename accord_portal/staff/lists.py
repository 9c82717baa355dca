"""The lists of staff: they search as the public pages do, and the long ones count nothing.

What a page of a list costs is to depend on the page and not on the table. The newest rows are therefore
looked at first: whatever is frequent fills its page from them. Where they do not fill it, few rows are left
to find, and an index finds them.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from accord_portal.foundation.search import SearchableQuerySet, terms
from accord_portal.foundation.text import composed

MAX_PAGES = 100  # further down, the database would read past everything above
NEAR = 3000  # keys looked at before an index is asked for all, for each page
FURTHER = 40 * NEAR  # the same for a filter: a long list brought in lately may have nobody of its kind


class UncountedList(ChangeList):
    """A list that knows its page and whether there is more, and never how many there are in all."""

    has_more = False

    def get_results(self, request: HttpRequest) -> None:
        if not 1 <= self.page_num <= MAX_PAGES:
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
        return self._page(self.page_num + 1) if self.has_more and self.page_num < MAX_PAGES else ""

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
