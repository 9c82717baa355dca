"""What a public page says of itself to those who link to it: what it shows, and no more."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accord_portal.public import describing
from champions.models import Champion, PracticeStory
from tests.factories import ChampionFactory, InitiativeFactory, PracticeStoryFactory, UpdateFactory
from tests.html import read
from tests.partnerships import PartnershipFactory

pytestmark = pytest.mark.django_db
EVIL = """</script><script>alert("x")</script> & 'Tūtahi' <!--"""


def told(client: Client, row: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """The Open Graph of its page, and what search engines read there."""
    page = read(client.get(row.get_absolute_url()))
    graph = {tag["property"] or "": tag["content"] or "" for tag in page.all("meta") if tag["property"]}
    return graph, json.loads(page.one("script", type="application/ld+json").parts[0])


def things() -> dict[str, Any]:
    """One of each kind that the public sees."""
    return {
        "Organization": ChampionFactory(published=True, summary_agreed=True, summary_is_public=True),
        "Project": InitiativeFactory(published=True),
        "CreativeWork": PartnershipFactory(),
        "Article": PracticeStoryFactory(),
        "NewsArticle": UpdateFactory(published=True),
    }


def test_each_kind_describes_itself(client: Client, settings: Settings) -> None:
    for kind, row in things().items():
        graph, schema = told(client, row)
        address = settings.BASE_URL + row.get_absolute_url()
        assert list(graph) == [
            "og:title",
            "og:description",
            "og:type",
            "og:url",
            "og:site_name",
            "og:locale",
        ]
        assert (graph["og:title"], graph["og:url"], graph["og:locale"]) == (str(row), address, "en_NZ")
        assert graph["og:site_name"] == "Kia Tūtahi Relationship Accord"
        assert (schema["@context"], schema["@type"]) == ("https://schema.org", kind)
        assert (schema["name"], schema["url"]) == (str(row), address)
        assert schema["description"] == graph["og:description"] != ""


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("agency", "GovernmentOrganization"), ("group", "Organization"), ("individual", "Person")],
)
def test_a_champion_is_what_it_is(client: Client, kind: str, schema: str) -> None:
    champion = ChampionFactory(published=True, kind=kind)
    assert told(client, champion)[1]["@type"] == schema


def test_what_was_typed_ends_no_element(client: Client) -> None:
    champion = ChampionFactory(published=True, name=EVIL)
    story = PracticeStoryFactory(title=EVIL, summary=EVIL)
    for row in (champion, story):
        graph, schema = told(client, row)
        assert (graph["og:title"], schema["name"]) == (EVIL, EVIL)
    assert (graph["og:description"], schema["description"], schema["headline"]) == (EVIL, EVIL, EVIL)
    assert len(read(client.get(story.get_absolute_url())).all("script")) == 1


def test_it_says_what_the_page_shows_and_no_more(client: Client) -> None:
    champion = ChampionFactory(published=True, summary="Nobody ticked this")
    story = PracticeStoryFactory(
        licence="owner", licence_words="Ask", champion=ChampionFactory(name="Hidden")
    )
    Champion.objects.filter(pk=champion.pk).update(summary_is_public=False)
    assert told(client, champion)[1]["description"] == "Champion: Kia Tūtahi Relationship Accord"
    PracticeStory.objects.update(champion=None)
    assert set(told(client, story)[1]) == {
        *("@context", "@type", "name", "headline", "description", "url", "datePublished"),
    }
    summary_only = PartnershipFactory(visibility="summary", vision="Not for everybody")
    assert "Not for everybody" not in str(told(client, summary_only))


def test_what_is_taken_down_says_nothing(client: Client) -> None:
    story = PracticeStoryFactory(state="withdrawn")
    answer = client.get(story.get_absolute_url())
    assert (answer.status_code, "og:" in answer.text, "ld+json" in answer.text) == (404, False, False)


def test_no_query_is_asked_for_it(client: Client) -> None:
    row = InitiativeFactory(published=True)
    assert row.champion.name
    with CaptureQueriesContext(connection) as asked:
        describing.open_graph(row)
        describing.json_ld(row)
    assert len(asked) == 0
