"""Whom staff mean: those in doubt about whom they decide, and the addresses that a test goes to."""

import re
from typing import Any

from django import forms

from accord_portal.digests.trying_out import MAX_TESTS
from accord_portal.foundation.addresses import mailbox, validate_address
from accord_portal.foundation.fields import ComposedCharField
from accord_portal.foundation.text import trimmed


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


class TryOutForm(forms.Form):
    """The addresses that a test goes to, each once; none: to whoever presses the button."""

    addresses = ComposedCharField(
        label="To",
        help_text=f"Up to {MAX_TESTS} addresses, one a line or with commas between. Empty: to you.",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_addresses(self) -> list[str]:
        """Each address as it was typed. Every one that is none is named."""
        typed = list(filter(None, map(trimmed, re.split(r"[,;\n]", self.cleaned_data["addresses"]))))
        for address in typed:
            try:
                validate_address(address)
            except forms.ValidationError as wrong:
                self.add_error("addresses", f"“{address}”: {wrong.message}")
        if self.errors:
            return []
        once = list({mailbox(address): address for address in reversed(typed)}.values())[::-1]
        if len(once) > MAX_TESTS:
            raise forms.ValidationError(f"Name {MAX_TESTS} addresses at most, not {len(once)}")
        return once
