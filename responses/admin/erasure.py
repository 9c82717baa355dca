"""Erasures asked for and proposed: one member of staff proposes, another carries out."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.forms import Form
from django.http import HttpRequest

from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses.forms.contact import WhyForm
from responses.forms.fields import ReasonForm
from responses.models import Erasure
from responses.privacy import erasing

PROPOSE = "responses.add_erasure"


@admin.register(Erasure)
class ErasureAdmin(ActAdmin[Erasure]):
    page_template = "staff/erasure.html"
    acts = {
        "propose": Act(erasing.propose, "Done: the page says how it stands now.", WhyForm, (PROPOSE,)),
        "carry_out": Act(erasing.carry_out, "Erased."),
        "decline": Act(erasing.decline, "Declined.", ReasonForm),
    }
    list_display = ["contact", "state", "asked_at", "proposed_by", "decided_by", "decided_at"]
    free_text = ["contact"]
    list_filter = ["state"]
    list_select_related = ["contact", "proposed_by", "decided_by"]
    show_full_result_count = False
    actions = None

    def fingerprint(self, record: Erasure) -> str:
        return record.state

    def looked_at(self, request: HttpRequest, record: Erasure) -> None:
        log(LogLine.Act.VIEWED, record.contact, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: Erasure, act: str, form: Form) -> dict[str, Any]:
        said = super().arguments(request, record, act, form)
        if act == "propose":
            return {"contact": record.contact, **said}
        if act == "decline":
            said["because"] = said.pop("text")
        return {"erasure": record, **said}

    def page_context(self, request: HttpRequest, record: Erasure) -> dict[str, Any]:
        why = erasing.why_another_carries_it_out(record, by=signed_in(request))
        return {"erasure": record, "authority": settings.DISPOSAL_AUTHORITY, "why_another": why}
