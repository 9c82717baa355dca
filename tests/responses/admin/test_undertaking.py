"""The list of what is owed by day, and the page of one undertaking."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.answers import triage
from responses.contacts import acts, merging
from responses.models import Contact, Undertaking
from responses.undertakings import moving, owing
from tests.factories import received, subscriber
from tests.html import Element, read
from tests.staff.pages import act_url, filled_in, page_of, refusals, said, sign_in

pytestmark = pytest.mark.django_db

OWED = "responses/undertaking"
LIST = f"/staff/{OWED}/"


@pytest.fixture(autouse=True)
def _monday(clock: time_machine.Traveller) -> None:
    """It is Monday 16 November 2026."""


def rows(client: Client, **query: str) -> list[str]:
    table = read(client.get(LIST, query)).all("tbody")
    return [row.text for body in table for row in body.all("tr")]


def page(client: Client, row: Undertaking) -> Element:
    return read(client.get(page_of(OWED, row.pk)))


def of(kind: str) -> Undertaking:
    return Undertaking.objects.get(kind=kind)


def test_the_list_begins_with_what_is_owed_soonest(client: Client, ana: User) -> None:
    received(name="Aroha Ngata")
    subscriber("champion_accord", name="Hēmi Walker")
    owing.settle(Contact.objects.get(name="Hēmi Walker"))
    assert rows(client) == [
        "Acknowledge the answers Aroha Ngata 19 November 2026 Nobody Open",
        "Have a conversation Hēmi Walker 30 November 2026 Nobody Open",
        "Reply in full Aroha Ngata 14 December 2026 Nobody Open",
    ]


def test_each_filter_shows_what_it_says(client: Client, ana: User, clock: time_machine.Traveller) -> None:
    triage.assign(eoi=received(name="Aroha"), seen=1, by=ana, to=ana)
    triage.mark_as_spam(eoi=received(name="Spam", email="spam@example.org"), seen=1, by=ana)
    clock.shift(dt.timedelta(days=2))
    received(name="Hēmi", email="hemi@example.org")
    triage.acknowledge(
        eoi=received(name="Tui", email="tui@example.org"), seen=1, by=ana, text="Kia ora", is_full=True
    )
    clock.shift(dt.timedelta(days=5))  # Monday 23 November
    client.force_login(ana)

    def who(**query: str) -> list[str]:
        return [" ".join(row.split()[:4]) for row in rows(client, **query)]

    aroha, reply = "Acknowledge the answers Aroha", "Reply in full Aroha"
    assert who(stands="late") == [aroha]
    assert who(stands="today") == ["Acknowledge the answers Hēmi"]
    assert who(stands="mine") == [aroha, reply]
    assert sorted(who(stands="kept")) == ["Acknowledge the answers Tui", "Reply in full Tui"]
    assert sorted(who(stands="ended")) == ["Acknowledge the answers Spam", "Reply in full Spam"]
    assert who(kind__exact="acknowledge") == [aroha, "Acknowledge the answers Hēmi"]
    assert {row.rpartition("Ended ")[2] for row in rows(client, stands="ended")} == {
        "16 November 2026: The form was spam"
    }


def test_late_and_kept_late_are_said_in_the_list(
    client: Client, ana: User, clock: time_machine.Traveller
) -> None:
    eoi = received(name="Aroha Ngata")
    row = of("acknowledge")
    clock.shift(dt.timedelta(days=7))
    client.force_login(ana)
    moving.move(undertaking=row, seen=row.due_on, to=dt.date(2026, 11, 25), because="Flooded.", by=ana)
    late = "25 November 2026 Late, promised first for 19 November 2026"
    assert rows(client, stands="late") == [f"Acknowledge the answers Aroha Ngata {late} Nobody Open"]
    triage.acknowledge(eoi=eoi, seen=1, by=ana, text="Kia ora", is_full=True)
    assert rows(client, stands="kept", kind__exact="acknowledge") == [
        "Acknowledge the answers Aroha Ngata 25 November 2026, promised first for 19 November 2026"
        " Nobody Kept 23 November 2026, late"
    ]


def test_the_first_choice_is_called_open(client: Client, ana: User) -> None:
    shown = read(client.get(LIST)).one(class_="list-filters")
    choices = [link.text for link in shown.all("div")[0].all("a")]
    assert choices == ["Open", "Due today", "Late", "Mine", "Kept", "Ended"]


def test_an_audience_is_named_and_a_merged_person_by_the_one_who_stands_for_them(
    client: Client, ana: User
) -> None:
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=dt.date(2026, 10, 1))
    other, kept = received(name="Mere N").contact, subscriber(name="Mere Ngata")
    merging.merge(kept=kept, other=other, by=ana)
    assert rows(client) == [
        "Acknowledge the answers Mere Ngata 19 November 2026 Nobody Open",
        "Reply in full Mere Ngata 14 December 2026 Nobody Open",
        "Tell them something All who said Yes: Keep informed 31 December 2026 Nobody Open",
    ]
    links = [link["href"] for link in read(client.get(LIST)).all("a") if link.text == "Mere Ngata"]
    assert links == [kept.get_absolute_url()] * 2


def test_who_may_not_open_contacts_reads_who_it_is(client: Client) -> None:
    received(name="Aroha Ngata")
    sign_in(client, "view_undertaking")
    assert len(rows(client)) == 2
    for address in (LIST, page_of(OWED, of("reply").pk)):
        shown = read(client.get(address))
        assert "Aroha Ngata" in shown.text
        assert [link["href"] for link in shown.all("a") if link.text == "Aroha Ngata"] == []
    sign_in(client, "view_contact")
    assert client.get(LIST).status_code == 403


def test_nobody_adds_or_edits_one(client: Client, ana: User) -> None:
    received()
    assert client.get(f"{LIST}add/").status_code == 403
    assert page(client, of("reply")).all("input", name="due_on") == []


def test_the_page_tells_the_whole_story(client: Client, ana: User, clock: time_machine.Traveller) -> None:
    eoi = received("champion_accord", name="Aroha Ngata", initiatives="Open the hall.\nOn Sundays.")
    row = of("decide")
    clock.move_to(dt.datetime(2026, 12, 10, 23, 0, tzinfo=dt.UTC))
    for seen, to, because in [
        (dt.date(2026, 12, 14), dt.date(2026, 12, 17), "The hall’s owner is away."),
        (dt.date(2026, 12, 17), dt.date(2026, 12, 21), "Still away."),
    ]:
        moving.move(undertaking=row, seen=seen, to=to, because=because, by=ana)
    clock.move_to(dt.datetime(2026, 12, 21, 23, 0, tzinfo=dt.UTC))
    moving.say_what_was_missed(today=dt.date(2026, 12, 22))
    client.force_login(ana)
    shown = page(client, row)
    assert shown.all("h1")[-1].text == "Decide about an initiative: Aroha Ngata"
    facts = {div.one("dt").text: div.one("dd").text for div in shown.one("dl").all("div")}
    assert facts == {
        "To whom": "Aroha Ngata",
        "For the form": eoi.reference,
        "The initiative, as they wrote it": "Open the hall. On Sundays.",
        "Owed since": "16 November 2026, 12:00pm",
        "Promised first for": "Monday 14 December 2026",
        "Then for": "Monday 21 December 2026",
        "Told that we missed the day": "22 December 2026, 12:00pm",
        "Whose it is": "Nobody’s yet",
    }
    lines = [line.text for line in shown.one("section", aria_labelledby="moves").all("li")]
    assert [line.partition(". ")[2] for line in lines] == ["Still away.", "The hall’s owner is away."]
    assert "late: it was promised first for Monday 14 December 2026" in shown.one(class_="state").text
    do_it = shown.one("a", class_="button")
    assert (do_it.text, do_it["href"]) == (
        "Decide on the page of the form",
        f"{eoi.get_absolute_url()}#decide",
    )


def test_another_day_is_named_with_the_reason_and_they_are_told(client: Client, ana: User) -> None:
    received()
    row = of("reply")
    url = act_url(OWED, row.pk, "move")
    assert "They are mailed both days and your reason." in page(client, row).text
    sent = filled_in(page(client, row), url)
    typed = {"to": "2026-12-18", "because": "The Minister is away."}
    assert said(client.post(url, {**sent, **typed}, follow=True)) == ["The new day is named."]
    row.refresh_from_db()
    assert (row.first_due_on, row.due_on) == (dt.date(2026, 12, 14), dt.date(2026, 12, 18))
    assert OutgoingMail.objects.get(message="another_day").facts["because"] == "The Minister is away."
    refused = read(client.post(url, {**sent, "to": "2026-12-21", "because": "Again."}))
    assert "changed since you opened the page" in refusals(refused).pop()
    assert refused.one("textarea", name="because").text == "Again."


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("", "Enter the day"),
        ("2026-12-25", "The office is closed on 25 December 2026: choose a working day."),
        ("2026-11-13", "Choose a day from today to a year ahead."),
        ("2026-12-10", "Choose a later day than the one it is owed by."),
    ],
)
def test_a_day_that_is_none_to_promise_is_refused_in_words(
    client: Client, ana: User, day: str, error: str
) -> None:
    received()
    row = of("reply")
    url = act_url(OWED, row.pk, "move")
    shown = read(client.post(url, {**filled_in(page(client, row), url), "to": day, "because": "Ill."}))
    assert error in shown.one("form", action=url).text
    row.refresh_from_db()
    assert not row.was_moved


def test_it_is_given_to_a_colleague(client: Client, ana: User, bo: User) -> None:
    received()
    row = of("reply")
    url = act_url(OWED, row.pk, "hand_over")
    sent = filled_in(page(client, row), url)
    assert said(client.post(url, {**sent, "to": str(bo.pk)}, follow=True)) == ["It is given to them."]
    row.refresh_from_db()
    assert row.owner == bo


def test_what_is_kept_is_read_and_not_moved(client: Client, ana: User) -> None:
    eoi = received()
    row = of("acknowledge")
    url = act_url(OWED, row.pk, "move")
    sent = filled_in(page(client, row), url)
    triage.acknowledge(eoi=eoi, seen=1, by=ana, text="Kia ora", is_full=True)
    shown = page(client, row)
    assert shown.all("form", class_="act") == []
    assert "Nothing is to be done about it." in shown.text
    refused = read(client.post(url, {**sent, "to": "2026-12-18", "because": "Ill."}))
    assert "Not carried out" in [h2.text for h2 in refused.all("h2")]


@pytest.mark.parametrize("powers", [["view_undertaking"], ["view_undertaking", "change_contact"]])
def test_moving_and_giving_takes_the_permission_to_change(
    client: Client, bo: User, powers: list[str]
) -> None:
    received()
    row = of("reply")
    sign_in(client, *powers)
    assert page(client, row).all("form", class_="act") == []
    assert "You may read this, and not change it." in page(client, row).text
    for act in ("move", "hand_over"):
        assert client.post(act_url(OWED, row.pk, act), {"to": str(bo.pk)}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "words", "part"),
    [
        ("acknowledge", "Acknowledge it on the page of the form", "#acknowledge"),
        ("reply", "Reply on the page of the form", "#reply"),
        ("talk", "Talk with them, then write it down on the contact’s page", "#write-down"),
        ("invite", "Invite them on the contact’s page", "#invite"),
        ("ask", "Ask them, then write it down on the contact’s page", "#write-down"),
        ("inform", "Compose a digest for them", "#content"),
    ],
)
def test_the_page_leads_to_the_act_that_keeps_it(
    client: Client, ana: User, kind: str, words: str, part: str
) -> None:
    contact = received("give_advice", "champion_accord", email="", telephone="04 494 5718").contact
    champion = subscriber("champion_accord", email="c@example.org")
    subscriber("give_advice", email="g@example.org")
    for person in Contact.objects.exclude(pk=contact.pk):
        owing.settle(person)
    owing.owe_asking(contact=champion, initiative=1, quarter_on=dt.date(2026, 10, 1))
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=dt.date(2026, 10, 1))
    row = Undertaking.objects.filter(kind=kind).first()
    assert row is not None
    (button,) = page(client, row).all("a", class_="button")
    assert button.text == words
    assert (button["href"] or "").endswith(part)
    assert client.get((button["href"] or "").partition("#")[0]).status_code == 200


def test_every_look_at_a_person_is_logged(client: Client, ana: User) -> None:
    eoi = received()
    page(client, of("reply"))
    line = LogLine.objects.get(act="viewed")
    assert (line.kind, line.key) == ("responses.contact", eoi.contact_id)


def test_what_kept_it_is_linked(client: Client, ana: User) -> None:
    contact = received("give_advice", email="", telephone="04 494 5718").contact
    owing.settle(contact)
    acts.record(contact=contact, by=ana, kind="called", text="Come on Monday.", keeps=[])
    row = Undertaking.objects.filter(kind="acknowledge").get()
    triage.acknowledge(eoi=row.eoi, seen=1, by=ana, text="Rang her.", is_full=True)  # type: ignore[arg-type]
    link = page(client, row).one(class_="state").one("a")
    assert link.text == "Acknowledged, as noted on the timeline"
    assert link["href"] == f"{row.eoi.get_absolute_url()}#timeline"  # type: ignore[union-attr]
