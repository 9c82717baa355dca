"""The outbox: every message the portal owed to one person."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff import log_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine


def whom(mails: Iterable[OutgoingMail], request: HttpRequest, site: AdminSite) -> dict[int, SafeString]:
    """Whom these messages are for, by the key of the contact, each with a link: one query for all."""
    keys = {row.recipient for row in mails if row.recipient}
    return log_in_words.linked("responses.contact", keys, request, site._registry)


class OutboxList(ChangeList):
    """A page of the outbox; each message says whom it is for."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        named = whom(self.result_list, request, self.model_admin.admin_site)
        for row in self.result_list:
            row.whom = named.get(row.recipient or 0, "")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ActAdmin[OutgoingMail]):
    """Every message the portal owed to one person, and what became of it."""

    page_template = "staff/outgoing_mail.html"
    acts = {
        "try_again": Act(mail.try_again, "Queued: it is sent within seconds."),
        "treat_as_sent": Act(mail.treat_as_sent, "It counts as sent."),
        "came_back": Act(mail.came_back, "It counts as failed, and what it had kept is owed again."),
    }
    list_display = ["__str__", "to", "whom", "state", "attempts", "queued_at", "sent_at"]
    contact_details = ["to"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    show_full_result_count = False
    actions = ["try_these_again"]

    @admin.display(description="For")
    def whom(self, mail: Any) -> SafeString | str:
        return cast("SafeString | str", mail.whom)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OutboxList]:
        return OutboxList

    @admin.action(description="Try failed messages again", permissions=["act"])
    def try_these_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Queues the chosen messages that had failed; those in doubt are decided one by one."""
        number = mail.try_again(mails.exclude(state=OutgoingMail.State.IN_DOUBT))
        self.message_user(request, f"{number} queued to be sent again.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may press the buttons may do so for several at once."""
        return self.may_act(request)

    def looked_at(self, request: HttpRequest, record: OutgoingMail) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def page_context(self, request: HttpRequest, record: OutgoingMail) -> dict[str, Any]:
        return {"whom": whom([record], request, self.admin_site).get(record.recipient or 0, "")}

    def arguments(self, request: HttpRequest, record: OutgoingMail, act: str, form: Form) -> dict[str, Any]:
        return {"mails": OutgoingMail.objects.filter(pk=record.pk)}
