"""When digests go out: a calendar of what went and what comes, and a page for the days of each audience."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accord_portal.digests.forms import PlanForm
from accord_portal.digests.models import DigestSchedule
from accord_portal.digests.schedule import calendar, planning
from accord_portal.foundation import clock
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in

from .digest_issue import APPROVE


@admin.register(DigestSchedule)
class DigestScheduleAdmin(ActAdmin[DigestSchedule]):
    page_template = "staff/digest_schedule.html"
    change_list_template = "staff/digest_calendar.html"
    acts = {
        "plan": Act(planning.plan, "Saved.", PlanForm),
        "approve": Act(planning.approve, "Approved: its issues go out by themselves.", needs=APPROVE),
        "take_back": Act(planning.take_back, "Taken back: each issue waits to be approved.", needs=APPROVE),
    }
    list_display = ["audience", "is_running"]
    actions = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        now = clock.now()
        schedules = list(DigestSchedule.objects.select_related("approved_by"))
        more = {
            "schedules": [(row, self._page_url(row), calendar.next_day(row, now)) for row in schedules],
            "months": calendar.months(now),
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def fingerprint(self, record: DigestSchedule) -> str:
        """Who approves has seen its days as they are."""
        return f"{record.kept_at}{record.approved_at}"

    def arguments(self, request: HttpRequest, record: DigestSchedule, act: str, form: Any) -> dict[str, Any]:
        return {"schedule": record, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: DigestSchedule, act: str) -> dict[str, Any]:
        if act != "plan":
            return {}
        said = {name: getattr(record, name) for name in ("every", "weekday", "zone")}
        said["at"] = f"{record.at:%H:%M}"
        return {"initial": {**said, "is_running": "yes" if record.is_running else "no"}}

    def page_context(self, request: HttpRequest, record: DigestSchedule) -> dict[str, Any]:
        why = planning.why_another_approves(record, by=signed_in(request)) if record.is_running else ""
        days = calendar.coming(record, clock.now())
        return {"schedule": record, "why_another": why, "days": days}
