"""What people write to us on Contact us, and what staff do with it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms

from accord_portal.foundation import telephones
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from responses.forms.fields import Guarded, in_the_page


class LetterForm(Guarded):
    """A name, one way to answer, and what it is about."""

    name = OneLineField(
        label="Name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    email = AddressField(
        label="Email address",
        help_text="We need a way to answer: an email address or a telephone number.",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    telephone = OneLineField(
        label="Telephone",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    message = ComposedCharField(
        label="What is it about?",
        help_text="Quote your reference if you have one. Don’t include financial or other sensitive details.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what it is about"},
    )
    field_order = ["name", "email", "telephone", "message"]

    @property
    def helper(self) -> FormHelper:
        return in_the_page(
            "name", "email", "telephone", "message", Field("website", wrapper_class="trap"), "started"
        )

    def clean(self) -> dict[str, Any]:
        """There is a way to answer; a number that is the only way can be rung."""
        data = super().clean() or {}
        if not ({"email", "telephone"} & self.errors.keys()):
            if not data["email"] and not data["telephone"]:
                self.add_error("email", "Enter an email address or a telephone number")
            elif not data["email"] and not telephones.can_be_rung(data["telephone"]):
                self.add_error("telephone", telephones.TO_RING)
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
