"""Search in the folded column that every searchable table has."""

from typing import Any, Self

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from .folding import folded

MOST_WORDS = 12  # a longer search is somebody's pasted text: its beginning finds it


class SearchableQuerySet(models.QuerySet[Any]):
    def matching(self, words: str) -> Self:
        """Those whose searchable text holds every word, whatever its case or macrons."""
        rows = self
        for word in folded(words).split()[:MOST_WORDS]:
            rows = rows.filter(search_folded__contains=word)
        return rows


class SearchableAdmin(admin.ModelAdmin[Any]):
    """A list in the admin that searches as the public pages do."""

    search_fields = ["search_folded"]
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        assert isinstance(queryset, SearchableQuerySet)
        return queryset.matching(search_term), False
