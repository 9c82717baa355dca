"""What a champion fills in about their own page, and staff who do not publish it."""

from typing import Any

from django import forms

from accord_portal.foundation import pictures
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from champions.forms.fields import ticks
from champions.models import CodeListEntry
from champions.own_page.proposing import PageWords, Written

SAY_WHAT_IT_SHOWS = "Say in words what the picture shows, for those who do not see it"
TITLE_IT = "Give the new initiative a title"
CHOOSE_AGAIN = "Choose the picture once more: a browser does not keep it"
WEBSITE = "Enter the address of a page, such as https://example.org"


def _box(label: str, rows: int, length: int, help_text: str = "") -> ComposedCharField:
    box = forms.Textarea(attrs={"rows": rows})
    return ComposedCharField(label=label, required=False, max_length=length, widget=box, help_text=help_text)


class OwnPageForm(forms.Form):
    """A champion's own page as they want it; it begins with what stands, or with what they proposed last."""

    summary = _box("Who you are and what you do", 5, 2_000, "A few sentences.")
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": WEBSITE},
    )
    place = OneLineField(
        label="Place",
        required=False,
        max_length=200,
        help_text="A town or a district, not your home address.",
    )
    regions = ticks(CodeListEntry.objects.filter(list=CodeListEntry.List.REGION), "Regions")
    picture = forms.FileField(
        label="Picture",
        required=False,
        allow_empty_file=True,
        help_text=pictures.PICTURES_TAKEN,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    no_picture = forms.BooleanField(label="Take the picture away", required=False)
    alternative = OneLineField(
        label="The picture in words",
        required=False,
        max_length=300,
        help_text="What it shows, for those who do not see it.",
    )
    initiative_title = OneLineField(
        label="A new initiative: its title",
        required=False,
        max_length=200,
        help_text="If you have begun one.",
    )
    initiative_description = _box("What the initiative is", 4, 5_000)

    def __init__(self, *args: Any, shown: Written, **kwargs: Any) -> None:
        words = {name: getattr(shown.words, name) for name in PageWords.__dataclass_fields__}
        kwargs["initial"] = {**words, "regions": list(shown.regions)}
        super().__init__(*args, **kwargs)
        self.shown = shown
        if shown.picture is None:
            del self.fields["no_picture"]
        else:
            self.fields["picture"].label = "Another picture"

    def clean_website(self) -> str:
        address: str = self.cleaned_data["website"]
        if address and not address.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(WEBSITE)
        return address

    def clean_picture(self) -> pictures.Remade | None:
        """The picture as we make it anew."""
        file = self.cleaned_data["picture"]
        try:
            return pictures.remake(file) if file else None
        except NotPossible as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_picture = data.get("picture") or (self.shown.picture and not data.get("no_picture"))
        if not has_picture and "picture" not in self.errors:
            data["alternative"] = ""
        elif has_picture and not data.get("alternative") and "alternative" not in self.errors:
            self.add_error("alternative", SAY_WHAT_IT_SHOWS)
        if data.get("initiative_description") and not data.get("initiative_title"):
            self.add_error("initiative_title", TITLE_IT)
        if self.errors and data.get("picture"):
            self.add_error("picture", CHOOSE_AGAIN)
        return data

    def written(self) -> dict[str, Any]:
        """The page as the act takes it."""
        data = self.cleaned_data
        return {
            "words": PageWords(**{name: data[name] for name in PageWords.__dataclass_fields__}),
            "regions": data["regions"],
            "picture": data["picture"],
            "keeps_picture": not data.get("no_picture"),
        }


class RefusePageForm(forms.Form):
    """Why it is not published, in words that the champion is mailed."""

    text = ComposedCharField(
        label="Why, in a sentence to them",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence why: they are mailed it"},
    )
