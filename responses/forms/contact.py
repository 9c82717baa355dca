"""What staff fill in on the pages of a contact."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q

from accord_portal.foundation import working_days
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from accord_portal.staff.act_admin import key_in
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import sees_details
from responses.forms.owed import day_field
from responses.forms.triage import NoteForm
from responses.models import Activity, Contact, Language, Merge, Purpose, Undertaking

Kind = Activity.Kind

CAN_BE_ASKED_FOR = NoteForm.base_fields["text"].help_text


class CorrectForm(forms.Form):
    """Who it is and how to reach them, but for the email address."""

    name = OneLineField(label="Name", max_length=200, error_messages={"required": "Enter the name"})
    organisation = OneLineField(label="Organisation (optional)", max_length=200, required=False)
    telephone = OneLineField(
        label="Telephone (optional)",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    postal_address = ComposedCharField(
        label="Postal address (optional)",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label="Language to write in", choices=Language.choices)

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact:
            kwargs["initial"] = {name: getattr(contact, name) for name in CorrectForm.base_fields}
        super().__init__(*args, **kwargs)


class ContactAddressForm(forms.Form):
    """An email address."""

    email = AddressField(label="Email address", error_messages={"required": "Enter the email address"})


class AddForm(CorrectForm):
    """A contact added by hand: with an email address or without one."""

    email = AddressField(label="Email address (optional)", required=False)
    field_order = ["name", "organisation", "email"]


class KeepsField(forms.ModelMultipleChoiceField):
    """Undertakings to tick, each with the day by which it is owed."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, by {day_in_words(obj.due_on)}{', late' if obj.is_late else ''}"


class ConversationForm(forms.Form):
    """A call, a letter or a meeting: on which day, what was said, and which promises it keeps."""

    kind = forms.ChoiceField(
        label="What it was",
        choices=[(kind.value, kind.label) for kind in (Kind.CALLED, Kind.WROTE, Kind.MET)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a call, a letter or a meeting"},
    )
    on = day_field(label="On which day", help_text="Today, if you leave it empty.", required=False)
    text = ComposedCharField(
        label="What was said",
        help_text=CAN_BE_ASKED_FOR,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was said"},
    )
    keeps = KeepsField(
        Undertaking.objects.none(),
        label="This keeps",
        help_text="Tick what we had promised them and have done by this.",
        required=False,
        error_messages={"invalid_choice": "What you ticked is not owed any more: look again"},
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_keep = Undertaking.objects.of_people(contact.keys).kept_by_talking()
        if may_keep.exists():
            self.fields["keeps"].queryset = may_keep  # type: ignore[attr-defined]
        else:
            del self.fields["keeps"]

    def clean_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["on"]
        if day and day > working_days.today():
            raise forms.ValidationError("Choose today or an earlier day")
        return day


class InviteForm(forms.Form):
    """An invitation to a meeting, by mail."""

    on = day_field(label="Day of the meeting")
    place = OneLineField(
        label="Place",
        help_text="Where it is, or how to join.",
        max_length=300,
        error_messages={"required": "Say where the meeting is"},
    )
    reply_by = day_field(label="Ask for an answer by")
    text = ComposedCharField(
        label="What you write",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what the meeting is about"},
    )

    def clean(self) -> dict[str, Any]:
        """The meeting is still to come, and the answer is due before it."""
        data: dict[str, Any] = super().clean() or {}
        on, reply_by, today = data.get("on"), data.get("reply_by"), working_days.today()
        if on and on < today:
            self.add_error("on", "Choose today or a later day")
        elif reply_by and reply_by < today:
            self.add_error("reply_by", "Choose today or a later day")
        elif on and reply_by and reply_by > on:
            self.add_error("reply_by", "Choose a day before the meeting, or the day itself")
        return data


class SwitchForm(forms.Form):
    """One switch, and how the person asked for it."""

    purpose = forms.ChoiceField(
        label="Which",
        choices=[("", "Choose one"), *Purpose.choices],
        error_messages={"required": "Choose which one"},
    )
    yes = forms.TypedChoiceField(
        label="What they said",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Yes or No"},
    )
    how = OneLineField(
        label="How they asked",
        help_text="For example: rang on Monday morning.",
        max_length=300,
        error_messages={"required": "Say how they asked"},
    )


class WhyForm(forms.Form):
    """The reason."""

    why = ComposedCharField(
        label="Why",
        help_text=CAN_BE_ASKED_FOR,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why"},
    )


class OtherForm(forms.Form):
    """The contact that may be the same: by its number, which stands on its page, or by its address."""

    other = OneLineField(
        label="The other contact",
        help_text="Its number, which stands on its page. Its email address, if you may see addresses.",
        max_length=254,
        error_messages={"required": "Enter the number of the other contact"},
    )
    filled_in_by: User

    def clean_other(self) -> Contact:
        """Raises ValidationError where there is no such contact.

        Whether an address is on the list is for those to know who may see addresses.
        """
        typed = self.cleaned_data["other"]
        if not (typed.isdecimal() or sees_details(self.filled_in_by)):
            raise forms.ValidationError("Enter the number of the other contact: it stands on its page")
        try:
            known = Q(pk=key_in(typed)) if typed.isdecimal() else Q(mailbox=mailbox(typed))
        except ValueError:
            known = Q(pk=0)
        contact = Contact.objects.filter(known).first()
        if contact is None:
            raise forms.ValidationError("No contact has this number or address")
        return contact


class OfContactForm(forms.Form):
    """A button beside one of the contact's rows."""

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit_to(contact)

    def limit_to(self, contact: Contact) -> None:
        """Lets the button name rows of this contact only."""
        raise NotImplementedError


class UndoMergeForm(OfContactForm):
    """Which merge is undone."""

    merge = forms.ModelChoiceField(Merge.objects.none(), widget=forms.HiddenInput)

    def limit_to(self, contact: Contact) -> None:
        self.fields["merge"].queryset = Merge.objects.about(contact.keys)  # type: ignore[attr-defined]
