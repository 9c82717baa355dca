"""What staff fill in about follow-ups: what is to be done, what came of it, and whose it is."""

import datetime as dt

from django import forms

from accord_portal.foundation import working_days
from accord_portal.foundation.fields import OneLineField
from accord_portal.staff.models import User

from .owed import GiveForm, day_field


def expect_may_follow_up(user: User) -> User:
    """The same, if their roles let them do a follow-up. Raises ValidationError otherwise."""
    if not user.has_perm("responses.change_followup"):
        raise forms.ValidationError(f"{user} may not do follow-ups: choose somebody else")
    return user


class FollowUpForm(forms.Form):
    """What is to be done, by when and by whom."""

    what = OneLineField(
        label="What is to be done", max_length=500, error_messages={"required": "Say what is to be done"}
    )
    due_on = day_field(label="By which day")
    owner = forms.ModelChoiceField(
        User.objects.working(),
        label="Who does it",
        empty_label="Choose somebody",
        error_messages={"required": "Choose who does it"},
    )

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < working_days.today():
            raise forms.ValidationError("Choose today or a later day")
        return day

    def clean_owner(self) -> User:
        return expect_may_follow_up(self.cleaned_data["owner"])


class DoneForm(forms.Form):
    """With what result it is done."""

    result = OneLineField(
        label="What came of it", max_length=500, error_messages={"required": "Say what came of it"}
    )


class GiveFollowUpForm(GiveForm):
    """Who does it from now on."""

    def clean_to(self) -> User:
        return expect_may_follow_up(self.cleaned_data["to"])
