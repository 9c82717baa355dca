"""What the Accord says, and the lists staff choose from."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accord_portal.staff.record_admin import RecordAdmin, RecordInline
from champions.forms.accord import AccordTextForm, ReferenceForm
from champions.models import AccordText, CodeListEntry, Expectation, Principle, Reference, TimelineEvent


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


class StoredFileAdmin(RecordAdmin):
    """Lists leave the files in the database."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What there is to fill in; a file is taken away only where there is one."""
        shown = [name for name in self.form.base_fields if name != "no_file"]
        return [*shown, "no_file"] if obj and obj.size else shown

    @admin.display(description="On the site", boolean=True)
    def is_shown(self, record: Any) -> bool:
        """Whether it has something to read."""
        return bool(record.is_filled_in)


@admin.register(AccordText)
class AccordTextAdmin(StoredFileAdmin):
    form = AccordTextForm
    list_display = ["name", "own_name", "is_shown"]


@admin.register(Reference)
class ReferenceAdmin(StoredFileAdmin):
    form = ReferenceForm
    list_display = ["title", "kind", "position", "when", "is_shown"]
    list_filter = ["kind"]
