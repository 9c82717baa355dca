"""Partnerships: the record is written on a form, its course and what is public of it change by acts."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.crypto import salted_hmac

from accord_portal.foundation import working_days
from accord_portal.foundation.documents import download
from accord_portal.staff import revisions
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.lists import PlainSearchAdmin
from champions.admin.champion import PUBLISH
from champions.admin.partnership_rows import PartnershipRiskInline, PartyInline, WorkItemInline
from champions.admin.tagging import TaggedAdmin
from champions.admin.written import WrittenAdmin
from champions.forms.partnership import (
    DocumentForm,
    PartnershipForm,
    ReviewForm,
    ShowDocumentForm,
    StepForm,
    VisibilityForm,
    WorkProgressForm,
)
from champions.models import Partnership
from champions.partnerships import course, documents, ladder, publishing, recording
from responses.admin import follow_up

CAME_DOWN = "It is not public until an approver publishes it again."


@admin.register(Partnership)
class PartnershipAdmin(TaggedAdmin, PlainSearchAdmin, WrittenAdmin[Partnership]):
    page_template = "staff/partnership.html"
    previewed = {"publish": "Publish"}
    acts = {
        "move": Act(course.move, "Written down.", StepForm),
        "review": Act(course.review, "The review is written down.", ReviewForm),
        "work": Act(course.progress, "Written down.", WorkProgressForm),
        "agree": Act(publishing.agree, "Written down.", VisibilityForm),
        "publish": Act(publishing.publish, "Published.", needs=PUBLISH),
        "withdraw": Act(publishing.withdraw, "Taken down.", needs=PUBLISH),
        "document": Act(documents.add, "The document is kept.", DocumentForm),
        "show": Act(documents.show, "Saved.", ShowDocumentForm, needs=PUBLISH),
    }
    form = PartnershipForm
    inlines = [PartyInline, WorkItemInline, PartnershipRiskInline]
    list_display = ["title", "kind", "status", "review_on", "visibility", "published_at"]
    list_filter = ["status", "visibility", "kind"]
    search_fields = ["title", "called", "parties__name"]
    fieldsets = [
        ("The agreement", {"fields": ["title", "called", "kind", "facilitator"]}),
        ("What it is for", {"fields": ["vision", "purpose", "context", "background", "outcomes"]}),
        ("What it applies, and where", {"fields": ["principles", "features", "regions", "place"]}),
        ("Its days", {"fields": ["signed_on", "starts_on", "ends_on", "term", "review_on", "review_how"]}),
        (
            "How the partners work",
            {"fields": ["decisions", "disagreements", "information_sharing", "reporting"]},
        ),
        ("What may change", {"fields": ["people_change", "circumstances_change"]}),
        ("What is passed on", {"fields": ["lessons", "handover"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/documents/<int:document_pk>/",
                view(self.document_view),
                name="champions_partnership_document",
            ),
            *super().get_urls(),
        ]

    def document_view(self, request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
        """A document as a download, for whoever may see the partnership."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, record):
            return self.change_view(request, str(pk))
        document = get_object_or_404(record.documents, pk=document_pk)
        return download(document.title, document.format, document.content)

    def save_model(
        self, request: HttpRequest, obj: Partnership, form: ModelForm[Partnership], change: bool
    ) -> None:
        recording.give_address(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record = form.instance
        recording.link_parties(record)
        before: revisions.Said = getattr(request, "said_before", {})
        after = revisions.said([record, *self._rows_of(record)])
        if recording.changed(partnership=record, before=before, after=after, by=signed_in(request)):
            messages.info(request, CAME_DOWN)

    def fingerprint(self, record: Partnership) -> str:
        """Everything of the record and its rows, and how many steps and documents it has."""
        said = revisions.said([record, *self._rows_of(record)])
        words = sorted((kind.__name__, key, values) for (kind, key), values in said.items())
        files = list(record.documents.values_list("pk", "is_public"))
        shown = (words, files, record.steps.count())
        return salted_hmac("partnership", repr(shown), algorithm="sha256").hexdigest()[:16]

    def arguments(self, request: HttpRequest, record: Partnership, act: str, form: Form) -> dict[str, Any]:
        return {"partnership": record, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: Partnership, act: str) -> dict[str, Any]:
        if act in ("work", "show"):
            return {"partnership": record}
        if act == "agree":
            return {"initial": {"visibility": record.visibility}}
        return {"initial": {"reviewed_on": working_days.today()}} if act == "review" else {}

    def page_context(self, request: HttpRequest, record: Partnership) -> dict[str, Any]:
        rows: QuerySet[Any] = record.steps.select_related("recorded_by")
        return {
            "partnership": record,
            **follow_up.beside(record),
            "is_seen": Partnership.objects.published().filter(pk=record.pk).exists(),
            "parties": record.parties.select_related("champion", "agency", "contact").prefetch_related(
                "champion__office_holders"
            ),
            "work_items": record.work_items.select_related("party"),
            "risks": record.risks.all(),
            "documents": record.documents.described(),
            "steps": rows,
            "reminders": record.reminders.order_by("-pk")[:6],
            "mailed": ladder.who_is_mailed(record),
            "missing": course.missing_to_be_active(record),
            "principles": record.principles.all(),
            "regions": record.regions.all(),
            "features": record.features.all(),
            "may_change": self.has_change_permission(request, record),
        }
