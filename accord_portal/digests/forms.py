"""What staff send us about digests, cleaned into plain values."""

from django import forms

from accord_portal.foundation.folding import composed


class IntroductionForm(forms.Form):
    """What stands above the news."""

    text = forms.CharField(
        label="Introduction",
        help_text="Markdown. It may be empty.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_text(self) -> str:
        return composed(self.cleaned_data["text"])
