from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accord_portal.foundation.search import SearchableAdmin
from accord_portal.staff.act_admin import key_in
from responses.models import Contact


@admin.register(Contact)
class ContactAdmin(SearchableAdmin):
    """One page a contact: who, how reached, the four switches with their evidence, the timeline."""

    list_display = ["name", "organisation", "email", "telephone", "created_at"]
    search_help_text = "Name, organisation, address or number; macrons do not matter"
    change_form_template = "staff/contact.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        contact = get_object_or_404(Contact, pk=key_in(object_id))
        context = {
            "contact": contact,
            "involvements": contact.involvements.current(),
            "consents": contact.consents.select_related("recorded_by", "eoi"),
            "activities": contact.activities.select_related("done_by"),
            "eois": contact.eois.all(),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return False
