"""Search for those who may not see everything that is searched."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accord_portal.foundation.contact_details import MAY_HOLD_ONE
from accord_portal.foundation.folding import is_unspaced
from accord_portal.foundation.search import terms
from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.lists import SearchableAdmin
from accord_portal.staff.record_admin import sees_details


class SearchedWithinAdmin(SearchableAdmin):
    """A list in which whoever may not see contact details searches a few columns only.

    Nor is a column of one row searched where an address or a number may stand in it: asked letter by
    letter, a search would read out what the page hides.
    """

    searched_by_all: Sequence[str] = ()  # columns of what people typed
    references: Sequence[str] = ()  # columns that we fill, and everybody may search
    search_help_text_for_all = ""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        if not sees_details(signed_in(request)):
            page.search_help_text = f"{self.search_help_text_for_all}; addresses and numbers find nothing"
        return page

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        rows, repeats = super().get_search_results(request, queryset, search_term)
        if not sees_details(signed_in(request)):
            rows = within(rows, search_term, self.searched_by_all, self.references)
        return rows, repeats


def within(
    rows: QuerySet[Any], words: str, typed: Sequence[str], references: Sequence[str] = ()
) -> QuerySet[Any]:
    """Of rows that match the words, those where each word or phrase stands in one of these columns.

    A typed column counts where it holds no address and no number.
    """
    for word in terms(words):
        found = Q()
        for column in typed:
            found |= _in(column, word) & ~Q(**{f"{column}__iregex": MAY_HOLD_ONE})
        for column in references:
            found |= _in(column, word)
        rows = rows.filter(found)
    return rows


def _in(column: str, word: str) -> Q:
    """As in the whole text, one or two letters count where a word begins, in scripts with spaces."""
    if len(word) > 2 or is_unspaced(word):
        return Q(**{f"{column}__icontains": word})
    return Q(**{f"{column}__istartswith": word}) | Q(**{f"{column}__icontains": f" {word}"})
