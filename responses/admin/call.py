from django.contrib import admin
from django.http import HttpRequest

from responses.models import Call


@admin.register(Call)
class CallAdmin(admin.ModelAdmin[Call]):
    """The invitations to express interest. A call that was answered stays."""

    list_display = ["title", "opens_on", "closes_on"]
    prepopulated_fields = {"slug": ["title"]}

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return False
