from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from champions.models import Initiative


@admin.register(Initiative)
class InitiativeAdmin(admin.ModelAdmin[Initiative]):
    """All initiatives; each is published and taken down with its champion."""

    list_display = ["title", "champion", "state", "published_at"]
    list_filter = ["state", "principles"]
    list_select_related = ["champion"]
    search_fields = ["search_folded"]
    search_help_text = "Title, description or champion; macrons do not matter"
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Initiative], search_term: str
    ) -> tuple[QuerySet[Initiative], bool]:
        return queryset & Initiative.objects.matching(search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Initiative | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Initiative | None = None) -> bool:
        return False
