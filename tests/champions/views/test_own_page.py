"""Behind the link a champion writes their own page; its picture is public as long as both are."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from champions import enrolment
from champions.links import own_page_url
from champions.models import Champion, PageProposal
from responses.models import Consent
from tests.clock import NOON
from tests.factories import ChampionFactory, ConsentFactory
from tests.html import fields, read
from tests.pixels import as_file, drawn
from tests.register import ChampionPageFactory, PageProposalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def link(champion: Champion) -> str:
    return own_page_url(champion.pk, champion.contact).removeprefix("http://testserver")


def say_no(champion: Champion) -> None:
    """From the mailbox, a day after what may be public was ticked."""
    Champion.objects.filter(pk=champion.pk).update(agreed_at=NOON - dt.timedelta(days=1))
    withdrawn, source = Consent.Decision.WITHDRAWN, Consent.Source.PREFERENCE_PAGE
    ConsentFactory(
        contact=champion.contact,
        purpose="champion_accord",
        decision=withdrawn,
        source=source,
        recorded_at=NOON,
    )


def wrong(client: Client, champion: Champion, **typed: Any) -> list[str]:
    page = read(client.post(link(champion), typed))
    return [item.text for item in page.one(role="alert").all("li")]


def test_the_page_is_filled_with_what_stands_and_then_with_what_waits(client: Client) -> None:
    champion = ChampionFactory(published=True, summary="We garden.")
    ChampionPageFactory(champion=champion)
    typed = fields(read(client.get(link(champion))).one("form", class_="card"))
    assert (typed["summary"], typed["place"], typed["alternative"]) == (
        ["We garden."],
        ["Ōtaki"],
        ["Two people at a gate"],
    )
    PageProposalFactory(champion=champion, summary="Two gardens.")
    page = read(client.get(link(champion)))
    assert fields(page.one("form", class_="card"))["summary"] == ["Two gardens."]
    assert "It waits for us. What you send now takes its place." in page.one("main").text


def test_what_is_wrong_is_said(client: Client) -> None:
    champion = ChampionFactory(published=True)
    assert wrong(client, champion, website="javascript:alert(1)") == [
        "Enter the address of a page, such as https://example.org"
    ]
    assert wrong(client, champion, website="ftp://example.org/") == [
        "Enter the address of a page, such as https://example.org"
    ]
    assert wrong(client, champion, initiative_description="On Fridays") == ["Give the new initiative a title"]
    assert wrong(client, champion, picture=as_file(b"<svg>")) == [
        "Choose a JPEG, PNG or WebP picture. This file is none, or is broken."
    ]
    assert wrong(client, champion, picture=as_file(drawn())) == [
        "Choose the picture once more: a browser does not keep it",
        "Say in words what the picture shows, for those who do not see it",
    ]
    assert not PageProposal.objects.exists()


def test_what_is_sent_is_kept_once_and_a_large_picture_gets_through(client: Client) -> None:
    champion = ChampionFactory(published=True)
    large = as_file(drawn().ljust(2_000_000, b"\0"))
    answer = client.post(link(champion), {"summary": "Two.", "picture": large, "alternative": "A gate"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{link(champion)}?sent=yes")
    assert client.get(f"{link(champion)}picture/").headers["Content-Type"] == "image/jpeg"
    forged = f"/own-page/{link(champion).split('/')[2][:-3]}abc/"
    large.seek(0)
    assert client.post(forged, {"picture": large}).status_code == 413


def test_the_link_ends_with_the_champion(client: Client) -> None:
    champion = ChampionFactory(published=True)
    address = link(champion)
    say_no(champion)
    assert client.get(address).status_code == 404
    other = ChampionFactory(published=True)
    enrolment.withdraw(champion=other)
    assert client.get(link(other)).status_code == 404


def test_the_picture_is_served_as_one_and_is_gone_with_its_champion(client: Client) -> None:
    page = ChampionPageFactory()
    for address in (page.picture_url, page.small_picture_url):
        answer = client.get(address)
        headers = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy")
        assert [answer.headers[name] for name in headers] == [
            "image/jpeg",
            "no-cache",
            "nosniff",
            "default-src 'none'; sandbox",
        ]
        again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
        assert again.status_code == 304
    assert client.get(f"{page.picture_url}huge/").status_code == 404
    say_no(page.champion)
    assert client.get(page.picture_url).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_once_for_all_pictures(
    client: Client, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        ChampionPageFactory()
    with django_assert_num_queries(1):
        page = read(client.get("/champions/"))
    assert len(page.one("main").all("img")) == number
