"""What somebody tells who used a story, and what staff make of it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.db.models import Case, When

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import AddressField, OneLineField
from accord_portal.foundation.text import isolated
from champions.forms.fields import ShownField, ShownForm
from champions.models import PracticeStory, Reuse
from responses.forms.fields import Guarded, in_the_page

READ_AT_ONCE = 20  # of one story: first those that nobody read, then the latest


class ReuseForm(Guarded):
    """One sentence; the rest as they like. Nothing is ticked to begin with."""

    words = OneLineField(
        label="How did you use it, in a sentence?",
        help_text="Don’t name people who have not agreed to it.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence how you used it"},
    )
    used_by = OneLineField(
        label="Who are you? (optional)",
        help_text="Your name, or your organisation’s.",
        max_length=200,
        required=False,
    )
    email = AddressField(
        label="Email address (optional)",
        help_text="Only so that we can ask you about this. It is never shown, and puts you on no list.",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    words_agreed = forms.BooleanField(label="You may show my sentence on this website", required=False)
    name_agreed = forms.BooleanField(label="You may show who I am beside it", required=False)
    TOLD = ("words", "used_by", "email", "words_agreed", "name_agreed")

    @property
    def helper(self) -> FormHelper:
        return in_the_page(*self.TOLD, Field("website", wrapper_class="trap"), "started")

    def clean(self) -> dict[str, Any]:
        """A name is shown beside a sentence, and there is one."""
        data = super().clean() or {}
        if data.get("name_agreed") and not data.get("used_by") and "used_by" not in self.errors:
            self.add_error("used_by", "Say who you are, or take the tick away")
        elif data.get("name_agreed") and not data.get("words_agreed"):
            self.add_error("name_agreed", "Who you are stands beside your sentence: tick both, or neither")
        self.refuse_robots(data)
        return data

    def told(self) -> dict[str, Any]:
        """What the act takes."""
        return {name: self.cleaned_data[name] for name in self.TOLD}


class ReuseField(ShownField):
    """What was told, with what they ticked."""

    def label_of(self, obj: Any) -> str:
        who = f", {isolated(obj.used_by)}" if obj.used_by else ""
        ticked = [
            words
            for words, is_ticked in (("sentence", obj.words_agreed), ("name", obj.name_agreed))
            if is_ticked
        ]
        agreed = f"may be shown: {' and '.join(ticked)}" if ticked else "nothing may be shown"
        return f"{day_in_words(obj.told_at)}{who}: “{isolated(obj.words)}” ({agreed})"


class ReadReuseForm(ShownForm):
    """Which re-use, and what becomes of it."""

    reuse = ReuseField(
        Reuse.objects.none(),
        label="What they told us",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you have read"},
    )
    state = forms.ChoiceField(
        label="What becomes of it",
        choices=[
            (Reuse.State.SHOWN, "Count it, and show the sentence"),
            (Reuse.State.COUNTED, "Count it only"),
            (Reuse.State.TURNED_DOWN, "Turn it down"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it"},
    )

    def __init__(self, *args: Any, story: PracticeStory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unread = Case(When(state=Reuse.State.WAITING, then=0), default=1)
        keys = (
            story.reuses.exclude(words="").order_by(unread, "-pk").values_list("pk", flat=True)[:READ_AT_ONCE]
        )
        self.fields["reuse"].queryset = Reuse.objects.filter(pk__in=list(keys))  # type: ignore[attr-defined]
