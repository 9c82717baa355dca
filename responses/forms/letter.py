"""What people write to us on Contact us, and what staff do with it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms

from accord_portal.foundation.fields import ComposedCharField
from responses.forms.fields import Guarded, Reachable, in_the_page

WAY_TO_ANSWER = "We need a way to answer: an email address or a telephone number."


class LetterForm(Guarded, Reachable):
    """A name, one way to answer, and what it is about."""

    message = ComposedCharField(
        label="What is it about?",
        help_text="Quote your reference if you have one. Don’t include financial or other sensitive details.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what it is about"},
    )
    field_order = ["name", "email", "telephone", "message"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = WAY_TO_ANSWER

    @property
    def helper(self) -> FormHelper:
        return in_the_page(
            "name", "email", "telephone", "message", Field("website", wrapper_class="trap"), "started"
        )

    def clean(self) -> dict[str, Any]:
        """There is a way to answer."""
        data = super().clean() or {}
        self.expect_a_way_to_answer(data)
        self.refuse_robots(data)
        return data

    def letter(self) -> dict[str, str]:
        """The letter as the act takes it."""
        return {name: self.cleaned_data[name] for name in ("name", "email", "telephone", "message")}


class CloseLetterForm(forms.Form):
    """How it ended."""

    text = ComposedCharField(
        label="How it ended",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say how it ended"},
    )
