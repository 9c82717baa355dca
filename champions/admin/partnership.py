from django.contrib import admin

from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.record_admin import RecordAdmin
from champions.models import Partnership


@admin.register(Partnership)
class PartnershipAdmin(PlainSearchAdmin, RecordAdmin):
    """Written agreements between organisations, public once their partners agree."""

    list_display = ["title", "kind", "starts_on", "is_public"]
    list_filter = ["kind", "is_public"]
    search_fields = ["title", "called", "parties"]
