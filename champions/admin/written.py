"""Records with acts that are also written as a whole, on a form of their own."""

from typing import Any

from django.contrib import admin
from django.db.models import TextField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from accord_portal.staff.act_admin import Record
from accord_portal.staff.public_preview import PreviewedAdmin
from champions.models import CodeListEntry


class WrittenAdmin(PreviewedAdmin[Record]):
    """A page with acts, and below it, at `edit/`, the form of the record; saving leads back to the page."""

    box_lines = 4  # of a box for text

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.edit_view)
        return [path("<int:pk>/edit/", view, name=self._url_name("edit")), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Regions and features each from their own list."""
        if db_field.related_model is CodeListEntry:
            kwargs["queryset"] = CodeListEntry.objects.filter(**db_field.get_limit_choices_to())
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes of a few lines: there are many."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, TextField) and field is not None:
            field.widget.attrs["rows"] = self.box_lines
        return field

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole record as one form."""
        return self.changeform_view(request, str(pk))

    def _saved(self, request: HttpRequest, record: Any) -> HttpResponse:
        super()._saved(request, record)
        return redirect(self._page_url(record))
