"""The public pages of champions and what they do."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation import memory
from champions.models import Champion, Initiative
from tests.factories import (
    ChampionFactory,
    InitiativeFactory,
    PartnershipFactory,
    PracticeStoryFactory,
    PrincipleFactory,
    UpdateFactory,
)
from tests.html import read

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def published(make: Callable[..., Any], **fields: Any) -> Any:
    return make(published=True, **fields)


LISTS: dict[str, Callable[..., Any]] = {
    "/champions/": lambda **fields: published(ChampionFactory, **fields),
    "/initiatives/": lambda **fields: published(InitiativeFactory, **fields),
    "/partnerships/": PartnershipFactory,
    "/good-practice/": PracticeStoryFactory,
    "/updates/": lambda **fields: published(UpdateFactory, **fields),
    "/": lambda **fields: published(InitiativeFactory, **fields),
}

PAGED = [path for path in LISTS if path != "/"]


def shown(response: HttpResponse) -> list[str]:
    """The headings of the list."""
    return [h2.text for h2 in read(response).one("main").all("h2")]


def queries(client: Client, path: str) -> int:
    memory.forget_all()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_at_one_row_and_at_three(client: Client, path: str) -> None:
    make = LISTS[path]
    make()
    one = queries(client, path)
    make()
    make()
    assert queries(client, path) == one


@pytest.mark.parametrize("path", PAGED)
def test_a_long_list_pages_and_shows_every_row_once(client: Client, path: str) -> None:
    titles = {f"Row {n}" for n in range(45)}
    for title in titles:
        LISTS[path](**{"name" if path == "/champions/" else "title": title})
    found, pages, url = [], 0, path
    while url:
        response = client.get(url)
        found, pages = found + shown(response), pages + 1
        links = read(response).all("a", rel="next")
        url = path + links[0]["href"] if links else ""
    assert (sorted(found), pages) == (sorted(titles), 3)


@pytest.mark.parametrize("path", PAGED)
def test_an_altered_page_mark_shows_the_first_page(client: Client, path: str) -> None:
    LISTS[path]()
    response = client.get(path, {"after": "WyJhIiwxXQ:rubbish"})
    assert len(shown(response)) == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/champions/", "No champion is shown yet. Express your interest to be the first."),
        ("/initiatives/", "No initiative is shown yet. Express your interest and tell us yours."),
        ("/partnerships/", "No partnership is shown yet."),
        ("/good-practice/", "No story is shown yet."),
        ("/updates/", "There is no news yet."),
    ],
)
def test_an_empty_list_says_so(client: Client, path: str, said: str) -> None:
    assert read(client.get(path)).one("p", class_="empty").text.replace(" .", ".") == said


@pytest.mark.parametrize("path", ["/champions/", "/initiatives/"])
def test_a_search_that_finds_nothing_leads_back(client: Client, path: str) -> None:
    LISTS[path]()
    empty = read(client.get(path, {"q": "none such"})).one("p", class_="empty")
    assert [a["href"] for a in empty.all("a")] == ["?"]


@pytest.mark.parametrize("words", ["tutahi", "Tūtahi", "TŪTAHI hapori", "Tu\u0304tahi"])
def test_a_champion_is_found_whatever_the_macrons(client: Client, words: str) -> None:
    ChampionFactory(published=True, name="Hapori Tūtahi")
    ChampionFactory(published=True, name="Whānau")
    assert shown(client.get("/champions/", {"q": words})) == ["Hapori Tūtahi"]


def test_champions_stand_by_name_and_can_be_chosen_by_kind(client: Client) -> None:
    ChampionFactory(published=True, name="B", kind="agency", summary="")
    ChampionFactory(published=True, name="A", kind="group")
    assert shown(client.get("/champions/")) == ["A", "B"]
    assert shown(client.get("/champions/", {"kind": "agency"})) == ["B"]
    assert shown(client.get("/champions/", {"kind": "agency", "q": "a"})) == []


def test_the_next_page_keeps_the_filter(client: Client) -> None:
    for number in range(21):
        ChampionFactory(published=True, name=f"Group {number:02}", kind="group")
        ChampionFactory(published=True, name=f"Agency {number:02}", kind="agency")
    first = client.get("/champions/", {"kind": "group"})
    second = client.get("/champions/" + read(first).one("a", rel="next")["href"])
    assert shown(second) == ["Group 20"]
    assert "selected" in read(second).one("option", value="group").attrs


def test_what_is_not_public_is_nowhere(client: Client) -> None:
    draft = ChampionFactory(ticked=True)
    gone = ChampionFactory(published=True, state=Champion.State.WITHDRAWN)
    initiative = InitiativeFactory(published=True, champion=gone)
    hidden = InitiativeFactory(published=True, state=Initiative.State.WITHDRAWN)
    story = PracticeStoryFactory(published_at=None)
    update = UpdateFactory()
    for row in (draft, gone, initiative, hidden, story, update):
        assert client.get(row.get_absolute_url()).status_code == 404
    assert shown(client.get("/champions/")) == [hidden.champion.name]
    for path in ("/initiatives/", "/good-practice/", "/updates/"):
        assert shown(client.get(path)) == []


def test_a_champions_page_shows_what_was_ticked(client: Client) -> None:
    champion = ChampionFactory(published=True, summary="We garden.", summary_agreed=False)
    initiative = InitiativeFactory(published=True, champion=champion)
    InitiativeFactory(champion=champion, title="Not ticked")
    champion.principles.add(PrincipleFactory(text="we will act in good faith"))
    page = read(client.get(champion.get_absolute_url())).one("main")
    assert page.one("h1").text == champion.name
    assert [h3.text for h3 in page.all("h3")] == [initiative.title]
    assert [li.text for li in page.all("ul")[-1].all("li")] == ["we will act in good faith"]
    assert ("We garden." in page.text, "Not ticked" in page.text) == (False, False)
    assert champion.contact.email not in client.get(champion.get_absolute_url()).content.decode()


def test_what_a_champion_wrote_is_text_and_no_markup(client: Client) -> None:
    champion = ChampionFactory(published=True, name="<b>Hapori</b>", slug="x", summary="<script>x</script>")
    page = read(client.get("/champions/x/")).one("main")
    assert (page.one("h1").text, page.all("script"), page.all("b")) == ("<b>Hapori</b>", [], [])
    assert shown(client.get("/champions/")) == [champion.name]


def test_initiatives_stand_newest_first(client: Client) -> None:
    for day, title in [(1, "old"), (3, "new"), (2, "middle")]:
        InitiativeFactory(published=True, title=title, published_at=START + dt.timedelta(days=day))
    assert shown(client.get("/initiatives/")) == ["new", "middle", "old"]


def test_initiatives_can_be_chosen_by_principle_and_by_the_champions_name(client: Client) -> None:
    one = InitiativeFactory(published=True, champion__name="Hapori Tūtahi", champion__slug="h")
    other = InitiativeFactory(published=True)
    principle = PrincipleFactory(slug="good-faith")
    other.principles.add(principle)
    assert shown(client.get("/initiatives/", {"principle": "good-faith"})) == [other.title]
    assert shown(client.get("/initiatives/", {"q": "tutahi"})) == [one.title]


def test_an_initiatives_page_names_its_champion(client: Client) -> None:
    initiative = InitiativeFactory(published=True, description="One.\n\nTwo.", published_at=START)
    page = read(client.get(initiative.get_absolute_url())).one("main")
    assert page.one("h1").text == initiative.title
    assert page.one("p", class_="meta").text.replace(" ,", ",") == (
        f"By {initiative.champion.name}, 1 November 2026"
    )
    assert [p.text for p in page.one("article").one("div").all("p")] == ["One.", "Two."]


def test_a_story_is_shown_as_its_markdown_says(client: Client) -> None:
    story = PracticeStoryFactory(body="## Lessons\n\nBegin with a *shared* meal. <script>x</script>")
    page = read(client.get(story.get_absolute_url())).one("main")
    assert (page.one("h1").text, page.one("h2").text, page.one("em").text) == (
        story.title,
        "Lessons",
        "shared",
    )
    assert page.all("script") == []


def test_a_partnership_names_its_parties(client: Client) -> None:
    PartnershipFactory(title="Together", called="Our accord", starts_on=dt.date(2026, 2, 1))
    page = read(client.get("/partnerships/")).one("main")
    assert [li.text for li in page.one(class_="parties").all("li")] == ["Hapori Trust", "Sport New Zealand"]
    assert [p.text for p in page.all("p", class_="meta")] == [
        "The partners call it “Our accord”.",
        "From 1 February 2026",
    ]


@pytest.mark.parametrize("path", ["/champions/", "/initiatives/"])
@pytest.mark.parametrize(
    ("words", "hint"),
    [("“?”", "Type a word to look for"), ("nowhere", "Try fewer words"), ("z" * 500, "Try fewer")],
)
def test_a_search_that_finds_nothing_says_what_to_do(
    client: Client, path: str, words: str, hint: str
) -> None:
    LISTS[path]()
    page = read(client.get(path, {"q": words}))
    assert page.one("main").all("h2") == []
    assert hint in page.one("p", class_="empty").text


@pytest.mark.parametrize("words", ['"garden of"', "Garden, of", "gardens.", "“garden”"])
def test_the_public_search_does_not_count_punctuation(client: Client, words: str) -> None:
    published(ChampionFactory, name="Gardens of the Valley")
    found = published(ChampionFactory, name="Garden of the Gardens")
    names = shown(client.get("/champions/", {"q": words}))
    assert found.name in names
    assert ("Gardens of the Valley" in names) is ('"' not in words)
