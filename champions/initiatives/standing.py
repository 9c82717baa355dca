"""How an initiative stands, in words: what each side said last, whether they agree, and how long ago.

It counts nothing and weighs nothing: where two sides differ, both are told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from champions.models import STALE_AFTER, Champion, Initiative, InitiativeSide, Partner, ProgressReport


@dataclass(frozen=True)
class SideStanding:
    """One side of an initiative: who is on it, and what it said last, if anything."""

    side: InitiativeSide
    champions: Sequence[Champion]
    last: ProgressReport | None


@dataclass(frozen=True)
class Standing:
    """Both sides, or the one there is; `in_words` says what they come to together.

    `stale` says since when nobody has said anything, "" where that is not long or nothing is expected.
    """

    sides: Sequence[SideStanding]
    in_words: str
    stale: str
    disagrees: bool

    @property
    def states(self) -> list[str]:
        """What was said, each state once: for a tag."""
        said = [side.last.get_state_display() for side in self.sides if side.last]
        return list(dict.fromkeys(said))


def with_standing(rows: Any) -> Any:
    """These initiatives with what `of` reads: two queries for all of them."""
    last = ProgressReport.objects.public().last_of_each_side()
    return rows.select_related("champion").prefetch_related(
        Prefetch("partners", Partner.objects.shown().select_related("champion"), to_attr="shown_partners"),
        Prefetch("reports", last.with_public_words(), to_attr="last_reports"),
    )


def of(initiative: Initiative, today: dt.date | None = None) -> Standing:
    """How it stands for the public; the initiative comes from `with_standing`."""
    partners: list[Partner] = initiative.shown_partners  # type: ignore[attr-defined]
    reports: list[ProgressReport] = initiative.last_reports  # type: ignore[attr-defined]
    champions = [initiative.champion, *(partner.champion for partner in partners)]
    return reckoned(initiative, champions, reports, today or working_days.today())


def for_staff(initiative: Initiative) -> Standing:
    """How it stands with everybody who takes part, shown to the public or not."""
    partners = initiative.partners.current().select_related("champion")
    reports = ProgressReport.objects.filter(initiative=initiative).last_of_each_side()
    champions = [initiative.champion, *(partner.champion for partner in partners)]
    found = list(reports.select_related("champion", "reading"))
    return reckoned(initiative, champions, found, working_days.today())


def reckoned(
    initiative: Initiative,
    champions: Sequence[Champion],
    reports: Sequence[ProgressReport],
    today: dt.date,
) -> Standing:
    """What these champions' last reports come to."""
    said = {report.side: report for report in reports}
    speakers = {side: [c for c in champions if InitiativeSide.of(c) == side] for side in InitiativeSide}
    sides = [
        SideStanding(side, speakers[side], said.get(side))
        for side in InitiativeSide
        if speakers[side] or side in said
    ]
    last = [side.last for side in sides if side.last]
    states = {report.state for report in last}
    return Standing(
        sides=sides,
        in_words=_in_words(sides),
        stale=_stale(initiative, last, today),
        disagrees=len(states) > 1,
    )


def _in_words(sides: Sequence[SideStanding]) -> str:
    spoke = [side for side in sides if side.last]
    silent = [side for side in sides if not side.last]
    if not spoke:
        return "Nobody has told us yet how it stands."
    words = {side.side: f"the {side.side.label.lower()} says “{_state(side)}”" for side in spoke}
    if len(spoke) == 2:
        first, second = spoke
        if _state(first) == _state(second):
            return f"Both sides agree: “{_state(first)}”."
        return f"The two sides do not agree: {words[first.side]}, {words[second.side]}."
    sentence = f"{words[spoke[0].side].capitalize()}."
    if silent:
        return f"{sentence} The {silent[0].side.label.lower()} has not told us yet."
    return sentence  # whoever else takes part may not be named yet


def _state(side: SideStanding) -> str:
    assert side.last is not None
    return str(side.last.get_state_display()).lower()


def _stale(initiative: Initiative, last: Sequence[ProgressReport], today: dt.date) -> str:
    if last and all(report.is_over for report in last):
        return ""
    if last:
        day = max(report.said_on for report in last)
        words = f"Nobody has told us anything new since {day_in_words(day)}."
    else:
        day = timezone.localdate(initiative.published_at or initiative.registered_at)
        words = f"Nobody has told us anything since it was published on {day_in_words(day)}."
    return words if today - day > STALE_AFTER else ""
