"""What upper rooms show on the pages about a contact is found through the settings, and by nothing else."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from accord_portal.foundation import signed_links
from accord_portal.staff.models import User
from responses import contact_sections
from responses.contact_sections import LinkList, PageLink, SentList
from responses.models import Contact, ExpressionOfInterest
from responses.people.links import preferences_url
from tests.factories import ChampionFactory, PracticeStoryFactory, UserFactory, received
from tests.html import Element, read

pytestmark = pytest.mark.django_db


class Upstairs(ModuleType):
    """A room that was not there when the pages were written; what it shows says what it was asked."""

    def sent(self, keys: Sequence[int], limit: int) -> list[SentList]:
        return [SentList("Postcards", [f"To {keys}, <b>{limit}</b> at most"]), SentList("Parcels", [])]

    def acts(self, contact: Contact, by: User) -> list[PageLink]:
        return [PageLink(f"Wave, {by.name}", f"/wave/{contact.pk}/", is_button=True)]

    def about_form(self, eoi: ExpressionOfInterest, by: User) -> list[LinkList]:
        links = [
            PageLink("Waved", f"/waved/{eoi.pk}/"),
            PageLink(f"Wave, {by.name}", "/wave/", is_button=True),
        ]
        return [LinkList("Waving", links)]

    def choices(self, contact: Contact, token: str) -> list[LinkList]:
        return [LinkList("As one who waves", [PageLink("Choose how", f"/wave/{contact.pk}/{token}/")])]


@pytest.fixture
def eoi(client: Client) -> ExpressionOfInterest:
    """A form of somebody who is a champion, looked at by somebody who may do everything."""
    client.force_login(UserFactory(name="Ana", is_superuser=True))
    eoi = received("champion_accord")
    ChampionFactory(contact=eoi.contact, eoi=eoi, name="Hapori")
    return eoi


@pytest.fixture
def plugged_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "upstairs.contact_sections", Upstairs("upstairs.contact_sections"))
    settings.ROOMS_WITH_CONTACT_SECTIONS = ["upstairs"]


@pytest.fixture
def nothing_above(settings: Settings) -> None:
    settings.ROOMS_WITH_CONTACT_SECTIONS = []


def of_contact(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(f"/staff/responses/contact/{eoi.contact_id}/change/"))


def of_form(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(f"/staff/responses/expressionofinterest/{eoi.pk}/change/"))


def own(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(f"{preferences_url(eoi.contact)}public/")).one("main")


def links(element: Element, start: str) -> list[tuple[str, str | None, str | None]]:
    found = [a for a in element.all("a") if (a["href"] or "").startswith(start)]
    return [(a.text, a["href"], a["class"]) for a in found]


@pytest.mark.usefixtures("plugged_in")
def test_a_new_room_says_what_it_sent(client: Client, eoi: ExpressionOfInterest) -> None:
    sent = of_contact(client, eoi).one("section", aria_labelledby="sent")
    assert [heading.text for heading in sent.all("h3")] == ["Postcards", "Parcels", "Letters"]
    lines = [line.text for line in sent.all("li")][:2]
    assert lines == [f"To {eoi.contact.keys}, <b>20</b> at most", "None."]


@pytest.mark.usefixtures("plugged_in")
def test_a_new_room_has_its_button_on_the_contacts_page(client: Client, eoi: ExpressionOfInterest) -> None:
    forms = of_contact(client, eoi).one("section", aria_labelledby="eois")
    assert links(forms, "/wave/") == [("Wave, Ana", f"/wave/{eoi.contact_id}/", "button quiet")]


@pytest.mark.usefixtures("plugged_in")
def test_a_new_room_has_its_section_on_the_forms_page(client: Client, eoi: ExpressionOfInterest) -> None:
    (section,) = [part for part in of_form(client, eoi).all("section") if "Waving" in part.text]
    assert links(section, "/wave") == [
        ("Waved", f"/waved/{eoi.pk}/", None),
        ("Wave, Ana", "/wave/", "button quiet"),
    ]


@pytest.mark.usefixtures("plugged_in")
def test_a_new_room_has_its_choices_on_the_own_page(client: Client, eoi: ExpressionOfInterest) -> None:
    page = own(client, eoi)
    headings = [heading.text for heading in page.all("h2")]
    ((words, url, _),) = links(page, f"/wave/{eoi.contact_id}/")
    token = str(url).split("/")[3]
    assert ("As one who waves" in headings, words) == (True, "Choose how")
    assert signed_links.read("preferences", token)[0] == eoi.contact_id


@pytest.mark.parametrize("room", ["plugged_in", "nothing_above"])
def test_a_room_that_is_not_plugged_in_shows_nothing(
    client: Client, eoi: ExpressionOfInterest, room: str, request: pytest.FixtureRequest
) -> None:
    def shown() -> list[bool]:
        return [
            "Digests" in [heading.text for heading in of_contact(client, eoi).all("h3")],
            links(of_contact(client, eoi), "/staff/champions/champion/enrol/") != [],
            "Registered as Hapori" in of_form(client, eoi).text,
            "As a champion of the Accord" in own(client, eoi).text,
        ]

    assert shown() == [True] * 4
    request.getfixturevalue(room)
    assert shown() == [False] * 4


@pytest.mark.parametrize("room", configured.ROOMS_WITH_CONTACT_SECTIONS)
def test_every_room_answers_every_question(settings: Settings, room: str, eoi: ExpressionOfInterest) -> None:
    settings.ROOMS_WITH_CONTACT_SECTIONS = [room]
    by = UserFactory(is_superuser=True)
    eoi = received("champion_accord", initiatives="Gardens beside railways", email="other@example.org")
    ChampionFactory(contact=eoi.contact, eoi=eoi)
    PracticeStoryFactory(title="Gardens beside railways")
    answers = [
        *contact_sections.sent(eoi.contact.keys, 20),
        *contact_sections.acts(eoi.contact, by),
        *contact_sections.about_form(eoi, by),
        *contact_sections.choices(eoi.contact, "a:b:c"),
    ]
    assert {type(answer) for answer in answers} <= {SentList, PageLink, LinkList}
    assert answers
