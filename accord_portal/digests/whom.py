"""Whom staff mean: those in doubt about whom they decide."""

from typing import Any

from django import forms

from accord_portal.foundation.fields import ComposedCharField


def keys(said: list[str]) -> list[int]:
    """The keys among these, without what is no key."""
    return [int(one) for one in said if one.isdecimal() and len(one) < 19]


class DoubtForm(forms.Form):
    """About whom in doubt it is decided, and why. The page names them as `ticked` and as `listed`."""

    whom = forms.ChoiceField(
        label="About whom",
        choices=[
            ("ticked", "Those I ticked"),
            ("listed", "All on this page"),
            ("all", "Everybody in doubt, on every page"),
        ],
        initial="ticked",
        widget=forms.RadioSelect,
        error_messages={"required": "Say about whom"},
    )
    sentence = ComposedCharField(
        label="Why, in a sentence",
        help_text="It stays with the issue and in the log. Name nobody in it.",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why, in a sentence"},
    )

    def ticked(self) -> list[int]:
        """Those whose box is ticked."""
        return keys(self.data.getlist("ticked")) if self.is_bound else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The sentence, and the keys of the doubts; None for everybody."""
        said = super().clean() or {}
        whom = said.get("whom")
        if whom == "all":
            return {"sentence": said.get("sentence", ""), "doubts": None}
        chosen = self.ticked() if whom == "ticked" else keys(self.data.getlist("listed"))  # type: ignore[attr-defined]
        if whom and not chosen:
            self.add_error("whom", "Tick somebody, or say that you mean all of them")
        return {"sentence": said.get("sentence", ""), "doubts": chosen}
