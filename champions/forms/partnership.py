"""What staff fill in about a partnership: the record with its rows, and what each act asks."""

import datetime as dt
from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet

from accord_portal.foundation.contact_details import hidden
from accord_portal.foundation.documents import DOCUMENTS_TAKEN
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from champions.forms.fields import ShownField, ShownForm, not_to_come
from champions.models import Partnership, PartnershipDocument, Party, WorkItem
from responses.forms.owed import day_field
from responses.models import Contact


class PartnershipForm(forms.ModelForm[Partnership]):
    """The record of a partnership."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.is_at_work:
            for name, words in (("review_on", "its review day"), ("review_how", "how it is reviewed")):
                if name in data and not data[name]:
                    self.add_error(name, f"An active partnership has {words}")
        return data


class PartyForm(forms.ModelForm[Party]):
    """A party, with who holds its office by name."""

    holder = OneLineField(
        label="Who holds the office",
        required=False,
        max_length=200,
        help_text="Their name as it is on the contact list. A champion’s offices stand on its own page.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.contact:
            self.fields["holder"].initial = hidden(self.instance.contact.name)

    def clean_holder(self) -> str:
        name: str = self.cleaned_data["holder"]
        if not name:
            self.instance.contact = None
        elif self.instance.contact is None or name != hidden(self.instance.contact.name):
            self.instance.contact = _on_the_list(name)
        return name

    def validate_constraints(self) -> None:
        """All but who leads: the rows of the form are looked at together."""
        exclude = self._get_validation_exclusions() | {"leads"}  # type: ignore[attr-defined]
        try:
            self.instance.validate_constraints(exclude=exclude)
        except forms.ValidationError as wrong:
            self._update_errors(wrong)  # type: ignore[attr-defined]


def _on_the_list(name: str) -> Contact:
    """The contact of exactly this name. Raises ValidationError where there is none, or more than one."""
    rows = Contact.objects.filter(name__iexact=name, erased_at=None, merged_into=None).order_by("pk")
    found = list(rows[:2])
    if len(found) != 1:
        many = "Nobody on the contact list has this name" if not found else "Several contacts have this name"
        raise forms.ValidationError(f"{many}: leave it empty, and say which office it is")
    return found[0]


class PartiesFormSet(BaseInlineFormSet[Party, Partnership, PartyForm]):
    """The parties of a partnership, of whom one leads at most."""

    def clean(self) -> None:
        rows = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        leading = [row for row in rows if row.get("leads") and not row.get("until_on")]
        if len(leading) > 1:
            raise forms.ValidationError("One party leads: untick the others")


class StepForm(forms.Form):
    """The status it takes, and since when."""

    status = forms.ChoiceField(choices=[("", "Choose one"), *Partnership.Status.choices])
    since_on = day_field(label="On which day")
    note = ComposedCharField(
        label="What happened",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For staff.",
    )

    def clean_on_day(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["since_on"])


class ReviewForm(forms.Form):
    """That the partners looked at it, what they found, and when they look again."""

    reviewed_on = day_field(label="Reviewed on")
    finding = ComposedCharField(
        label="What they found",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For staff. What others may learn from it belongs under “Lessons” in the record.",
        error_messages={"required": "Say what they found"},
    )
    next_on = day_field(label="Next review day")

    def clean_reviewed_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["reviewed_on"])


class VisibilityForm(forms.Form):
    """What the partners agreed that the public may see."""

    visibility = forms.ChoiceField(
        label="The public may see", choices=Partnership.Visibility.choices, widget=forms.RadioSelect
    )
    how = OneLineField(
        label="How the partners agreed",
        max_length=200,
        help_text="For example: in clause 9; by email of both chairs.",
        error_messages={"required": "Say how the partners agreed"},
    )
    agreed_on = day_field(label="On which day")

    def clean_agreed_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["agreed_on"])


class WorkProgressForm(ShownForm):
    """How far a line of the work programme has come."""

    item = ShownField(WorkItem.objects.none(), label="What", empty_label=None)
    state = forms.ChoiceField(label="Stands at", choices=WorkItem.State.choices)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = partnership.work_items.all()  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A document to keep with the partnership."""

    title = OneLineField(
        label="Title of the document", max_length=200, error_messages={"required": "Enter a title"}
    )
    file = forms.FileField(
        label="File",
        help_text=DOCUMENTS_TAKEN,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty: choose another"},
    )


class ShowDocumentForm(ShownForm):
    """Which document, and whether the public may download it."""

    document = ShownField(PartnershipDocument.objects.none(), empty_label=None)
    show = forms.TypedChoiceField(
        label="The public",
        choices=[("yes", "May download it"), ("no", "May not")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = partnership.documents.described()
        self.fields["document"].queryset = rows  # type: ignore[attr-defined]
