"""What we hold of a person, as they see it: ways to reach them, messages, what is public, the download."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from responses.models import Activity, Contact, Erasure
from responses.models.wording import WORDINGS_OF_2011
from tests.database import everything
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    OutgoingMailFactory,
    RecommendationFactory,
    received,
    subscriber,
)
from tests.html import read
from tests.responses.views.own_pages import links, main, own, terms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


def test_the_person_sees_how_we_reach_them(client: Client) -> None:
    contact = subscriber(
        name="Aroha Ngata",
        organisation="Hapū",
        email="aroha@example.org",
        telephone="04 494 5718",
        postal_address="1 Example Street\nWellington",
    )
    ContactFactory(
        merged_into=contact, name="A. Ngata", email="old@example.org"
    )  # another mailbox, not shown
    page = main(client.get(own(contact, "details")))
    assert terms(page) == {
        "Name": "Aroha Ngata",
        "Organisation": "Hapū",
        "Email address": "aroha@example.org",
        "Telephone": "04 494 5718",
        "Postal address": "1 Example Street Wellington",
        "Language": "English",
    }
    assert [h2.text for h2 in page.all("h2")] == []


@pytest.mark.parametrize(
    ("may_be_named", "was_mailed", "named"),
    [
        (True, True, "Mere Tūtahi"),
        (False, True, "Somebody we do not name"),
        (True, False, "Somebody we do not name"),
    ],
)
def test_who_recommended_them_is_named_where_that_may_be(
    client: Client, may_be_named: bool, was_mailed: bool, named: str
) -> None:
    recommender = ContactFactory(name="Mere Tūtahi")
    eoi = received()
    RecommendationFactory(
        recommender=recommender,
        may_be_named=may_be_named,
        by_mailed_link=was_mailed,
        state="yes",
        eoi=eoi,
    )
    page = main(client.get(own(eoi.contact, "details")))
    assert page.one("h2").text == "Who recommended you"
    assert page.all("ul")[-1].text == named


def test_the_messages_are_listed_the_latest_first_and_not_too_many_at_once(client: Client) -> None:
    contact = subscriber()
    start = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
    for day in range(25):
        sent_at = start + dt.timedelta(days=day)
        OutgoingMailFactory(recipient=contact.pk, subject=f"Letter {day}", state="sent", sent_at=sent_at)
    OutgoingMailFactory(recipient=contact.pk, subject="Not sent yet")
    OutgoingMailFactory(recipient=contact.pk + 1, subject="Another's", state="sent", sent_at=start)
    page = main(client.get(own(contact, "messages")))
    sent = [li.text for ul in page.all("ul", class_="entries") for li in ul.all("li")]
    assert sent[0] == "Letter 24 27 May 2026, 12:00pm. Sent."
    assert [int(text.split()[1]) for text in sent] == list(reversed(range(25)))
    assert page.one("summary").text == "And 5 earlier"


def test_who_was_sent_nothing_is_told_so(client: Client) -> None:
    assert "We have sent you no messages." in main(client.get(own(subscriber(), "messages"))).text


def test_what_is_public_can_be_seen_and_taken_down_at_once(client: Client) -> None:
    contact = subscriber()
    champions = [ChampionFactory(published=True, contact=contact, name=name) for name in ("Awa", "Hapori")]
    initiative = InitiativeFactory(published=True, champion=champions[0])
    page = main(client.get(own(contact, "public")))
    shown = [row.get_absolute_url() for row in [*champions, initiative]]
    assert links(page, "/champions/") + links(page, "/initiatives/") == shown
    choose = [url.removeprefix("http://testserver") for url in links(page, "/publication/")]
    assert [client.get(url).context["champion"] for url in choose] == champions
    done = main(client.post(own(contact, "public")))
    assert done.one(role="status").text == "Everything is taken down."
    assert [client.get(url).status_code for url in shown] == [404, 404, 404]
    assert "Nothing about you is public on our website." in done.text
    before = everything()
    client.post(own(contact, "public"))
    assert everything() == before


def unzipped(response: HttpResponse) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_download_is_a_page_to_read_and_the_same_for_a_machine(client: Client) -> None:
    eoi = received("keep_informed", comments="<script>alert(1)</script> Kia kaha, Tūtahi")
    contact = eoi.contact
    Activity.objects.create(contact=contact, kind="note", text="Rang about the hall")
    response = client.post(own(contact, "download"))
    assert response["Content-Disposition"] == 'attachment; filename="my-information.zip"'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/zip", "no-store")
    files = unzipped(response)
    assert sorted(files) == ["information.html", "information.json"]
    held = json.loads(files["information.json"])
    assert list(held) == [
        "Who you are",
        "What you sent us",
        "What you said Yes to",
        "Each time you said Yes or No",
        "What happened",
        "What we promised you",
        "Messages",
    ]
    assert held["Who you are"][0]["Name"] == "Aroha Ngata"
    assert held["What you sent us"][0]["Comments"] == "<script>alert(1)</script> Kia kaha, Tūtahi"
    assert [line["To these words"] for line in held["Each time you said Yes or No"]] == list(
        WORDINGS_OF_2011.values()
    )
    notes = [(row["What"], row["Note"]) for row in held["What happened"]]
    assert notes == [
        ("Answered the call", "Giving effect to the Accord"),
        ("Note", "Rang about the hall"),
        ("Downloaded their information", ""),
    ]
    page = read(files["information.html"])
    assert [h2.text for h2 in page.all("h2")] == list(held)
    assert page.all("script", "link", "img", "iframe") == []
    assert [e for e in page.all() if e["href"] or e["src"]] == []
    assert "<script>alert(1)</script> Kia kaha, Tūtahi" in page.text
    assert "<script>alert" not in files["information.html"]


def test_being_erased_is_explained_then_asked_for_with_a_button(client: Client) -> None:
    contact = subscriber()
    ChampionFactory(published=True, contact=contact)
    page = main(client.get(own(contact, "erasure")))
    assert [button.text for button in page.all("button")] == ["Ask to be erased"]
    assert Erasure.objects.count() == 0
    asked = main(client.post(own(contact, "erasure")))
    assert (asked.one("h1").text, asked.all("button")) == ("You asked to be erased", [])
    contact.refresh_from_db()
    assert contact.restricted_because == Contact.Restriction.ERASURE
    assert Erasure.objects.get().state == Erasure.State.ASKED
    before = everything()
    client.post(own(contact, "erasure"))
    assert everything() == before
    assert "You asked to be erased on" in main(client.get(own(contact))).text


@pytest.mark.parametrize(
    ("authority", "said"),
    [
        ("DA000", "Staff check that your case is covered."),
        ("", "We do not have that authority yet. Until we do, we keep what we have and leave you alone."),
    ],
)
def test_who_asks_to_be_erased_reads_whether_we_may(
    client: Client, settings: Settings, authority: str, said: str
) -> None:
    settings.DISPOSAL_AUTHORITY = authority
    for method in (client.get, client.post):
        assert said in main(method(own(subscriber(), "erasure"))).text
