"""Follow-ups: a list to work down, a page each where it is done or given away, and the page that adds one."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation import working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, from_the_desk, key_in, say_done, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses.answers import following_up
from responses.forms.follow_up import DoneForm, FollowUpForm, GiveFollowUpForm
from responses.models import Activity, Contact, ExpressionOfInterest, FollowUp
from responses.models.follow_up import FollowUpQuerySet

About = FollowUp.About


class FollowUpFilter(admin.SimpleListFilter):
    """What is to be done, unless told otherwise."""

    title = "how it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("late", "Late"), ("mine", "Mine"), ("done", "Done")]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Django's, with what is shown first under its own name."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": "To do"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, FollowUpQuerySet)
        match self.value():
            case "late":
                return queryset.late(working_days.today())
            case "mine":
                return queryset.outstanding().owned_by(signed_in(request))
            case "done":
                return queryset.done()
        return queryset.outstanding()


@admin.register(FollowUp)
class FollowUpAdmin(ActAdmin[FollowUp]):
    page_template = "staff/follow_up.html"
    acts = {
        "done": Act(following_up.done, "Done.", DoneForm),
        "give": Act(following_up.give, "It is given to them.", GiveFollowUpForm),
    }
    list_display = ["what", "for_whom", "by_when", "owner", "stands"]
    free_text = ["what", "for_whom"]
    list_filter = [FollowUpFilter]
    list_select_related = ["contact__merged_into", "owner"]
    list_per_page = 50
    sortable_by = ()
    show_full_result_count = False
    actions = None

    @admin.display(description="For whom")
    def for_whom(self, row: FollowUp) -> str:
        return row.whom

    @admin.display(description="By")
    def by_when(self, row: FollowUp) -> SafeString | str:
        day = day_in_words(row.due_on)
        return format_html('{} <span class="late">Late</span>', day) if row.is_late else day

    @admin.display(description="State")
    def stands(self, row: FollowUp) -> str:
        return f"Done {day_in_words(row.done_at)}" if row.done_at else "To do"

    def fingerprint(self, record: FollowUp) -> str:
        """Whose it is, and whether it is done."""
        return f"{record.owner_id} {'done' if record.done_at else 'to do'}"

    def looked_at(self, request: HttpRequest, record: FollowUp) -> None:
        log(LogLine.Act.VIEWED, record.contact or record, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: FollowUp, act: str, form: Form) -> dict[str, Any]:
        return {"follow_up": record, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: FollowUp, act: str) -> dict[str, Any]:
        return {"initial": {"to": record.owner_id}} if act == "give" else {}

    def page_context(self, request: HttpRequest, record: FollowUp) -> dict[str, Any]:
        about = record_of(record)
        is_seen = about is not None and signed_in(request).has_perm(view_permission(about))
        return {
            "follow_up": record,
            "about": about,
            "about_url": url_of(about) if about is not None and is_seen else "",
            "is_open": record.done_at is None and bool(record.what),
        }

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Adds one about the record that the address names, and goes back to that record's page."""
        about = _named(request.GET.get("about", ""))
        if not signed_in(request).has_perms(["responses.add_followup", view_permission(about)]):
            raise PermissionDenied
        log(LogLine.Act.VIEWED, getattr(about, "contact", None) or about, by=signed_in(request))
        form = FollowUpForm(request.POST or None, initial={"owner": signed_in(request).pk})
        if form.is_valid():
            try:
                following_up.add(about=about, by=signed_in(request), **form.cleaned_data)
            except NotPossible as refused:
                form.add_error(None, str(refused))
            else:
                say_done(request, "The follow-up is added.")
                page, _, part = url_of(about).partition("#")
                return redirect(f"{page}{from_the_desk(request)}#{part or 'follow-ups'}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add a follow-up",
            "form": form,
            "about": about,
            "about_url": url_of(about),
            "about_kind": kind_in_words(about),
        }
        return TemplateResponse(request, "staff/follow_up_add.html", context)


def beside(record: Model) -> dict[str, Any]:
    """What the page of a record shows of its follow-ups, and the way to add one."""
    if isinstance(record, Contact):
        rows = FollowUp.objects.filter(contact__in=record.keys).outstanding()
    else:
        rows = FollowUp.objects.about(record)
        if isinstance(record, ExpressionOfInterest):
            rows |= FollowUp.objects.about_lines(Activity.objects.filter(eoi=record))
        rows = rows.order_by("done_at", "due_on", "pk")
    add = reverse("admin:responses_followup_add")
    return {
        "follow_ups": rows.select_related("owner"),
        "add_follow_up": f"{add}?about={_kind(record) or 'contact'}.{record.pk}",
    }


def record_of(row: FollowUp) -> Model | None:
    """The record that the follow-up is about."""
    if not row.about_kind:
        return row.contact
    return apps.get_model(About(row.about_kind).model)._default_manager.filter(pk=row.about_key).first()


def url_of(record: Model) -> str:
    """The staff page of a record; of a line on a timeline, the timeline."""
    if isinstance(record, Activity):
        return f"{record.contact.kept_record.get_absolute_url()}#timeline"
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])


def view_permission(record: Model) -> str:
    """What it takes to see it; whoever sees the contact sees the timeline."""
    opts = (Contact if isinstance(record, Activity) else record)._meta
    return f"{opts.app_label}.view_{opts.model_name}"


def kind_in_words(record: Model) -> str:
    """What kind of record it is."""
    kind = _kind(record)
    return kind.label if kind else "Contact"


def _kind(record: Model) -> About | None:
    """What one about this record is about; None for a contact."""
    return None if isinstance(record, Contact) else About.of(record)


def _named(code: str) -> Model:
    """The record of this name, "letter.12" or "contact.5". Raises Http404 where there is none."""
    kind, _, key = code.partition(".")
    if kind not in ("contact", *About.values):
        raise Http404
    model = Contact if kind == "contact" else apps.get_model(About(kind).model)
    return get_object_or_404(model, pk=key_in(key))
