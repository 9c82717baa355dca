from django.contrib import admin
from django.http import HttpRequest

from accord_portal.foundation.search import PlainSearchAdmin
from champions.models import Partnership


@admin.register(Partnership)
class PartnershipAdmin(PlainSearchAdmin):
    """Written agreements between organisations, public once their partners agree."""

    list_display = ["title", "kind", "starts_on", "is_public"]
    list_filter = ["kind", "is_public"]
    search_fields = ["title", "called", "parties"]

    def has_delete_permission(self, request: HttpRequest, obj: Partnership | None = None) -> bool:
        return False
