"""What staff and champions send us about champions, cleaned into plain values."""

import re
from typing import Any

from django import forms
from django.utils.functional import lazy

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from accord_portal.foundation.text import is_visible, isolated
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to
from responses.forms.owed import day_field
from responses.models import ExpressionOfInterest
from responses.undertakings.initiatives import initiatives_in, paragraphs

from . import told
from .enrolment import Proposed
from .models import Agency, Champion, CodeListEntry, Initiative, Partner, Principle

TITLE_LENGTH = 120
MANY = ("initiatives", "partnerings")  # ticks of a list each: keys of initiatives
FIRST_SENTENCE = re.compile(rf"(.{{10,{TITLE_LENGTH}}}?)[.;:!?](?:\s|$)")


def split_initiatives(text: str) -> list[Proposed]:
    """What somebody wrote in the initiatives box; of each the first sentence is the title."""
    return [_proposed(initiative) for initiative in initiatives_in(text)]


def _proposed(block: str) -> Proposed:
    title, _, rest = block.partition("\n")
    if len(title) > TITLE_LENGTH:
        sentence = FIRST_SENTENCE.match(title)
        short = sentence[1] if sentence else title[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
        return Proposed(title=short, description=block)
    short = title.rstrip(". ")
    return Proposed(title=short if is_visible(short) else title, description=rest.strip())


def as_text(initiatives: list[Proposed]) -> str:
    """Initiatives as staff edit them: one a paragraph, its title in the first line."""
    return "\n\n".join(f"{i.title}\n{i.description}".strip() for i in initiatives)


class ChampionDetailsForm(forms.Form):
    """What is registered about a champion."""

    kind = forms.ChoiceField(choices=Champion.Kind.choices, widget=forms.RadioSelect)
    name = OneLineField(max_length=200, error_messages={"required": "Enter the champion’s name"})
    agency = forms.ModelChoiceField(
        Agency.objects.prefetch_related("names"),
        required=False,
        empty_label="No agency",
        help_text="For an agency champion.",
    )
    summary = ComposedCharField(required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}))
    appointed_on = day_field(label="Champion since", required=False)
    ended_on = day_field(
        label="Champion until", required=False, help_text="Leave it empty while they are a champion."
    )
    principles = forms.ModelMultipleChoiceField(
        Principle.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def prefilled(cls, champion: Champion) -> dict[str, Any]:
        """The first values, from what is registered."""
        return {
            "kind": champion.kind,
            "name": champion.name,
            "agency": champion.agency_id,
            "summary": champion.summary,
            "appointed_on": champion.appointed_on,
            "ended_on": champion.ended_on,
            "principles": [principle.pk for principle in champion.principles.all()],
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("agency") and data.get("kind") not in (None, Champion.Kind.AGENCY):
            self.add_error(
                "agency", "Only an agency champion belongs to an agency: change the kind or clear this"
            )
        since, until = data.get("appointed_on"), data.get("ended_on")
        if since and until and until < since:
            self.add_error("ended_on", "Choose the day on which it began, or a later one")
        return data


class EnrolForm(ChampionDetailsForm):
    """Register as champion: prefilled from the expression of interest where there is one."""

    initiatives = ComposedCharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="One initiative a paragraph: its title in the first line, what it is in the next.",
    )
    field_order = [
        "kind",
        "name",
        "agency",
        "summary",
        "initiatives",
        "principles",
        "appointed_on",
        "ended_on",
    ]

    @classmethod
    def from_answers(cls, eoi: ExpressionOfInterest) -> dict[str, Any]:
        """The first values, from what the person wrote."""
        return {
            "kind": Champion.Kind.ORGANISATION if eoi.organisation else Champion.Kind.INDIVIDUAL,
            "name": eoi.organisation or eoi.name,
            "initiatives": as_text(split_initiatives(eoi.initiatives)),
        }

    def clean_initiatives(self) -> list[Proposed]:
        return [_titled(paragraph) for paragraph in paragraphs(self.cleaned_data["initiatives"])]


def _titled(paragraph: str) -> Proposed:
    title, _, rest = paragraph.partition("\n")
    if len(title) > 200:
        return _proposed(paragraph)
    return Proposed(title=title.strip(), description=rest.strip())


def _all_words(initiative: Initiative) -> str:
    """Everything of the initiative that is public once it is ticked."""
    lines = [initiative.title, initiative.description]
    lines += [f"Why: {initiative.reason}"] if initiative.reason else []
    lines += [f"With: {initiative.with_whom}"] if initiative.with_whom else []
    lines += [f"Since {day_in_words(initiative.since_on)}"] if initiative.since_on else []
    chosen: dict[str, list[Any]] = {
        "Where": list(initiative.regions.all()),
        "How we work together": list(initiative.features.all()),
        "Principles": list(initiative.principles.all()),
    }
    for heading, rows in chosen.items():
        named = "; ".join(str(row) for row in rows)
        lines += [f"{heading}: {named}"] if named else []
    lines += [f"By {day_in_words(m.due_on)}: {m.what}" for m in initiative.milestones.all()]
    return "\n".join(filter(None, lines))


def _joined(partner: Partner) -> str:
    """The initiative of somebody else; its title and whose it is are told where the public sees them."""
    initiative = partner.initiative
    if told.may_be_named(initiative, partner.champion):
        return f"{isolated(initiative.title)}, of {isolated(initiative.champion.name)}"
    return f"An initiative of another champion, written down on {day_in_words(partner.added_at)}"


class PublicationForm(forms.Form):
    """One tick for each thing that may be public."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    ticked = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.BooleanField(required=False)
    summary = forms.BooleanField(required=False)

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        partners = list(champion.partnerings.current().select_related("initiative__champion", "champion"))
        ticked = [str(i.pk) for i in champion.initiatives.all() if i.agreed]
        named_in = [str(p.initiative_id) for p in partners if p.agreed]
        kwargs.setdefault(
            "initial",
            {
                "name": champion.name_agreed,
                "summary": champion.summary_agreed,
                "initiatives": ticked,
                "partnerings": named_in,
            },
        )
        super().__init__(*args, **kwargs)
        self.champion = champion
        self.fields["shown"].initial = champion.fingerprint
        self.now = {name for name in ("name", "summary") if getattr(champion, f"{name}_agreed")}
        self.now |= {*ticked, *named_in}
        self.fields["ticked"].initial = " ".join(sorted(self.now))
        principles = "; ".join(str(principle) for principle in champion.principles.all())
        about = champion.get_kind_display().lower() + (f"; {principles}" if principles else "")
        self.fields["name"].label = self._as_seen(
            f"My name as a champion: {isolated(champion.name)} ({about})"
        )
        if champion.summary:
            self.fields["summary"].label = self._as_seen(f"The summary: {champion.summary}")
        else:
            del self.fields["summary"]
        theirs = champion.initiatives.prefetch_related("milestones", "regions", "features", "principles")
        self._offer("initiatives", "Initiatives", [(str(i.pk), _all_words(i)) for i in theirs])
        self._offer(
            "partnerings", "That I take part in", [(str(p.initiative_id), _joined(p)) for p in partners]
        )

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            choices = [(key, self._as_seen(text)) for key, text in choices]
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )

    def _as_seen(self, text: str) -> Any:
        """The text for whoever looks at the form: the champion sees all of it."""
        return text

    def ticks(self) -> dict[str, Any]:
        """What was ticked, as `enrolment.agree` takes it."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "summary": data.get("summary", False),
            "initiatives": {int(key) for key in data.get("initiatives", [])},
            "partnerings": {int(key) for key in data.get("partnerings", [])},
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and any(data.get(name) for name in ("summary", *MANY)):
            self.add_error("name", "Tick your name as well: the rest is shown under it")
        if data.get("shown") != self.champion.fingerprint:
            self._show_as_it_is_now(data)
            self.add_error(None, "Something here has changed since you opened it: look again, then save")
        return data

    def _show_as_it_is_now(self, data: dict[str, Any]) -> None:
        """What the person ticked or unticked as they left it, every other tick as it is by now."""
        here = {name for name in ("name", "summary") if data.get(name)}
        here = here.union(*(data.get(name) or [] for name in MANY))
        touched = here ^ set(data["ticked"].split())
        ticks = (self.now - touched) | (here & touched)
        again: Any = self.data
        again = again.copy()
        for name in ("name", "summary"):
            again[name] = "on" if name in ticks else ""
        for name in MANY:
            again.setlist(name, sorted(ticks - {"name", "summary"}))
        again["shown"], again["ticked"] = self.champion.fingerprint, " ".join(sorted(self.now))
        self.data = again


class AgreedOnPublicationForm(PublicationForm):
    """The same ticks, written down by staff for somebody who told us."""

    how = forms.ChoiceField(
        label="How they told us",
        choices=[(how, how) for how in ("By telephone", "By email", "In person", "By letter")],
    )
    filled_in_by: User

    def _as_seen(self, text: str) -> Any:
        return lazy(lambda: shown_to(self.filled_in_by, text), str)()


class ChampionSearchForm(forms.Form):
    """The public list's filter."""

    q = forms.CharField(label="Search", required=False)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *Champion.Kind.choices]
    )


class InitiativeSearchForm(forms.Form):
    """The public list's filter."""

    q = forms.CharField(label="Search", required=False)
    principle = forms.ModelChoiceField(
        Principle.objects.all(), required=False, to_field_name="slug", empty_label="All principles"
    )
    region = forms.ModelChoiceField(
        CodeListEntry.objects.filter(list=CodeListEntry.List.REGION),
        required=False,
        empty_label="All regions",
    )
