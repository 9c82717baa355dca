"""What we owe people, by day: a list to work down, and a page each with its whole story."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.forms import Form
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.lists import UncountedAdmin
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from accord_portal.staff.record_admin import sees_details, shown_to
from responses.forms.owed import GiveForm, MoveForm
from responses.models import Undertaking
from responses.models.undertaking import UndertakingQuerySet
from responses.undertakings import moving

from . import owed
from .weeks import WeekFilter

ORDERS = {"late": ["first_due_on", "pk"], "kept": ["-kept_at", "-pk"], "ended": ["-pk"]}


class StandsFilter(admin.SimpleListFilter):
    """How an undertaking stands: what is owed, unless told otherwise."""

    title = "how it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("today", "Due today"),
            ("late", "Late"),
            ("mine", "Mine"),
            ("kept", "Kept"),
            ("ended", "Ended"),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Django's, with what is shown first under its own name."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": "Open"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, UndertakingQuerySet)
        match self.value():
            case "today":
                return queryset.due_on(working_days.today())
            case "late":
                return queryset.late(working_days.today())
            case "mine":
                return queryset.open().owned_by(signed_in(request))
            case "kept":
                return queryset.kept()
            case "ended":
                return queryset.ended()
        return queryset.open()


class KeptWeekFilter(WeekFilter):
    """What was kept in one week."""

    title = "week it was kept in"
    instant = "kept_at"


class InTimeFilter(admin.SimpleListFilter):
    """What was kept by the day promised first, or after it; what was never promised for a day is neither."""

    title = "on time or late"
    parameter_name = "kept"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on_time", "Kept on time"), ("late", "Kept late")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        kept = queryset.filter(kept_at__isnull=False, is_backfilled=False).annotate(
            kept_on=TruncDate("kept_at")
        )
        if self.value() == "late":
            return kept.filter(first_due_on__lt=F("kept_on"))
        return kept.filter(first_due_on__gte=F("kept_on"))


@admin.register(Undertaking)
class UndertakingAdmin(UncountedAdmin, ActAdmin[Undertaking]):
    """Nobody adds, edits or deletes one: acts make and keep them, and two of those are here."""

    page_template = "staff/undertaking.html"
    acts = {
        "move": Act(moving.move, "The new day is named.", MoveForm),
        "hand_over": Act(moving.hand_over, "It is given to them.", GiveForm),
    }
    list_display = ["what", "whom", "by_when", "owned_by", "stands"]
    list_display_links = ["what"]
    free_text = ["whom_by_name"]
    list_filter = [StandsFilter, "kind", KeptWeekFilter, InTimeFilter]
    list_per_page = 50
    sortable_by = ()  # millions of rows are never put in another order
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Undertaking]:
        return owed.with_all(super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """By the day it is owed; what is late, by the day promised first; what is over, the latest first."""
        return ORDERS.get(request.GET.get("stands", ""), ["due_on", "pk"])

    def columns(self, request: HttpRequest) -> list[str]:
        """Whoever may not open contacts, or sees no numbers in names, reads who it is without a link."""
        user = signed_in(request)
        has_link = user.has_perm("responses.view_contact") and sees_details(user)
        return [name if has_link or name != "whom" else "whom_by_name" for name in super().columns(request)]

    @admin.display(description="What")
    def what(self, row: Undertaking) -> str:
        return str(row)

    @admin.display(description="To whom")
    def whom(self, row: Undertaking) -> SafeString | str:
        if not row.contact:
            return self.whom_by_name(row)
        kept = row.contact.kept_record
        return format_html('<a href="{}">{}</a>', kept.get_absolute_url(), kept)

    @admin.display(description="To whom")
    def whom_by_name(self, row: Undertaking) -> str:
        if row.contact:
            return str(row.contact.kept_record)
        return f"All who said Yes: {row.get_audience_display()}"

    @admin.display(description="By which day")
    def by_when(self, row: Undertaking) -> SafeString | str:
        day = day_in_words(row.due_on)
        first = f", promised first for {day_in_words(row.first_due_on)}" if row.was_moved else ""
        if row.is_late:
            return format_html('{} <span class="late">Late</span>{}', day, first)
        return f"{day}{first}"

    @admin.display(description="Whose it is")
    def owned_by(self, row: Undertaking) -> str:
        return str(row.owner or "Nobody")

    @admin.display(description="State")
    def stands(self, row: Undertaking) -> SafeString | str:
        if row.kept_at:
            when = f"Kept {day_in_words(row.kept_at)}"
            return format_html('{}, <span class="late">late</span>', when) if row.was_late else when
        if row.ended_at:
            return f"Ended {day_in_words(row.ended_at)}: {row.get_ended_because_display()}"
        return "Owed again: our message did not arrive" if row.evidence_kind else "Open"

    def fingerprint(self, record: Undertaking) -> str:
        """The day and the owner it was shown with, and whether it is owed."""
        return f"{record.due_on} {record.owner_id or ''} {record.is_open}"

    def looked_at(self, request: HttpRequest, record: Undertaking) -> None:
        log(LogLine.Act.VIEWED, record.contact or record, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: Undertaking, act: str, form: Form) -> dict[str, Any]:
        seen = {"seen": record.due_on} if act == "move" else {}
        return {"undertaking": record, **seen, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: Undertaking, act: str) -> dict[str, Any]:
        return {"initial": {"to": record.owner_id}} if act == "hand_over" else {}

    def page_context(self, request: HttpRequest, record: Undertaking) -> dict[str, Any]:
        user, contact = signed_in(request), record.contact
        person = contact.kept_record if contact else None
        return {
            "title": shown_to(user, f"{record}: {self.whom_by_name(record)}"),
            "owed": owed.described([record], user)[0],
            "person": person,
            "is_mailed": bool(contact and contact.email and not contact.wants_to_be_left_alone),
            "kept_at": owed.where_it_is_kept(record, user),
            "may_act": record.is_open and self.may_act(request),
        }
