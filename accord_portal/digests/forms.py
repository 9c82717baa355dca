"""What staff send us about digests, cleaned into plain values."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accord_portal.digests import leaving
from accord_portal.digests.arranging import name_of
from accord_portal.digests.models import ZONES, DigestSchedule, NewsItem
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from responses.forms.owed import day_field


class WhenForm(forms.Form):
    """When an approved issue goes out: now, as it is where nothing is said, or at a time in New Zealand."""

    when = forms.ChoiceField(
        label="When it goes out",
        choices=[("now", "Now"), ("later", "Later")],
        initial="now",
        required=False,
        widget=forms.RadioSelect,
    )
    day = day_field(label="Day", required=False)
    time = forms.TimeField(
        label="Time in New Zealand",
        required=False,
        initial="09:00",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Enter the time like 09:30"},
    )

    def clean(self) -> dict[str, Any]:
        """The instant as `at`, None for now."""
        said = super().clean() or {}
        if said.get("when") != "later" or self.errors:
            return {"at": None}
        for name, words in (("day", "Enter the day"), ("time", "Enter the time")):
            if not said.get(name):
                self.add_error(name, words)
        if self.errors:
            return {"at": None}
        at = timezone.make_aware(dt.datetime.combine(said["day"], said["time"]))
        try:
            leaving.expect_ahead(at)
        except NotPossible as refused:
            self.add_error("day", str(refused))
        return {"at": at}


class PlanForm(forms.Form):
    """The days of a schedule."""

    is_running = forms.TypedChoiceField(
        label="Digests for this audience",
        choices=[("yes", "Go out by themselves"), ("no", "Go out when somebody composes one")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they go out by themselves"},
    )
    every = forms.ChoiceField(label="How often", choices=DigestSchedule.Every.choices)
    weekday = forms.ChoiceField(label="Day", choices=DigestSchedule.Weekday.choices)
    at = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Enter the time", "invalid": "Enter the time like 09:30"},
    )
    zone = forms.ChoiceField(label="Time zone", choices=list(ZONES.items()))


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


class ArrangeForm(forms.Form):
    """The subject of a draft, and of each item its place, or that it is left for the next issue."""

    subject = OneLineField(
        label="Subject",
        help_text="It may be empty: then it is made from the first item.",
        required=False,
        max_length=150,
    )

    def __init__(
        self, *args: Any, items: Sequence[NewsItem] = (), left: Sequence[NewsItem] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for number, item in enumerate(items, 1):
            about = f"{item.get_kind_display()}: {item.title}"
            self.fields[f"place_{item.pk}"] = forms.IntegerField(
                label=f"Place of “{item.title}”",
                help_text=item.get_kind_display(),
                initial=number,
                min_value=1,
                max_value=9_999,
                error_messages={"required": f"Say at which place it stands: {about}"},
            )
            self.fields[f"drop_{item.pk}"] = forms.BooleanField(
                label=f"Leave “{item.title}” for the next issue", required=False
            )
        if left:
            self.fields["added"] = forms.MultipleChoiceField(
                label="Left for the next issue: tick what goes into this one",
                choices=[(name_of(item), f"{item.get_kind_display()}: {item.title}") for item in left],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        """The subject, the keys of the items in order, and what is added. Whoever was given the place of
        another goes before it."""
        said = super().clean() or {}
        kept = [
            (place, place == self.fields[f"place_{item.pk}"].initial, number, item.pk)
            for number, item in enumerate(self.items)
            if (place := said.get(f"place_{item.pk}")) and not said.get(f"drop_{item.pk}")
        ]
        order = [pk for *_, pk in sorted(kept)]
        return {"subject": said.get("subject", ""), "order": order, "added": said.get("added", [])}
