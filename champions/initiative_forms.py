"""What staff fill in about an initiative once its champion is enrolled."""

import datetime as dt
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.text import Truncator

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from accord_portal.foundation.text import isolated
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to
from responses.forms.owed import day_field
from responses.models import ExpressionOfInterest

from .initiatives import About, Words
from .models import Champion, CodeListEntry, Initiative, Milestone, Partner, Principle, ProgressReport

TOLD_US = [(how, how) for how in ("By telephone", "By email", "In person", "By letter")]
AGREED_HELP = "How the champion agreed to these words, where they had ticked that it may be public."


def _ticks(rows: Any, label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        rows, label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


def _how(label: str = "They agreed", help_text: str = AGREED_HELP, **about: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=[("", "Choose one"), *TOLD_US], **about
    )


def not_to_come(day: dt.date | None) -> dt.date | None:
    """Raises ValidationError for a day that is still to come."""
    if day and day > working_days.today():
        raise forms.ValidationError("Choose today or an earlier day")
    return day


class OwnFormField(forms.ModelChoiceField):
    """One of the person's forms, by reference and day: in a name somebody may have written a number."""

    def label_from_instance(self, obj: ExpressionOfInterest) -> str:
        return f"{obj.reference}, {day_in_words(obj.received_at)}"


class ShownField(forms.ModelChoiceField):
    """A choice that a name may have a number in, as whoever fills the form in may see it."""

    filled_in_by: Callable[[], User]

    def label_from_instance(self, obj: Any) -> str:
        return shown_to(self.filled_in_by(), self.label_of(obj))

    def label_of(self, obj: Any) -> str:
        """The label for those who see everything."""
        return isolated(str(obj))


class ShownForm(forms.Form):
    """A form with such choices."""

    filled_in_by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ShownField):
                field.filled_in_by = lambda: self.filled_in_by


class InitiativeForm(forms.Form):
    """A new initiative of a champion."""

    title = OneLineField(max_length=200, error_messages={"required": "Enter the title"})
    description = ComposedCharField(
        label="What it is", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = ComposedCharField(
        label="Why", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    with_whom = OneLineField(
        label="With whom",
        required=False,
        max_length=300,
        help_text="Others than champions who are registered: those are partners.",
    )
    since_on = day_field(label="Since", required=False)
    eoi = OwnFormField(
        ExpressionOfInterest.objects.none(),
        label="Expression of interest it came from",
        required=False,
        empty_label="None",
    )
    regions = _ticks(CodeListEntry.objects.filter(list=CodeListEntry.List.REGION), "Regions")
    principles = _ticks(Principle.objects.all(), "Principles it serves")
    features = _ticks(
        CodeListEntry.objects.filter(list=CodeListEntry.List.RELATIONAL_FEATURE),
        "Features of a relational approach",
    )

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forms_of = ExpressionOfInterest.objects.filter(contact__in=champion.contact.keys).order_by("-pk")
        self.fields["eoi"].queryset = forms_of  # type: ignore[attr-defined]
        if not kwargs.get("initial"):
            self.fields["eoi"].initial = champion.eoi_id

    def words_and_about(self) -> dict[str, Any]:
        """What was filled in, as the acts take it."""
        data = dict(self.cleaned_data)
        words = Words(**{field.name: data.pop(field.name) for field in fields(Words)})
        about = About(**{field.name: data.pop(field.name) for field in fields(About)})
        return {"words": words, "about": about, **data}


class RewordInitiativeForm(InitiativeForm):
    """Corrections of what is registered."""

    how = _how(required=False)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        names = [field.name for field in fields(Words)]
        many = {
            name: [row.pk for row in getattr(initiative, name).all()]
            for name in ("regions", "principles", "features")
        }
        single = {"since_on": initiative.since_on, "eoi": initiative.eoi_id}
        kwargs["initial"] = {name: getattr(initiative, name) for name in names} | single | many
        super().__init__(*args, champion=initiative.champion, **kwargs)
        if not initiative.agreed:
            del self.fields["how"]


class MilestoneForm(forms.Form):
    """What is to be reached, by which day."""

    what = OneLineField(label="What", max_length=200, error_messages={"required": "Say what"})
    due_on = day_field(label="By")
    how = _how(required=False)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not initiative.agreed:
            del self.fields["how"]


class MilestoneField(ShownField):
    """A milestone with its day."""

    def label_of(self, obj: Any) -> str:
        return f"{obj.what}, by {day_in_words(obj.due_on)}"


class ReachedForm(ShownForm):
    """Which milestone was reached, and on which day."""

    milestone = MilestoneField(Milestone.objects.none(), empty_label=None)
    reached_on = day_field(label="Reached on")

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = initiative.milestones.filter(reached_on=None)  # type: ignore[attr-defined]

    def clean_reached_on(self) -> dt.date | None:
        return not_to_come(self.cleaned_data["reached_on"])


class PartnerForm(ShownForm):
    """Another champion who takes part, found by its name; nobody who was taken down or erased."""

    champion = OneLineField(
        label="Champion",
        max_length=200,
        help_text="Its name as it is registered.",
        error_messages={"required": "Enter the name of the champion"},
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initiative = initiative

    def clean_champion(self) -> Champion:
        name = self.cleaned_data["champion"]
        rows = Champion.objects.exclude(state=Champion.State.WITHDRAWN).filter(contact__erased_at=None)
        found = list(rows.filter(name__iexact=name)[:2]) or list(
            rows.matching(name).exclude(pk=self.initiative.champion_id)[:2]
        )
        if not found:
            raise forms.ValidationError("No champion is registered under this name")
        if len(found) > 1:
            names = [isolated(shown_to(self.filled_in_by, row.name)) for row in found]
            raise forms.ValidationError(f"More than one fits: {', '.join(names)}")
        return found[0]


class EndPartnerForm(ShownForm):
    """Which partner takes part no longer."""

    partner = ShownField(Partner.objects.none(), empty_label=None)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = initiative.partners.current().select_related("champion")
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


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
    how = _how("How they told us", "", error_messages={"required": "Choose how they told us"})

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
