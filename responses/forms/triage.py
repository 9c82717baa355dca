"""What staff fill in when they act on what somebody sent us."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from accord_portal.foundation.fields import ComposedCharField
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to
from responses.forms.owed import day_field, is_a_day_to_promise
from responses.models import Decision, ExpressionOfInterest
from responses.models.reply_template import is_filled_in


class TellForm(forms.Form):
    """What staff say to the person; mailed where there is an address."""

    text = ComposedCharField(
        label="What you tell them",
        help_text="An empty line begins a paragraph, a - at the start of a line an item of a list.",
        max_length=5_000,
        validators=[is_filled_in],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you tell the person, or how you told them"},
    )


class AcknowledgeForm(TellForm):
    """The first answer: whether it is the full one, or by which day that comes, where it is owed still."""

    is_full = forms.TypedChoiceField(
        label="Is this the full answer?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Yes or No"},
    )
    reply_on = day_field(
        label="By which day will the full answer come?",
        help_text="We promise this day to them: a working day, from today to a year ahead.",
        required=False,
    )

    def __init__(self, *args: Any, is_reply_owed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_reply_owed:
            del self.fields["is_full"], self.fields["reply_on"]

    def clean(self) -> dict[str, Any]:
        """Either it is the full answer, or there is a day by which that comes."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("is_full") is not False:
            self.errors.pop("reply_on", None)
            return {**data, "reply_on": None} if "is_full" in self.fields else data
        if "reply_on" not in self.errors:
            try:
                self.expect_a_day(data["reply_on"])
            except forms.ValidationError as wrong:
                self.add_error("reply_on", wrong)
        return data

    @staticmethod
    def expect_a_day(day: dt.date | None) -> None:
        """Raises ValidationError for no day, and for one that is not to be promised."""
        if day is None:
            raise forms.ValidationError("Enter the day by which the full answer will come")
        is_a_day_to_promise(day)


class DecideForm(forms.Form):
    """What becomes of one initiative of the form, and why."""

    filled_in_by: User
    number = forms.TypedChoiceField(
        label="Which initiative",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which initiative"},
    )
    outcome = forms.ChoiceField(
        label="What becomes of it",
        choices=Decision.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it"},
    )
    text = ComposedCharField(
        label="Why",
        max_length=5_000,
        validators=[is_filled_in],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why"},
    )

    def __init__(self, *args: Any, initiatives: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number: Any = self.fields["number"]
        number.choices = lambda: [(n, shown_to(self.filled_in_by, text)) for n, text in initiatives.items()]
        if len(initiatives) == 1:
            number.initial = next(iter(initiatives))


class AssignForm(forms.Form):
    """Who takes it on."""

    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label="Assign to",
        empty_label="Choose somebody",
        error_messages={"required": "Choose who takes it on"},
    )


class NoteForm(forms.Form):
    """A line for the timeline."""

    text = ComposedCharField(
        label="Note",
        help_text="The person can ask to see this, and so can anybody under the Official Information Act.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the note"},
    )


class ReopenForm(forms.Form):
    """Why it is taken up again."""

    text = ComposedCharField(label="Why", max_length=2_000, error_messages={"required": "Say why"})


class CloseForm(forms.Form):
    """What came of it, and why."""

    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[("", "Choose an outcome"), *ExpressionOfInterest.Outcome.choices],
        error_messages={"required": "Choose what came of it"},
    )
    text = ComposedCharField(
        label="Why, in plain words to the person",
        max_length=5_000,
        validators=[is_filled_in],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why"},
    )
