"""The contact list, one page a contact, and what staff do there."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, key_in, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.record_admin import sees_details
from accord_portal.staff.roles import SEE_DETAILS
from responses import contact_sections
from responses.contacts import acts as contact_acts
from responses.contacts import bounces, duplicates, merging
from responses.forms.contact import (
    AddForm,
    ContactAddressForm,
    ConversationForm,
    CorrectForm,
    InviteForm,
    OtherForm,
    SwitchForm,
    UndoMergeForm,
    WhyForm,
)
from responses.forms.owed import GiveOneForm, MoveOneForm
from responses.models import Contact, Involvement, Purpose, Undertaking
from responses.privacy import erasing
from responses.undertakings import moving

from .contact_page import everything_about
from .erasure import PROPOSE
from .search_within import SearchedWithinAdmin

CHANGES_CONTACTS = "responses.change_contact"
WITH_DETAILS = (CHANGES_CONTACTS, SEE_DETAILS)
OWED = (CHANGES_CONTACTS, "responses.change_undertaking")
EVER = "ever_"  # said Yes at some time, whatever became of it
ABOUT_A_ROW = ["undo_merge", "move", "hand_over"]  # which names the contact itself


class WhoFilter(admin.SimpleListFilter):
    """Sets of contacts, as staff speak of them; those who are somebody still, unless told otherwise."""

    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            *((purpose, f"Said Yes, confirmed: {label}") for purpose, label in Purpose.choices),
            ("waiting", "Said Yes, not confirmed yet"),
            ("unconfirmed", "Address not confirmed"),
            ("without", "Without an email address"),
            ("restricted", "Restricted"),
            ("gone", "Merged or erased"),
            *((EVER + purpose, f"Ever said Yes: {label}") for purpose, label in Purpose.choices),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        people: Any = queryset
        match self.value():
            case "gone":
                return people.among(Contact.objects.gone(), "pk")
            case "restricted":
                return people.active().among(Contact.objects.restricted(), "pk")
            case "unconfirmed":
                return people.active().among(Contact.objects.with_unconfirmed_address(), "pk")
            case "without":
                return people.active().among(Contact.objects.without_address(), "pk")
            case "waiting":
                return people.filter(erased_at=None).among(
                    Involvement.objects.waiting().once_a_person(), "contact"
                )
            case purpose if purpose in Purpose.values:
                said_yes = Involvement.objects.confirmed().filter(purpose=purpose)
                return people.filter(erased_at=None).among(said_yes.once_a_person(), "contact")
            case str(ever) if (purpose := ever.removeprefix(EVER)) != ever and purpose in Purpose.values:
                said_yes = Involvement.objects.filter(purpose=purpose)
                return people.filter(erased_at=None).among(said_yes.once_a_person(), "contact")
        searching = bool(request.GET.get("q"))  # then a merged record is found by what it holds
        return people if searching else people.active()


@admin.register(Contact)
class ContactAdmin(SearchedWithinAdmin, ActAdmin[Contact]):
    """Contacts are looked at, and every look is logged; what is known of them is changed by acts only."""

    page_template = "staff/contact.html"
    change_list_template = "staff/contact_list.html"
    acts = {
        "correct": Act(contact_acts.correct, "Corrected.", CorrectForm, WITH_DETAILS),
        "change_address": Act(
            contact_acts.change_address, "The address is changed.", ContactAddressForm, WITH_DETAILS
        ),
        "take_over": Act(contact_acts.take_over, "Taken over from the form.", needs=WITH_DETAILS),
        "record": Act(contact_acts.record, "Written down.", ConversationForm),
        "invite": Act(contact_acts.invite, "The invitation is on its way.", InviteForm),
        "move": Act(moving.move, "The new day is named.", MoveOneForm, OWED),
        "hand_over": Act(moving.hand_over, "It is given to them.", GiveOneForm, OWED),
        "switch": Act(contact_acts.change_switch, "The switch is changed.", SwitchForm),
        "restrict": Act(contact_acts.restrict, "Nobody writes to this contact from now on.", WhyForm),
        "release": Act(contact_acts.release, "This contact may be written to again.", WhyForm),
        "restore_address": Act(bounces.restore, "The address may be written to again.", WhyForm),
        "compare": Act(duplicates.suggest, "The two can be compared: see “May be the same”.", OtherForm),
        "undo_merge": Act(merging.undo_merge, "The merge is undone.", UndoMergeForm),
        "propose_erasure": Act(
            erasing.propose, "Done: see “Erasure” for how it stands.", WhyForm, (CHANGES_CONTACTS, PROPOSE)
        ),
    }
    list_display = ["name", "organisation", "email", "telephone_in_full", "stands", "since"]
    contact_details = ["email", "telephone_in_full"]
    free_text = ["name", "organisation"]
    ordering = ["-pk"]
    sortable_by = ()  # a million rows are never put in another order
    list_filter = [WhoFilter]
    list_per_page = 50
    search_help_text = "Name, organisation, address or number in any spelling; macrons do not matter"
    searched_by_all = ["name", "organisation", "name_key"]
    search_help_text_for_all = "Name or organisation"
    actions = None

    @admin.display(description="State")
    def stands(self, contact: Contact) -> str:
        if contact.erased_at:
            return "Erased"
        return "Merged into another" if contact.merged_into_id else contact.get_restricted_because_display()

    @admin.display(description="Telephone")
    def telephone_in_full(self, contact: Contact) -> str:
        return contact.telephone_in_full

    @admin.display(description="Since")
    def since(self, contact: Contact) -> str:
        return day_in_words(contact.created_at)

    def arguments(self, request: HttpRequest, record: Contact, act: str, form: Form) -> dict[str, Any]:
        said = super().arguments(request, record, act, form)
        if act in ("move", "hand_over"):
            return _about_one(act, **said)
        return said if act in ABOUT_A_ROW else {"contact": record, **said}

    def form_arguments(self, record: Contact, act: str) -> dict[str, Any]:
        if act in ("move", "hand_over"):
            return {"rows": Undertaking.objects.of_people(record.keys).open()}
        return {"contact": record} if act in ("correct", "record", *ABOUT_A_ROW) else {}

    def fingerprint(self, record: Contact) -> str:
        return record.fingerprint

    def looked_at(self, request: HttpRequest, record: Contact) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def page_context(self, request: HttpRequest, record: Contact) -> dict[str, Any]:
        is_active = not (record.erased_at or record.merged_into_id)
        return {
            "may_act": is_active and self.may_act(request),
            "authority": settings.DISPOSAL_AUTHORITY,
            "takes_no_mail": is_active and bounces.takes_no_mail(record),
            "acts_above": contact_sections.acts(record, signed_in(request)),
            **everything_about(record, by=signed_in(request), all_of_it="all" in request.GET),
        }

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The timeline on the contact's own page has every correction."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(f"{self._page_url(get_object_or_404(Contact, pk=key_in(object_id)))}#timeline")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Adding takes an address or a number, and says where it is known already: so both permissions."""
        user = signed_in(request)
        return user.has_perm("responses.add_contact") and sees_details(user)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Adds a contact by hand: with an email address, or with a number or a postal address only."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, known = AddForm(request.POST or None), None
        if form.is_valid():
            try:
                contact = contact_acts.add(by=signed_in(request), **form.cleaned_data)
            except contact_acts.KnownAlready as refused:
                form.add_error("email", str(refused))
                known = refused.contact
            except NotPossible as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Added.")
                return redirect(contact)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add a contact",
            "form": form,
            "known": known,
        }
        return TemplateResponse(request, "staff/contact_add.html", context)


def _about_one(act: str, *, which: Undertaking, by: User, **said: Any) -> dict[str, Any]:
    """What an act about one of the contact's undertakings is called with."""
    seen = {"seen": which.due_on} if act == "move" else {}
    return {"undertaking": which, "by": by, **seen, **said}
