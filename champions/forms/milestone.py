"""What staff fill in about the milestones of an initiative."""

import datetime as dt
from typing import Any

from django import forms

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import OneLineField
from champions.forms.fields import ShownField, ShownForm, how_they_agreed, not_to_come
from champions.models import (
    Initiative,
    Milestone,
)
from responses.forms.owed import day_field


class MilestoneForm(forms.Form):
    """What is to be reached, by which day."""

    what = OneLineField(label="What", max_length=200, error_messages={"required": "Say what"})
    due_on = day_field(label="By")
    how = how_they_agreed(required=False)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not initiative.agreed:
            del self.fields["how"]


class MilestoneField(ShownField):
    """A milestone with its day."""

    def label_of(self, obj: Any) -> str:
        return f"{obj.what}, by {day_in_words(obj.due_on)}"


class ReachedForm(ShownForm):
    """Which milestone was reached, and on which day."""

    milestone = MilestoneField(Milestone.objects.none(), empty_label=None)
    reached_on = day_field(label="Reached on")

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = initiative.milestones.filter(reached_on=None)  # type: ignore[attr-defined]

    def clean_reached_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["reached_on"])
