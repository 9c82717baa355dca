"""What staff fill in about what we owe people: another day, and whose it is."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import ComposedCharField
from accord_portal.staff.models import User
from responses.models import Undertaking
from responses.undertakings import moving


def day_field(**about: Any) -> forms.DateField:
    """A day, from the browser's calendar or typed as New Zealand writes it."""
    messages = {"required": "Enter the day", "invalid": "Enter the day like 31/12/2026"}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, error_messages=messages, **about)


def is_a_day_to_promise(day: dt.date) -> None:
    """Raises ValidationError unless we may promise something for this day; the words are the act's."""
    try:
        moving.expect_in_time(day)
    except NotPossible as refused:
        raise forms.ValidationError(str(refused)) from None


class MoveForm(forms.Form):
    """A later day, and the reason."""

    to = day_field(label="The new day", validators=[is_a_day_to_promise])
    because = ComposedCharField(
        label="Why",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why"},
    )


class GiveForm(forms.Form):
    """Who does it."""

    to = forms.ModelChoiceField(
        User.objects.working(),
        label="Give it to",
        empty_label="Choose somebody",
        error_messages={"required": "Choose who does it"},
    )


class WhichForm(forms.Form):
    """Which of these undertakings; the choice carries the day by which it was owed as the page shows it."""

    which = forms.ChoiceField(
        label="Which",
        error_messages={
            "required": "Choose which",
            "invalid_choice": "This was changed since you opened the page: choose again",
        },
    )
    field_order = ["which"]

    def __init__(self, *args: Any, rows: Sequence[Undertaking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {f"{row.pk} {row.due_on}": row for row in rows}
        words = [(key, f"{row}, by {day_in_words(row.due_on)}") for key, row in self.rows.items()]
        which: Any = self.fields["which"]
        which.choices = [("", "Choose one"), *words]
        if len(words) == 1:
            which.initial = words[0][0]

    def clean_which(self) -> Undertaking:
        """The undertaking itself."""
        return self.rows[self.cleaned_data["which"]]


class MoveOneForm(WhichForm, MoveForm):
    """Another day for one of a person's undertakings."""


class GiveOneForm(WhichForm, GiveForm):
    """Another owner for one of a person's undertakings."""
