"""Whom somebody recommends, and why staff decline."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField

from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from responses.answers.recommending import MAX_A_DAY, Suggested
from responses.forms.fields import YES_NO, ReasonForm

MISSING = {
    "name": "Enter the name of person {}",
    "email": "Enter the email address of person {}",
    "why": "Say why you recommend person {}",
    "told": "Say whether you have told person {}",
}


class PersonFields(NamedTuple):
    """The fields of one person on the page, and whether something stands in them."""

    number: int
    fields: list[BoundField]
    is_open: bool


class RecommendForm(forms.Form):
    """Up to five people, and whether they may be told who recommends them. Nothing is preselected."""

    may_be_named = forms.ChoiceField(
        label="May we tell them your name?",
        help_text="If you choose nothing, we do not. We do it only when we are sure that it is you.",
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MAX_A_DAY + 1):
            self.fields.update({f"{name}_{number}": field for name, field in _fields()})
        self.order_fields([name for name in self.fields if name != "may_be_named"])

    def clean(self) -> dict[str, Any]:
        """Each person somebody began with is there whole; there is at least one."""
        data = super().clean() or {}
        begun = [n for n in range(1, MAX_A_DAY + 1) if self._has_begun(n)]
        for number in begun or [1]:
            for name, message in MISSING.items():
                key = f"{name}_{number}"
                if not data.get(key) and key not in self.errors:
                    self.add_error(key, message.format(number))
        return data

    def _has_begun(self, number: int) -> bool:
        keys = [f"{name}_{number}" for name in MISSING]
        return any(self.cleaned_data.get(key) or key in self.errors for key in keys)

    def people(self) -> Iterator[PersonFields]:
        """The fields as the page shows them, person by person."""
        for number in range(1, MAX_A_DAY + 1):
            fields = [self[f"{name}_{number}"] for name in MISSING]
            yield PersonFields(number, fields, any(field.value() or field.errors for field in fields))

    def suggested(self) -> list[Suggested]:
        """The people as the act takes them."""
        said = [{name: self.cleaned_data[f"{name}_{n}"] for name in MISSING} for n in range(1, MAX_A_DAY + 1)]
        return [
            Suggested(name=one["name"], email=one["email"], why=one["why"], has_told=one["told"] == "yes")
            for one in said
            if one["name"]
        ]


def _fields() -> Iterator[tuple[str, forms.Field]]:
    yield (
        "name",
        OneLineField(
            label="Name",
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
    )
    yield (
        "email",
        AddressField(
            label="Email address",
            required=False,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        ),
    )
    yield (
        "why",
        ComposedCharField(
            label="Why you recommend them",
            help_text="They can ask to see this. Don’t include financial or other sensitive details.",
            max_length=1_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
    )
    yield (
        "told",
        forms.ChoiceField(
            label="I have told them that I give you their name",
            choices=YES_NO,
            required=False,
            widget=forms.RadioSelect,
        ),
    )


class DeclineForm(ReasonForm):
    """Why nobody is written to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = "This is kept, the person’s details are not: name nobody here."
