"""What staff fill in on the desk."""

from typing import Any

from django import forms

from accord_portal.foundation.fields import OneLineField
from accord_portal.staff.models import User
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


class StaffMailForm(forms.ModelForm[User]):
    """Which mails about the desk one gets."""

    class Meta:
        model = User
        fields = ("gets_morning_mail", "gets_weekly_mail")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The weekly one is for approvers."""
        super().__init__(*args, **kwargs)
        if not self.instance.is_approver:
            del self.fields["gets_weekly_mail"]
