"""Controls of the records' forms, which every browser has without a script."""

from typing import Any

from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.db.models import DateField, DateTimeField
from django.forms import DateInput, DateTimeInput
from django.forms import DateTimeField as DateTimeFormField


class DayInput(DateInput):
    input_type = "date"


class InstantInput(DateTimeInput):
    input_type = "datetime-local"


class InstantField(DateTimeFormField):
    """A day and a time of day, in one control."""

    widget = InstantInput(attrs={"step": 1})

    def prepare_value(self, value: Any) -> Any:
        shown = super().prepare_value(value)
        return shown if isinstance(shown, str) or shown is None else shown.isoformat(timespec="seconds")


def use() -> None:
    """Puts them in the place of the admin's own, in every form of it made from now on."""
    FORMFIELD_FOR_DBFIELD_DEFAULTS[DateTimeField] = {"form_class": InstantField}
    FORMFIELD_FOR_DBFIELD_DEFAULTS[DateField] = {"widget": DayInput}
