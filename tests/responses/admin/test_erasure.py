"""Erasure as staff see it: proposed by one of them, carried out by another, from page to page."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.models import Contact, Erasure
from responses.privacy import erasing
from tests.factories import ContactFactory, UserFactory, merged, subscriber
from tests.html import Element, read
from tests.staff.pages import STALE, filled_in, refusals, said, sign_in

pytestmark = pytest.mark.django_db
LIST = "/staff/responses/erasure/"


@pytest.fixture(autouse=True)
def _authority(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"


@pytest.fixture
def ana(client: Client) -> User:
    """Somebody who may do everything, signed in."""
    return sign_in(client, is_superuser=True, name="Ana Officer")


@pytest.fixture
def bo(db: None) -> User:
    """Her colleague."""
    return UserFactory(is_superuser=True, name="Bo Colleague")


@pytest.fixture
def mere(db: None) -> Contact:
    return subscriber(name="Mere Tūtahi", email="mere@example.org")


@pytest.fixture
def proposed(mere: Contact, bo: User) -> Erasure:
    """What her colleague proposed."""
    erasing.propose(contact=mere, why="She asked by letter", by=bo)
    return Erasure.objects.get()


def url(record: Contact | Erasure, act: str = "") -> str:
    name = f"admin:responses_{record._meta.model_name}_{'act' if act else 'change'}"
    return reverse(name, args=[record.pk, act] if act else [record.pk])


def page(client: Client, record: Contact | Erasure) -> Element:
    return read(client.get(url(record)))


def press(client: Client, record: Contact | Erasure, act: str, **typed: str) -> list[str]:
    """What the portal says when a button is pressed on the page as it is."""
    sent = {**filled_in(page(client, record), url(record, act)), **typed}
    return said(client.post(url(record, act), sent, follow=True))


def facts(shown: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in shown.one("dl").all("div")}


def buttons(shown: Element) -> list[str]:
    return [form.one("button").text for form in shown.all("form", class_="act")]


def of_contact(client: Client, contact: Contact) -> Element:
    """What the contact's page says about erasure."""
    return page(client, contact).one("section", aria_labelledby="erasure")


# --- the list and the page -------------------------------------------------------------------


def test_the_list_leads_to_each(client: Client, ana: User, proposed: Erasure) -> None:
    (row,) = read(client.get(LIST)).one("tbody").all("tr")
    assert row.one("th").one("a")["href"] == url(proposed)
    for words in ("Mere Tūtahi", "Proposed: somebody else must carry it out", "Bo Colleague"):
        assert words in row.text
    assert read(client.get(LIST, {"state__exact": "asked"})).all("tbody") == []


def test_the_list_costs_the_same_for_three_as_for_one(client: Client, ana: User, bo: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    erasing.propose(contact=ContactFactory(), why="", by=bo)
    asked()
    one = asked()
    for _ in range(2):
        erasing.propose(contact=ContactFactory(), why="", by=bo)
    assert asked() == one


def test_the_page_says_who_why_and_by_whom(client: Client, ana: User, proposed: Erasure) -> None:
    shown = page(client, proposed)
    assert facts(shown) == {
        "Who": "Mere Tūtahi",
        "Asked for": "16 November 2026, 12:00pm",
        "Reason": "She asked by letter",
        "Proposed": "16 November 2026, 12:00pm, Bo Colleague",
    }
    assert buttons(shown) == ["Erase this person", "Decline"]
    line = LogLine.objects.get(act="viewed")
    assert (line.kind, line.key, line.done_by) == ("responses.contact", proposed.contact_id, ana)


def test_without_an_authority_the_page_explains(
    client: Client, ana: User, mere: Contact, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = ""
    shown = page(client, erasing.ask(contact=mere))
    assert "None is configured (DISPOSAL_AUTHORITY). Until then the person is restricted" in shown.text
    assert buttons(shown) == ["Decline"]


def test_who_may_only_look_presses_nothing(client: Client, proposed: Erasure) -> None:
    sign_in(client, "view_erasure")
    assert buttons(page(client, proposed)) == []
    for act in ("propose", "carry_out", "decline"):
        assert client.post(url(proposed, act), {"shown": "proposed"}).status_code == 403
    assert Erasure.objects.get().state == "proposed"


def test_proposing_and_deciding_are_two_permissions(client: Client, mere: Contact, bo: User) -> None:
    erasure = erasing.ask(contact=mere)
    sign_in(client, "view_erasure", "change_erasure")
    assert buttons(page(client, erasure)) == ["Decline"]
    assert client.post(url(erasure, "propose"), {"shown": "asked", "why": "x"}).status_code == 403
    sign_in(client, "view_erasure", "add_erasure")
    assert buttons(page(client, erasure)) == ["Propose erasure"]
    press(client, erasure, "propose", why="Her own wish")
    sign_in(client, "view_erasure", "add_erasure")
    assert buttons(page(client, erasure)) == []
    for act in ("carry_out", "decline"):
        assert client.post(url(erasure, act), {"shown": "proposed"}).status_code == 403
    assert Erasure.objects.get().state == "proposed"


def test_who_may_not_look_sees_nothing(client: Client, proposed: Erasure) -> None:
    sign_in(client, "view_contact", "change_contact")
    assert [client.get(path).status_code for path in (LIST, url(proposed))] == [403, 403]


# --- proposed by one, carried out by another -------------------------------------------------


def test_one_proposes_what_the_person_asked_and_another_carries_it_out(
    client: Client, ana: User, bo: User, mere: Contact
) -> None:
    erasure = erasing.ask(contact=mere)
    assert press(client, erasure, "propose", why="Her own wish") == ["Done: the page says how it stands now."]
    client.force_login(bo)
    assert press(client, erasure, "carry_out") == ["Erased."]
    shown = page(client, erasure)
    assert facts(shown) == {
        "Who": f"Erased person {mere.pk}",
        "Asked for": "16 November 2026, 12:00pm",
        "Proposed": "16 November 2026, 12:00pm, Ana Officer",
        "Decided": "16 November 2026, 12:00pm, Bo Colleague",
        "Disposal authority": "DA717",
    }
    assert buttons(shown) == []


def test_proposing_needs_a_reason(client: Client, ana: User, mere: Contact) -> None:
    erasure = erasing.ask(contact=mere)
    refused = read(client.post(url(erasure, "propose"), {"shown": "asked", "why": ""}))
    assert [error.text for error in refused.all(class_="error")] == ["Error: Say why"]
    assert Erasure.objects.get().state == "asked"


def test_whoever_proposed_it_cannot_carry_it_out(client: Client, bo: User, proposed: Erasure) -> None:
    client.force_login(bo)
    shown = page(client, proposed)
    assert buttons(shown) == ["Decline"]
    assert "You proposed this: somebody else must carry it out." in shown.text
    refused = read(client.post(url(proposed, "carry_out"), {"shown": "proposed"}))
    assert refusals(refused) == ["You proposed this: somebody else must carry it out."]
    assert buttons(refused) == ["Decline"]
    assert Contact.objects.get(pk=proposed.contact_id).erased_at is None


def test_it_is_declined_with_a_reason_which_the_person_is_told(
    client: Client, ana: User, proposed: Erasure
) -> None:
    assert press(client, proposed, "decline", text="A record we must keep") == ["Declined."]
    assert (Erasure.objects.get().state, Erasure.objects.get().decided_by) == ("declined", ana)
    line = LogLine.objects.get(act="erasure_declined")
    assert (line.kind, line.key, line.done_by) == ("responses.contact", proposed.contact_id, ana)
    assert OutgoingMail.objects.get(message="erasure_declined").facts == {
        "contact_id": proposed.contact_id,
        "because": "A record we must keep",
    }


def test_two_meet_and_the_second_is_told(client: Client, ana: User, bo: User, proposed: Erasure) -> None:
    erasing.decline(erasure=proposed, because="No", by=bo)
    refused = read(client.post(url(proposed, "carry_out"), {"shown": "proposed"}))
    assert refusals(refused) == [STALE]
    assert buttons(refused) == []


# --- from the contact's page -----------------------------------------------------------------


def test_erasure_is_proposed_from_the_contacts_page(client: Client, ana: User, mere: Contact) -> None:
    shown = of_contact(client, mere)
    assert "A colleague carries it out." in shown.text
    assert buttons(shown) == ["Propose erasure"]
    assert press(client, mere, "propose_erasure", why="She rang") == [
        "Done: see “Erasure” for how it stands."
    ]
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.reason, erasure.proposed_by) == ("proposed", "She rang", ana)
    shown = of_contact(client, mere)
    assert (shown.one("a")["href"], buttons(shown)) == (url(erasure), [])


def test_without_an_authority_the_contact_is_restricted_instead(
    client: Client, ana: User, mere: Contact, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = ""
    shown = of_contact(client, mere)
    assert "Nobody can be erased yet" in shown.text
    assert buttons(shown) == ["Restrict until an authority is there"]
    press(client, mere, "propose_erasure", why="She rang")
    mere.refresh_from_db()
    assert (mere.restricted_because, Erasure.objects.get().state) == ("erasure", "asked")


def test_proposing_without_a_reason_is_refused_and_the_box_stays_open(
    client: Client, ana: User, mere: Contact
) -> None:
    shown = {"shown": mere.fingerprint}
    refused = read(client.post(url(mere, "propose_erasure"), {**shown, "why": "A" * 501}))
    section = refused.one("section", aria_labelledby="erasure")
    assert section.one(class_="error").text == "Error: Use 500 characters or fewer, not 501"
    assert ("open" in section.one("details").attrs, section.one("textarea").text) == (True, "A" * 501)


def test_what_a_merged_record_asked_stands_on_the_page_of_the_person(
    client: Client, ana: User, mere: Contact
) -> None:
    other = ContactFactory()
    erasure = erasing.ask(contact=other)
    merged(other, mere)
    shown = of_contact(client, mere)
    assert (shown.one("a")["href"], buttons(shown)) == (url(erasure), [])
    assert buttons(of_contact(client, other)) == []


def test_proposing_is_for_those_who_may(client: Client, mere: Contact) -> None:
    sign_in(client, "view_contact", "change_contact")
    assert buttons(of_contact(client, mere)) == []
    typed = {"shown": mere.fingerprint, "why": "She rang"}
    assert client.post(url(mere, "propose_erasure"), typed).status_code == 403
    sign_in(client, "view_contact", "add_erasure")
    assert buttons(of_contact(client, mere)) == []
    sign_in(client, "view_contact", "change_contact", "add_erasure")
    press(client, mere, "propose_erasure", why="She rang")
    shown = of_contact(client, mere)
    assert (Erasure.objects.get().state, shown.all("a")) == ("proposed", [])
