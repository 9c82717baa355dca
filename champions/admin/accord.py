"""What the Accord says, and the lists staff choose from."""

from django.contrib import admin
from django.http import HttpRequest

from accord_portal.staff.record_admin import RecordAdmin, RecordInline
from champions.models import CodeListEntry, Expectation, Principle, TimelineEvent


class ExpectationInline(RecordInline):
    model = Expectation
    extra = 0


@admin.register(Principle)
class PrincipleAdmin(RecordAdmin):
    """The four principles in their exact words; their expectations wait for the Accord's text."""

    list_display = ["position", "text"]
    list_display_links = ["text"]
    readonly_fields = ["slug", "position", "text"]
    inlines = [ExpectationInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CodeListEntry)
class CodeListEntryAdmin(RecordAdmin):
    list_display = ["label", "list", "position"]
    list_filter = ["list"]


@admin.register(TimelineEvent)
class TimelineEventAdmin(RecordAdmin):
    list_display = ["position", "when", "what"]
    list_display_links = ["what"]
