"""Behind the link in our asking: one press says how an initiative stands; looking at it says nothing."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accord_portal.staff.models import User
from champions.initiatives import progress
from champions.links import progress_url
from champions.models import Initiative, ProgressReport
from responses.models import Contact, FollowUp
from tests.factories import InitiativeFactory, UserFactory, subscriber
from tests.html import fields, read
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def hall() -> Initiative:
    """Under way, as its champion said in August."""
    contact = subscriber("champion_accord", name="Aroha Ngata")
    one = InitiativeFactory(published=True, title="Open the hall", champion__contact=contact)
    ProgressReportFactory(initiative=one, why="We have begun.", said_on=dt.date(2026, 8, 3))
    return one


def link(one: Initiative, choice: str = "") -> str:
    base = progress_url(one.champion.pk, one.champion.contact, one.pk)
    return f"{base}{choice}/" if choice else base


def press(client: Client, url: str, **typed: str) -> HttpResponse:
    """Opens the page, fills in what is typed, and presses its one button."""
    (form,) = read(client.get(url)).one("main").all("form")
    assert len(form.all("button")) == 1
    return client.post(url, {**fields(form), **typed})


def last() -> tuple[str, str, str, dt.date]:
    row = ProgressReport.objects.order_by("-pk")[0]
    return row.state, row.why, row.speaker, row.said_on


def test_still_true_is_one_press(client: Client, hall: Initiative) -> None:
    for _ in range(2):
        page = read(press(client, link(hall, "still-true"))).one("main")
        assert page.one("p", class_="lead").text == "It is written down: under way , on 16 November 2026."
    assert last() == ("under_way", "We have begun.", "", dt.date(2026, 11, 16))
    assert ProgressReport.objects.count() == 2


def test_changed_begins_with_what_was_said_last(client: Client, hall: Initiative) -> None:
    page = read(client.get(link(hall, "changed")))
    assert page.one("textarea", name="why").text == "We have begun."
    assert [box["value"] for box in page.all("input", name="state") if "checked" in box.attrs] == [
        "under_way"
    ]
    refused = read(press(client, link(hall, "changed"), state="stalled"))
    assert "say in a new sentence why" in refused.one(class_="error-summary").text
    press(client, link(hall, "changed"), state="stalled", why="The roof leaks.", may_name="on")
    assert last() == ("stalled", "The roof leaks.", "Aroha Ngata", dt.date(2026, 11, 16))


def test_finished_asks_what_came_of_it(client: Client, hall: Initiative) -> None:
    refused = read(press(client, link(hall, "finished")))
    assert "Say in a sentence what came of it" in refused.one(class_="error-summary").text
    page = press(client, link(hall, "finished"), why="It is open each day.")
    assert "Your words are public once our staff have read them" in read(page).text
    assert last()[:3] == ("done", "It is open each day.", "")


def test_need_help_is_a_follow_up_by_the_day_the_page_names(client: Client, hall: Initiative) -> None:
    for _ in range(2):
        page = read(press(client, link(hall, "help"), what="A roofer"))
        assert (
            page.one("p", class_="lead").text
            == "One of us gets in touch with you by Thursday 19 November 2026."
        )
    task = FollowUp.objects.get()
    assert (task.what, task.contact, task.owner, task.created_by) == (
        "Asks for help with “Open the hall”. A roofer",
        hall.champion.contact,
        hall.champion.published_by,
        None,
    )
    assert ProgressReport.objects.count() == 1


def test_help_is_for_somebody_who_works(hall: Initiative) -> None:
    champion = hall.champion

    def owner(what: str) -> User:
        return progress.ask_for_help(initiative=hall, champion=champion, what=what).owner

    User.objects.filter(pk=champion.published_by_id).update(is_active=False)
    assert owner("A roofer") == champion.registered_by
    officer = UserFactory(is_triage_officer=True)
    User.objects.filter(pk=champion.registered_by_id).update(is_active=False)
    assert owner("A floor") == officer


def test_help_for_a_partner_names_no_title_of_somebody_else(client: Client, hall: Initiative) -> None:
    partner = PartnerFactory(initiative=hall, shown=True).champion
    press(client, f"{progress_url(partner.pk, partner.contact, hall.pk)}help/")
    assert FollowUp.objects.get().what == "Asks for help with an initiative they are a partner in."


def test_the_first_page_offers_the_four_answers(client: Client, hall: Initiative) -> None:
    main = read(client.get(link(hall))).one("main")
    assert [a.text for a in main.all("a")] == [
        "Still true",
        "Something has changed",
        "It is finished",
        "We need help",
        "Write your own page",
    ]
    assert all(client.get(str(a["href"])).status_code == 200 for a in main.all("a"))
    assert ProgressReport.objects.count() == 1


def test_what_the_side_said_meanwhile_is_shown_first(client: Client, hall: Initiative) -> None:
    url = link(hall, "still-true")
    typed = fields(read(client.get(url)).one("main").one("form"))
    ProgressReportFactory(initiative=hall, state="stalled", why="The roof leaks.")
    page = read(client.post(url, typed)).one("main")
    assert "Your side has said something else since" in page.one(class_="error-summary").text
    assert "The roof leaks." in page.text
    client.post(url, fields(page.one("form")))
    assert last()[:2] == ("stalled", "The roof leaks.")


def test_before_anything_was_said_nothing_is_still_true(client: Client) -> None:
    one = InitiativeFactory(published=True)
    page = read(press(client, link(one, "still-true")))
    assert "Nothing has been said of it yet" in page.text
    assert "Still true" not in read(client.get(link(one))).text


def test_a_link_ends_after_ninety_days_or_with_the_address_or_the_part(
    client: Client, hall: Initiative, clock: time_machine.Traveller
) -> None:
    partner = PartnerFactory(initiative=hall, shown=True)
    url, theirs = link(hall, "changed"), progress_url(partner.champion.pk, partner.champion.contact, hall.pk)
    clock.shift(dt.timedelta(days=90))
    assert (client.get(url).status_code, client.get(theirs).status_code) == (200, 200)
    partner.ended_at, partner.ended_by = dt.datetime.now(dt.UTC), partner.added_by
    partner.save()
    assert client.get(theirs).status_code == 404
    clock.shift(1)
    page = client.get(url)
    assert (page.status_code, read(page).one("h1").text) == (404, "This link no longer works")
    fresh = link(hall, "changed")
    Contact.objects.filter(pk=hall.champion.contact_id).update(mailbox="other@example.org")
    assert client.get(fresh).status_code == 404


def test_there_are_four_answers_and_no_fifth(client: Client, hall: Initiative) -> None:
    assert client.get(link(hall, "deleted")).status_code == 404


def test_what_was_taken_down_is_said_so(client: Client, hall: Initiative) -> None:
    Initiative.objects.update(state="withdrawn")
    page = read(press(client, link(hall, "changed"), state="done", why="All open."))
    assert "was taken down" in page.one(class_="error-summary").text
