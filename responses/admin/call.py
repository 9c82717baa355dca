from django.contrib import admin

from accord_portal.staff.record_admin import RecordAdmin
from responses.models import Call


@admin.register(Call)
class CallAdmin(RecordAdmin):
    """The invitations to express interest. A call that was answered stays."""

    list_display = ["title", "opens_on", "closes_on"]
    prepopulated_fields = {"slug": ["title"]}
