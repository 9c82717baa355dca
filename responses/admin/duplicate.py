"""Contacts that may be one person: side by side, and staff decide."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest

from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.act_admin import Act, ActAdmin, signed_in
from accord_portal.staff.lists import UncountedAdmin
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from accord_portal.staff.record_admin import sees_details
from responses.contacts import duplicates, merging
from responses.models import Activity, Consent, Contact, Duplicate, ExpressionOfInterest

MAY_DECIDE = ("responses.change_contact",)
ARE_ONE = "Merged. Their histories are read together from now on."


class DecidedFilter(admin.SimpleListFilter):
    title = "decided"
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Decided")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        pairs: Any = queryset
        return pairs.filter(settled_at__isnull=False) if self.value() == "yes" else pairs.open()


class Side(NamedTuple):
    """One of the two: who it is, and how much there is of it."""

    contact: Contact
    forms: int
    consents: int
    activities: int

    @property
    def keep(self) -> str:
        """What the button says."""
        return f"They are one: keep contact {self.contact.pk}"


@admin.register(Duplicate)
class DuplicateAdmin(UncountedAdmin, ActAdmin[Duplicate]):
    page_template = "staff/duplicate.html"
    acts = {
        "keep_first": Act(merging.merge, ARE_ONE, needs=MAY_DECIDE),
        "keep_second": Act(merging.merge, ARE_ONE, needs=MAY_DECIDE),
        "tell_apart": Act(
            duplicates.tell_apart, "They are two. They are not suggested again.", needs=MAY_DECIDE
        ),
    }
    ordering = ["-pk"]
    list_display = ["pair", "why", "found"]
    free_text = ["pair"]
    list_filter = [DecidedFilter]
    list_select_related = ["first__merged_into", "second__merged_into"]
    list_per_page = 50
    actions = None

    @admin.display(description="May be the same")
    def pair(self, pair: Duplicate) -> str:
        return f"{pair.first.kept_record} and {pair.second.kept_record}"

    @admin.display(description="Because")
    def why(self, pair: Duplicate) -> str:
        return pair.get_reason_display()

    @admin.display(description="Found")
    def found(self, pair: Duplicate) -> str:
        return day_in_words(pair.found_at)

    def fingerprint(self, record: Duplicate) -> str:
        """Both people as they are shown, and whether somebody has decided."""
        one, two = record.first.kept_record, record.second.kept_record
        return f"{one.fingerprint}{two.fingerprint}{record.settled_at or ''}"

    def arguments(self, request: HttpRequest, record: Duplicate, act: str, form: Form) -> dict[str, Any]:
        one, two = record.first.kept_record, record.second.kept_record
        whom: dict[str, dict[str, Any]] = {
            "keep_first": {"kept": one, "other": two},
            "keep_second": {"kept": two, "other": one},
            "tell_apart": {"pair": record},
        }
        return {"by": signed_in(request), **whom[act]}

    def looked_at(self, request: HttpRequest, record: Duplicate) -> None:
        for contact in {record.first.kept_record, record.second.kept_record}:
            log(LogLine.Act.VIEWED, contact, by=signed_in(request))

    def page_context(self, request: HttpRequest, record: Duplicate) -> dict[str, Any]:
        one, two = record.first.kept_record, record.second.kept_record
        is_open = one != two and not (record.settled_at or one.erased_at or two.erased_at)
        return {
            "title": "One contact" if one == two else "Are they the same?",
            "pair": record,
            "one": _side(one),
            "two": _side(two),
            "rows": _rows(one, two, with_details=sees_details(signed_in(request))),
            "is_one": one == two,
            "may_act": is_open and self.may_act(request),
        }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return signed_in(request).has_perm("responses.view_contact")


def _side(contact: Contact) -> Side:
    keys = contact.keys
    models = (ExpressionOfInterest, Consent, Activity)
    return Side(contact, *(model._default_manager.filter(contact__in=keys).count() for model in models))


def _rows(one: Contact, two: Contact, *, with_details: bool) -> list[tuple[str, str, str, bool]]:
    """Each fact of both, and whether it differs."""
    sides = [_facts(contact, with_details=with_details) for contact in (one, two)]
    return [(label, was, sides[1][label], was != sides[1][label]) for label, was in sides[0].items()]


def _facts(contact: Contact, *, with_details: bool) -> dict[str, str]:
    confirmed = (
        f"Confirmed {day_in_words(contact.email_confirmed_at)}" if contact.email_confirmed_at else "No"
    )
    details = {
        "Email address": contact.email,
        "Telephone": contact.telephone_in_full,
        "Postal address": contact.postal_address,
    }
    never = f"Since {day_in_words(contact.never_again_at)}" if contact.never_again_at else "No"
    return {
        "Name": contact.name,
        "Organisation": contact.organisation,
        **(details if with_details else {}),
        "Address confirmed": confirmed,
        "Restricted": contact.get_restricted_because_display() or "No",
        "Never again": never,
        "Language": contact.get_language_display(),
        "On the list since": day_in_words(contact.created_at),
    }
