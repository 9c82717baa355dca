"""What staff send us about digests, cleaned into plain values."""

from django import forms

from accord_portal.foundation.fields import ComposedCharField


class StoppingForm(forms.Form):
    """Why an issue on its way is stopped."""

    why = ComposedCharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why"},
    )


class IntroductionForm(forms.Form):
    """What stands above the news, and what the readers are asked."""

    text = ComposedCharField(
        label="Introduction",
        help_text="Markdown. It may be empty.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    question = ComposedCharField(
        label="A question to the readers",
        help_text="Plain text. It may be empty. Readers answer by replying, or on the contact page.",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
