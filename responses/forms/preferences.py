"""What a person sends from the pages behind their own link, cleaned into plain values."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset
from django import forms
from django.template.loader import render_to_string

from accord_portal.foundation.fields import AddressField, ComposedCharField
from responses.forms.carrying import Carrying, as_shown
from responses.forms.express_interest import ExpressInterestForm
from responses.forms.fields import Questions, in_the_page
from responses.models import Contact, Decision, ExpressionOfInterest, Involvement, Language, Purpose

DETAILS = ["name", "organisation", "telephone"]


def switches(contact: Contact) -> dict[str, Involvement]:
    """How each purpose stands that this contact ever said Yes to, with its evidence."""
    held = contact.involvements.select_related("consent__wording", "consent__eoi")
    return {involvement.purpose: involvement for involvement in held}


def as_they_stand(held: Mapping[str, Involvement]) -> dict[str, str]:
    """Each purpose as Yes or No; left out where a form asks to turn it off: that is for the person to say."""
    on = {purpose: involvement for purpose, involvement in held.items() if not involvement.ended_at}
    undecided = [purpose for purpose, involvement in on.items() if involvement.off_asked_at]
    return {p: "yes" if p in on else "no" for p in Purpose.values if p not in undecided}


class PreferencesForm(Carrying, Questions):
    """The four switches in their exact wording, each with how it stands and on what evidence."""

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        held = switches(contact)
        initial = {**as_they_stand(held), "shown": as_shown(contact, self.carries)}
        super().__init__(*args, initial=initial, language=contact.language, **kwargs)
        for purpose in Purpose.values:
            field = self.fields[purpose]
            context = {"held": held.get(purpose), "words": field.label}
            field.help_text = render_to_string("responses/preferences_switch.html", context)

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*Purpose.values, "wording", "shown")


class ChangeAnswersForm(Carrying, ExpressInterestForm):
    """The form of the call with what the person answered last; the four answers as they stand today."""

    carries = [*DETAILS, *Purpose.values]
    website = started = None  # type: ignore[assignment]  # a mailed link keeps robots out

    def __init__(
        self,
        *args: Any,
        before: ExpressionOfInterest,
        contact: Contact,
        held: Mapping[str, Involvement],
        **kwargs: Any,
    ) -> None:
        details = {name: getattr(contact, name) for name in DETAILS}
        typed = {"initiatives": before.initiatives, "comments": before.comments}
        initial = {**details, **typed, **as_they_stand(held), "email": contact.email}
        initial["shown"] = as_shown(contact, self.carries)
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
            "shown",
        )

    def too_quick(self, data: dict[str, Any]) -> bool:
        return False


class AskForLinkForm(forms.Form):
    """One e-mail address."""

    email = AddressField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email address"},
    )

    @property
    def helper(self) -> FormHelper:
        return in_the_page("email")


class NewAddressForm(AskForLinkForm):
    """The address the person wants us to write to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New email address"
        self.fields["email"].error_messages["required"] = "Enter your new email address"


class DetailsForm(Carrying):
    """Who the person is and how to reach them, but for the email address."""

    carries = [*DETAILS, "postal_address", "language"]
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

    def __init__(self, data: Any, *, contact: Contact) -> None:
        details = {name: getattr(contact, name) for name in self.carries}
        super().__init__(data, initial={**details, "shown": as_shown(contact, self.carries)})

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*self.carries, "shown")

    def said(self) -> dict[str, str]:
        """The details as they are to be."""
        return {name: self.cleaned_data[name] for name in self.carries}


class TellOthersForm(forms.Form):
    """Whether others may be told of one decision about what the contact sent."""

    decision = forms.ModelChoiceField(Decision.objects.none())
    tell = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = Decision.objects.filter(eoi__contact=contact)  # type: ignore[attr-defined]
