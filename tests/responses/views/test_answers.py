"""A person's forms, as they read and change them."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from responses.consent import switches
from responses.models import ExpressionOfInterest, Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.database import everything
from tests.factories import (
    received,
    subscriber,
)
from tests.html import read
from tests.responses.views.own_pages import checked, confirmed, links, main, newest, own, summary, terms

pytestmark = pytest.mark.django_db

NO = dict.fromkeys(Purpose.values, "no")


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


def test_every_form_is_listed_the_newest_first(client: Client) -> None:
    first = received("keep_informed")
    second = received("give_advice", comments="Another")
    page = main(client.get(own(first.contact, "answers")))
    assert [h2.one("a")["href"] for h2 in page.all("h2")] == [
        own(first.contact, "answers", eoi.reference) for eoi in (second, first)
    ]
    assert len(links(page, "/change/")) == 2


def test_who_sent_no_form_is_told_so(client: Client) -> None:
    page = main(client.get(own(subscriber(), "answers")))
    assert "You have not sent us the form." in page.text


def test_a_form_can_be_read_in_full(client: Client) -> None:
    eoi = received("give_advice", organisation="Hapū", comments="Kia kaha\nE hoa")
    page = main(client.get(own(eoi.contact, "answers", eoi.reference)))
    asked = WORDINGS_OF_2011
    assert terms(page) == {
        "Name": "Aroha Ngata",
        "Organisation": "Hapū",
        "Email address": "aroha@example.org",
        "Telephone": "Not given",
        asked["keep_informed"]: "No",
        asked["community_of_interest"]: "No",
        asked["give_advice"]: "Yes",
        asked["champion_accord"]: "No",
        "Any other comments?": "Kia kaha E hoa",
    }
    assert page.all("dl", class_="changes") == []


def test_nobody_reads_or_changes_another_persons_form(client: Client) -> None:
    theirs, mine = received(), subscriber()
    for parts in ([theirs.reference], [theirs.reference, "change"]):
        assert client.get(own(mine, "answers", *parts)).status_code == 404
        assert client.post(own(mine, "answers", *parts), NO).status_code == 404


def posted(eoi: ExpressionOfInterest, **changes: str) -> dict[str, str]:
    """The form of change as a browser sends it."""
    said = {purpose: "yes" if yes else "no" for purpose, yes in eoi.answers.items()}
    typed = {
        name: getattr(eoi, name) for name in ("name", "organisation", "telephone", "initiatives", "comments")
    }
    return {**typed, **said, **changes}


def test_the_form_of_change_is_prefilled(client: Client) -> None:
    eoi = received("champion_accord", telephone="04 494 5718", initiatives="A hall", comments="Kia kaha")
    switches.confirm(contact=eoi.contact)
    switches.set_switches(contact=eoi.contact, wanted={"champion_accord": True, "give_advice": True})
    page = read(client.get(own(eoi.contact, "answers", eoi.reference, "change")))
    typed = {str(e["name"]): e["value"] or "" for e in page.all("input", type="text")}
    assert typed == {"name": "Aroha Ngata", "organisation": ""}
    assert page.one("input", type="tel")["value"] == "04 494 5718"
    assert [e.text for e in page.all("textarea")] == ["A hall", "Kia kaha"]
    assert checked(page) == {**NO, "champion_accord": "yes", "give_advice": "yes"}
    assert page.all("input", name="email") == []


def test_changing_the_answers_makes_a_new_version_and_says_what_changed(client: Client) -> None:
    eoi = received("keep_informed", comments="Kia ora")
    contact = eoi.contact
    change = own(contact, "answers", eoi.reference, "change")
    data = posted(
        eoi, comments="Kia kaha", give_advice="yes", email="thief@example.org", telephone="04 494 5718"
    )
    response = client.post(change, data)
    new = newest(contact)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{own(contact, 'answers', new.reference)}?saved",
    )
    assert (new.replaces, new.channel, new.email) == (eoi, "preferences", "aroha@example.org")
    page = main(client.get(response["Location"]))
    assert page.one("h1").text == f"Your answers of {timezone.localtime(new.received_at):%-d %B %Y}"
    assert terms(page, class_="changes") == {
        "Telephone": "Before: Not given Now: 04 494 5718",
        "Comments": "Before: Kia ora Now: Kia kaha",
        WORDINGS_OF_2011["give_advice"]: "Before: No Now: Yes",
    }
    contact.refresh_from_db()
    assert (contact.telephone, confirmed(contact)) == ("04 494 5718", ["give_advice", "keep_informed"])


def test_pressing_twice_is_the_same_as_once(client: Client) -> None:
    eoi = received("keep_informed")
    change = own(eoi.contact, "answers", eoi.reference, "change")
    first = client.post(change, posted(eoi, comments="More"))
    before = everything()
    assert client.post(change, posted(eoi, comments="More"))["Location"] == first["Location"]
    assert everything() == before


def test_an_older_version_cannot_be_changed_and_loses_nothing_typed(client: Client) -> None:
    eoi = received("keep_informed")
    contact = eoi.contact
    change = own(contact, "answers", eoi.reference, "change")
    client.post(change, posted(eoi, comments="More"))
    before = everything()
    page = read(client.post(change, posted(eoi, comments="Something else")))
    assert summary(page) == ["These answers have already been changed: open your link again to see them."]
    assert page.all("textarea")[1].text == "Something else"
    assert everything() == before
    looked = main(client.get(change))
    assert looked.one("p", class_="lead").text == "You have changed these answers already."
    assert links(looked, newest(contact).reference) == [own(contact, "answers", newest(contact).reference)]
    listed = main(client.get(own(contact, "answers")))
    assert links(listed, "/change/") == [own(contact, "answers", newest(contact).reference, "change")]
    assert "You have changed these answers since." in listed.text


def test_the_same_answers_again_are_refused_with_a_reason(client: Client) -> None:
    eoi = received("keep_informed")
    page = read(client.post(own(eoi.contact, "answers", eoi.reference, "change"), posted(eoi)))
    assert summary(page) == ["You sent the same answers within the last hour."]


def test_a_mistake_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    eoi = received("keep_informed")
    change = own(eoi.contact, "answers", eoi.reference, "change")
    page = read(client.post(change, posted(eoi, name="", champion_accord="yes", comments="Typed")))
    assert page.one("title").text == "Error: Change your answers – Kia Tūtahi Relationship Accord"
    assert summary(page) == ["Enter your name", "Describe the actions or initiatives you have in mind"]
    assert page.all("textarea")[1].text == "Typed"


def test_answers_to_a_closed_call_can_be_changed(client: Client) -> None:
    eoi = received("keep_informed")
    eoi.call.closes_on = dt.date(2012, 1, 1)
    eoi.call.save()
    response = client.post(own(eoi.contact, "answers", eoi.reference, "change"), posted(eoi, comments="Late"))
    assert response.status_code == 303


def test_the_form_of_change_asks_anew_what_another_form_said_no_to(client: Client) -> None:
    first = received("keep_informed", "give_advice")
    switches.confirm(contact=first.contact)
    received("keep_informed", comments="Once more")
    page = read(client.get(own(first.contact, "answers", first.reference, "change")))
    assert checked(page) == {"keep_informed": "yes", "community_of_interest": "no", "champion_accord": "no"}
    assert "Where neither is chosen, another form asked us for a No: please choose." in page.one("main").text
