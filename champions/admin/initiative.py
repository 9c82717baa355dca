"""Initiatives: what is registered about them, how they stand for each side, asking after them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest

from accord_portal.foundation import working_days
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.lists import SearchableAdmin
from champions.admin.champion import PUBLISH
from champions.admin.tagging import TaggedAdmin
from champions.forms.initiative import RewordInitiativeForm
from champions.forms.milestone import MilestoneForm, ReachedForm
from champions.forms.partner import EndPartnerForm, PartnerForm
from champions.forms.report import ProgressReportForm, ReadingForm
from champions.initiatives import asking, editing, progress, standing
from champions.models import Initiative


class WhatIsNew(admin.SimpleListFilter):
    """Initiatives that nobody reported on for long, and those with words that nobody has read."""

    title = "what was said"
    parameter_name = "said"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("stale", "Nothing for 90 days"), ("to_read", "Words to read")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: Any = queryset
        if self.value() == "stale":
            return rows.stale(working_days.today())
        return rows.with_words_to_read() if self.value() == "to_read" else queryset


@admin.register(Initiative)
class InitiativeAdmin(TaggedAdmin, SearchableAdmin, ActAdmin[Initiative]):
    """All initiatives; each is published and taken down with its champion."""

    page_template = "staff/initiative.html"
    acts = {
        "ask": Act(asking.ask, "They are asked by mail."),
        "report": Act(progress.report, "Written down.", ProgressReportForm),
        "read": Act(progress.read_words, "Saved.", ReadingForm, needs=PUBLISH),
        "milestone": Act(editing.add_milestone, "Added.", MilestoneForm),
        "reached": Act(editing.reach_milestone, "Written down.", ReachedForm),
        "partner": Act(editing.add_partner, "Added. They are not named until they agree.", PartnerForm),
        "part": Act(editing.end_partner, "Written down.", EndPartnerForm),
        "reword": Act(editing.reword, "Corrected.", RewordInitiativeForm),
    }
    list_display = ["title", "champion", "state", "published_at"]
    list_filter = ["state", WhatIsNew, "principles"]
    list_select_related = ["champion"]
    search_help_text = "Title, description or champion; macrons do not matter"

    def fingerprint(self, record: Initiative) -> str:
        """Where the initiative stands, what was said of it, and how often the champion was asked."""
        last = record.reports.order_by("-pk").values_list("pk", flat=True).first()
        words = record.champion.fingerprint
        return f"{asking.times_asked(record)}-{record.state}-{last}-{words}"

    def arguments(self, request: HttpRequest, record: Initiative, act: str, form: Form) -> dict[str, Any]:
        about = {"initiative": record, "by": signed_in(request)}
        if act == "ask":
            return {**about, "seen": asking.times_asked(record)}
        if isinstance(form, RewordInitiativeForm):
            return {**about, **form.words_and_about()}
        return {**about, **form.cleaned_data}

    def form_arguments(self, record: Initiative, act: str) -> dict[str, Any]:
        return {} if act == "ask" else {"initiative": record}

    def page_context(self, request: HttpRequest, record: Initiative) -> dict[str, Any]:
        reports = record.reports.select_related("champion", "reading", "recorded_by", "repeats")
        return {
            "initiative": record,
            "principles": record.principles.all(),
            "regions": record.regions.all(),
            "features": record.features.all(),
            "milestones": record.milestones.all(),
            "open_milestones": record.milestones.filter(reached_on=None).exists(),
            "partners": record.partners.current().select_related("champion"),
            "standing": standing.for_staff(record),
            "reports": reports[:20],
            "promises": asking.promises_about(record),
            "may_be_asked": asking.may_be_asked(record),
        }
