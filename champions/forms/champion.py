"""What staff register about a champion."""

from typing import Any

from django import forms

from accord_portal.foundation.fields import ComposedCharField, OneLineField
from champions.enrolment import Proposed
from champions.forms.proposed import as_text, split_initiatives, titled
from champions.models import Agency, Champion, Principle
from responses.forms.owed import day_field
from responses.models import ExpressionOfInterest
from responses.undertakings.initiatives import paragraphs


class ChampionDetailsForm(forms.Form):
    """What is registered about a champion."""

    kind = forms.ChoiceField(choices=Champion.Kind.choices, widget=forms.RadioSelect)
    name = OneLineField(max_length=200, error_messages={"required": "Enter the champion’s name"})
    agency = forms.ModelChoiceField(
        Agency.objects.prefetch_related("names"),
        required=False,
        empty_label="No agency",
        help_text="For an agency champion.",
    )
    summary = ComposedCharField(required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}))
    appointed_on = day_field(label="Champion since", required=False)
    ended_on = day_field(
        label="Champion until", required=False, help_text="Leave it empty while they are a champion."
    )
    principles = forms.ModelMultipleChoiceField(
        Principle.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def prefilled(cls, champion: Champion) -> dict[str, Any]:
        """The first values, from what is registered."""
        return {
            "kind": champion.kind,
            "name": champion.name,
            "agency": champion.agency_id,
            "summary": champion.summary,
            "appointed_on": champion.appointed_on,
            "ended_on": champion.ended_on,
            "principles": [principle.pk for principle in champion.principles.all()],
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("agency") and data.get("kind") not in (None, Champion.Kind.AGENCY):
            self.add_error(
                "agency", "Only an agency champion belongs to an agency: change the kind or clear this"
            )
        since, until = data.get("appointed_on"), data.get("ended_on")
        if since and until and until < since:
            self.add_error("ended_on", "Choose the day on which it began, or a later one")
        return data


class EnrolForm(ChampionDetailsForm):
    """Register as champion: prefilled from the expression of interest where there is one."""

    initiatives = ComposedCharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="One initiative a paragraph: its title in the first line, what it is in the next.",
    )
    field_order = [
        "kind",
        "name",
        "agency",
        "summary",
        "initiatives",
        "principles",
        "appointed_on",
        "ended_on",
    ]

    @classmethod
    def from_answers(cls, eoi: ExpressionOfInterest) -> dict[str, Any]:
        """The first values, from what the person wrote."""
        return {
            "kind": Champion.Kind.ORGANISATION if eoi.organisation else Champion.Kind.INDIVIDUAL,
            "name": eoi.organisation or eoi.name,
            "initiatives": as_text(split_initiatives(eoi.initiatives)),
        }

    def clean_initiatives(self) -> list[Proposed]:
        return [titled(paragraph) for paragraph in paragraphs(self.cleaned_data["initiatives"])]
