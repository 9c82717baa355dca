"""What mail providers told us, as it came: to read."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accord_portal.digests.models import ProviderEvent
from accord_portal.staff.act_admin import ActAdmin
from accord_portal.staff.lists import UncountedAdmin


@admin.register(ProviderEvent)
class ProviderEventAdmin(UncountedAdmin, ActAdmin[ProviderEvent]):
    """Each event, what it meant and what followed from it."""

    page_template = "staff/provider_event.html"
    list_display = ["__str__", "mailbox", "meaning", "outcome", "received_at"]
    list_filter = ["provider", "meaning"]
    search_fields = ["=mailbox"]
    search_help_text = "A whole address"
    contact_details = ["mailbox", "=mailbox"]
    ordering = ["-pk"]
    actions = None

    def page_context(self, request: HttpRequest, record: ProviderEvent) -> dict[str, Any]:
        raw = json.dumps(record.as_received, indent=2, ensure_ascii=False) if record.payload else ""
        return {"raw": raw}
