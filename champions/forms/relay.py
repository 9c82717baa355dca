"""What somebody asks about a story, and what staff make of it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from accord_portal.foundation.text import isolated
from champions.forms.fields import ShownField, ShownForm
from champions.models import PracticeStory, Relay
from responses.forms.fields import Guarded, in_the_page


class RelayForm(Guarded):
    """What is asked, by whom, and where the answer goes."""

    words = ComposedCharField(
        label="What do you want to know?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you want to know"},
    )
    name = OneLineField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    email = AddressField(
        label="Your email address",
        help_text="We mail you a link to confirm it. Whoever you ask sees it, so that they can answer you.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email address"},
    )
    ASKED = ("words", "name", "email")

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*self.ASKED, Field("website", wrapper_class="trap"), "started")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.refuse_robots(data)
        return data

    def asked(self) -> dict[str, Any]:
        """What the act takes."""
        return {name: self.cleaned_data[name] for name in self.ASKED}


class RelayField(ShownField):
    """What is asked, and by whom."""

    def label_of(self, obj: Any) -> str:
        return f"{day_in_words(obj.written_at)}, {isolated(obj.name)}: “{isolated(obj.words)}”"


class ReadRelayForm(ShownForm):
    """Which question, and whether it is passed on."""

    relay = RelayField(
        Relay.objects.none(),
        label="What they ask",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you have read"},
    )
    state = forms.ChoiceField(
        label="What is done with it",
        choices=[(Relay.State.PASSED_ON, "Pass it on by mail"), (Relay.State.STOPPED, "Do not pass it on")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is passed on"},
    )

    def __init__(self, *args: Any, story: PracticeStory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relay"].queryset = story.relays.to_read()  # type: ignore[attr-defined]
