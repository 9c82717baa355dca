"""A hundred people who answer in a year of holidays, and what each is owed by which day."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import time_machine

from accord_portal import sweep
from accord_portal.staff.models import User
from responses.answers import confirming, intake
from responses.models import Call, ExpressionOfInterest, Undertaking
from responses.undertakings import audit
from tests.factories import answers

from . import office

ANSWERED_ON = [
    dt.date(2026, 12, 1),
    dt.date(2026, 12, 23),  # Christmas and New Year come
    dt.date(2027, 1, 22),  # Wellington's anniversary
    dt.date(2027, 2, 5),  # Waitangi Day
    dt.date(2027, 2, 27),  # a Saturday
    dt.date(2027, 3, 24),  # Easter
    dt.date(2027, 4, 22),  # Anzac Day
    dt.date(2027, 6, 23),  # Matariki
    dt.date(2027, 8, 31),  # half a year later there is no such day
    dt.date(2027, 11, 30),
]
AT = [dt.time(8, 10 + minute) for minute in range(8)] + [dt.time(20), dt.time(23, 55)]  # ten people each day
MORNING, EVENING = dt.time(8), dt.time(17)
MINUTES = dt.timedelta(minutes=10)
KINDS = ["acknowledge", "reply", "decide", "talk", "invite"]
Promise = tuple[str, int]


@dataclass
class Year:
    """The people with what each is owed by which day, as counted by hand."""

    call: Call
    mere: User
    clock: time_machine.Traveller

    def __post_init__(self) -> None:
        self.forms: dict[int, ExpressionOfInterest] = {}
        moments = [at(day, time) for day in ANSWERED_ON for time in AT]
        self.answers_at = dict(enumerate(moments))
        self.due: dict[Promise, dt.date] = {}
        for n, moment in self.answers_at.items():
            counts_at = moment if self.is_rung(n) else moment + MINUTES  # when they confirm
            since = {"talk": counts_at, "invite": counts_at}
            self.due.update({(kind, n): office.due(kind, since.get(kind, moment)) for kind in KINDS})

    def is_rung(self, n: int) -> bool:
        """One in five has no address: staff write their answers down."""
        return n % 5 == 2

    def days(self) -> Iterator[dt.date]:
        """Each day on which anything happens: somebody answers, something is due, or was the day before."""
        due = set(self.due.values())
        after = {day + dt.timedelta(days=1) for day in due}
        for day in sorted({*ANSWERED_ON, *due, *after}):
            self.clock.move_to(at(day, MORNING))
            assert sweep.tidy(at(day, MORNING)) == 0
            yield day
            for n, moment in self.answers_at.items():
                if office.day_of(moment) == day:
                    self.somebody_answers(n, moment)
            assert list(audit.differences()) == []

    def somebody_answers(self, n: int, moment: dt.datetime) -> None:
        self.clock.move_to(moment)
        email = "" if self.is_rung(n) else f"person{n}@example.org"
        by = self.mere if self.is_rung(n) else None
        said = answers(
            "give_advice",
            "champion_accord",
            name=f"Person {n}",
            email=email,
            telephone=f"04 494 {5000 + n}",
            initiatives="Open the hall",
        )
        channel = "telephone" if by else "web"
        self.forms[n] = intake.receive(call=self.call, answers=said, channel=channel, by=by)
        if email:
            self.clock.shift(MINUTES)
            confirming.confirm(contact=self.forms[n].contact, eoi=self.forms[n])

    def of_row(self, key: int) -> Promise:
        """What the row with this key is, and to whom."""
        (promise,) = self.promises([Undertaking.objects.get(pk=key)])
        return promise

    def promises(self, rows: Iterable[Undertaking]) -> set[Promise]:
        """What these rows are, and to whom."""
        whose = {form.contact_id: n for n, form in self.forms.items()}
        return {(row.kind, whose[row.contact_id or 0]) for row in rows}


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """The instant at which it is this time in New Zealand."""
    return dt.datetime.combine(day, time, tzinfo=office.IN_NEW_ZEALAND)
