"""What staff fill in when they act on what somebody sent us."""

from django import forms

from accord_portal.foundation.fields import ComposedCharField
from accord_portal.staff.models import User
from responses.models import ExpressionOfInterest


class TellForm(forms.Form):
    """What staff say to the person; mailed where there is an address."""

    text = ComposedCharField(
        label="What you tell them",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you tell the person, or how you told them"},
    )


class AcknowledgeForm(TellForm):
    """The acknowledgement: whether it is all, or by which day the rest comes."""

    is_full = forms.BooleanField(label="This is our full answer", required=False)
    reply_on = forms.DateField(
        label="If not, by which day they get it",
        help_text="They are told this day, and we owe it.",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Enter the day like 31/12/2026"},
    )


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
    """How it ended."""

    outcome = forms.ChoiceField(
        choices=[("", "Choose an outcome"), *ExpressionOfInterest.Outcome.choices],
        error_messages={"required": "Choose an outcome"},
    )
    text = ComposedCharField(
        label="More about it (optional)",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
