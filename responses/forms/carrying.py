"""What a page showed, carried by its form until it is saved."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from responses.consent import switches as consent_switches
from responses.models import Contact, Purpose

ON_THE_PAGE = {"on": "yes", "waiting": "yes", "off": "no", "asked": ""}  # how a switch is shown


def as_shown(contact: Contact, names: Iterable[str]) -> str:
    """These switches and details as they stand now, for a page to carry until it is saved."""
    switches = consent_switches.states(contact)
    return json.dumps({name: switches.get(name) or getattr(contact, name, "") for name in names})


class Carrying(forms.Form):
    """A form that carries what it showed, so that only what the person changed is acted on."""

    carries: Sequence[str] = Purpose.values
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def as_it_was_shown(self) -> dict[str, str]:
        """What the page showed; {} where it did not say."""
        try:
            carried = json.loads(self.data.get("shown") or "{}")
        except (ValueError, RecursionError):
            return {}
        known = carried.items() if isinstance(carried, dict) else ()
        return {name: text for name, text in known if name in self.carries and isinstance(text, str)}

    def refuse(self, why: str, contact: Contact) -> None:
        """Shows why it was not saved: what the person changed as they typed it, the rest as it is now."""
        now = json.loads(as_shown(contact, self.carries))
        again: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, was in self.as_it_was_shown().items():
            switch = name in Purpose.values
            if self.cleaned_data.get(name) == (ON_THE_PAGE.get(was) if switch else was):
                again[name] = ON_THE_PAGE[now[name]] if switch else now[name]
        again["shown"] = json.dumps(now)
        self.data = again
        self.add_error(None, why)
