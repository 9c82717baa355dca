"""What staff fill in on the desk."""

from django import forms

from accord_portal.foundation.fields import OneLineField
from responses.forms.owed import day_field

from .models import SavedView, Snooze


class SnoozeForm(forms.Form):
    """Until when, and why."""

    until_on = day_field(label="Until which day", help_text="It is back on the desk that morning.")
    because = OneLineField(
        label="Why",
        max_length=Snooze._meta.get_field("because").max_length,
        error_messages={"required": "Say why"},
    )


class ViewNameForm(forms.Form):
    """What a view is called."""

    name = OneLineField(
        label="Name of the view",
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={"required": "Enter a name"},
    )
