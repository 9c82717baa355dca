"""The calendar of digests, and the page of an audience's days."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord_portal.digests import compose
from accord_portal.digests.models import DigestIssue, DigestSchedule
from accord_portal.digests.schedule import planning, running
from accord_portal.staff.models import User
from tests.clock import NOON
from tests.factories import DigestIssueFactory, UpdateFactory, UserFactory
from tests.html import fields, read
from tests.staff.pages import act_url, page_of, pressed_on, refusals, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KIND, CALENDAR = "digests/digestschedule", "/staff/digests/digestschedule/"
DAYS = {"is_running": "yes", "every": "week", "weekday": "tuesday", "at": "09:00", "zone": "Pacific/Auckland"}


@pytest.fixture
def schedule(db: None) -> DigestSchedule:
    for audience in ("community_of_interest", "keep_informed"):
        found, _ = DigestSchedule.objects.get_or_create(audience=audience)
    return found


def pressed(client: Client, record: str, key: int, act: str, **typed: Any) -> Any:
    form = read(client.get(pressed_on(record, key, act))).one("form", action=act_url(record, key, act))
    return client.post(act_url(record, key, act), {**fields(form), **typed}, follow=True)


def test_an_editor_sets_the_days_and_an_approver_approves_them(
    client: Client, schedule: DigestSchedule
) -> None:
    client.force_login(UserFactory(is_editor=True, name="Eru Editor"))
    assert said(pressed(client, KIND, schedule.pk, "plan", **DAYS)) == ["Saved."]
    page = read(client.get(page_of(KIND, schedule.pk)))
    days = [line.text for line in page.one("div", class_="told").all("li")]
    assert (days[0], len(days)) == ("17 November 2026, 9:00am", 14)
    assert page.all("form", action=act_url(KIND, schedule.pk, "approve")) == []
    client.force_login(UserFactory(is_approver=True, name="Ana Approver"))
    assert said(pressed(client, KIND, schedule.pk, "approve")) == [
        "Approved: its issues go out by themselves."
    ]
    assert "standing approval of Ana Approver" in read(client.get(page_of(KIND, schedule.pk))).text
    assert said(pressed(client, KIND, schedule.pk, "take_back")) == [
        "Taken back: each issue waits to be approved."
    ]


def test_a_time_that_is_none_is_refused_and_the_days_stay(client: Client, schedule: DigestSchedule) -> None:
    client.force_login(UserFactory(is_editor=True))
    answer = pressed(client, KIND, schedule.pk, "plan", **{**DAYS, "at": "nine"})
    assert refusals(read(answer)) == ["Enter the time like 09:30"]
    assert 'value="nine"' in answer.content.decode()
    schedule.refresh_from_db()
    assert not schedule.is_running


def lines(client: Client) -> list[str]:
    return [line.text for line in read(client.get(CALENDAR)).all("ul", class_="calendar-lines")[0].all("li")]


def test_the_calendar_says_what_went_what_comes_and_what_had_no_news(
    client: Client, schedule: DigestSchedule, mere: User
) -> None:
    days = {"every": "week", "weekday": "tuesday", "at": dt.time(9), "zone": "Pacific/Auckland"}
    DigestIssueFactory(approved=True, audience="community_of_interest", approved_at=NOON)
    planning.plan(schedule=schedule, by=mere, is_running=True, **days)
    running.run(NOON + dt.timedelta(days=1))
    client.force_login(UserFactory(is_reader=True))
    assert lines(client) == [
        "16 November 2026, 12:00pm Community of interest Approved",
        "17 November 2026, 9:00am Kept informed No news: nothing was sent",
        "17 November 2026, 9:00am Kept informed To come",
        "24 November 2026, 9:00am Kept informed To come",
    ]


def test_a_draft_of_a_schedule_stands_under_its_day(
    client: Client, schedule: DigestSchedule, mere: User
) -> None:
    days = {"every": "week", "weekday": "tuesday", "at": dt.time(9), "zone": "Pacific/Auckland"}
    planning.plan(schedule=schedule, by=mere, is_running=True, **days)
    UpdateFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    running.run(NOON)
    client.force_login(UserFactory(is_approver=True))
    assert lines(client)[0] == "17 November 2026, 9:00am Kept informed Draft: waits to be approved"
    issue = DigestIssue.objects.get()
    form = read(client.get(pressed_on("digests/digestissue", issue.pk, "approve"))).one(
        "form", action=act_url("digests/digestissue", issue.pk, "approve")
    )
    shown = {name: value for name, value in fields(form).items() if name in ("when", "day", "time")}
    assert shown == {"when": ["later"], "day": ["2026-11-17"], "time": ["09:00"]}


def test_an_issue_is_approved_for_later_moved_and_let_go(client: Client, mere: User) -> None:
    UpdateFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    client.force_login(UserFactory(is_approver=True))
    later = {"when": "later", "day": "2026-11-20", "time": "08:00"}
    assert said(pressed(client, "digests/digestissue", issue.pk, "approve", **later)) == ["Approved."]
    page = read(client.get(page_of("digests/digestissue", issue.pk)))
    assert "It goes out by itself on 20 November 2026, 8:00am" in page.text
    past = {"when": "later", "day": "2026-11-10", "time": "08:00"}
    answer = pressed(client, "digests/digestissue", issue.pk, "move", **past)
    assert refusals(read(answer)) == ["That time has passed: choose a later one, or now."]
    empty = {"when": "later", "day": "", "time": ""}
    answer = pressed(client, "digests/digestissue", issue.pk, "move", **empty)
    assert refusals(read(answer)) == ["Enter the day", "Enter the time"]
    assert said(pressed(client, "digests/digestissue", issue.pk, "move", when="now")) == ["Saved."]
    issue.refresh_from_db()
    assert issue.state == DigestIssue.State.APPROVED


def test_readers_see_the_calendar_and_no_buttons(client: Client, schedule: DigestSchedule) -> None:
    client.force_login(UserFactory(is_reader=True))
    assert client.get(CALENDAR).status_code == 200
    page = read(client.get(page_of(KIND, schedule.pk)))
    assert page.all("form", class_="act") == []
    assert (
        client.post(reverse("admin:digests_digestschedule_act", args=[schedule.pk, "plan"])).status_code
        == 403
    )
