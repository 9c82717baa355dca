"""The log of what staff did."""

import datetime as dt
import re
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff import alerting, log_export, log_in_words
from accord_portal.staff.act_admin import key_in, signed_in
from accord_portal.staff.lists import UncountedAdmin, UncountedList
from accord_portal.staff.log import log
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


class WhenFilter(admin.SimpleListFilter):
    """The last days, or a month of those that the log is kept for."""

    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        first, months = working_days.today().replace(day=1), []
        for _ in range(13):
            months.append((f"{first:%Y-%m}", f"{first:%B %Y}"))
            first = (first - dt.timedelta(days=1)).replace(day=1)
        return [("1", "In the last 24 hours"), ("7", "In the last 7 days"), *months]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value() or ""
        if asked in ("1", "7"):
            return queryset.filter(happened_at__gt=clock.now() - dt.timedelta(days=int(asked)))
        if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", asked):
            return queryset.none() if asked else queryset
        first = dt.datetime.fromisoformat(f"{asked}-01").replace(tzinfo=timezone.get_current_timezone())
        after = (first + dt.timedelta(days=32)).replace(day=1)
        return queryset.filter(happened_at__gte=first, happened_at__lt=after)


@admin.register(LogLine)
class LogLineAdmin(UncountedAdmin, RecordAdmin):
    """Who looked at what, and what was done with it: one list, with no page for each line."""

    ordering = ["-pk"]
    list_display = ["what", "when", "more"]
    list_display_links = None
    list_filter = [StaffFilter, KindFilter, "act", WhenFilter]
    change_list_template = "staff/log_list.html"
    sortable_by = ()  # it is read from the newest down
    list_select_related = ["done_by"]
    list_per_page = 50
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedList]:
        return LogList

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_view_permission(request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export)
        return [path("export/", view, name="staff_logline_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The lines that the list's filters find, as a file; the log and the administrators hear of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = self.get_changelist_instance(request).queryset
        alerting.tell(log(LogLine.Act.EXPORTED, LogLine._meta.label_lower, by=signed_in(request)))
        name = f"log-{working_days.today().isoformat()}.csv"
        return StreamingHttpResponse(
            log_export.pieces(found),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

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
