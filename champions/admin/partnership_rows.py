"""The rows that the form of a partnership has: its parties, the work they share, and other risks."""

from typing import Any

from django.http import HttpRequest

from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.record_admin import RecordInline
from champions.forms.partnership import PartiesFormSet, PartyForm
from champions.models import PartnershipRisk, Party, WorkItem


class RowsInline(RecordInline):
    """Rows of a partnership: whoever may change the partnership may change them."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return signed_in(request).has_perm("champions.view_partnership")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return signed_in(request).has_perm("champions.change_partnership")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class PartyInline(RowsInline):
    model = Party
    form = PartyForm
    formset: type[Any] = PartiesFormSet
    fields = ["name", "role", "leads", "office", "holder", "brings", "since_on", "until_on"]
    extra = 2


class WorkItemInline(RowsInline):
    model = WorkItem
    extra = 2

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With the parties of this partnership to choose from."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        parties = Party.objects.filter(partnership=obj) if obj else Party.objects.none()
        formset.form.base_fields["party"].queryset = parties
        return formset


class PartnershipRiskInline(RowsInline):
    model = PartnershipRisk
    extra = 1
