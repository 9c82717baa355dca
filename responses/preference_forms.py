"""What a person sends from the pages behind their own link, cleaned into plain values."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.template.loader import render_to_string

from accord_portal.foundation.fields import AddressField, ComposedCharField

from .forms import ExpressInterestForm, Questions
from .models import Contact, ExpressionOfInterest, Involvement, Language, Purpose

DETAILS = ["name", "organisation", "telephone"]


def in_the_page(*fields: Any) -> FormHelper:
    """These fields, inside a form that the page itself opens and closes."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def switches(person: Contact) -> dict[str, Involvement]:
    """How each purpose stands that the person ever said Yes to, with its evidence."""
    held = person.involvements.select_related("consent__wording", "consent__eoi")
    return {involvement.purpose: involvement for involvement in held}


def as_they_stand(held: Mapping[str, Involvement]) -> dict[str, str]:
    """Each purpose as Yes or No; left out where a form asks to turn it off: that is for the person to say."""
    on = {purpose: involvement for purpose, involvement in held.items() if not involvement.ended_at}
    undecided = [purpose for purpose, involvement in on.items() if involvement.off_asked_at]
    return {p: "yes" if p in on else "no" for p in Purpose.values if p not in undecided}


class PreferencesForm(Questions):
    """The four switches in their exact wording, each with how it stands and on what evidence."""

    def __init__(self, *args: Any, held: Mapping[str, Involvement] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=None if held is None else as_they_stand(held), **kwargs)
        for purpose in Purpose.values if held is not None else []:
            field = self.fields[purpose]
            context = {"held": held.get(purpose) if held else None, "words": field.label}
            field.help_text = render_to_string("responses/preferences_switch.html", context)

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*Purpose.values, "wording")


class ChangeAnswersForm(ExpressInterestForm):
    """The form of the call with what the person answered last; the four answers as they stand today."""

    website = started = None  # type: ignore[assignment]  # a mailed link keeps robots out

    def __init__(
        self,
        *args: Any,
        before: ExpressionOfInterest,
        person: Contact,
        address: str,
        held: Mapping[str, Involvement],
        **kwargs: Any,
    ) -> None:
        details = {name: getattr(person, name) for name in DETAILS}
        typed = {"initiatives": before.initiatives, "comments": before.comments}
        initial = {**details, **typed, **as_they_stand(held), "email": address}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["email"].disabled = True  # it stays as it is, whatever is posted

    @property
    def helper(self) -> FormHelper:
        return in_the_page(
            Fieldset("Your details", *DETAILS),
            *[Field(purpose) for purpose in Purpose.values],
            Field("initiatives", wrapper_class="revealed"),
            "comments",
            "wording",
        )

    def too_quick(self, data: dict[str, Any]) -> bool:
        return False


class AddressForm(forms.Form):
    """One e-mail address."""

    email = AddressField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email address"},
    )

    @property
    def helper(self) -> FormHelper:
        return in_the_page("email")


class NewAddressForm(AddressForm):
    """The address the person wants us to write to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New email address"
        self.fields["email"].error_messages["required"] = "Enter your new email address"


class DetailsForm(forms.Form):
    """Who the person is and how to reach them, but for the email address."""

    name = ExpressInterestForm.base_fields["name"]
    organisation = ExpressInterestForm.base_fields["organisation"]
    telephone = ExpressInterestForm.base_fields["telephone"]
    postal_address = ComposedCharField(
        label="Postal address",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )
    language = forms.ChoiceField(
        label="Which language should we write in?",
        help_text="We write in English until our messages are translated. Then we use your choice.",
        choices=Language.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a language", "invalid_choice": "Choose a language"},
    )

    def __init__(self, data: Any, *, person: Contact) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*self.base_fields)
