"""People whom others recommend: staff approve or decline, and after that nobody of theirs is left here."""

from typing import Any

from django.contrib import admin
from django.forms import Form
from django.http import HttpRequest

from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses.answers import recommending
from responses.forms.recommend import DeclineForm
from responses.models import Recommendation

from . import follow_up


@admin.register(Recommendation)
class RecommendationAdmin(ActAdmin[Recommendation]):
    page_template = "staff/recommendation.html"
    acts = {
        "approve": Act(recommending.approve, "Approved: the page says what came of it."),
        "decline": Act(recommending.decline, "Declined.", DeclineForm),
    }
    list_display = ["__str__", "state", "recommender", "recommended", "forgotten"]
    free_text = ["__str__", "recommender"]
    list_filter = ["state"]
    list_select_related = ["recommender"]
    show_full_result_count = False
    actions = None

    @admin.display(description="Recommended", ordering="recommended_at")
    def recommended(self, recommendation: Recommendation) -> str:
        return day_in_words(recommendation.recommended_at)

    @admin.display(description="Forgotten after", ordering="expires_on")
    def forgotten(self, recommendation: Recommendation) -> str:
        return day_in_words(recommendation.expires_on)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The one waiting longest first where staff work the queue down; otherwise the newest first."""
        awaiting = request.GET.get("state__exact") == Recommendation.State.AWAITING
        return ["recommended_at", "pk"] if awaiting else ["-recommended_at", "-pk"]

    def looked_at(self, request: HttpRequest, record: Recommendation) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def fingerprint(self, record: Recommendation) -> str:
        return record.state

    def arguments(self, request: HttpRequest, record: Recommendation, act: str, form: Form) -> dict[str, Any]:
        said = super().arguments(request, record, act, form)
        if act == "decline":
            said["because"] = said.pop("text")
        return {"recommendation": record, **said}

    def page_context(self, request: HttpRequest, record: Recommendation) -> dict[str, Any]:
        is_awaiting = record.state == Recommendation.State.AWAITING
        return {"recommendation": record, "is_awaiting": is_awaiting, **follow_up.beside(record)}
