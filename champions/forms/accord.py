"""What staff fill in about the Accord: its texts, and the papers around it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.documents import DOCUMENTS_TAKEN, read_document
from champions.models import AccordText, Reference
from champions.models.stored_file import StoredFile

LANGUAGE = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"  # what of BCP 47 a text may need


class StoredFileForm(forms.ModelForm[Any]):
    """A record that may have a file: a new one takes the place of the old."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text=DOCUMENTS_TAKEN,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt"}),
        error_messages={"empty": "The file is empty: choose another"},
    )
    no_file = forms.BooleanField(label="Take the file away", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: StoredFile = self.instance
        if kept.size:
            now = f"Now: {kept.get_format_display()}, {filesizeformat(kept.size)}."
            self.fields["file"].help_text = f"{now} {DOCUMENTS_TAKEN}"
        else:
            self.fields.pop("no_file", None)

    def clean_file(self) -> UploadedFile | None:
        """Raises ValidationError where it is none that we take."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            try:
                self.instance.format, self.instance.content = read_document(file)
            except NotPossible as refused:
                raise forms.ValidationError(str(refused)) from refused
            self.instance.size = len(self.instance.content)
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("no_file") and not data.get("file"):
            self.instance.format, self.instance.size, self.instance.content = "", 0, b""
        return data


class AccordTextForm(StoredFileForm):
    """The Accord in one language."""

    language = forms.RegexField(
        rf"^{LANGUAGE}$",
        max_length=12,
        label="Language",
        help_text="Its tag, so that screen readers say it right: “en”, “mi”, “sm”, “zh-Hans” (BCP 47).",
        error_messages={"invalid": "Enter the tag of a language, for example “mi” or “zh-Hans”"},
    )

    class Meta:
        model = AccordText
        fields = ["language", "name", "own_name", "title", "written"]


class ReferenceForm(StoredFileForm):
    """A paper, a report or a guide."""

    url = forms.URLField(label="Page elsewhere", required=False, max_length=300, assume_scheme="https")

    class Meta:
        model = Reference
        fields = ["kind", "position", "title", "when", "note", "url"]
