from typing import Any

from django.contrib import admin
from django.forms import Form
from django.http import HttpRequest

from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.lists import SearchableAdmin
from champions import asking
from champions.models import Initiative


@admin.register(Initiative)
class InitiativeAdmin(SearchableAdmin, ActAdmin[Initiative]):
    """All initiatives; each is published and taken down with its champion, and asked after here."""

    page_template = "staff/initiative.html"
    acts = {"ask": Act(asking.ask, "They are asked by mail.")}
    list_display = ["title", "champion", "state", "published_at"]
    list_filter = ["state", "principles"]
    list_select_related = ["champion"]
    search_help_text = "Title, description or champion; macrons do not matter"
    actions = None

    def fingerprint(self, record: Initiative) -> str:
        """How often the champion was asked, and where the initiative stands."""
        return f"{asking.times_asked(record)}-{record.state}-{record.champion.state}"

    def arguments(self, request: HttpRequest, record: Initiative, act: str, form: Form) -> dict[str, Any]:
        return {"initiative": record, "seen": asking.times_asked(record), "by": signed_in(request)}

    def page_context(self, request: HttpRequest, record: Initiative) -> dict[str, Any]:
        return {
            "initiative": record,
            "principles": record.principles.all(),
            "promises": asking.promises_about(record),
            "may_be_asked": asking.may_be_asked(record),
        }
