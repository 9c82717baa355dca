"""The page of figures: what came, what was kept, who says Yes, what digests did. `docs/figures.md` says more.

Nothing here counts a long table: what has one is kept as it changes (`foundation.tallies`), or counted up to
a bound, along an index.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from accord_portal.digests import content
from accord_portal.digests.models import Audience, DigestIssue
from accord_portal.foundation import tallies, working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from accord_portal.pictures import Picture, columns, lengths
from accord_portal.staff.models import User
from champions.models import Champion, Initiative, Partnership
from responses.models import ExpressionOfInterest, Purpose, Undertaking

Figure = Tally.Figure
MAX_ISSUES = 6
MAX_OWED = 1000  # of what is late or due today; of more it is said that there are more
IN_TIME = {"on_time": "On time", "late": "Late"}
OF_A_YES = {Figure.SAID_YES: "Said Yes", Figure.CONFIRMED: "Confirmed it", Figure.STILL_YES: "Still say Yes"}
OF_AN_ISSUE = {
    "accepted": "Delivered",
    "failed": "Failed",
    "in_doubt": "In doubt",
    "skipped": "Not wanted any more",
}


class Number(NamedTuple):
    """One number, and where the records behind it are; "" where there is no list of them."""

    text: str
    address: str = ""


class Row(NamedTuple):
    """One row of a table: what it is about, where that is, and its numbers."""

    label: str
    cells: list[Number]
    address: str = ""


class Panel(NamedTuple):
    """One figure: its table, and its picture, None where there is nothing to draw.

    `says` is the picture in words, `axis` what stands at its two ends, `series` what its colours mean.
    """

    key: str
    title: str
    first: str
    heads: list[str]
    rows: list[Row]
    picture: Picture | None = None
    says: str = ""
    series: Sequence[str] = ()
    axis: Sequence[str] = ()
    kind: str = "columns"


def panels(user: User, *, weeks: int) -> dict[str, Any]:
    """The parts of the page by the name the template knows them under, those that this user may see.

    `weeks` is how far back what goes by weeks is told, this one included.
    """
    this_week = tallies.week_of(working_days.today())
    mondays = [this_week - dt.timedelta(weeks=ago) for ago in range(weeks)]
    issues = list(DigestIssue.objects.sent_or_sending()[:MAX_ISSUES])
    since = min([mondays[-1], *(_day(issue) for issue in issues)])
    numbers = tallies.numbers(since=since)
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "responses.view_expressionofinterest": lambda: {"answers": _answers(numbers, mondays)},
        "responses.view_undertaking": lambda: {
            "owed": _owed(),
            "acknowledged": _acknowledged(numbers, mondays),
        },
        "responses.view_contact": lambda: {"yeses": _yeses(numbers)},
        "digests.view_digestissue": lambda: {"issues": _issues(numbers, issues), "digests": _digests()},
        "champions.view_champion": lambda: {
            "champions": [_by_state(Champion), _by_state(Initiative), _partnerships()]
        },
    }
    parts = [make() for power, make in makers.items() if user.has_perm(power)]
    shown = {name: part for found in parts for name, part in found.items()}
    return {**shown, "weeks": weeks, "is_all": len(parts) == len(makers)}


def _answers(numbers: Counter[Part], mondays: Sequence[dt.date]) -> Panel:
    channels = dict(ExpressionOfInterest.Channel.choices)
    found = {week: [numbers[Part(Figure.ANSWERS, channel, week)] for channel in channels] for week in mondays}
    rows = []
    for week, row in found.items():
        of_week = partial(_list, "responses_expressionofinterest", week=week)
        cells = [_cell(n, of_week(channel__exact=name)) for name, n in zip(channels, row, strict=True)]
        rows.append(Row(day_in_words(week), [_cell(sum(row), of_week()), *cells]))
    names = [str(label) for label in channels.values()]
    return _by_week("answers", "Answers a week by channel", ["All", *names], rows, found, names)


def _owed() -> Panel:
    """What is late and what is due today, as the list of undertakings has it."""
    today = working_days.today()
    found = {"late": Undertaking.objects.late(today), "today": Undertaking.objects.due_on(today)}
    words = {"late": "Late", "today": "Due today"}
    rows = []
    for stands, owed in found.items():
        number = owed.order_by()[: MAX_OWED + 1].count()
        text = f"{number:,}" if number <= MAX_OWED else f"More than {MAX_OWED:,}"
        address = _list("responses_undertaking", stands=stands) if number else ""
        rows.append(Row(words[stands], [Number(text, address)]))
    return Panel("owed", "Undertakings owed now", "Undertakings", ["Number"], rows)


def _acknowledged(numbers: Counter[Part], mondays: Sequence[dt.date]) -> Panel:
    found = {week: [numbers[Part(Figure.ACKNOWLEDGED, how, week)] for how in IN_TIME] for week in mondays}
    rows = []
    for week, row in found.items():
        of_week = partial(_list, "responses_undertaking", stands="kept", kind__exact="acknowledge", week=week)
        cells = [_cell(number, of_week(kept=how)) for how, number in zip(IN_TIME, row, strict=True)]
        rows.append(Row(day_in_words(week), cells))
    names = list(IN_TIME.values())
    return _by_week("acknowledged", "Acknowledged on time and late, by week", names, rows, found, names)


def _by_week(
    key: str,
    title: str,
    heads: list[str],
    rows: list[Row],
    found: dict[dt.date, list[int]],
    series: list[str],
) -> Panel:
    """The newest week first in the table, and last in the picture."""
    weeks = sorted(found)
    picture = columns([found[week] for week in weeks])
    ends = [f"Week of {day_in_words(week)}" for week in (weeks[0], weeks[-1])]
    told = _told(series, map(sum, zip(*found.values(), strict=True)))
    return Panel(
        key,
        title,
        "Week of",
        heads,
        rows,
        picture if picture.bars else None,
        f"{ends[0]} to week of {day_in_words(weeks[-1])}: {told}; at most {picture.top:,} in a week.",
        series,
        [ends[0], f"The highest: {picture.top:,}", ends[1]],
    )


def _yeses(numbers: Counter[Part]) -> list[Panel]:
    """For each purpose: who said Yes, who of them confirmed it, and who says so still."""
    found = {purpose: [numbers[Part(figure, purpose)] for figure in OF_A_YES] for purpose in Purpose.values}
    top, names = max(map(max, found.values())), list(OF_A_YES.values())
    shown = []
    for purpose, row in found.items():
        title = str(Purpose(purpose).label)
        behind = [
            *[_list("responses_contact", who=f"ever_{purpose}")] * 2,
            _list("responses_contact", who=purpose),
        ]
        rows = [
            Row(name, [_cell(number, address)])
            for name, number, address in zip(names, row, behind, strict=True)
        ]
        picture = lengths(row, top=top) if any(row) else None
        says, key = f"{title}: {_told(names, row)}.", f"yes-{purpose}"
        shown.append(Panel(key, title, "Yeses", ["Number"], rows, picture, says, names, kind="lengths"))
    return shown


def _issues(numbers: Counter[Part], issues: Sequence[DigestIssue]) -> Panel:
    """The last issues with what became of them, and how many took their Yes back before the next one."""
    found = [[getattr(issue, counter) for counter in OF_AN_ISSUE] for issue in issues]
    next_on: dict[str, dt.date] = {}
    rows = []
    for issue, row in zip(issues, found, strict=True):
        begins_on, ends_on = _day(issue), next_on.get(issue.audience, dt.date.max)
        next_on[issue.audience] = begins_on
        back = sum(
            number
            for (figure, purpose, day), number in numbers.items()
            if (figure, purpose) == (Figure.TAKEN_BACK, issue.audience) and day and begins_on <= day < ends_on
        )
        address = reverse("admin:digests_digestissue_change", args=[issue.pk])
        cells = [*(_cell(number, address) for number in row), _cell(back)]
        rows.append(Row(f"{issue.get_audience_display()}, {day_in_words(begins_on)}", cells, address))
    picture, names = columns(found[::-1]), list(OF_AN_ISSUE.values())
    told = _told(names, map(sum, zip(*found, strict=True)))
    says = f"The last {len(issues)} issues, the oldest first: {told}."
    return Panel(
        "issues",
        "What became of the last digests",
        "Issue",
        [*names, "Took their Yes back since"],
        rows,
        picture if picture.bars else None,
        says,
        names,
        ["The oldest", f"The highest: {picture.top:,}", "The latest"],
    )


def _told(names: Sequence[str], numbers: Iterable[int]) -> str:
    return ", ".join(f"{name.lower()} {number:,}" for name, number in zip(names, numbers, strict=False))


def _day(issue: DigestIssue) -> dt.date:
    assert issue.approved_at
    return timezone.localdate(issue.approved_at)


def _cell(number: int, address: str = "") -> Number:
    """The number as it is written; nothing stands behind a nought."""
    return Number(f"{number:,}", address if number else "")


def _list(records: str, **filters: object) -> str:
    return f"{reverse(f'admin:{records}_changelist')}?{urlencode(filters)}"


def _by_state(model: type[Champion] | type[Initiative]) -> Panel:
    """How many stand in each state; published are those the public sees, a No since takes them out."""
    rows: QuerySet[Any] = model._default_manager.all()
    numbers = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    published, name = model.State.PUBLISHED, model._meta.model_name
    shown = model.objects.published().count() if numbers.get(published) else 0
    hidden = numbers.get(published, 0) - shown
    numbers[published] = shown

    def row(state: str, label: str, number: int) -> Row:
        return Row(label, [_cell(number, _list(f"champions_{name}", state__exact=state))])

    table = [row(value, str(label), numbers.get(value, 0)) for value, label in model.State.choices]
    if hidden:
        table.append(row(published, "Not shown: said No since", hidden))
    title = str(model._meta.verbose_name_plural).capitalize()
    return Panel(f"{name}-states", title, title, ["Number"], table)


def _partnerships() -> Panel:
    """How many the public sees, whole or in summary; one that a party hides is not among them."""
    rows = Partnership.objects.published()
    numbers = dict(rows.values_list("visibility").annotate(Count("pk")).order_by())
    words = {"public": "Public, the whole record", "summary": "Public, in summary"}
    table = [
        Row(label, [_cell(numbers.get(code, 0), _list("champions_partnership", visibility__exact=code))])
        for code, label in words.items()
    ]
    others = Partnership.objects.count() - sum(numbers.values())
    table.append(Row("Not public", [_cell(others, _list("champions_partnership"))]))
    return Panel("partnership-states", "Partnerships", "Partnerships", ["Number"], table)


def _digests() -> list[dict[str, Any]]:
    """For each audience: its last issue, and what the next one would tell."""
    panels = []
    for audience in Audience:
        issues = DigestIssue.objects.filter(audience=audience)
        draft = issues.drafts().first()
        last = issues.sent_or_sending().first()
        panels.append(
            {
                "audience": audience,
                "draft": draft,
                "last": last,
                "waiting": content.number_untold(audience),
            }
        )
    return panels
