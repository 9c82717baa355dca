"""What several forms have in common: Yes and No, the four questions, and what holds robots off."""

from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.core import signing

from accord_portal.foundation import clock
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField, for_one_form
from accord_portal.foundation.telephones import TO_RING, can_be_rung
from responses.consent import wordings
from responses.models import Language, Purpose
from responses.models.wording import WORDINGS_OF_2011

YES_NO = [("yes", "Yes"), ("no", "No")]
STARTED_SALT = "form:started"


class YesNoField(forms.ChoiceField):
    """Yes or No, with nothing preselected. The two are never changed, so that no form copies them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "YesNoField":
        return for_one_form(self)


def yes_no(purpose: str) -> YesNoField:
    """One of the four questions, with nothing preselected; `ask` puts the words in force in its place."""
    return YesNoField(
        label=WORDINGS_OF_2011[purpose],
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Yes or No", "invalid_choice": "Choose Yes or No"},
    )


def started_token() -> str:
    """A mark of when the form was opened, for the minimum time a person takes to fill it in."""
    return _mark_of(int(clock.now().timestamp()))


@lru_cache(maxsize=2)
def _mark_of(second: int) -> str:
    return signing.dumps(second, salt=STARTED_SALT)


def robot_speed(started: str) -> bool:
    """Whether the form came back sooner than a person could have answered it."""
    if not settings.FORM_MIN_SECONDS:
        return False
    try:
        opened: int = signing.loads(started, salt=STARTED_SALT)
    except signing.BadSignature:
        return True
    return clock.now().timestamp() - opened < settings.FORM_MIN_SECONDS


class Guarded(forms.Form):
    """A form that anybody can send: robots are held off without a puzzle."""

    website = ComposedCharField(
        label="Leave this box empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    started = ComposedCharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Leave this box empty: it is there to catch robots")
        return ""

    def refuse_robots(self, data: dict[str, Any]) -> None:
        """Adds an error where no person can have filled it in; called last, by `clean`."""
        if not self.errors and self.too_quick(data):
            self.add_error(None, "Check your answers, then press the button again: that was very quick")

    def begin_again(self, **renewed: str) -> None:
        """Shown once more, with this renewed, and its mark of when it was opened if that is of no use."""
        again: Any = self.data
        again = again.copy()
        for name, value in renewed.items():
            again[name] = value
        if robot_speed(again.get("started", "")):
            again["started"] = started_token()
        self.data = again

    def too_quick(self, data: dict[str, Any]) -> bool:
        """Whether no person can have filled it in."""
        return robot_speed(data.get("started", ""))


class Reachable(forms.Form):
    """Who somebody is, and two ways to reach them."""

    name = OneLineField(
        label="Name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    email = AddressField(
        label="Email address",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    telephone = OneLineField(
        label="Telephone",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def expect_a_way_to_answer(self, data: dict[str, Any]) -> None:
        """Adds an error where there is no way; a number that is the only one can be rung."""
        if {"email", "telephone"} & self.errors.keys() or data["email"]:
            return
        if not data["telephone"]:
            self.add_error("email", "Enter an email address or a telephone number")
        elif not can_be_rung(data["telephone"]):
            self.add_error("telephone", TO_RING)


class Questions(forms.Form):
    """The four questions in the words in force, and a mark of which words those are."""

    keep_informed = yes_no(Purpose.KEEP_INFORMED)
    community_of_interest = yes_no(Purpose.COMMUNITY_OF_INTEREST)
    give_advice = yes_no(Purpose.GIVE_ADVICE)
    champion_accord = yes_no(Purpose.CHAMPION_ACCORD)
    wording = ComposedCharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str = Language.ENGLISH, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language, words = language, wordings.current(language)
        for purpose, wording in words.items():
            self.fields[purpose].label = wording.text
        self.fields["wording"].initial = wordings.mark(words)

    def switches(self) -> dict[str, bool]:
        """Each purpose, and whether it is wanted."""
        return {purpose: self.cleaned_data[purpose] == "yes" for purpose in wordings.QUESTIONS}

    def wordings_shown(self) -> dict[str, int]:
        """The version of each question that was shown, by key."""
        return wordings.shown(self.cleaned_data["wording"], self.language)


class ReasonForm(forms.Form):
    """Why something is done."""

    text = ComposedCharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why"},
    )


def in_the_page(*fields: Any) -> FormHelper:
    """These fields, inside a form that the page itself opens and closes."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper
