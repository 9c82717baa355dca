from collections.abc import Iterable

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.record_admin import RecordAdmin, RecordInline
from champions.models import Agency, AgencyName


class AgencyNameInline(RecordInline):
    model = AgencyName
    extra = 1


class AgencyForm(ModelForm[Agency]):
    """An agency, and what it became: another one, and none that it came from itself."""

    def clean_successors(self) -> QuerySet[Agency]:
        successors: QuerySet[Agency] = self.cleaned_data["successors"]
        before = came_from = {self.instance.pk} if self.instance.pk else set()
        while came_from := set(_predecessors(came_from)) - before:
            before = before | came_from
        if wrong := successors.filter(pk__in=before).first():
            raise ValidationError(f"{wrong} is this agency, or came before it: choose what it became.")
        return successors


def _predecessors(keys: set[int]) -> Iterable[int]:
    return Agency.objects.filter(successors__in=keys).values_list("pk", flat=True)


@admin.register(Agency)
class AgencyAdmin(PlainSearchAdmin, RecordAdmin):
    """Agencies with their dated names: a renamed agency gets a new name, and keeps the old."""

    list_display = ["__str__", "champion_since", "ended_on", "page_address"]
    search_fields = ["names__name", "names__name_mi", "names__abbreviation"]
    inlines = [AgencyNameInline]
    form = AgencyForm

    @admin.display(description="Page address", ordering="slug")
    def page_address(self, agency: Agency) -> str:
        return agency.slug

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return super().get_queryset(request).prefetch_related("names")
