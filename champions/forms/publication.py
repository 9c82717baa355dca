"""What of a champion may be public: one tick for each thing."""

from typing import Any

from django import forms
from django.utils.functional import lazy

from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.text import isolated
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to
from champions import told
from champions.models import Champion, ChampionPage, Initiative, Partner

SINGLE = ("name", "summary", "page")
MANY = ("initiatives", "partnerings")  # ticks of a list each: keys of initiatives


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


def _written(page: ChampionPage) -> str:
    """What the champion wrote on their own page, in a line each; "" where it is nothing."""
    regions = "; ".join(str(region) for region in page.regions.all())
    told = {"Website": page.website, "Place": page.place, "Regions": regions}
    told["A picture"] = page.alternative if page.picture else ""
    return "\n".join(f"{heading}: {words}" for heading, words in told.items() if words)


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
    page = forms.BooleanField(required=False)

    def __init__(self, *args: Any, champion: Champion, **kwargs: Any) -> None:
        partners = list(champion.partnerings.current().select_related("initiative__champion", "champion"))
        page = ChampionPage.objects.select_related("picture").filter(champion=champion).first()
        ticked = [str(i.pk) for i in champion.initiatives.all() if i.agreed]
        named_in = [str(p.initiative_id) for p in partners if p.agreed]
        kwargs.setdefault(
            "initial",
            {
                "name": champion.name_agreed,
                "summary": champion.summary_agreed,
                "page": bool(page and page.agreed),
                "initiatives": ticked,
                "partnerings": named_in,
            },
        )
        super().__init__(*args, **kwargs)
        self.champion = champion
        self.fields["shown"].initial = champion.fingerprint
        self.now = {name for name in ("name", "summary") if getattr(champion, f"{name}_agreed")}
        self.now |= {"page"} if page and page.agreed else set()
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
        words = _written(page) if page else ""
        if words:
            self.fields["page"].label = self._as_seen(words)
        else:
            del self.fields["page"]
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
            "page": data.get("page", False),
            "initiatives": {int(key) for key in data.get("initiatives", [])},
            "partnerings": {int(key) for key in data.get("partnerings", [])},
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and any(data.get(name) for name in (*SINGLE[1:], *MANY)):
            self.add_error("name", "Tick your name as well: the rest is shown under it")
        if data.get("shown") != self.champion.fingerprint:
            self._show_as_it_is_now(data)
            self.add_error(None, "Something here has changed since you opened it: look again, then save")
        return data

    def _show_as_it_is_now(self, data: dict[str, Any]) -> None:
        """What the person ticked or unticked as they left it, every other tick as it is by now."""
        here = {name for name in SINGLE if data.get(name)}
        here = here.union(*(data.get(name) or [] for name in MANY))
        touched = here ^ set(data["ticked"].split())
        ticks = (self.now - touched) | (here & touched)
        again: Any = self.data
        again = again.copy()
        for name in SINGLE:
            again[name] = "on" if name in ticks else ""
        for name in MANY:
            again.setlist(name, sorted(ticks - set(SINGLE)))
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
