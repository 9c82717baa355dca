"""The mails to staff about what waits: when, to whom, once, and what they count."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accord_portal.desk import counting, items, morning
from accord_portal.desk.choice import View
from accord_portal.desk.counting import New
from accord_portal.desk.models import StaffMail
from accord_portal.desk.waiting import Waiting, late_with
from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail, SetAside
from accord_portal.staff.models import User
from responses.answers import letters
from responses.models import ExpressionOfInterest, FollowUp
from tests.clock import NOON
from tests.factories import ContactFactory, UserFactory, received
from tests.html import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MONDAY = dt.date(2026, 11, 16)
A_DAY, AN_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def mere() -> User:
    """A triage officer."""
    return UserFactory(is_triage_officer=True, name="Mere Staff", email="mere@example.org")


def at(day: dt.date, hour: int) -> dt.datetime:
    """This hour of the day in New Zealand."""
    return NOON + (day - MONDAY) + (hour - 12) * AN_HOUR


def owed(name: str = "what_waits") -> list[str]:
    return list(OutgoingMail.objects.filter(message=name).order_by("pk").values_list("to", flat=True))


def body(name: str = "what_waits") -> str:
    return str(mail.made(OutgoingMail.objects.filter(message=name).latest("pk")).body)


@pytest.mark.parametrize(
    ("day", "hour", "is_time"),
    [
        (MONDAY, 7, False),
        (MONDAY, 8, True),
        (MONDAY, 13, True),
        (MONDAY, 14, False),
        (MONDAY, 23, False),
        (MONDAY - A_DAY, 9, False),  # a Sunday
        (dt.date(2026, 12, 25), 9, False),
        (dt.date(2027, 1, 25), 9, False),  # Wellington Anniversary
        (dt.date(2027, 4, 6), 9, True),  # after Easter, in winter time
    ],
)
def test_it_is_mailed_on_working_mornings(
    mere: User, clock: time_machine.Traveller, day: dt.date, hour: int, is_time: bool
) -> None:
    now = dt.datetime.combine(day, dt.time(hour), tzinfo=ZoneInfo("Pacific/Auckland"))
    clock.move_to(now)
    received()
    assert (morning.send(now), owed()) == (int(is_time), ["mere@example.org"] * is_time)


def test_the_hour_is_a_setting(mere: User, settings: object) -> None:
    settings.MORNING_MAIL_HOUR = 13  # type: ignore[attr-defined]
    received()
    assert [morning.send(at(MONDAY, hour)) for hour in (12, 13)] == [0, 1]


def test_it_is_mailed_once_a_day_and_once_more_the_next(mere: User, clock: time_machine.Traveller) -> None:
    received()
    assert [morning.send(NOON) for _ in range(3)] == [1, 0, 0]
    clock.shift(A_DAY)
    assert morning.send(NOON + A_DAY) == 0  # nothing is late, due or new
    clock.shift(2 * A_DAY)
    assert morning.send(NOON + 3 * A_DAY) == 1  # it is due
    days = [MONDAY, MONDAY + A_DAY, MONDAY + 3 * A_DAY]
    assert [row.due_on for row in StaffMail.objects.order_by("due_on")] == days


def test_mornings_are_forgotten_after_a_week(mere: User, clock: time_machine.Traveller) -> None:
    for day in (0, 1, 2, 7, 8):
        clock.move_to(at(MONDAY + day * A_DAY, 12))
        morning.send(NOON + day * A_DAY)
    days = list(StaffMail.objects.order_by("due_on").values_list("due_on", flat=True))
    assert days == [MONDAY + day * A_DAY for day in (1, 2, 7, 8)]


def test_for_whom_nothing_waits_nothing_is_mailed(mere: User) -> None:
    UserFactory(is_reader=True), UserFactory(is_triage_officer=True, is_active=False), UserFactory()
    assert (morning.send(NOON), owed()) == (0, [])
    assert set(StaffMail.objects.values_list("officer__is_active", "kind")) == {(True, "morning")}


def test_what_comes_after_the_hour_is_new_the_next_morning(mere: User, clock: time_machine.Traveller) -> None:
    assert morning.send(NOON) == 0
    clock.shift(AN_HOUR)
    letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")
    assert morning.send(NOON + AN_HOUR) == 0
    clock.shift(A_DAY - AN_HOUR)
    assert morning.send(NOON + A_DAY) == 1
    assert "Nobody has: 1 new.\n" in body()


def test_whoever_does_not_want_it_gets_none(client: Client, mere: User) -> None:
    client.force_login(mere)
    assert "gets_weekly_mail" not in client.get("/staff/desk/mail/").content.decode()
    client.post("/staff/desk/mail/", {})
    mere.refresh_from_db()
    assert mere.gets_morning_mail is False
    received()
    assert morning.send(NOON) == 0
    client.post("/staff/desk/mail/", {"gets_morning_mail": "on"})
    assert morning.send(NOON) == 1


def test_its_numbers_are_those_of_the_desk_and_each_of_ones_own_has_its_link(
    mere: User, clock: time_machine.Traveller
) -> None:
    contact = ContactFactory(name="Aroha 021 555 1234 https://evil.example/x")
    for day, what in ((MONDAY - A_DAY, "Late"), (MONDAY, "Due"), (MONDAY + A_DAY, "Later")):
        FollowUp.objects.create(contact=contact, what=what, due_on=day, owner=mere)
    letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")
    assert morning.send(NOON) == 1
    mine, nobodys = (counting.count(mere, View(whose)).numbers for whose in ("mine", "nobodys"))
    assert (mine[:2], nobodys[:2]) == ((1, 1), (0, 0))
    text = body()
    assert "Yours: 1 late, 1 due today, 3 new.\n" in text
    assert "Nobody has: 1 new.\n" in text
    assert re.findall(r"^- (.*)$", text, re.MULTILINE) == [
        "Aroha [number hidden] [link hidden]: Follow up, 1 working day late",
        "Aroha [number hidden] [link hidden]: Follow up, due today",
    ]
    assert len(re.findall(r"http://testserver/staff/responses/followup/\d+/change/\?desk=\S+", text)) == 2


def test_a_long_list_is_named_in_part(mere: User) -> None:
    contact = ContactFactory()
    FollowUp.objects.bulk_create(
        FollowUp(contact=contact, what="Ring", due_on=MONDAY, owner=mere) for _ in range(150)
    )
    assert morning.send(NOON) == 1
    assert (body().count("\n- "), "Yours: more than 100 due today" in body()) == (20, True)


def test_what_is_done_before_it_goes_out_is_not_in_it(mere: User) -> None:
    row = FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=MONDAY, owner=mere)
    assert morning.send(NOON) == 1
    FollowUp.objects.filter(pk=row.pk).update(done_at=NOON, done_by=mere)
    with pytest.raises(mail.NoLongerWanted):
        body()


def test_each_week_whoever_approves_is_told_what_is_late_and_with_whom(
    mere: User, clock: time_machine.Traveller
) -> None:
    UserFactory(is_approver=True, name="Ana Manager", email="ana@example.org")
    UserFactory(is_approver=True, gets_weekly_mail=False)
    received()
    contact = ContactFactory()
    for _ in range(2):
        FollowUp.objects.create(contact=contact, what="Ring", due_on=MONDAY - A_DAY, owner=mere)
    letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")
    morning.send(NOON)
    assert owed("what_is_late") == ["ana@example.org"]
    theirs = f"http://testserver/staff/?whose=of-{mere.pk}"
    assert f"\n- Mere Staff: 2 late\n  {theirs}\n" in body("what_is_late")
    clock.shift(A_DAY)
    morning.send(NOON + A_DAY)
    assert owed("what_is_late") == ["ana@example.org"]
    clock.shift(6 * A_DAY)
    morning.send(NOON + 7 * A_DAY)
    assert owed("what_is_late") == ["ana@example.org"] * 2
    nobodys = "http://testserver/staff/?whose=nobodys"
    both = f"\n- Mere Staff: 2 late\n  {theirs}\n- Nobody: 2 late\n  {nobodys}\n"
    assert both in body("what_is_late")


def test_it_costs_the_same_with_one_and_with_three_things(
    mere: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def waits() -> None:
        received(email=f"p{ExpressionOfInterest.objects.count()}@example.org")
        FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=MONDAY, owner=mere)

    def queries() -> int:
        StaffMail.objects.all().delete()
        with django_assert_max_num_queries(60) as asked:
            assert morning.send(NOON) == 1
        return len(asked)

    waits()
    one = queries()
    waits(), waits()
    assert queries() == one


def test_choosing_the_mails_changes_nothing_else_of_the_account(client: Client, mere: User) -> None:
    client.force_login(mere)
    client.post("/staff/desk/mail/", {"is_administrator": "on", "email": "x@example.org"})
    mere.refresh_from_db()
    assert (mere.is_administrator, mere.email, mere.gets_weekly_mail) == (False, "mere@example.org", True)


def test_the_page_says_when_and_where_to(client: Client, mere: User) -> None:
    client.force_login(mere)
    page = read(client.get("/staff/desk/mail/"))
    assert page.one("h1").text == "Mail to you"
    assert "On working days from 8:00, and only if something waits" in page.text
    assert "mere@example.org" in page.text


def test_a_late_thing_is_with_one_only_whatever_its_owner_may_do_by_now() -> None:
    ana = UserFactory(is_approver=True, name="Ana", gets_morning_mail=False)
    was = UserFactory(is_reader=True, name="Was Triage")
    FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=MONDAY - A_DAY, owner=was)
    assert late_with(ana) == [(None, 1)]
    assert morning.send(NOON) == 1
    assert owed() == []


def test_what_comes_before_the_mail_is_made_is_new_once(mere: User, clock: time_machine.Traveller) -> None:
    letters.receive(name="Hēmi", email="", telephone="04 123", message="One")
    assert morning.send(NOON) == 1
    clock.shift(AN_HOUR)
    letters.receive(name="Hēmi", email="", telephone="04 123", message="Two")
    assert "Nobody has: 1 new.\n" in body()
    clock.shift(A_DAY - AN_HOUR)
    assert morning.send(NOON + A_DAY) == 1
    assert "Nobody has: 1 new.\n" in body()


def test_the_first_mail_on_a_monday_has_the_weekend(mere: User, clock: time_machine.Traveller) -> None:
    for days in (4, 2):  # Thursday, and Saturday
        clock.move_to(NOON - days * A_DAY)
        letters.receive(name="Hēmi", email="", telephone="04 123", message=str(days))
    clock.move_to(NOON)
    assert morning.send(NOON) == 1
    assert "Nobody has: 1 new.\n" in body()


def test_one_for_whom_it_fails_keeps_the_mail_from_nobody(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    UserFactory(is_triage_officer=True, email="other@example.org")
    received()
    real = morning.waiting

    def breaks(officer: User, new: New) -> Waiting:
        if officer == mere:
            raise RuntimeError
        return real(officer, new)

    monkeypatch.setattr(morning, "waiting", breaks)
    assert (morning.send(NOON), owed()) == (1, ["other@example.org"])
    assert SetAside.objects.get().row == mere.pk


def test_a_mail_that_fails_is_not_told_of_in_the_next(mere: User) -> None:
    received()
    assert morning.send(NOON) == 1
    OutgoingMail.objects.filter(message="what_waits").update(state="failed")
    assert [item.kind for item in items.page(mere, View("all"), limit=9)] == ["form", "undertaking"]
