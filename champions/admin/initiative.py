from django.contrib import admin
from django.http import HttpRequest

from accord_portal.staff.lists import SearchableAdmin
from accord_portal.staff.record_admin import RecordAdmin
from champions.models import Initiative


@admin.register(Initiative)
class InitiativeAdmin(SearchableAdmin, RecordAdmin):
    """All initiatives; each is published and taken down with its champion."""

    list_display = ["title", "champion", "state", "published_at"]
    list_filter = ["state", "principles"]
    list_select_related = ["champion"]
    search_help_text = "Title, description or champion; macrons do not matter"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Initiative | None = None) -> bool:
        return False
