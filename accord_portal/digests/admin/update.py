from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from accord_portal.digests import compose, content
from accord_portal.digests.models import Update
from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.record_admin import RecordAdmin


@admin.register(Update)
class UpdateAdmin(PlainSearchAdmin, RecordAdmin):
    """News that staff write. “Save and publish” puts it on the public pages and into the next digest."""

    list_display = ["title", "audience", "published_at", "published_by"]
    list_filter = ["audience", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["published_by"]
    search_fields = ["title", "summary"]
    readonly_fields = ["published_at", "published_by", "withdrawn_at"]
    fields = ["title", "summary", "body", "audience", "published_at", "published_by", "withdrawn_at"]
    change_form_template = "staff/update.html"

    def save_model(self, request: HttpRequest, obj: Update, form: ModelForm[Update], change: bool) -> None:
        compose.name_update(obj)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Update, *args: Any, **kwargs: Any) -> HttpResponse:
        self._publish_or_withdraw(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Update) -> HttpResponse:
        self._publish_or_withdraw(request, obj)
        return super().response_change(request, obj)

    def _publish_or_withdraw(self, request: HttpRequest, update: Update) -> None:
        """The buttons beside Save, for those who may change updates."""
        if not self.has_change_permission(request, update):
            return
        if "_publish" in request.POST:
            compose.publish_update(update=update, by=signed_in(request))
            told = content.is_told(update)
            then = "Its readers have had it in a digest." if told else "It goes out with the next digest."
            messages.success(request, f"Published. {then}")
        elif "_withdraw" in request.POST:
            compose.withdraw_update(update=update, by=signed_in(request))
            messages.success(request, "Taken off the public pages.")

    def view_on_site(self, obj: Update) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None
