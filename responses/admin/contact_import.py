"""Upload a list, see what would become of each row, bring it in, see what became of it. And the way out."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.forms import ChoiceField, FileField, FileInput, Form, RadioSelect, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.fields import OneLineField
from accord_portal.staff.act_admin import Act, ActAdmin, key_in, signed_in
from responses import importing
from responses.models import ContactImport, ImportRow

from .export import export

MOST_MEGABYTES = 30
SHOWN = 50  # rows a page
Basis, State = ContactImport.Basis, ContactImport.State


class UploadForm(Form):
    """A list, where it comes from, and by what right those on it may be written to."""

    file = FileField(
        label="The list",
        help_text=f"CSV in UTF-8, or an Excel workbook (.xlsx), of {MOST_MEGABYTES} MB or less."
        " The first row holds the headings.",
        widget=FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty: choose another"},
    )
    source = OneLineField(
        label="Where the list comes from",
        max_length=300,
        help_text="Stands on the timeline of everybody on it.",
        error_messages={"required": "Say where the list comes from"},
    )
    basis = ChoiceField(
        label="What says that those on it may be written to?",
        choices=Basis.choices,
        widget=RadioSelect,
        error_messages={"required": "Choose what says so", "invalid_choice": "Choose what says so"},
    )
    basis_detail = OneLineField(
        label="What people were asked, and when",
        max_length=400,
        required=False,
        help_text="Needed where each person asked to be on it. It is kept as evidence with each Yes.",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        megabytes = (file.size or 0) / 1024 / 1024
        if megabytes > MOST_MEGABYTES:
            raise ValidationError(
                f"Choose a file of {MOST_MEGABYTES} MB or less. This one has {megabytes:.1f} MB: split it."
            )
        return file

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("basis") == Basis.EXPRESS and "basis_detail" in said and not said["basis_detail"]:
            self.add_error("basis_detail", "Say what people were asked, and when")


@admin.register(ContactImport)
class ContactImportAdmin(ActAdmin[ContactImport]):
    page_template = "staff/contact_import.html"
    acts = {
        "approve": Act(importing.approve, "The list is being brought in."),
        "cancel": Act(importing.cancel, "Cancelled. Nothing was brought in."),
    }
    list_display = ["file_name", "source", "state", "uploaded", "uploaded_by"]
    list_filter = ["state"]
    list_select_related = ["uploaded_by"]
    show_full_result_count = False
    actions = None

    @admin.display(description="Uploaded", ordering="uploaded_at")
    def uploaded(self, contact_import: ContactImport) -> str:
        return instant_in_words(contact_import.uploaded_at)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="responses_contact_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        return export(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Who may upload a list sees what becomes of it."""
        return super().has_view_permission(request, obj) or self.has_add_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Takes the list in; the worker looks at it within seconds."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            contact_import = importing.upload(**form.cleaned_data, by=signed_in(request))
            return redirect(reverse("admin:responses_contactimport_change", args=[contact_import.pk]))
        title = "Error: Upload a list" if form.errors else "Upload a list"
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": "Upload a list", "page_title": title, "form": form}
        return TemplateResponse(request, "staff/contact_import_upload.html", context)

    def fingerprint(self, record: ContactImport) -> str:
        return record.state

    def arguments(self, request: HttpRequest, record: ContactImport, act: str, form: Form) -> dict[str, Any]:
        return {"contact_import": record, "by": signed_in(request)}

    def page_context(self, request: HttpRequest, record: ContactImport) -> dict[str, Any]:
        fate = request.GET.get("fate", "")
        after = key_in(request.GET.get("after", ""))
        rows: QuerySet[ImportRow] = record.rows.filter(number__gt=after).order_by("number")
        if fate in ImportRow.Fate.values:
            rows = rows.filter(fate=fate)
        shown = list(rows[: SHOWN + 1])
        return {
            "import": record,
            "fates": [(choice, record.fates.get(choice.value, 0)) for choice in ImportRow.Fate],
            "fate": ImportRow.Fate(fate) if fate in ImportRow.Fate.values else "",
            "rows": shown[:SHOWN],
            "after": after,
            "next": shown[SHOWN - 1].number if len(shown) > SHOWN else 0,
            "may_cancel": record.state in ContactImport.NOT_BEGUN,
            "may_open": request.user.has_perm("responses.view_contact"),
        }
