"""What staff choose to tag many with."""

from typing import Any

from django import forms

from champions.forms.fields import TOLD_US
from champions.models import CodeListEntry, Principle
from champions.tagging import Tags

List = CodeListEntry.List


class TagForm(forms.Form):
    """Principles, features and regions to add, and how those agreed who had ticked what it changes."""

    principles = forms.ModelMultipleChoiceField(
        Principle.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    features = forms.ModelMultipleChoiceField(
        CodeListEntry.objects.filter(list=List.RELATIONAL_FEATURE),
        label="Features of a relational approach",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.ModelMultipleChoiceField(
        CodeListEntry.objects.filter(list=List.REGION), required=False, widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(
        label="They agreed",
        required=False,
        choices=[("", "Choose one"), *TOLD_US],
        help_text="Needed where a champion had ticked that it may be public as it stands.",
    )

    def __init__(self, *args: Any, kind: type[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("features", "regions"):
            if not hasattr(kind, name):
                del self.fields[name]

    def tags(self) -> Tags:
        """What was chosen."""
        data = {name: list(chosen) for name, chosen in self.cleaned_data.items() if name != "how"}
        return Tags(**data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("principles", "features", "regions")):
            raise forms.ValidationError("Choose what to tag them with")
        return data
