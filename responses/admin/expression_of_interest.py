"""The triage queue: a list that filters as staff speak, and one page with the acts as buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from accord_portal.staff.record_admin import sees_details
from responses import contact_sections
from responses.answers import differences, emails, enquiring, intake, referring, reply_templates, triage
from responses.forms.enquiry import AskForm
from responses.forms.express_interest import WrittenDownForm
from responses.forms.referral import ReferForm
from responses.forms.triage import (
    AcknowledgeForm,
    AssignForm,
    CloseForm,
    DecideForm,
    NoteForm,
    ReopenForm,
    TellForm,
)
from responses.models import Activity, Call, Enquiry, ExpressionOfInterest, Purpose, Referral, Undertaking
from responses.models.expression_of_interest import ExpressionOfInterestQuerySet
from responses.undertakings.initiatives import initiatives_in

from . import follow_up, owed
from .reply_template import FromTemplatesAdmin
from .search_within import SearchedWithinAdmin
from .weeks import WeekFilter

Queue = QuerySet[ExpressionOfInterest]
Kind, State = Undertaking.Kind, ExpressionOfInterest.State
NOT_CONFIRMED = (
    "Nobody has confirmed this form from that mailbox yet: the message does not greet them by name,"
    " and nothing they typed is in it."
)
MAX_LINES = 100  # of the timeline; the contact's page has them all


class QueueFilter(admin.SimpleListFilter):
    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("awaiting", "Awaiting triage"),
            ("late", "Late"),
            ("mine", "Mine"),
            ("asked", "Asked, waiting for their answer"),
            ("champions", "Wants to champion"),
            ("unanswered", "Closed without an answer"),
        ]

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        assert isinstance(queryset, ExpressionOfInterestQuerySet)
        match self.value():
            case "awaiting":
                return queryset.awaiting_triage()
            case "late":
                return queryset.late(working_days.today())
            case "mine":
                return queryset.being_worked_on_by(signed_in(request))
            case "asked":
                asked = Q(pk__in=Enquiry.objects.waiting().order_by().values("eoi"))
                referred = Q(pk__in=Referral.objects.waiting().order_by().values("eoi"))
                return queryset.filter(asked | referred)
            case "champions":
                return queryset.wanting_to_champion()
            case "unanswered":
                return queryset.closed_without_an_answer()
        return queryset


class ReceivedFilter(WeekFilter):
    """Those of one week as the figures count them: without spam."""

    title = "week it came in"
    instant = "received_at"

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        found = super().queryset(request, queryset)
        return found.exclude(state=State.SPAM) if self.value() else found


@admin.register(ExpressionOfInterest)
class ExpressionOfInterestAdmin(SearchedWithinAdmin, FromTemplatesAdmin[ExpressionOfInterest]):
    page_template = "staff/expression_of_interest.html"
    acts = {
        "acknowledge": Act(triage.acknowledge, "Acknowledged.", AcknowledgeForm, is_shown_first=True),
        "reply": Act(triage.reply, "Replied in full.", TellForm, is_shown_first=True),
        "decide": Act(triage.decide, "Decided.", DecideForm, is_shown_first=True),
        "ask": Act(enquiring.ask, "Asked.", AskForm, is_shown_first=True),
        "read_answer": Act(enquiring.read, "Read."),
        "refer": Act(referring.refer, "Asked.", ReferForm, is_shown_first=True),
        "withdraw": Act(referring.withdraw, "Taken back."),
        "assign": Act(triage.assign, "Assigned.", AssignForm),
        "note": Act(triage.note, "Note added.", NoteForm),
        "close": Act(triage.close, "Closed.", CloseForm, is_shown_first=True),
        "reopen": Act(triage.reopen, "Taken up again.", ReopenForm),
        "spam": Act(triage.mark_as_spam, "Marked as spam."),
    }
    list_display = [
        "reference",
        "name",
        "organisation",
        "where_it_stands",
        "promised",
        "assigned_to",
        "received",
    ]
    list_display_links = ["reference", "name"]
    free_text = ["name", "organisation"]
    list_filter = [QueueFilter, "state", "call", "channel", ReceivedFilter]
    list_select_related = ["assigned_to", "contact"]
    list_per_page = 50
    search_help_text = "Reference, name, organisation, address, number or any text; macrons do not matter"
    searched_by_all = ["name", "organisation", "contact__name_key"]
    references = ["reference"]
    search_help_text_for_all = "Reference, name or organisation"
    actions = None

    @admin.display(description="State", ordering="state")
    def where_it_stands(self, eoi: ExpressionOfInterest) -> SafeString | str:
        if eoi.is_late:
            return format_html('<span class="late">{}, late</span>', eoi.get_state_display())
        if eoi.asked_at:
            return f"{eoi.get_state_display()}, asked on {day_in_words(eoi.asked_at)}"
        return eoi.get_state_display()

    def get_queryset(self, request: HttpRequest) -> Queue:
        rows = super().get_queryset(request)
        return rows.prefetch_related("undertakings", "enquiries__mail", "referrals__question")

    @admin.display(description="Promised by")
    def promised(self, eoi: ExpressionOfInterest) -> str:
        return day_in_words(eoi.due_on) if eoi.due_on else ""

    @admin.display(description="Received", ordering="received_at")
    def received(self, eoi: ExpressionOfInterest) -> str:
        return day_in_words(eoi.received_at)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The soonest promised first where staff work a queue down; otherwise the newest first."""
        if request.GET.get("queue") in ("awaiting", "late", "unanswered"):
            return ["undertakings__due_on", "undertakings__pk"]
        return ["-received_at", "-pk"]

    def arguments(
        self, request: HttpRequest, record: ExpressionOfInterest, act: str, form: Form
    ) -> dict[str, Any]:
        seen = request.POST.get("seen", "")
        version = {} if act == "note" else {"seen": int(seen) if seen.isdecimal() and len(seen) < 10 else 0}
        return {"eoi": record, **version, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: ExpressionOfInterest, act: str) -> dict[str, Any]:
        match act:
            case "assign":
                return {"initial": {"to": record.assigned_to_id}}
            case "acknowledge":
                reply: Undertaking | None = record.undertaking_of(Kind.REPLY)
                is_owed = bool(reply and reply.is_open)
                day = reply.due_on if reply and reply.due_on >= working_days.today() else None
                return {"is_reply_owed": is_owed, "initial": {"reply_on": day}}
            case "refer":
                return {"eoi": record}
            case "decide":
                return {"initiatives": _undecided(record)}
        return {}

    def _form(
        self,
        act: str,
        record: ExpressionOfInterest,
        request: HttpRequest,
        data: Mapping[str, Any] | None = None,
    ) -> Form:
        """An answer ends with the public page of `?mention=`, if that is a story or an initiative."""
        form = super()._form(act, record, request, data)
        if data is None and act in ("acknowledge", "reply") and (address := _mentioned(request)):
            form.initial["text"] = f"{form.initial.get('text', '')}\n\n{address}\n".lstrip()
        return form

    def looked_at(self, request: HttpRequest, record: ExpressionOfInterest) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def template_values(self, request: HttpRequest, record: ExpressionOfInterest) -> dict[str, str]:
        """What is filled in about this form."""
        return reply_templates.values_for_form(record, by=signed_in(request))

    def preview_hint(self, record: ExpressionOfInterest) -> str:
        """Why the message greets nobody, where it does not."""
        return "" if record.confirmed_at else NOT_CONFIRMED

    def behind_the_link(self, act: str, said: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        """What the person is asked to agree to, where it is asked whether something may be passed on."""
        if act != "refer":
            return ()
        to = f"{said['agency']}, at {said['address']}"
        return [("To whom", to), ("Exactly what we would send", said["text"])]

    def page_context(self, request: HttpRequest, record: ExpressionOfInterest) -> dict[str, Any]:
        person = record.contact.kept_record
        activities = Activity.objects.filter(contact__in=person.keys).select_related("done_by", "eoi", "mail")
        rows = owed.with_all(record.undertakings.order_by("due_on", "pk"))
        return {
            **super().page_context(request, record),
            "eoi": record,
            **follow_up.beside(record),
            "owed": owed.described(rows, signed_in(request)),
            "offered": _offered(record),
            "answer_first": triage.ANSWER_FIRST,
            "acknowledgement": record.undertaking_of(Kind.ACKNOWLEDGE),
            "mailed_to": emails.reached_at(record),
            "left_alone": record.contact.wants_to_be_left_alone,
            "not_arrived": OutgoingMail.objects.not_arrived(person.keys),
            "answers": _answers(record),
            "differences": differences.between(record),
            "versions": record.versions,
            "referrals": record.referrals.select_related("asked_by", "read_by", "question", "mail"),
            "enquiries": record.enquiries.select_related("asked_by", "read_by", "mail"),
            "person": person,
            "activities": activities[:MAX_LINES],
            "sections_above": contact_sections.about_form(record, signed_in(request)),
        }

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Writing down an answer takes an address or a number, and shows whose it is."""
        may = self.may_act(request) and sees_details(signed_in(request))
        return may and bool(Call.objects.open_on(working_days.today()))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Writes down an answer that came by telephone, on paper or by email: the same door as for all."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = WrittenDownForm(request.POST or None)
        if form.is_valid():
            call = Call.objects.open_on(working_days.today())[0]
            eoi = intake.receive(
                call=call,
                answers=form.answers(),
                channel=form.cleaned_data["channel"],
                by=signed_in(request),
                wording=form.wordings_shown(),
            )
            return redirect(eoi)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Write down an answer",
            "form": form,
        }
        return TemplateResponse(request, "staff/record.html", context)


def _offered(eoi: ExpressionOfInterest) -> list[str]:
    """The acts that the page offers as the record stands."""
    if eoi.state == State.REPLACED:
        return ["note"]
    owes = {row.kind for row in eoi.undertakings.all() if row.is_open}
    said = [*eoi.enquiries.all(), *eoi.referrals.all()]
    answers = {Kind.ACKNOWLEDGE: "acknowledge"} if not eoi.acknowledged_at else {Kind.REPLY: "reply"}
    return [
        *(act for kind, act in answers.items() if kind in owes),
        *(["decide"] if _undecided(eoi) else []),
        *_what_may_be_asked(eoi),
        *(["read_answer"] if any(row.is_unread for row in said) else []),
        *("assign", "note"),
        *(["close"] if eoi.may_close else []),
        *(["spam"] if eoi.is_open else ["reopen"]),
    ]


def _what_may_be_asked(eoi: ExpressionOfInterest) -> list[str]:
    """What the person may be asked by mail, and whether what they were asked may be taken back."""
    may_ask = eoi.is_open and bool(emails.mailed_to(eoi))
    if any(referral.state == referral.State.ASKED for referral in eoi.referrals.all()):
        return ["ask", "withdraw"] if may_ask else ["withdraw"]
    return ["ask", "refer"] if may_ask else []


def _undecided(eoi: ExpressionOfInterest) -> dict[int, str]:
    """The initiatives about which a decision is owed still, by their number."""
    owes = {row.about for row in eoi.undertakings.all() if row.kind == Kind.DECIDE and row.is_open}
    if not owes:
        return {}
    decided = set(eoi.decisions.values_list("number", flat=True))
    written = enumerate(initiatives_in(eoi.initiatives), 1)
    return {number: text for number, text in written if number in owes - decided}


def _answers(eoi: ExpressionOfInterest) -> list[tuple[str, bool]]:
    """Each question in the words the person was shown, and the answer."""
    lines = eoi.evidence.order_by("-pk")
    asked = {line.purpose: line.wording.text for line in lines}
    return [(asked.get(purpose, Purpose(purpose).label), yes) for purpose, yes in eoi.answers.items()]


def _mentioned(request: HttpRequest) -> str:
    """The whole address of the page to mention; "" for none, and for any other page."""
    path = request.GET.get("mention", "")
    try:
        name = resolve(path).url_name
    except Resolver404:
        return ""
    return f"{settings.BASE_URL}{path}" if name in ("practice-story", "initiative") else ""
