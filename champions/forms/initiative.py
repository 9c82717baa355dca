"""What staff fill in about an initiative once its champion is enrolled."""

from dataclasses import fields
from typing import Any

from django import forms

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from champions.forms.fields import how_they_agreed, ticks
from champions.initiatives.editing import About, Words
from champions.models import (
    Champion,
    CodeListEntry,
    Initiative,
    Principle,
)
from responses.forms.owed import day_field
from responses.models import ExpressionOfInterest


class OwnFormField(forms.ModelChoiceField):
    """One of the person's forms, by reference and day: in a name somebody may have written a number."""

    def label_from_instance(self, obj: ExpressionOfInterest) -> str:
        return f"{obj.reference}, {day_in_words(obj.received_at)}"


class InitiativeForm(forms.Form):
    """A new initiative of a champion."""

    title = OneLineField(max_length=200, error_messages={"required": "Enter the title"})
    description = ComposedCharField(
        label="What it is", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = ComposedCharField(
        label="Why", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    with_whom = OneLineField(
        label="With whom",
        required=False,
        max_length=300,
        help_text="Others than champions who are registered: those are partners.",
    )
    since_on = day_field(label="Since", required=False)
    eoi = OwnFormField(
        ExpressionOfInterest.objects.none(),
        label="Expression of interest it came from",
        required=False,
        empty_label="None",
    )
    regions = ticks(CodeListEntry.objects.filter(list=CodeListEntry.List.REGION), "Regions")
    principles = ticks(Principle.objects.all(), "Principles it serves")
    features = ticks(
        CodeListEntry.objects.filter(list=CodeListEntry.List.RELATIONAL_FEATURE),
        "Features of a relational approach",
    )

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forms_of = ExpressionOfInterest.objects.filter(contact__in=champion.contact.keys).order_by("-pk")
        self.fields["eoi"].queryset = forms_of  # type: ignore[attr-defined]
        if not kwargs.get("initial"):
            self.fields["eoi"].initial = champion.eoi_id

    def words_and_about(self) -> dict[str, Any]:
        """What was filled in, as the acts take it."""
        data = dict(self.cleaned_data)
        words = Words(**{field.name: data.pop(field.name) for field in fields(Words)})
        about = About(**{field.name: data.pop(field.name) for field in fields(About)})
        return {"words": words, "about": about, **data}


class RewordInitiativeForm(InitiativeForm):
    """Corrections of what is registered."""

    how = how_they_agreed(required=False)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        names = [field.name for field in fields(Words)]
        many = {
            name: [row.pk for row in getattr(initiative, name).all()]
            for name in ("regions", "principles", "features")
        }
        single = {"since_on": initiative.since_on, "eoi": initiative.eoi_id}
        kwargs["initial"] = {name: getattr(initiative, name) for name in names} | single | many
        super().__init__(*args, champion=initiative.champion, **kwargs)
        if not initiative.agreed:
            del self.fields["how"]
