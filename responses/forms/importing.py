"""What staff say of a list: where it comes from, and what its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import (
    BooleanField,
    BoundField,
    ChoiceField,
    FileField,
    FileInput,
    Form,
    RadioSelect,
    ValidationError,
)

from accord_portal.foundation.fields import OneLineField
from responses.importing import columns as reading
from responses.models import ContactImport

MAX_MEGABYTES = 30
LEFT_OUT, UNDECIDED = "nothing", "?"


class UploadForm(Form):
    """A list, where it comes from, and by what right those on it may be written to."""

    file = FileField(
        label="The list",
        help_text=f"CSV in UTF-8, or an Excel workbook (.xlsx), of {MAX_MEGABYTES} MB or less."
        " The first row holds the headings.",
        widget=FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty: choose another"},
    )
    source = OneLineField(
        label="Where the list comes from",
        max_length=300,
        help_text="Stands on the timeline of everybody on it.",
        error_messages={"required": "Say where the list comes from"},
    )
    basis = ChoiceField(
        label="What says that those on it may be written to?",
        choices=ContactImport.Basis.choices,
        widget=RadioSelect,
        error_messages={"required": "Choose what says so", "invalid_choice": "Choose what says so"},
    )
    basis_detail = OneLineField(
        label="What people were asked, and when",
        max_length=400,
        required=False,
        help_text="Needed where each person asked to be on it. It is kept as evidence with each Yes.",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        megabytes = (file.size or 0) / 1024 / 1024
        if megabytes > MAX_MEGABYTES:
            raise ValidationError(
                f"Choose a file of {MAX_MEGABYTES} MB or less. This one has {megabytes:.1f} MB: split it."
            )
        return file

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if (
            said.get("basis") == ContactImport.Basis.EXPRESS
            and "basis_detail" in said
            and not said["basis_detail"]
        ):
            self.add_error("basis_detail", "Say what people were asked, and when")


class MatchForm(Form):
    """What each column of a list holds."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Mapping[str, Any]],
        needs_a_basis: bool,
        hidden_rows: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.needs_a_basis = columns, needs_a_basis
        for at, column in enumerate(columns):
            asked = f"Say what “{reading.short(column['heading'])}” holds"
            undecided = [(UNDECIDED, "Choose what it holds")] if column["holds"] is None else []
            self.fields[f"column_{at}"] = ChoiceField(
                label=reading.short(column["heading"]),
                choices=[*undecided, (LEFT_OUT, "Nothing: leave this column out"), *reading.CHOICES],
                initial=UNDECIDED if undecided else column["holds"] or LEFT_OUT,
                error_messages={"required": asked, "invalid_choice": asked},
            )
        if hidden_rows:
            self.fields["takes_hidden"] = BooleanField(
                label=f"Bring in the rows that are hidden, too ({hidden_rows:,})", required=False
            )

    def holds(self) -> list[str]:
        """What each column holds, "" for nothing."""
        said = (self.cleaned_data[f"column_{at}"] for at in range(len(self.columns)))
        return ["" if each == LEFT_OUT else each for each in said]

    def clean(self) -> None:
        super().clean()
        for at, column in enumerate(self.columns):
            if self.cleaned_data.get(f"column_{at}") == UNDECIDED:
                asked = f"Say what “{reading.short(column['heading'])}” holds: it may be a Yes or a No"
                self.add_error(f"column_{at}", asked)
        if not self.errors:
            headings = [column["heading"] for column in self.columns]
            wrong = reading.problems(headings, self.holds(), needs_a_basis=self.needs_a_basis)
            for at, what in wrong.items():
                self.add_error(f"column_{at}" if at >= 0 else None, what)

    def shown(self) -> list[tuple[BoundField, Mapping[str, Any]]]:
        """Each column with its question."""
        return [(self[f"column_{at}"], column) for at, column in enumerate(self.columns)]
