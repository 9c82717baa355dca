"""What staff fill in about who takes part in an initiative."""

from typing import Any

from django import forms

from accord_portal.foundation.fields import OneLineField
from accord_portal.foundation.text import isolated
from accord_portal.staff.record_admin import shown_to
from champions.forms.fields import ShownField, ShownForm
from champions.models import (
    Champion,
    Initiative,
    Partner,
)


class PartnerForm(ShownForm):
    """Another champion who takes part, found by its name; nobody who was taken down or erased."""

    champion = OneLineField(
        label="Champion",
        max_length=200,
        help_text="Its name as it is registered.",
        error_messages={"required": "Enter the name of the champion"},
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initiative = initiative

    def clean_champion(self) -> Champion:
        name = self.cleaned_data["champion"]
        rows = Champion.objects.exclude(state=Champion.State.WITHDRAWN).filter(contact__erased_at=None)
        found = list(rows.filter(name__iexact=name)[:2]) or list(
            rows.matching(name).exclude(pk=self.initiative.champion_id)[:2]
        )
        if not found:
            raise forms.ValidationError("No champion is registered under this name")
        if len(found) > 1:
            names = [isolated(shown_to(self.filled_in_by, row.name)) for row in found]
            raise forms.ValidationError(f"More than one fits: {', '.join(names)}")
        return found[0]


class EndPartnerForm(ShownForm):
    """Which partner takes part no longer."""

    partner = ShownField(Partner.objects.none(), empty_label=None)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = initiative.partners.current().select_related("champion")
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
