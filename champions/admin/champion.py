"""Champions: registering them, hearing what may be public, publishing, taking down."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accord_portal.foundation import working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.text import isolated
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.lists import SearchableAdmin
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from accord_portal.staff.public_preview import PreviewedAdmin
from accord_portal.staff.record_admin import shown_to
from champions import enrolment, inconsistencies, office
from champions.admin.tagging import TaggedAdmin
from champions.forms.champion import EnrolForm
from champions.forms.enrolled import EndForm, RewordChampionForm
from champions.forms.initiative import InitiativeForm
from champions.forms.office import LeaveOfficeForm, OfficeForm
from champions.forms.publication import AgreedOnPublicationForm
from champions.initiatives import editing
from champions.models import Champion, ChampionPage
from responses.admin import follow_up
from responses.models import Contact, ExpressionOfInterest

PUBLISH = ("champions.publish_champion",)
ABOUT_A_CHAMPION = ("agreed", "reword", "initiative", "office", "leave")
ASKED = "The person is asked by mail what may be public."
NOT_SHOWN = "Not shown: the person has said No since"
ASK = "There is no address: ask what may be public, and write it down here."


@admin.register(Champion)
class ChampionAdmin(TaggedAdmin, SearchableAdmin, PreviewedAdmin[Champion]):
    page_template = "staff/champion.html"
    previewed = {"publish": "Publish"}
    acts = {
        "agreed": Act(enrolment.agree, "Written down.", AgreedOnPublicationForm),
        "publish": Act(enrolment.publish, "Published.", needs=PUBLISH),
        "withdraw": Act(enrolment.withdraw, "Taken down.", needs=PUBLISH),
        "end": Act(enrolment.end, "Written down.", EndForm, needs=PUBLISH),
        "reword": Act(enrolment.reword, "Corrected.", RewordChampionForm),
        "initiative": Act(editing.add, "Registered. It is not public until they agree.", InitiativeForm),
        "office": Act(office.take, "Written down.", OfficeForm),
        "leave": Act(office.leave, "Written down.", LeaveOfficeForm),
    }
    list_display = ["name", "kind", "where_it_stands", "published_at"]
    list_filter = ["state", "kind"]
    search_help_text = "Name or summary; macrons do not matter"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Champion]:
        """With whether a No of the person has hidden what staff published."""
        hidden = Champion.objects.hidden_by_a_no().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_hidden=Exists(hidden))

    @admin.display(description="State", ordering="state")
    def where_it_stands(self, champion: Any) -> str:
        return NOT_SHOWN if champion.is_hidden else champion.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        enrol = self.admin_site.admin_view(self.enrol_view)
        return [
            path(
                "inconsistencies/",
                self.admin_site.admin_view(self.inconsistencies_view),
                name="champions_inconsistencies",
            ),
            path("enrol/<int:eoi_pk>/", enrol, name="champions_champion_enrol"),
            path("enrol/contact/<int:contact_pk>/", enrol, name="champions_champion_enrol_contact"),
            *super().get_urls(),
        ]

    def inconsistencies_view(self, request: HttpRequest) -> HttpResponse:
        """What does not fit together in the register."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "What does not fit together",
            "found": inconsistencies.found(working_days.today()),
        }
        return TemplateResponse(request, "staff/inconsistencies.html", context)

    def enrol_view(self, request: HttpRequest, eoi_pk: int = 0, contact_pk: int = 0) -> HttpResponse:
        """Register as champion: a form prefilled from the expression of interest where there is one."""
        wanted = "responses.view_expressionofinterest" if eoi_pk else "responses.view_contact"
        if not signed_in(request).has_perms(["champions.change_champion", wanted]):
            raise PermissionDenied
        eoi = get_object_or_404(ExpressionOfInterest, pk=eoi_pk) if eoi_pk else None
        contact = eoi.contact if eoi else get_object_or_404(Contact, pk=contact_pk)
        initial = EnrolForm.from_answers(eoi) if eoi else {"name": contact.organisation or contact.name}
        initial = {field: shown_to(signed_in(request), text) for field, text in initial.items()}
        form = EnrolForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                champion = enrolment.enrol(
                    contact=contact, eoi=eoi, by=signed_in(request), **form.cleaned_data
                )
            except NotPossible as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request, f"{isolated(str(champion))} is registered. {ASKED if contact.email else ASK}"
                )
                return redirect(reverse("admin:champions_champion_change", args=[champion.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Register as champion",
            "form": form,
            "eoi": eoi,
            "contact": contact,
        }
        return TemplateResponse(request, "staff/enrol.html", context)

    def fingerprint(self, record: Champion) -> str:
        """Everything of the champion that these acts change."""
        return record.fingerprint

    def _rows_of(self, record: Any) -> list[Model]:
        """What they wrote on their page has a history with the entry’s."""
        return [*super()._rows_of(record), *ChampionPage.objects.filter(champion=record)]

    def looked_at(self, request: HttpRequest, record: Champion) -> None:
        """The page tells of the person behind the champion, with their timeline."""
        log(LogLine.Act.VIEWED, record.contact, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: Champion, act: str, form: Form) -> dict[str, Any]:
        if isinstance(form, AgreedOnPublicationForm):
            how = form.cleaned_data["how"]
            return {"champion": record, "by": request.user, "how": how, **form.ticks()}
        if isinstance(form, InitiativeForm):
            return {"champion": record, "by": request.user, **form.words_and_about()}
        return {"champion": record, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: Champion, act: str) -> dict[str, Any]:
        return {"champion": record} if act in ABOUT_A_CHAMPION else {}

    def page_context(self, request: HttpRequest, record: Champion) -> dict[str, Any]:
        return {
            "champion": record,
            **follow_up.beside(record),
            "waiting": record.proposals.to_decide().first(),
            "is_hidden": Champion.objects.hidden_by_a_no().filter(pk=record.pk).exists(),
            "principles": record.principles.all(),
            "initiatives": record.initiatives.all(),
            "office_holders": record.office_holders.all(),
            "in_office": record.office_holders.current().exists(),
            "partnerings": record.partnerings.current().select_related("initiative"),
            "activities": record.contact.activities.select_related("done_by", "eoi", "mail"),
        }
