"""Letters: what people wrote on Contact us, and the acts by which staff answer them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses.answers import letters, reply_templates
from responses.forms.letter import CloseLetterForm
from responses.forms.triage import AssignForm, NoteForm, ReopenForm, TellForm
from responses.models import Contact, Letter

from . import follow_up
from .reply_template import FromTemplatesAdmin
from .search_within import SearchedWithinAdmin


class LettersFilter(admin.SimpleListFilter):
    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("awaiting", "Awaiting an answer"), ("late", "Late"), ("mine", "Mine")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        match self.value():
            case "awaiting":
                return queryset & Letter.objects.awaiting_an_answer()
            case "late":
                return queryset & Letter.objects.late(working_days.today())
            case "mine":
                return queryset & Letter.objects.being_worked_on_by(signed_in(request))
        return queryset


@admin.register(Letter)
class LetterAdmin(SearchedWithinAdmin, FromTemplatesAdmin[Letter]):
    page_template = "staff/letter.html"
    acts = {
        "answer": Act(letters.answer, "Answered.", TellForm, is_shown_first=True),
        "assign": Act(letters.assign, "Assigned.", AssignForm),
        "note": Act(letters.note, "Note added.", NoteForm),
        "close": Act(letters.close, "Closed.", CloseLetterForm),
        "reopen": Act(letters.reopen, "Taken up again.", ReopenForm),
        "spam": Act(letters.mark_as_spam, "Marked as spam."),
    }
    list_display = ["reference", "name", "where_it_stands", "promised", "assigned_to", "received"]
    list_display_links = ["reference", "name"]
    list_filter = [LettersFilter, "state"]
    free_text = ["name"]
    list_select_related = ["assigned_to"]
    list_per_page = 50
    search_help_text = "Reference, name, address, number or any text; macrons do not matter"
    searched_by_all = ["name"]
    references = ["reference"]
    search_help_text_for_all = "Reference or name"
    actions = None

    @admin.display(description="State", ordering="state")
    def where_it_stands(self, letter: Letter) -> SafeString | str:
        if letter.is_late:
            return format_html('<span class="late">{}, late</span>', letter.get_state_display())
        return letter.get_state_display()

    @admin.display(description="Promised by", ordering="due_on")
    def promised(self, letter: Letter) -> str:
        return day_in_words(letter.due_on)

    @admin.display(description="Received", ordering="received_at")
    def received(self, letter: Letter) -> str:
        return day_in_words(letter.received_at)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The soonest promised first where staff work a queue down; otherwise the newest first."""
        queue = request.GET.get("queue") in ("awaiting", "late")
        return ["due_on", "pk"] if queue else ["-received_at", "-pk"]

    def fingerprint(self, record: Letter) -> str:
        """The number of things done with it: each act adds one."""
        return str(record.lines.count())

    def arguments(self, request: HttpRequest, record: Letter, act: str, form: Form) -> dict[str, Any]:
        seen = {} if act == "note" else {"seen": int(request.POST["shown"])}
        return {"letter": record, **seen, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: Letter, act: str) -> dict[str, Any]:
        return {"initial": {"to": record.assigned_to_id}} if act == "assign" else {}

    def looked_at(self, request: HttpRequest, record: Letter) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def template_values(self, request: HttpRequest, record: Letter) -> dict[str, str]:
        """What is filled in about this letter."""
        return reply_templates.values_for_letter(record, by=signed_in(request))

    def preview_hint(self, record: Letter) -> str:
        """Why the message greets nobody."""
        return "Anybody may have written with this address: the message names nobody and quotes nothing."

    def page_context(self, request: HttpRequest, record: Letter) -> dict[str, Any]:
        contact = Contact.objects.filter(mailbox=record.mailbox).first() if record.mailbox else None
        return {
            **super().page_context(request, record),
            "letter": record,
            **follow_up.beside(record),
            "lines": record.lines.select_related("done_by", "mail"),
            "is_mailed": letters.may_be_mailed(record),
            "contact": contact.kept_record if contact else None,
        }
