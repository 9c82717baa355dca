"""Digest issues: compose, look at it as it will arrive, try it on yourself, approve, watch it go."""

import datetime as dt
from functools import partial
from typing import Any, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accord_portal.digests import (
    arranging,
    compose,
    content,
    decisions,
    faults,
    leaving,
    settling,
    trying_out,
)
from accord_portal.digests.forms import ArrangeForm, IntroductionForm, StoppingForm, WhenForm
from accord_portal.digests.models import Audience, DigestIssue, DigestSchedule
from accord_portal.digests.sending import emails
from accord_portal.digests.whom import DoubtForm, TryOutForm
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import previewing, progress
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from responses.models import Involvement

from . import as_reader, doubts, sender
from .as_reader import SEES_CONTACTS
from .outcomes_so_far import how_far

APPROVE = ("digests.approve_digestissue",)


@admin.register(DigestIssue)
class DigestIssueAdmin(ActAdmin[DigestIssue]):
    page_template = "staff/digest_issue.html"
    change_list_template = "staff/digest_issues.html"
    acts = {
        "introduce": Act(compose.introduce, "Saved.", IntroductionForm),
        "arrange": Act(arranging.arrange, "Saved.", ArrangeForm),
        "test": Act(trying_out.send_test, "A test is on its way to", TryOutForm),
        "approve": Act(compose.approve, "Approved.", WhenForm, APPROVE),
        "move": Act(leaving.move, "Saved.", WhenForm, APPROVE),
        "cancel": Act(compose.cancel, "Cancelled. Its news goes into the next issue."),
        "pause": Act(decisions.pause, "Paused: nothing more is handed over.", StoppingForm, APPROVE),
        "cancel_sending": Act(
            decisions.cancel_sending, "Cancelled: nobody else gets it.", StoppingForm, APPROVE
        ),
        "resume": Act(decisions.resume, "It goes on.", needs=APPROVE),
        "send_again": Act(settling.send_again, "They are sent it again.", DoubtForm, APPROVE),
        "try_failed_again": Act(
            decisions.try_failed_again, "Those that failed are tried again.", needs=APPROVE
        ),
        "treat_as_sent": Act(settling.treat_as_sent, "They are counted as having it.", DoubtForm, APPROVE),
    }
    list_display = ["__str__", "state", "recipients", "accepted", "skipped", "failed", "in_doubt", "sent_at"]
    list_filter = ["state", "audience"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("compose/", view(self.compose_view), name="digests_compose"),
            path("sender/", view(partial(sender.page, site=self.admin_site)), name="digests_sender"),
            path("<int:pk>/approval/", view(self.approval_view), name="digests_approval"),
            path("<int:pk>/as-reader/", view(self.as_reader_view), name="digests_as_reader"),
            path("<int:pk>/doubt/", view(self.doubt_view), name="digests_doubt"),
            path("<int:pk>/preview/", view(self.preview_view), name="digests_preview"),
            path("<int:pk>/progress/", view(self.progress_view), name="digests_progress"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request,
            {
                "audiences": Audience.choices,
                "may_compose": self.may_compose(request),
                **(extra_context or {}),
            },
        )

    def may_compose(self, request: HttpRequest) -> bool:
        """Composing is of those who write the introduction."""
        return "introduce" in self.allowed(request)

    def compose_view(self, request: HttpRequest) -> HttpResponse:
        """Gathers a draft for the audience whose button was pressed."""
        if not self.may_compose(request):
            raise PermissionDenied
        issues = reverse("admin:digests_digestissue_changelist")
        if request.method != "POST" or request.POST.get("audience") not in Audience.values:
            return redirect(issues)
        try:
            issue = compose.compose_issue(audience=request.POST["audience"], by=signed_in(request))
        except NotPossible as refused:
            messages.error(request, str(refused))
            return redirect(issues)
        return redirect(reverse("admin:digests_digestissue_change", args=[issue.pk]))

    def approval_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To how many a draft goes and what cannot be undone, with the button that approves it."""
        issue = get_object_or_404(DigestIssue, pk=pk)
        if "approve" not in self.allowed(request):
            raise PermissionDenied
        return self._page(request, issue, "approve") if issue.is_draft else redirect(self._page_url(issue))

    def as_reader_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The issue as one subscriber gets it, for whoever may see contacts."""
        issue = get_object_or_404(DigestIssue, pk=pk)
        if not (self.has_view_permission(request, issue) and signed_in(request).has_perm(SEES_CONTACTS)):
            raise PermissionDenied
        return as_reader.page(request, issue, self.admin_site)

    def doubt_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who may or may not have the issue, and what is decided about them."""
        issue = get_object_or_404(DigestIssue, pk=pk)
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        return self._page(request, issue, "doubt")

    def done(self, record: DigestIssue, act: str, form: Form) -> str:
        """A test says to whom it goes."""
        words = super().done(record, act, form)
        named = form.cleaned_data.get("addresses") if act == "test" else None
        return f"{words} {', '.join(named) if named else 'you'}." if act == "test" else words

    def page_after(self, record: DigestIssue, act: str) -> str:
        """Whoever decides about some of those in doubt goes on with the others."""
        left = act in doubts.ACTS_ON_DOUBT and record.doubts.open().exists()
        return reverse("admin:digests_doubt", args=[record.pk]) if left else self._page_url(record)

    def _page(
        self, request: HttpRequest, record: DigestIssue, act: str = "", refused: Form | None = None
    ) -> HttpResponse:
        page = cast(TemplateResponse, super()._page(request, record, act, refused))
        if act == "approve" and record.is_draft:
            readers = Involvement.objects.permitting(record.audience).count()
            said_yes = Involvement.objects.current().filter(purpose=record.audience).count()
            page.template_name = "staff/digest_approval.html"
            page.context_data = {
                **(page.context_data or {}),
                "title": f"Approve: {record}",
                "readers": readers,
                "unconfirmed": max(0, said_yes - readers),
                "faults": faults.of(record),
                "days": settings.DIGEST_EXPIRES_DAYS,
            }
        elif act in ("doubt", *doubts.ACTS_ON_DOUBT):
            shown = page.context_data or {}
            page.template_name = "staff/digest_doubt.html"
            page.context_data = {**shown, **doubts.context(request, record, shown["forms"], refused)}
        return page

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The HTML as it will arrive. The policy refuses style attributes, so they become rules."""
        issue = get_object_or_404(DigestIssue, pk=pk)
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        nonce = get_random_string(22)
        html = previewing.styles_as_rules(_for_nobody(issue).html, nonce)
        policy = {"default-src": ["'none'"], "style-src": [f"'nonce-{nonce}'"], "frame-ancestors": ["'self'"]}
        view = csp_replace(policy)(lambda request: HttpResponse(html))
        return xframe_options_sameorigin(view)(request)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """How many have been sent it; for the frame on the issue's own page."""
        issue = get_object_or_404(DigestIssue, pk=pk)
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        return progress.frame(
            request,
            state=issue.get_state_display(),
            figures=how_far(issue),
            is_over=not issue.is_on_its_way,
            page=self._page_url(issue),
        )

    def fingerprint(self, record: DigestIssue) -> str:
        """The message as it was shown: what is approved is what was looked at."""
        shown = repr(content.render(record)) + record.state
        return salted_hmac("digest-issue", shown, algorithm="sha256").hexdigest()[:16]

    def arguments(self, request: HttpRequest, record: DigestIssue, act: str, form: Form) -> dict[str, Any]:
        officer = signed_in(request)
        actor = {} if act == "cancel" else {"by": officer}
        return {"issue": record, **actor, **form.cleaned_data}

    def form_arguments(self, record: DigestIssue, act: str) -> dict[str, Any]:
        if act == "arrange" and record.is_draft:
            items, left = content.of(record), content.left_for_the_next(record)
            return {"initial": {"subject": record.own_subject}, "items": items, "left": left}
        if act == "approve" and (at := leaving.hour_of(record)):
            return {"initial": _later(at)}
        if act == "move" and record.goes_out_at:
            return {"initial": _later(record.goes_out_at)}
        said = {"text": record.introduction, "question": record.question}
        return {"initial": said} if act == "introduce" else {}

    def page_context(self, request: HttpRequest, record: DigestIssue) -> dict[str, Any]:
        why = compose.why_another_approves(record, by=signed_in(request)) if record.is_draft else ""
        hour = leaving.hour_of(record) if record.is_draft else None
        schedules = DigestSchedule.objects.select_related("approved_by").filter(audience=record.audience)
        schedule = schedules.first() if hour else None
        return {
            "issue": record,
            "message": _for_nobody(record),
            "why_another": why,
            "hour": hour,
            "stands_approved": schedule if schedule and schedule.stands_approved else None,
        }


def _later(at: dt.datetime) -> dict[str, object]:
    local = timezone.localtime(at)
    return {"when": "later", "day": local.date(), "time": f"{local:%H:%M}"}


def _for_nobody(issue: DigestIssue) -> content.Rendered:
    """The issue with words in place of a reader's own."""
    return emails.personal(
        content.render(issue),
        name="(the reader’s name)",
        why="(which Yes, and since when)",
        unsubscribe="https://unsubscribe.invalid/",
        preferences="https://preferences.invalid/",
    )
