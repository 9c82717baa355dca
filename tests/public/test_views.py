"""Principles, the site map, and what is left of somebody who is taken down or erased: nothing."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from champions import enrolment
from champions.models import Champion
from responses.models import Erasure
from responses.privacy import erasing
from tests.factories import PrincipleFactory, UserFactory
from tests.html import read
from tests.public.everything import ADDRESSES, of_each_kind
from tests.register import ChampionPageFactory

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return bytes(answer.getvalue()).decode()


def test_a_principle_shows_what_gives_effect_to_it(client: Client) -> None:
    champion, initiative, partnership, *_ = of_each_kind()
    principle, other = PrincipleFactory(slug="good-faith"), PrincipleFactory(slug="voices-of-all")
    for row in (champion, initiative, partnership):
        row.principles.add(principle)
    page = read(client.get("/principles/good-faith/")).one("main")
    assert page.one("h1").text == principle.text
    assert [part.text for part in page.all("h3")] == [initiative.title, champion.name, partnership.title]
    partnership.visibility = "summary"
    partnership.save()
    assert partnership.title not in said(client, "/principles/good-faith/")
    empty = read(client.get("/principles/voices-of-all/")).one("main")
    assert "Nothing that is public gives effect to this principle yet." in empty.text
    assert other.text == empty.one("h1").text
    assert client.get("/principles/none-such/").status_code == 404


def test_the_site_map_leads_to_every_page_that_is_public(client: Client) -> None:
    rows = of_each_kind()
    PrincipleFactory(slug="good-faith")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    parts = [str(part.text) for part in index.iter(f"{MAP}loc")]
    pages = [
        str(page.text)
        for part in parts
        for page in ElementTree.fromstring(client.get(part).content).iter(f"{MAP}loc")
    ]
    for row in rows:
        assert f"http://testserver{row.get_absolute_url()}" in pages
    assert "http://testserver/principles/good-faith/" in pages
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert "Sitemap: http://testserver/sitemap.xml" in said(client, "/robots.txt")


def withdraw(champion: Champion) -> None:
    enrolment.withdraw(champion=champion)


def erase(champion: Champion) -> None:
    erasing.propose(contact=champion.contact, why="They asked", by=UserFactory())
    erasing.carry_out(erasure=Erasure.objects.get(), by=UserFactory())


@pytest.mark.parametrize("end", [withdraw, erase])
def test_who_is_taken_down_or_erased_leaves_no_trace_anywhere(
    client: Client, end: Callable[[Champion], None]
) -> None:
    champion, initiative, partnership, story, _ = of_each_kind("Pōhutukawa Trust")
    addresses = [*ADDRESSES, "/search/?q=pohutukawa", "/", "/open-data/initiatives.atom"]
    page = ChampionPageFactory(champion=champion, place="Pōhutukawa Bay", alternative="A pōhutukawa")
    before = [address for address in addresses if "ōhutukawa" in said(client, address)]
    assert len(before) == 15
    pictures = [page.picture_url, page.small_picture_url]
    assert [client.get(address).status_code for address in pictures] == [200, 200]
    end(champion)
    for address in addresses:
        text = said(client, address)
        assert "ōhutukawa" not in text, address
        assert initiative.slug not in text, address
        assert partnership.slug not in text, address
        assert story.slug not in text, address
    for row in (champion, initiative, partnership, story):
        assert client.get(row.get_absolute_url()).status_code == 404
    assert [client.get(address).status_code for address in pictures] == [404, 404]
