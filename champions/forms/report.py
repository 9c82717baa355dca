"""What staff fill in about how an initiative stands, as a side told us."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import Truncator

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import OneLineField
from accord_portal.foundation.text import isolated
from champions.forms.fields import ShownField, ShownForm, how_they_agreed, not_to_come
from champions.models import (
    Champion,
    Initiative,
    ProgressReport,
)
from responses.forms.owed import day_field


class ProgressReportForm(ShownForm):
    """What a side told us of the initiative: how it stands, and why."""

    champion = ShownField(Champion.objects.none(), label="Who told us", empty_label=None)
    state = forms.ChoiceField(
        label="How it stands",
        choices=[("", "Choose one"), *ProgressReport.State.choices],
        error_messages={"required": "Choose how it stands"},
    )
    why = OneLineField(
        label="Why, in a sentence",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence why"},
    )
    said_on = day_field(label="On which day", help_text="Today, if you leave it empty.", required=False)
    speaker = OneLineField(
        label="Name to show with it",
        max_length=200,
        required=False,
        help_text="Only if they said that their name may be shown.",
    )
    how = how_they_agreed("How they told us", "", error_messages={"required": "Choose how they told us"})

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = initiative.partners.current().values("champion")
        speakers = Champion.objects.filter(pk__in=[initiative.champion_id]) | Champion.objects.filter(
            pk__in=partners
        )
        self.fields["champion"].queryset = speakers  # type: ignore[attr-defined]
        self.fields["champion"].initial = initiative.champion_id

    def clean_said_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["said_on"])


class ReportField(ShownField):
    """What was said, in its words."""

    def label_of(self, obj: Any) -> str:
        name = f", {isolated(obj.speaker)}" if obj.speaker else ""
        shown = f" ({str(obj.reading).lower()})" if getattr(obj, "reading", None) else ""
        words = Truncator(obj.why).chars(80)
        return f"{day_in_words(obj.said_on)}, {isolated(obj.champion.name)}{name}{shown}: “{words}”"


class ReadingForm(ShownForm):
    """Which words, and whether the public sees them."""

    report = ReportField(
        ProgressReport.objects.none(),
        label="What they said",
        empty_label=None,
        error_messages={"required": "Choose whose words"},
    )
    show = forms.TypedChoiceField(
        label="The public",
        choices=[("yes", "Sees these words"), ("no", "Does not see them")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the public sees them"},
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reports = ProgressReport.objects.filter(initiative=initiative).exclude(why="")
        recent = reports.select_related("champion", "reading").order_by("-pk").values("pk")[:20]
        rows = ProgressReport.objects.filter(pk__in=list(recent.values_list("pk", flat=True)))
        self.fields["report"].queryset = rows.select_related("champion", "reading")  # type: ignore[attr-defined]
