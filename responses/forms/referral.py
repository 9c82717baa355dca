"""What staff fill in to ask whether something may be passed on to an agency."""

from typing import Any

from django import forms

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to
from responses.models import ExpressionOfInterest
from responses.models.reply_template import is_filled_in


class ReferForm(forms.Form):
    """To whom, and the text that would be passed on; it begins with what the form says."""

    filled_in_by: User
    agency = OneLineField(
        label="Agency",
        max_length=200,
        error_messages={"required": "Enter the agency’s name, as the person knows it"},
    )
    address = AddressField(
        label="The agency’s email address",
        error_messages={"required": "Enter the address that it goes to"},
    )
    text = ComposedCharField(
        label="What would be passed on",
        help_text="The person is shown exactly this. Say how to reach them, and no more than is needed.",
        max_length=5_000,
        validators=[is_filled_in],
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "Write what would be passed on"},
    )

    def __init__(self, *args: Any, eoi: ExpressionOfInterest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = lambda: shown_to(self.filled_in_by, _begun(eoi))


def _begun(eoi: ExpressionOfInterest) -> str:
    """What the form says, to be cut down."""
    who = ", ".join(filter(None, [eoi.name, eoi.organisation]))
    reached = ", ".join(filter(None, [eoi.email, eoi.telephone]))
    wrote = [text for text in (eoi.initiatives, eoi.comments) if text]
    begin = f"{who} wrote to us on {day_in_words(eoi.received_at)}:"
    return "\n\n".join([begin, *wrote, f"To reach them: {reached}"])
