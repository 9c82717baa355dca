"""What staff ask of whoever sent a form, and what the person answers."""

from crispy_forms.helper import FormHelper
from django import forms

from accord_portal.foundation.fields import ComposedCharField
from responses.forms.fields import in_the_page
from responses.models.reply_template import is_filled_in


class AskForm(forms.Form):
    """What staff want to know."""

    text = ComposedCharField(
        label="What you ask them",
        help_text="An empty line begins a paragraph, a - at the start of a line an item of a list.",
        max_length=5_000,
        validators=[is_filled_in],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what you ask them"},
    )


class AnswerForm(forms.Form):
    """What the person answers."""

    text = ComposedCharField(
        label="Your answer",
        help_text="Don’t include financial or other sensitive details.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write your answer"},
    )

    @property
    def helper(self) -> FormHelper:
        return in_the_page("text")
