from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.record_admin import RecordAdmin, RecordInline
from champions.models import Agency, AgencyName


class AgencyNameInline(RecordInline):
    model = AgencyName
    extra = 1


@admin.register(Agency)
class AgencyAdmin(PlainSearchAdmin, RecordAdmin):
    """Agencies with their dated names: a renamed agency gets a new name, and keeps the old."""

    list_display = ["__str__", "champion_since", "ended_on", "slug"]
    search_fields = ["names__name", "names__name_mi", "names__abbreviation"]
    inlines = [AgencyNameInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return super().get_queryset(request).prefetch_related("names")
