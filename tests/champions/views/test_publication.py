"""The page on which champions say what is public, reached by a mailed link."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accord_portal.foundation import signed_links
from accord_portal.foundation.acts import NotPossible
from champions import enrolment
from champions.links import publication_url
from champions.models import Champion
from responses.consent import switches
from responses.people.links import preferences_url
from tests.factories import (
    ChampionFactory,
    InitiativeFactory,
    InvolvementFactory,
    UserFactory,
    received,
    subscriber,
)
from tests.html import read

pytestmark = pytest.mark.django_db


def heading(response: HttpResponse) -> str:
    return read(response).one("h1").text


@pytest.fixture
def asked(db: None) -> Champion:
    champion = ChampionFactory(name="Hapori", summary="We garden.")
    InitiativeFactory.create_batch(2, champion=champion)
    return Champion.objects.get(pk=champion.pk)


def link(champion: Champion) -> str:
    return publication_url(champion.pk, champion.contact).removeprefix("http://testserver")


def ticks(champion: Champion) -> tuple[bool, bool, list[bool]]:
    champion.refresh_from_db()
    agreed = list(champion.initiatives.order_by("pk").values_list("agreed", flat=True))
    return champion.name_agreed, champion.summary_agreed, agreed


def test_reading_the_publication_page_changes_nothing(client: Client, asked: Champion) -> None:
    response = client.get(link(asked))
    page = read(response)
    assert [i for i in page.all("input", type="checkbox") if "checked" in i.attrs] == []
    assert len(page.all("input", type="checkbox")) == 4
    assert ticks(asked) == (False, False, [False, False])
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


def test_what_is_ticked_there_is_kept(strict_client: Client, asked: Champion) -> None:
    page = read(strict_client.get(link(asked)))
    mine = {name: page.all("input", name=name)[0]["value"] for name in ("csrfmiddlewaretoken", "shown")}
    first = asked.initiatives.order_by("pk").first()
    sent = {**mine, "name": "on", "initiatives": [str(first.pk)]}
    response = strict_client.post(link(asked), sent)
    assert read(response).one(role="status").text == "Your choices are saved."
    assert ticks(asked) == (True, False, [True, False])
    assert asked.agreed_how == "On the page we mailed"


def test_ticking_needs_the_pages_own_token(strict_client: Client, asked: Champion) -> None:
    assert strict_client.post(link(asked), {"name": "on"}).status_code == 403
    assert ticks(asked) == (False, False, [False, False])


def test_a_mistake_there_is_said_and_changes_nothing(client: Client, asked: Champion) -> None:
    page = read(client.post(link(asked), {"summary": "on", "shown": asked.fingerprint}))
    assert page.one("title").text == "Error: What may be public – Kia Tūtahi Relationship Accord"
    assert [a["href"] for a in page.one(class_="error-summary").all("a")] == ["#id_name"]
    assert ticks(asked) == (False, False, [False, False])


def test_everything_is_taken_down_with_one_press(client: Client) -> None:
    champion = ChampionFactory(published=True)
    assert "Take everything down now" in [b.text for b in read(client.get(link(champion))).all("button")]
    for _ in range(2):
        response = client.post(link(champion), {"take_down": "yes"})
        assert heading(response) == "Everything is taken down"
    assert client.get(champion.get_absolute_url()).status_code == 404


def test_a_page_that_showed_other_words_is_refused_and_shows_the_new_ones(
    client: Client, asked: Champion
) -> None:
    old = read(client.get(link(asked))).one("input", name="shown")["value"]
    enrolment.reword(
        champion=asked,
        by=UserFactory(),
        kind="group",
        name="Hapori",
        summary="We mine coal.",
        principles=[],
        agency=None,
    )
    page = read(client.post(link(asked), {"name": "on", "summary": "on", "shown": old}))
    assert page.one(class_="error-summary").one("li").text == (
        "Something here has changed since you opened it: look again, then save"
    )
    assert ticks(asked) == (False, False, [False, False])
    main = page.one("main").text
    assert ("The summary: We mine coal." in main, "We garden." in main) == (True, False)
    assert [box["name"] for box in page.all("input", type="checkbox") if "checked" in box.attrs] == [
        "name",
        "summary",
    ]
    again = page.one("input", name="shown")["value"]
    client.post(link(asked), {"name": "on", "summary": "on", "shown": again})
    assert ticks(asked) == (True, True, [False, False])


def test_a_publication_link_lasts_a_week_and_a_fresh_one_takes_down(client: Client) -> None:
    champion = ChampionFactory(published=True)
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        mailed = link(champion)
        clock.shift(dt.timedelta(days=7))
        assert client.get(mailed).status_code == 200
        clock.shift(dt.timedelta(seconds=1))
        for response in (client.get(mailed), client.post(mailed, {"take_down": "yes"})):
            assert (response.status_code, heading(response)) == (404, "This link no longer works")
        assert client.get(champion.get_absolute_url()).status_code == 200
        fresh = link(champion)
        assert heading(client.post(fresh, {"take_down": "yes"})) == "Everything is taken down"
    assert client.get(champion.get_absolute_url()).status_code == 404


def test_a_publication_link_dies_with_the_address_it_was_mailed_to(client: Client) -> None:
    champion = ChampionFactory(published=True)
    mailed = link(champion)
    champion.contact.email = "elsewhere@example.org"
    champion.contact.save()
    for response in (client.get(mailed), client.post(mailed, {"take_down": "yes"})):
        assert (response.status_code, heading(response)) == (404, "This link no longer works")
    assert client.get(champion.get_absolute_url()).status_code == 200


def test_no_to_championing_takes_the_champion_down_at_once(client: Client) -> None:
    contact = subscriber("champion_accord")
    champion = ChampionFactory(published=True, contact=contact)
    initiative = InitiativeFactory(published=True, champion=champion)
    other = InitiativeFactory(published=True)
    pages = [champion.get_absolute_url(), initiative.get_absolute_url(), "/champions/", "/initiatives/"]
    before = [client.get(path) for path in pages]
    assert [response.status_code for response in before] == [200] * 4
    no = dict.fromkeys(["keep_informed", "community_of_interest", "give_advice", "champion_accord"], "no")
    client.post(preferences_url(contact).removeprefix("http://testserver"), no)
    after = [client.get(path) for path in pages]
    assert [response.status_code for response in after] == [404, 404, 200, 200]
    assert list(after[2].context["page"].rows) == [other.champion]
    assert list(after[3].context["page"].rows) == [other]


def test_a_strangers_form_takes_nobody_down(client: Client) -> None:
    contact = InvolvementFactory(purpose="champion_accord").contact
    champion = ChampionFactory(published=True, contact=contact)
    received(email=contact.email)
    assert contact.involvements.current().count() == 0
    assert client.get(champion.get_absolute_url()).status_code == 200


def test_whoever_said_no_to_championing_is_not_published(client: Client) -> None:
    contact = subscriber("champion_accord")
    champion = ChampionFactory(ticked=True, contact=contact)
    switches.withdraw(contact=contact, purposes=["champion_accord"], source="one_click")
    with pytest.raises(NotPossible, match=r"^The person has said No to championing the Accord since\.$"):
        enrolment.publish(champion=champion, by=UserFactory())
    switches.set_switches(contact=contact, wanted={"champion_accord": True})
    enrolment.publish(champion=champion, by=UserFactory())
    assert client.get(champion.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "token",
    ["rubbish", signed_links.token("confirm", 1), signed_links.token("publication", 1)],
    ids=["rubbish", "of another page", "of no address"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_publication_link_that_is_none_is_stale(client: Client, token: str, method: str) -> None:
    response = getattr(client, method)(f"/publication/{token}/", {"take_down": "yes"})
    assert (response.status_code, heading(response)) == (404, "This link no longer works")
