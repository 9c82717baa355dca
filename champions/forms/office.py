"""What staff fill in about the offices of a champion."""

import datetime as dt
from typing import Any

from django import forms

from accord_portal.foundation.fields import OneLineField
from champions.forms.fields import TOLD_US, not_to_come
from champions.models import Champion, OfficeHolder
from responses.forms.owed import day_field


class OfficeForm(forms.Form):
    """Somebody takes an office."""

    office = OneLineField(
        label="Office",
        max_length=120,
        help_text="For example: chair, chief executive.",
        error_messages={"required": "Enter the office"},
    )
    name = OneLineField(label="Name", max_length=200, error_messages={"required": "Enter the name"})
    since_on = day_field(label="Since")
    agreed_how = forms.ChoiceField(
        label="Said that their name may be public",
        choices=[("", "They have not said so"), *TOLD_US],
        required=False,
    )

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean_since_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["since_on"])


class LeaveOfficeForm(forms.Form):
    """Who leaves an office, and when."""

    holder = forms.ModelChoiceField(OfficeHolder.objects.none(), label="Who", empty_label=None)
    until_on = day_field(label="Until")

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holders = champion.office_holders.current()
        self.fields["holder"].queryset = holders  # type: ignore[attr-defined]

    def clean_until_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["until_on"])
