"""Fields that several forms of the register have."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms

from accord_portal.foundation import working_days
from accord_portal.foundation.text import isolated
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to

TOLD_US = [(how, how) for how in ("By telephone", "By email", "In person", "By letter")]
AGREED_HELP = "How the champion agreed to these words, where they had ticked that it may be public."


def ticks(rows: Any, label: str) -> forms.ModelMultipleChoiceField:
    """Rows to tick, none of them needed."""
    return forms.ModelMultipleChoiceField(
        rows, label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


def how_they_agreed(
    label: str = "They agreed", help_text: str = AGREED_HELP, **about: Any
) -> forms.ChoiceField:
    """How somebody told us; nothing is chosen to begin with."""
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=[("", "Choose one"), *TOLD_US], **about
    )


def not_to_come(day: dt.date | None) -> dt.date | None:
    """Raises ValidationError for a day that is still to come."""
    if day and day > working_days.today():
        raise forms.ValidationError("Choose today or an earlier day")
    return day


class ShownField(forms.ModelChoiceField):
    """A choice that a name may have a number in, as whoever fills the form in may see it."""

    filled_in_by: Callable[[], User]

    def label_from_instance(self, obj: Any) -> str:
        return shown_to(self.filled_in_by(), self.label_of(obj))

    def label_of(self, obj: Any) -> str:
        """The label for those who see everything."""
        return isolated(str(obj))


class ShownForm(forms.Form):
    """A form with such choices."""

    filled_in_by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ShownField):
                field.filled_in_by = lambda: self.filled_in_by
