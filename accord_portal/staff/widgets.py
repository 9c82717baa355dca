"""Controls of the admin's that say what they are for."""

from typing import Any

from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import DateTimeField


class NamedDateAndTime(AdminSplitDateTime):
    """A day and a time of day, each named for those who do not see the words beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, ("Date", "Time"), strict=True):
            widget.attrs["aria-label"] = name


def use() -> None:
    """Puts them in the place of the admin's own, in every form of it made from now on."""
    FORMFIELD_FOR_DBFIELD_DEFAULTS[DateTimeField]["widget"] = NamedDateAndTime
