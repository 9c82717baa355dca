"""What staff fill in about a champion once it is enrolled: corrections, and the day it ends."""

import datetime as dt
from typing import Any

from django import forms

from champions.forms.champion import ChampionDetailsForm
from champions.forms.fields import TOLD_US, not_to_come
from champions.models import Champion
from responses.forms.owed import day_field


class RewordChampionForm(ChampionDetailsForm):
    """Corrections, with how the person agreed where they had ticked their name."""

    how = forms.ChoiceField(
        label="They agreed",
        required=False,
        choices=[("", "Choose one"), *TOLD_US],
        help_text="How they agreed to another kind or other principles.",
    )

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        kwargs["initial"] = self.prefilled(champion)
        super().__init__(*args, **kwargs)
        if not champion.name_agreed:
            del self.fields["how"]


class EndForm(forms.Form):
    """The day on which somebody ceases to be a champion."""

    ended_on = day_field(label="Champion until")

    def clean_ended_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["ended_on"])
