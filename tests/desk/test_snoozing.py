"""Off the desk until a day, with the reason; back before, if somebody wants it."""

import datetime as dt

import pytest
import time_machine

from accord_portal.desk import items
from accord_portal.desk.choice import View
from accord_portal.desk.models import Snooze
from accord_portal.desk.snoozing import snooze, wake
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from responses.answers import letters, triage
from responses.models import Activity, FollowUp, LetterLine, Undertaking
from tests.factories import ContactFactory, OutgoingMailFactory, UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
A_DAY = dt.timedelta(days=1)
ALL = View("all")


@pytest.fixture
def mere() -> User:
    """Somebody who may do everything."""
    return UserFactory(every_role=True, name="Mere Staff")


def acknowledgement() -> Undertaking:
    return Undertaking.objects.get(eoi=received(), kind="acknowledge")


def test_the_reason_stands_on_the_timeline_of_whoever_waits(mere: User) -> None:
    row = acknowledgement()
    letter = letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")
    task = FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TODAY, owner=mere)
    failed = OutgoingMailFactory(state="failed")
    keys = {"form": row.pk, "letter": letter.pk, "follow_up": task.pk, "mail": failed.pk}
    for kind, key in keys.items():
        snooze(kind=kind, key=key, until_on=TODAY + A_DAY, because="They are away", by=mere)
    said = "Put off until 17 November 2026. They are away"
    assert Activity.objects.get(undertaking=row).text == f"Acknowledge the answers: {said}"
    assert (LetterLine.objects.get().text, Activity.objects.get(contact=task.contact).text) == (said, said)
    assert [item.kind for item in items.page(mere, ALL, limit=9)] == ["undertaking"]
    assert {item.kind for item in items.asleep(mere, ALL, limit=9)[0]} == set(keys)
    assert [item.kind for item in items.asleep(mere, View("all", ("mail",)), limit=9)[0]] == ["mail"]


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_it_is_put_off_to_a_later_day_within_a_year(mere: User, days: int) -> None:
    with pytest.raises(NotPossible, match="from tomorrow to a year ahead"):
        snooze(kind="form", key=acknowledgement().pk, until_on=TODAY + days * A_DAY, because="", by=mere)


def test_what_sleeps_is_not_put_off_twice_and_what_is_back_is(
    mere: User, clock: time_machine.Traveller
) -> None:
    about = {"kind": "form", "key": acknowledgement().pk, "by": mere}
    snooze(**about, until_on=TODAY + A_DAY, because="Away")
    with pytest.raises(ChangedMeanwhile, match=r"^Mere Staff put this off until 17 November 2026\.$"):
        snooze(**about, until_on=TODAY + 2 * A_DAY, because="Ill")
    clock.shift(A_DAY)
    snooze(**about, until_on=TODAY + 3 * A_DAY, because="Ill")
    assert Snooze.objects.values_list("until_on", "because").get() == (TODAY + 3 * A_DAY, "Ill")


def test_it_is_put_back_before_its_day(mere: User) -> None:
    about = {"kind": "form", "key": acknowledgement().pk, "by": mere}
    with pytest.raises(NotPossible, match="This is on the desk"):
        wake(**about)
    snooze(**about, until_on=TODAY + A_DAY, because="Away")
    wake(**about)
    assert [item.kind for item in items.page(mere, View("all", ("form",)), limit=9)] == ["form"]
    assert Activity.objects.filter(text="Acknowledge the answers: Back on the desk").count() == 1


def test_only_what_waits_is_put_off_and_by_those_who_work_on_it(mere: User) -> None:
    row = acknowledgement()
    later = {"until_on": TODAY + A_DAY, "because": "Away"}
    for act in (
        lambda: snooze(kind="form", key=row.pk, by=UserFactory(), **later),
        lambda: wake(kind="form", key=row.pk, by=UserFactory()),
    ):
        with pytest.raises(NotPossible, match="You may read this"):
            act()
    assert row.eoi is not None
    triage.acknowledge(eoi=row.eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    with pytest.raises(ChangedMeanwhile, match="done with"):
        snooze(kind="form", key=row.pk, by=mere, **later)
