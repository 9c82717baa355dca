"""A hundred people answer in a year of holidays: what staff do not do is late once, what they do never is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine

from accord_portal import sweep
from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming, intake, triage
from responses.contacts import acts
from responses.models import Activity, Call, ExpressionOfInterest, Undertaking
from responses.undertakings import audit, evidence
from tests.factories import answers
from tests.responses.undertakings import office

pytestmark = pytest.mark.django_db
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
        moments = [_at(day, time) for day in ANSWERED_ON for time in AT]
        self.answers_at = dict(enumerate(moments))
        self.due: dict[Promise, dt.date] = {}
        for n, at in self.answers_at.items():
            counts_at = at if self.is_rung(n) else at + MINUTES  # when they confirm
            since = {"talk": counts_at, "invite": counts_at}
            self.due.update({(kind, n): office.due(kind, since.get(kind, at)) for kind in KINDS})

    def is_rung(self, n: int) -> bool:
        """One in five has no address: staff write their answers down."""
        return n % 5 == 2

    def days(self) -> Iterator[dt.date]:
        """Each day on which anything happens: somebody answers, something is due, or was the day before."""
        due = set(self.due.values())
        after = {day + dt.timedelta(days=1) for day in due}
        for day in sorted({*ANSWERED_ON, *due, *after}):
            self.clock.move_to(_at(day, MORNING))
            assert sweep.tidy(_at(day, MORNING)) == 0
            yield day
            for n, at in self.answers_at.items():
                if office.day_of(at) == day:
                    self.somebody_answers(n, at)
            assert list(audit.differences()) == []

    def somebody_answers(self, n: int, at: dt.datetime) -> None:
        self.clock.move_to(at)
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

    def promises(self, rows: Iterator[Undertaking] | list[Undertaking]) -> set[Promise]:
        """What these rows are, and to whom."""
        whose = {form.contact_id: n for n, form in self.forms.items()}
        return {(row.kind, whose[row.contact_id or 0]) for row in rows}


@pytest.fixture
def year(call: Call, mere: User, clock: time_machine.Traveller) -> Year:
    return Year(call, mere, clock)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=office.IN_NEW_ZEALAND)


def test_where_staff_do_nothing_each_promise_is_late_from_its_own_day_and_said_to_be_once(year: Year) -> None:
    for day in year.days():
        missed = {promise for promise, due in year.due.items() if due < day}
        assert year.promises(list(Undertaking.objects.late(day))) == missed
        assert _told(year) == sorted(promise for promise in missed if not year.is_rung(promise[1]))
    assert len(year.forms) == 100
    assert Undertaking.objects.count() == len(_told(year)) + 20 * len(KINDS) == 500
    assert Undertaking.objects.filter(missed_told_at=None).count() == 20 * len(KINDS)


def test_where_staff_do_everything_on_its_last_day_nothing_is_ever_late(year: Year) -> None:
    for day in year.days():
        assert not Undertaking.objects.late(day).exists()
        assert not Undertaking.objects.open().filter(due_on__lt=day).exists()
        year.clock.move_to(_at(day, EVENING))
        due = list(Undertaking.objects.due_on(day).select_related("contact", "eoi"))
        assert year.promises(due) == {promise for promise, by in year.due.items() if by == day}
        for row in due:
            _do(row, day, year.mere)
        mail.deliver_due()
    rows = list(Undertaking.objects.all())
    assert (len(rows), [row for row in rows if not row.kept_at or row.was_late]) == (500, [])
    assert evidence.good(rows) == {row.pk for row in rows}
    assert _told(year) == []


def _told(year: Year) -> list[Promise]:
    """What people were told we missed, as often as they were told."""
    told = OutgoingMail.objects.filter(message="missed_a_day")
    keys = [int(key) for owed in told for key in owed.facts["undertakings"].split("-")]
    rows = Undertaking.objects.in_bulk(keys)
    return sorted(promise for key in keys for promise in year.promises([rows[key]]))


def _do(row: Undertaking, day: dt.date, by: User) -> None:
    """What staff do to keep it: by mail where there is an address, and by telephone otherwise."""
    contact, form = row.contact, row.eoi
    assert contact
    if form:
        form.refresh_from_db()
    match row.kind, contact.email:
        case "acknowledge", _:
            day = form.undertaking_of("reply").due_on
            triage.acknowledge(eoi=form, seen=form.version, by=by, text="Thank you.", reply_on=day)
        case "reply", _:
            triage.reply(eoi=form, seen=form.version, by=by, text="We have read all of it.")
        case "decide", _:
            triage.decide(eoi=form, seen=form.version, by=by, number=1, outcome="taken_up")
        case "invite", address if address:
            later = day + dt.timedelta(days=14)
            acts.invite(contact=contact, by=by, on=later, place="The hall", reply_by=day, text="")
        case _:
            kind = Activity.Kind.CALLED
            acts.record(contact=contact, by=by, kind=kind, text="We talked.", keeps=[row])
