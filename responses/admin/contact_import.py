"""Upload a list, see what would become of each row, bring it in, see what became of it. And the way out."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff import progress
from accord_portal.staff.act_admin import Act, ActAdmin, key_in, signed_in
from accord_portal.staff.roles import SEE_DETAILS
from responses.forms.importing import MatchForm, UploadForm
from responses.importing import failed, steps
from responses.importing.columns import COLUMN_LABELS
from responses.models import ContactImport, ImportRow

from .export import export

BRING_IN = ("responses.approve_contactimport",)
ROWS_A_PAGE = 50  # rows a page
State = ContactImport.State


@admin.register(ContactImport)
class ContactImportAdmin(ActAdmin[ContactImport]):
    page_template = "staff/contact_import.html"
    acts = {
        "match": Act(steps.match, "The list is being looked at.", MatchForm),
        "approve": Act(
            steps.approve, "The list is being brought in.", needs=("responses.approve_contactimport",)
        ),
        "cancel": Act(steps.cancel, "Cancelled. Nothing was brought in."),
    }
    list_display = ["file_name", "source", "state", "uploaded", "uploaded_by"]
    free_text = ["file_name", "source"]
    list_filter = ["state"]
    list_select_related = ["uploaded_by"]
    show_full_result_count = False
    actions = None

    @admin.display(description="Uploaded", ordering="uploaded_at")
    def uploaded(self, contact_import: ContactImport) -> str:
        return instant_in_words(contact_import.uploaded_at)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name="responses_contact_export"),
            path("<int:pk>/progress/", view(self.progress_view), name="responses_contactimport_progress"),
            path("<int:pk>/failed/", view(self.failed_view), name="responses_contactimport_failed"),
            *super().get_urls(),
        ]

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
            contact_import = steps.upload(**form.cleaned_data, by=signed_in(request))
            return redirect(reverse("admin:responses_contactimport_change", args=[contact_import.pk]))
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": "Upload a list", "form": form}
        return TemplateResponse(request, "staff/contact_import_upload.html", context)

    def fingerprint(self, record: ContactImport) -> str:
        return record.state

    def arguments(self, request: HttpRequest, record: ContactImport, act: str, form: Form) -> dict[str, Any]:
        said: dict[str, Any] = {"contact_import": record, "by": signed_in(request)}
        if isinstance(form, MatchForm):
            said |= {"holds": form.holds(), "takes_hidden": form.cleaned_data.get("takes_hidden", False)}
        return said

    def form_arguments(self, record: ContactImport, act: str) -> dict[str, Any]:
        if act != "match":
            return {}
        return {
            "columns": record.columns if record.state == State.MATCHING else [],
            "needs_a_basis": record.basis == ContactImport.Basis.BY_ROW,
            "hidden_rows": record.layout.get("hidden_rows", 0),
        }

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """How many rows are looked at, or brought in; for the frame on the list's own page."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        figures = [("Rows in the list", record.layout.get("rows", 0)), ("Looked at", record.rows_in_all)]
        if record.state in (State.CARRYING_OUT, State.DONE):
            figures = [("Rows in the list", record.rows_in_all), ("Brought in", record.rows_done)]
        return progress.frame(
            request,
            state=record.get_state_display(),
            figures=figures,
            is_over=not record.is_being_worked_on,
            page=self._page_url(record),
        )

    def failed_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The rows to mend, as a file: they hold how to reach people."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not (self.has_add_permission(request) and request.user.has_perm(SEE_DETAILS)):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._page_url(record))
        name = f"rows-to-mend-{record.pk}.csv"
        return StreamingHttpResponse(
            failed.download(contact_import=record, by=signed_in(request)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def page_context(self, request: HttpRequest, record: ContactImport) -> dict[str, Any]:
        fate = request.GET.get("fate", "")
        after = key_in(request.GET.get("after", ""))
        waits = record.state == State.CHECKED
        why_another = steps.why_another_brings_it_in(record, by=signed_in(request)) if waits else ""
        rows: QuerySet[ImportRow] = record.rows.filter(number__gt=after).order_by("number")
        sees = request.user.has_perm(SEE_DETAILS)
        if fate in ImportRow.Fate.values:
            rows = rows.filter(fate=fate)
        shown = list(rows[: ROWS_A_PAGE + 1])
        return {
            "import": record,
            "fates": [(choice, record.fates.get(choice.value, 0)) for choice in ImportRow.Fate],
            "fate": ImportRow.Fate(fate) if fate in ImportRow.Fate.values else "",
            "rows": [(row, failed.who(row, record.columns) if sees else "") for row in shown[:ROWS_A_PAGE]],
            "columns": [(column, COLUMN_LABELS.get(column["holds"] or "", "")) for column in record.columns],
            "may_mend": sees and self.has_add_permission(request),
            "to_mend": failed.rows(record).count() if record.fates.get(ImportRow.Fate.ERROR) else 0,
            "may_see": sees,
            "after": after,
            "next": shown[ROWS_A_PAGE - 1].number if len(shown) > ROWS_A_PAGE else 0,
            "may_cancel": record.state in ContactImport.NOT_BEGUN,
            "why_another": why_another,
            "may_open": request.user.has_perm("responses.view_contact"),
        }
