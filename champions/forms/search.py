"""The filters of the public lists."""

from django import forms

from champions.models import Champion, CodeListEntry, Principle


class ChampionSearchForm(forms.Form):
    """The public list's filter."""

    q = forms.CharField(label="Search", required=False)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *Champion.Kind.choices]
    )


class InitiativeSearchForm(forms.Form):
    """The public list's filter."""

    q = forms.CharField(label="Search", required=False)
    principle = forms.ModelChoiceField(
        Principle.objects.all(), required=False, to_field_name="slug", empty_label="All principles"
    )
    region = forms.ModelChoiceField(
        CodeListEntry.objects.filter(list=CodeListEntry.List.REGION),
        required=False,
        empty_label="All regions",
    )
