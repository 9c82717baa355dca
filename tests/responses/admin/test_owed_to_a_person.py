"""What a person is owed, on the contact's page, with the acts that keep it, move it and give it away."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.contacts import merging
from responses.models import Activity, Contact, Involvement, Undertaking
from responses.undertakings import owing
from tests.clock import NOON
from tests.factories import ContactFactory, DeliveryFactory, InvolvementFactory, received, subscriber
from tests.html import Element, read
from tests.responses.admin.pages import page, press, url
from tests.staff.pages import filled_in, sign_in

pytestmark = pytest.mark.django_db

AUTUMN = dt.date(2026, 10, 1)  # the first day of the last quarter


@pytest.fixture
def adviser(clock: time_machine.Traveller) -> Contact:
    """Somebody with an address who said Yes to advice and to championing; it is Monday 16 November 2026."""
    person = subscriber("give_advice", name="Mere Tūtahi", email="mere@example.org")
    InvolvementFactory(contact=person, purpose="champion_accord", confirmed=True)
    owing.settle(person)
    return person


def section(shown: Element) -> Element:
    return shown.one("section", aria_labelledby="owed")


def owed(shown: Element) -> list[str]:
    return [row.text for row in section(shown).all("ul")[0].all("li")]


def test_everything_that_is_owed_stands_first(client: Client, ana: User, adviser: Contact) -> None:
    assert owed(page(client, adviser)) == [
        "Have a conversation : by Monday 30 November 2026. Nobody has it yet.",
        "Invite to a meeting : by Monday 17 May 2027. Nobody has it yet.",
    ]


def test_nothing_owed_is_said(client: Client, ana: User, mere: Contact) -> None:
    shown = section(page(client, mere))
    assert (owed(page(client, mere)), shown.all("details")) == (["Nothing is owed to them now."], [])


def test_what_was_kept_or_is_over_of_all_their_records_is_folded(
    client: Client, ana: User, adviser: Contact
) -> None:
    other = received(name="Mere T", email="m@example.org")
    merging.merge(kept=adviser, other=other.contact, by=ana)
    triage.acknowledge(eoi=other, seen=1, by=ana, text="Kia ora", is_full=True)
    (folded,) = section(page(client, adviser)).all("details")
    assert folded.one("summary").text == "What was kept, or is not owed any more: 2"
    assert [row.text for row in folded.all("li")] == [
        "Acknowledge the answers : kept 16 November 2026, 12:00pm by Mere Staff. Acknowledged by email",
        "Reply in full : kept 16 November 2026, 12:00pm by Mere Staff. Acknowledged by email",
    ]


def test_what_an_audience_is_owed_stands_there_with_what_they_were_sent(
    client: Client, ana: User, clock: time_machine.Traveller
) -> None:
    person = subscriber(name="Mere", email="mere@example.org")
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=AUTUMN)
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=dt.date(2026, 7, 1))
    owing.owe_the_quarter(audience="community_of_interest", kind="ask_feedback", quarter_on=AUTUMN)
    for state, subject in (("accepted", "Spring news"), ("failed", "Lost news")):
        delivery = DeliveryFactory(contact=person, state=state, settled_at=NOON)
        type(delivery.issue).objects.filter(pk=delivery.issue_id).update(subject=subject)
    (row,) = owed(page(client, person))
    assert row.startswith("Tell them something , quarter from 1 October 2026: by Thursday 31 December 2026.")
    assert "They were sent “Spring news” 16 November 2026." in row
    assert "“Lost news” was not sent to them." in row


def test_of_the_quarters_before_their_yes_and_after_it_nothing_is_said(
    client: Client, ana: User, clock: time_machine.Traveller
) -> None:
    person = subscriber(name="Mere")
    ended = Involvement.objects.filter(contact=person)
    ended.update(confirmed_at=NOON - dt.timedelta(days=150), ended_at=NOON - dt.timedelta(days=60))
    for month in (1, 4, 7, 10):
        owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=dt.date(2026, month, 1))
    assert [row.partition(":")[0] for row in owed(page(client, person))] == [
        "Tell them something , quarter from 1 July 2026",
        "Tell them something , quarter from 1 April 2026",
    ]


def test_a_call_keeps_what_is_ticked_and_nothing_else(client: Client, ana: User, adviser: Contact) -> None:
    talk = Undertaking.objects.get(kind="talk")
    form = page(client, adviser).one("form", action=url(adviser, "record"))
    labels = [label.text for label in form.all("label")]
    assert labels[-2:] == ["Have a conversation, by 30 November 2026", "Invite to a meeting, by 17 May 2027"]
    typed = {"kind": "called", "on": "2026-11-13", "text": "We spoke for an hour.", "keeps": str(talk.pk)}
    assert press(client, adviser, "record", **typed) == ["Written down."]
    talk.refresh_from_db()
    assert (talk.kept_by, talk.evidence_text) == (ana, "Telephone call, 13 November 2026")
    assert Activity.objects.get(kind="called").text == "13 November 2026: We spoke for an hour."
    assert [row.kind for row in Undertaking.objects.open()] == ["invite"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"text": "Hello"}, "Choose a call, a letter or a meeting"),
        ({"kind": "met", "on": "2026-11-17", "text": "Hello"}, "Choose today or an earlier day"),
        ({"kind": "met"}, "Write what was said"),
    ],
)
def test_a_mistake_in_what_was_said_is_told_in_words(
    client: Client, ana: User, adviser: Contact, typed: dict[str, str], error: str
) -> None:
    shown = read(client.post(url(adviser, "record"), {"shown": adviser.fingerprint, **typed}))
    assert error in shown.one("form", action=url(adviser, "record")).text
    assert not Activity.objects.filter(contact=adviser).exists()


def test_what_another_kept_meanwhile_is_not_kept_twice(client: Client, ana: User, adviser: Contact) -> None:
    talk = Undertaking.objects.get(kind="talk")
    sent = filled_in(page(client, adviser), url(adviser, "record"))
    typed = {**sent, "kind": "called", "text": "We spoke.", "keeps": str(talk.pk)}
    client.post(url(adviser, "record"), typed)
    shown = read(client.post(url(adviser, "record"), typed))
    assert "What you ticked is not owed any more: look again" in shown.text
    assert Activity.objects.filter(kind="called").count() == 1


def test_an_invitation_is_mailed_and_keeps_the_promise(client: Client, ana: User, adviser: Contact) -> None:
    typed = {
        "on": "2026-12-03",
        "place": "Level 1, 45 Pipitea Street",
        "reply_by": "2026-11-27",
        "text": "Come.",
    }
    assert press(client, adviser, "invite", **typed) == ["The invitation is on its way."]
    assert OutgoingMail.objects.get(message="meeting").facts["place"] == "Level 1, 45 Pipitea Street"
    assert Undertaking.objects.get(kind="invite").evidence_text == (
        "Invited by email to a meeting on 3 December 2026"
    )


@pytest.mark.parametrize(
    ("days", "error"),
    [
        ({"on": "2026-11-13", "reply_by": "2026-11-13"}, "Choose today or a later day"),
        ({"on": "2026-12-03", "reply_by": "2026-11-13"}, "Choose today or a later day"),
        (
            {"on": "2026-12-03", "reply_by": "2026-12-04"},
            "Choose a day before the meeting, or the day itself",
        ),
    ],
)
def test_the_days_of_an_invitation_make_sense(
    client: Client, ana: User, adviser: Contact, days: dict[str, str], error: str
) -> None:
    typed = {"shown": adviser.fingerprint, "place": "Here", "text": "Come.", **days}
    form = read(client.post(url(adviser, "invite"), typed)).one("form", action=url(adviser, "invite"))
    assert [found.text.removeprefix("Error: ") for found in form.all(class_="error")] == [error]
    assert form.one("textarea").text == "Come."
    assert not OutgoingMail.objects.filter(message="meeting").exists()


def test_who_has_no_address_or_no_such_yes_is_not_invited_by_mail(
    client: Client, ana: User, adviser: Contact
) -> None:
    for person in (subscriber(), ContactFactory(email="", telephone="04 494 5718")):
        assert page(client, person).all("form", action=url(person, "invite")) == []
    Contact.objects.filter(pk=adviser.pk).update(restricted_at=NOON, restricted_because="asked")
    assert page(client, adviser).all("form", action=url(adviser, "invite")) == []


def test_another_day_is_named_for_one_of_them(client: Client, ana: User, adviser: Contact) -> None:
    talk = Undertaking.objects.get(kind="talk")
    which = f"{talk.pk} 2026-11-30"
    form = page(client, adviser).one("form", action=url(adviser, "move"))
    assert [option["value"] for option in form.all("option")][:2] == ["", which]
    typed = {"which": which, "to": "2026-12-04", "because": "Our Champions lead is ill."}
    assert press(client, adviser, "move", **typed) == ["The new day is named."]
    assert owed(page(client, adviser))[0] == (
        "Have a conversation : by Friday 4 December 2026, promised first for Monday 30 November 2026."
        " Nobody has it yet."
    )
    assert OutgoingMail.objects.get(message="another_day").recipient == adviser.pk
    again = {**typed, "shown": adviser.fingerprint, "to": "2026-12-07"}
    shown = read(client.post(url(adviser, "move"), again))
    assert "This was changed since you opened the page: choose again" in shown.text


def test_one_of_them_is_given_to_a_colleague(client: Client, ana: User, bo: User, adviser: Contact) -> None:
    talk = Undertaking.objects.get(kind="talk")
    which = f"{talk.pk} 2026-11-30"
    assert press(client, adviser, "hand_over", which=which, to=str(bo.pk)) == ["It is given to them."]
    assert list(Undertaking.objects.open().owned_by(bo)) == [talk]


def test_what_another_person_is_owed_is_not_chosen_here(client: Client, ana: User, adviser: Contact) -> None:
    other = received(email="other@example.org")
    theirs = other.undertaking_of("reply")
    assert theirs is not None
    press_it = {"which": f"{theirs.pk} {theirs.due_on}", "to": "2026-12-21", "because": "No."}
    client.post(url(adviser, "move"), {"shown": adviser.fingerprint, **press_it})
    theirs.refresh_from_db()
    assert not theirs.was_moved


def test_moving_and_giving_takes_the_permission_to_change_what_is_owed(
    client: Client, adviser: Contact
) -> None:
    sign_in(client, "view_contact", "change_contact")
    actions = [form["action"] for form in page(client, adviser).all("form")]
    for act in ("move", "hand_over"):
        assert url(adviser, act) not in actions
        assert client.post(url(adviser, act), {}).status_code == 403
    assert url(adviser, "record") in actions


def test_the_page_costs_the_same_for_much_owed_as_for_little(
    client: Client, ana: User, adviser: Contact
) -> None:
    def more(number: int) -> None:
        other = received("champion_accord", email=f"m{number}@example.org", initiatives=f"Hall {number}")
        merging.merge(kept=adviser, other=other.contact, by=ana)
        triage.acknowledge(eoi=other, seen=1, by=ana, text="Kia ora", is_full=True)
        triage.decide(eoi=other, seen=2, by=ana, number=1, outcome="partly", text="Yes")
        quarter_on = dt.date(2026, 1, 1) if number == 1 else dt.date(2025 + number, 4, 1)
        owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=quarter_on)
        DeliveryFactory(contact=adviser, state="accepted", settled_at=NOON)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(adviser)).status_code == 200
        return len(captured)

    InvolvementFactory(contact=adviser, confirmed_at=NOON - dt.timedelta(days=700))
    more(1)
    one = asked()
    more(2)
    more(3)
    assert asked() == one
