"""The log of what staff did."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff import log_in_words
from accord_portal.staff.act_admin import key_in
from accord_portal.staff.lists import UncountedAdmin, UncountedList
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.navigation import NAVIGATION
from accord_portal.staff.record_admin import RecordAdmin


class LogList(UncountedList):
    """The log, each line with its sentence: one query for each kind of record on the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        named = log_in_words.names_of(self.result_list, request, self.model_admin.admin_site._registry)
        for line in self.result_list:
            line.sentence = log_in_words.sentence(line, named)


class StaffFilter(admin.SimpleListFilter):
    title = "who did it"
    parameter_name = "done_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(user.pk), str(user)) for user in User.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(done_by=key_in(self.value() or "")) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    title = "about what"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (listing.kind, listing.words)
            for task in NAVIGATION
            for listing in task.listings
            if listing.kind != LogLine._meta.label_lower
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(LogLine)
class LogLineAdmin(UncountedAdmin, RecordAdmin):
    """Who looked at what, and what was done with it: one list, with no page for each line."""

    ordering = ["-pk"]
    list_display = ["what", "when", "more"]
    list_display_links = None
    list_filter = [StaffFilter, KindFilter, "act"]
    sortable_by = ()  # it is read from the newest down
    list_select_related = ["done_by"]
    list_per_page = 50
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedList]:
        return LogList

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_view_permission(request)

    @admin.display(description="Who did what")
    def what(self, line: Any) -> SafeString:
        return cast(SafeString, line.sentence)

    @admin.display(description="More about it")
    def more(self, line: LogLine) -> str:
        return line.detail

    @admin.display(description="When")
    def when(self, line: LogLine) -> str:
        return instant_in_words(line.happened_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
