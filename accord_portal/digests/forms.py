"""What staff send us about digests, cleaned into plain values."""

from django import forms

from accord_portal.foundation.fields import ComposedCharField


class IntroductionForm(forms.Form):
    """What stands above the news."""

    text = ComposedCharField(
        label="Introduction",
        help_text="Markdown. It may be empty.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
