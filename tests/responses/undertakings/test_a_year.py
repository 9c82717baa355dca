"""A hundred people answer in a year of holidays: what staff do not do is late once, what they do never is."""

import datetime as dt

import pytest
import time_machine

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.contacts import acts
from responses.models import Activity, Call, Undertaking
from responses.undertakings import evidence

from .year import EVENING, KINDS, Promise, Year, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(call: Call, mere: User, clock: time_machine.Traveller) -> Year:
    return Year(call, mere, clock)


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
        year.clock.move_to(at(day, EVENING))
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
