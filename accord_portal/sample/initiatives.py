"""How the made-up initiatives stand: partners, milestones, and what each side says of them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from django.utils import timezone

from accord_portal.foundation import clock
from accord_portal.staff.models import User
from champions import enrolment
from champions.initiatives import editing, progress
from champions.initiatives.editing import About, Words
from champions.models import Champion, CodeListEntry, Initiative


@dataclass(frozen=True, kw_only=True)
class SampleWord:
    """What a champion says, so many days ago; `shown` where staff have read it and show it."""

    by: str
    days_ago: float
    state: str
    why: str
    speaker: str = ""
    shown: bool = True


@dataclass(frozen=True, kw_only=True)
class SampleProgress:
    """What became of the first public initiative of a champion since it was published."""

    of: str
    region: str
    partner: str = ""
    reason: str = ""
    with_whom: str = ""
    milestones: tuple[tuple[str, int], ...] = ()  # what, and in how many days
    said: tuple[SampleWord, ...] = field(default=())


PROGRESS = [
    SampleProgress(
        of="Riverbend Whānau Collective",
        region="Waikato",
        partner="Department of Internal Affairs",
        reason="Each service asked the same families the same questions, and none told them what came of it.",
        with_whom="Two primary schools and the library on River Road",
        milestones=(
            ("Four services agree on one set of questions", -2),
            ("Families see what came of it", 60),
        ),
        said=(
            SampleWord(
                by="Riverbend Whānau Collective",
                days_ago=9,
                state="under_way",
                why="Twelve families have met twice, and know what they do not want to be asked again.",
                speaker="Mārama Pōtiki",
            ),
            SampleWord(
                by="Department of Internal Affairs",
                days_ago=6,
                state="done",
                why="The questions are agreed and our forms are changed.",
            ),
            SampleWord(
                by="Riverbend Whānau Collective",
                days_ago=3,
                state="stalled",
                why="The forms are changed, but nobody has told a family yet what became of their answers.",
                speaker="Mārama Pōtiki",
            ),
        ),
    ),
    SampleProgress(
        of="Saltwater Youth Trust",
        region="Wellington",
        partner="Ministry of Health",
        said=(
            SampleWord(
                by="Saltwater Youth Trust",
                days_ago=8,
                state="under_way",
                why="We have the keys, and eight people who will open up on Thursdays.",
            ),
            SampleWord(
                by="Ministry of Health",
                days_ago=5,
                state="under_way",
                why="The agreement is signed for three years; we visit in February.",
            ),
        ),
    ),
    SampleProgress(
        of="Upper Valley Flood Neighbours",
        region="Hawke’s Bay",
        said=(
            SampleWord(
                by="Upper Valley Flood Neighbours",
                days_ago=2,
                state="proposed",
                why="Four streets want it; we need somebody at the council to ring.",
                shown=False,
            ),
        ),
    ),
]
Event = tuple[dt.datetime, Callable[[], object]]


def events(*, officer: User, now: dt.datetime) -> Iterator[Event]:
    """What happens when, for the story."""
    for sample in PROGRESS:
        yield now - dt.timedelta(days=10), partial(_write_down, sample, officer)
        for word in sample.said:
            yield now - dt.timedelta(days=word.days_ago), partial(_say, sample, word, officer)


def _initiative(sample: SampleProgress) -> Initiative:
    rows = Initiative.objects.published().filter(champion__name=sample.of).select_related("champion__contact")
    return rows.order_by("pk")[0]


def _write_down(sample: SampleProgress, officer: User) -> None:
    one = _initiative(sample)
    words = Words(
        title=one.title, description=one.description, reason=sample.reason, with_whom=sample.with_whom
    )
    regions = CodeListEntry.objects.filter(list=CodeListEntry.List.REGION, label=sample.region)
    about = About(principles=list(one.principles.all()), regions=list(regions), eoi=one.eoi)
    editing.reword(initiative=one, by=officer, words=words, about=about, how="By telephone")
    today = timezone.localdate(clock.now())
    for what, days in sample.milestones:
        due_on = today + dt.timedelta(days=days)
        milestone = editing.add_milestone(
            initiative=one, by=officer, what=what, due_on=due_on, how="By telephone"
        )
        if days < 0:
            editing.reach_milestone(initiative=one, by=officer, milestone=milestone, reached_on=due_on)
    if sample.partner:
        partner = Champion.objects.get(name=sample.partner)
        editing.add_partner(initiative=one, by=officer, champion=partner)
        theirs = list(partner.initiatives.filter(agreed=True).values_list("pk", flat=True))
        enrolment.agree(
            champion=partner,
            name=True,
            summary=True,
            initiatives=theirs,
            partnerings=[one.pk],
            how="On the page we mailed",
        )


def _say(sample: SampleProgress, word: SampleWord, officer: User) -> None:
    one = _initiative(sample)
    champion = Champion.objects.get(name=word.by)
    row = progress.report(
        initiative=one,
        champion=champion,
        state=word.state,
        why=word.why,
        speaker=word.speaker,
        said_on=timezone.localdate(clock.now()),
    )
    if word.shown:
        progress.read_words(initiative=one, by=officer, report=row, show=True)
