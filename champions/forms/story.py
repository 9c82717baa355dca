"""What staff fill in about a practice story."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accord_portal.foundation.contact_details import hidden
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from champions.models import Champion, CodeListEntry, Initiative, PracticeStory, Principle
from responses.models import Contact

Licence = PracticeStory.Licence
OWNERS_WORDS = "Write in the owner’s words how it may be used"
ONLY_THEIRS = "Choose “As its owner says” for words of their own, or leave this empty"


def clean_licence(form: forms.Form | forms.ModelForm[Any]) -> None:
    """The owner's words stand where the licence is as they say, and nowhere else."""
    licence, words = form.cleaned_data.get("licence"), form.cleaned_data.get("licence_words", "")
    if licence == Licence.OWNER and not words and "licence_words" not in form.errors:
        form.add_error("licence_words", OWNERS_WORDS)
    elif words and licence != Licence.OWNER:
        form.add_error("licence_words", ONLY_THEIRS)


def _named(label: str, help_text: str) -> OneLineField:
    return OneLineField(label=label, required=False, max_length=200, help_text=help_text)


class StoryForm(forms.ModelForm[PracticeStory]):
    """A story, with whose it is, what it tells of and who may be asked, each by name."""

    of_champion = _named("Champion whose story it is", "The name as it is registered. Its page is linked.")
    of_initiative = _named("Initiative it tells of", "The title as it is registered. Its page is linked.")
    of_contact = _named(
        "Who may be asked about it",
        "The name as it is on the contact list, of somebody who agreed. Readers write to us: neither name nor"
        " address is shown.",
    )
    NAMED = {"of_champion": "champion", "of_initiative": "initiative", "of_contact": "contact"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.NAMED.items():
            if row := getattr(self.instance, field):
                self.fields[name].initial = hidden(str(row))

    def clean_of_champion(self) -> str:
        living = Champion.objects.filter(contact__erased_at=None).exclude(state=Champion.State.WITHDRAWN)
        return self._found("of_champion", living, "name", "No champion is registered under this name")

    def clean_of_initiative(self) -> str:
        rows = Initiative.objects.exclude(state=Initiative.State.WITHDRAWN)
        return self._found("of_initiative", rows, "title", "No initiative is registered under this title")

    def clean_of_contact(self) -> str:
        rows = Contact.objects.filter(erased_at=None, merged_into=None)
        return self._found("of_contact", rows, "name", "Nobody on the contact list has this name")

    def _found(self, name: str, rows: QuerySet[Any], by: str, nobody: str) -> str:
        """Sets the row of exactly this name; raises ValidationError where there is none, or more than one."""
        typed: str = self.cleaned_data[name]
        field = self.NAMED[name]
        if not typed:
            setattr(self.instance, field, None)
        elif typed != self.fields[name].initial:
            found = list(rows.filter(**{f"{by}__iexact": typed}).order_by("pk")[:2])
            if len(found) != 1:
                raise forms.ValidationError(nobody if not found else "Several have this name: leave it empty")
            setattr(self.instance, field, found[0])
        return typed

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        clean_licence(self)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """A licence of the owner's is looked at above, beside its field."""
        return super()._get_validation_exclusions() | {"licence_words"}  # type: ignore[misc]


class SendBackForm(forms.Form):
    """What is to be done before it is published."""

    text = ComposedCharField(
        label="What is to be done",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is to be done"},
    )


def _box(label: str, help_text: str = "", rows: int = 4, **about: Any) -> ComposedCharField:
    return ComposedCharField(
        label=label,
        help_text=help_text,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **about,
    )


class OfferForm(forms.Form):
    """A story as a champion tells it."""

    title = OneLineField(label="Title", max_length=200, error_messages={"required": "Give the story a title"})
    summary = OneLineField(
        label="The story in a sentence or two",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in a sentence what it is about"},
    )
    problem = _box("The problem", error_messages={"required": "Say what the problem was"})
    done = _box("What you did", error_messages={"required": "Say what you did"})
    changed = _box("What changed", error_messages={"required": "Say what changed"})
    known_by = _box("How you know (optional)", "Who counted, who was asked, what you saw.", 2, required=False)
    differently = _box("What you would do differently (optional)", rows=2, required=False)
    initiative = forms.ModelChoiceField(
        Initiative.objects.none(),
        label="Your initiative (optional)",
        required=False,
        empty_label="None of these",
    )
    regions = forms.ModelMultipleChoiceField(
        CodeListEntry.objects.filter(list=CodeListEntry.List.REGION),
        label="Where (optional)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    principles = forms.ModelMultipleChoiceField(
        Principle.objects.all(),
        label="Principles it gives effect to (optional)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    licence = forms.ChoiceField(
        label="How may others use your words?",
        help_text="CC BY 4.0: they may copy and change them, as long as they say whose they are.",
        choices=[(Licence.CC_BY, "CC BY 4.0"), (Licence.OWNER, "As I say")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how others may use your words"},
    )
    licence_words = OneLineField(
        label="How they may be used, if it is as you say", required=False, max_length=300
    )
    may_be_asked = forms.BooleanField(
        required=False,
        label="Readers may ask me about it",
        help_text="They write to us, and we pass on what we have read. Your name and address are not shown.",
    )
    TOLD = (
        "title",
        "summary",
        "problem",
        "done",
        "changed",
        "known_by",
        "differently",
        "licence",
        "licence_words",
    )

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = champion.initiatives.exclude(state=Initiative.State.WITHDRAWN)
        self.fields["initiative"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        clean_licence(self)
        return data

    def offered(self) -> dict[str, Any]:
        """The story as the act takes it."""
        data = self.cleaned_data
        others = ("initiative", "regions", "principles", "may_be_asked")
        return {"words": {name: data[name] for name in self.TOLD}, **{name: data[name] for name in others}}
