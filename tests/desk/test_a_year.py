"""A year of holidays: the desk, the figures and the morning mail say the same, each on its right day."""

import datetime as dt
import re

import pytest
import time_machine

from accord_portal.desk.choice import View
from accord_portal.desk.counting import AT_MOST, count
from accord_portal.desk.items import page
from accord_portal.desk.models import StaffMail
from accord_portal.figures import panels
from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.models import Call
from tests.factories import UserFactory
from tests.responses.undertakings import office
from tests.responses.undertakings.year import Promise, Year

pytestmark = pytest.mark.django_db
OWED = View("all", ("form", "undertaking"))


@pytest.fixture
def officer() -> User:
    return UserFactory(is_triage_officer=True, email="officer@example.org")


@pytest.fixture
def year(call: Call, officer: User, clock: time_machine.Traveller) -> Year:
    return Year(call, officer, clock)


def test_what_staff_leave_undone_stands_under_its_own_day_everywhere(year: Year, officer: User) -> None:
    mailed = 0
    for day in year.days():
        late = {promise for promise, due in year.due.items() if due < day}
        due = {promise for promise, by in year.due.items() if by == day}
        items = page(officer, OWED, until=day, limit=1000)
        assert {year.of_row(item.key): (item.day, item.is_late) for item in items} == {
            promise: (year.due[promise], promise in late) for promise in late | due
        }
        assert [item.day for item in items] == sorted(item.day for item in items)
        assert count(officer, View("all")).numbers[:2] == (counted(late), counted(due))
        assert [row.cells[0].text for row in panels(officer, weeks=1)["owed"].rows] == [
            f"{len(late)}",
            f"{len(due)}",
        ]
        if day in office.OPEN and (late or due):
            said = [min(counted(promises), AT_MOST + 1) for promises in (late, due)]
            assert said_this_morning(officer, day) == said
            mailed += 1
    morning = StaffMail.objects.filter(kind=StaffMail.Kind.MORNING)
    assert all(row.due_on in office.OPEN for row in morning)
    assert OutgoingMail.objects.filter(message="what_waits").count() >= mailed > 40


def counted(promises: set[Promise]) -> int:
    """As the desk counts: of each kind no further than `AT_MOST` and one."""
    forms = sum(kind == "acknowledge" for kind, _ in promises)
    return sum(min(number, AT_MOST + 1) for number in (forms, len(promises) - forms))


def said_this_morning(officer: User, day: dt.date) -> list[int]:
    """How many the mail of this day says are late, and due today; of "more than 100" one more."""
    owed = OutgoingMail.objects.filter(message="what_waits", to=officer.email).latest("pk")
    assert office.day_of(owed.queued_at) == day
    text = str(mail.made(owed).body)
    found = [
        re.search(rf"^Nobody has: .*?(more than )?(\d+) {words}", text, re.MULTILINE)
        for words in ("late", "due today")
    ]
    return [int(match[2]) + bool(match[1]) if match else 0 for match in found]
