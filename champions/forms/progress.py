"""What a champion fills in, behind the link we mailed, about how an initiative stands."""

from typing import Any

from django import forms

from accord_portal.foundation.fields import OneLineField
from accord_portal.foundation.text import isolated
from champions.models import Champion, ProgressReport

State = ProgressReport.State
A_SENTENCE = {"required": "Say in a sentence why"}


class StillTrueForm(forms.Form):
    """Nothing to fill in: the page says it, and carries which report it shows."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, last: ProgressReport | None, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = last.pk if last else 0

    def show_again(self, last: ProgressReport | None) -> None:
        """After a refusal the page shows what was said last by now, and the button is for that."""
        again: Any = self.data
        again = again.copy()
        again["seen"] = str(last.pk if last else 0)
        self.data = again


class WordsForm(StillTrueForm):
    """A sentence, and whether the name may stand beside it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = OneLineField(
        label="Why, in a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=A_SENTENCE,
    )
    may_name = forms.BooleanField(required=False)

    def __init__(self, *args: Any, last: ProgressReport | None, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, last=last, champion=champion, **kwargs)
        self.name = champion.contact.name
        self.fields["may_name"].label = f"Show my name beside these words: {isolated(self.name)}"

    def said(self) -> dict[str, str]:
        """What was said, as the act takes it."""
        data = self.cleaned_data
        return {
            "state": data.get("state", State.DONE),
            "why": data["why"],
            "speaker": self.name if data["may_name"] else "",
        }


class ChangedForm(WordsForm):
    """How it stands now; the box begins with what this champion said last, never with another's words."""

    state = forms.ChoiceField(
        label="How it stands",
        choices=State.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it stands"},
    )
    field_order = ["seen", "state", "why", "may_name"]

    def __init__(self, *args: Any, last: ProgressReport | None, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, last=last, champion=champion, **kwargs)
        if last:
            self.fields["state"].initial = last.state
        if last and last.champion_id == champion.pk:
            self.fields["why"].initial = last.why


class FinishedForm(WordsForm):
    """It is done, and what came of it."""

    def __init__(self, *args: Any, last: ProgressReport | None, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, last=last, champion=champion, **kwargs)
        self.fields["why"].label = "What came of it, in a sentence"
        self.fields["why"].error_messages["required"] = "Say in a sentence what came of it"


class HelpForm(StillTrueForm):
    """What they need of us, if they want to say."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = OneLineField(
        label="What do you need? (optional)",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
