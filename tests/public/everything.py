"""One thing of each kind that is public, and how a visitor finds it."""

from typing import Any

from django.test import Client

from accord_portal.digests.models import Update
from champions.models import Champion, Initiative, Partnership, PracticeStory
from tests.factories import (
    ChampionFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    UpdateFactory,
)
from tests.html import Element, read
from tests.partnerships import PartnershipFactory, PartyFactory

ADDRESSES = [
    "/champions/",
    "/initiatives/",
    "/partnerships/",
    "/good-practice/",
    "/open-data/good-practice.json",
    "/open-data/good-practice.csv",
    "/open-data/good-practice.atom",
    "/sitemap-good-practice.xml",
    "/open-data/champions.json",
    "/open-data/champions.csv",
    "/open-data/champions.atom",
    "/open-data/initiatives.json",
    "/open-data/initiatives.csv",
    "/open-data/partnerships.json",
    "/open-data/partnerships.csv",
    "/open-data/new.atom",
    "/sitemap-champions.xml",
    "/sitemap-initiatives.xml",
    "/sitemap-partnerships.xml",
]


def of_each_kind(
    name: str = "Whenua Trust",
) -> tuple[Champion, Initiative, Partnership, PracticeStory, Update]:
    """A champion of this name with an initiative and a partnership, a story and an update."""
    champion = ChampionFactory(name=name, slug="whenua", published=True)
    initiative = InitiativeFactory(title="A garden for Whenua", champion=champion, published=True)
    partnership = PartnershipFactory(title="Whenua agreement")
    PartyFactory(partnership=partnership, name=champion.name, champion=champion)
    story = PracticeStoryFactory(
        title="What Whenua learned", slug="whenua-learned", body=f"{name} met.", champion=champion
    )
    update = UpdateFactory(title="News of whenua", published=True)
    return champion, initiative, partnership, story, update


def results(client: Client, **asked: Any) -> list[str]:
    """The titles that the page of the search shows, in order."""
    return [part.text for part in searched(client, **asked).one("main").all("h2")]


def searched(client: Client, **asked: Any) -> Element:
    """The page of the search."""
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return read(answer)
