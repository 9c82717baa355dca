"""One search across everything public: any spelling, English endings, the best first, and nothing else."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.public import searching
from champions.models import Champion
from tests.factories import ChampionFactory, InitiativeFactory, PracticeStoryFactory, UpdateFactory
from tests.public.everything import of_each_kind, results, searched

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("gardens", "garden"),
        ("gardening", "garden"),
        ("communities", "communit"),
        ("community", "communit"),
        ("worked", "work"),
        ("glass", "glas"),
        ("bus", "bus"),
        ("kaupapa", "kaupapa"),
        ("whānau".replace("ā", "a"), "whanau"),
        ("2011", "2011"),
    ],
)
def test_english_endings_are_no_part_of_what_is_looked_for(word: str, left: str) -> None:
    assert searching.stem(word) == left


def test_every_kind_is_found_in_any_spelling(client: Client) -> None:
    of_each_kind("Whēnua Trust")
    found = {
        "Whēnua Trust",
        "A garden for Whenua",
        "Whenua agreement",
        "What Whenua learned",
        "News of whenua",
    }
    for spelling in ("whenua", "WHĒNUA", "whēnua"):
        assert set(results(client, q=spelling)) == found
    assert results(client, q="gardening whenua") == ["A garden for Whenua", "Whēnua Trust"]


def test_a_title_comes_before_a_mention_and_a_word_before_its_beginning(client: Client) -> None:
    InitiativeFactory(
        title="Shared meals", description="We meet in a hall.", search_folded="", published=True
    )
    named = {
        "Hallmarks of trust": "nothing",
        "A hall for all": "nothing",
        "Cooking": "in the hall",
        "Challenges": "nothing",
    }
    for title, body in named.items():
        PracticeStoryFactory(title=title, summary="", body=body)
    assert results(client, q="hall") == ["A hall for all", "Hallmarks of trust", "Challenges", "Cooking"]


def test_of_what_fits_alike_the_newest_comes_first(client: Client) -> None:
    for days in (3, 1, 2):
        UpdateFactory(
            title=f"News {days}", published=True, published_at=timezone.now() - dt.timedelta(days=days)
        )
    assert results(client, q="news") == ["News 1", "News 2", "News 3"]


def test_the_kinds_found_are_numbered_and_one_can_be_chosen(client: Client) -> None:
    of_each_kind()
    page = searched(client, q="whenua")
    kinds = page.one("nav", aria_label="Kinds of result").all("a")
    assert [kind.text for kind in kinds] == [
        "Everything",
        "Champions (1)",
        "Initiatives (1)",
        "Partnerships (1)",
        "Good practice (1)",
        "Updates (1)",
    ]
    assert results(client, q="whenua", kind="updates") == ["News of whenua"]
    assert len(results(client, q="whenua", kind="none-such")) == 5


def test_more_than_can_be_ranked_is_said_and_the_newest_are_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MAX_FOUND", 2)
    champion = ChampionFactory(name="Trust", summary="", published=True)
    for number in range(4):
        InitiativeFactory(title=f"Garden {number}", champion=champion, published=True)
        PracticeStoryFactory(title=f"Garden story {number}")
    kinds = searched(client, q="garden").one("nav", aria_label="Kinds of result").all("a")
    assert [kind.text for kind in kinds][1:] == ["Initiatives (more than 2)", "Good practice (more than 2)"]
    assert len(results(client, q="garden")) == 4


def test_a_rare_word_among_many_newer_things_is_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "NEAR_KEYS", 2)
    champion = ChampionFactory(name="Trust", published=True)
    for title in ("Kererū", "One", "Two", "Three"):
        InitiativeFactory(title=title, champion=champion, published=True)
    assert results(client, q="kereru") == ["Kererū"]


def test_results_are_paged_and_a_page_that_is_none_is_not_found(client: Client) -> None:
    for number in range(25):
        UpdateFactory(title=f"News {number}", published=True)
    first = searched(client, q="news")
    (following,) = [link["href"] for link in first.all("a") if link.text == "Next page"]
    assert following == "?q=news&page=2"
    assert len(results(client, q="news", page=2)) == 5
    assert client.get("/search/", {"q": "news", "page": "3"}).status_code == 404
    assert len(results(client, q="news", page="x")) == 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", ""),
        ("…", "Type a word to look for."),
        ("xyzzy", "Nothing that is public here has all of these words."),
        ("a" * 300, "We looked for the first 200 characters."),
    ],
)
def test_nothing_found_is_said_and_why(client: Client, words: str, said: str) -> None:
    of_each_kind()
    page = searched(client, q=words)
    assert said in page.text
    assert page.one("main").all("h2") == []
    assert page.one("input", name="q")["value"] == words[:200]


def test_it_costs_the_same_with_one_and_with_three_of_each(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            results(client, q="hall trust lesson accord")
            results(client, q="a")
        return len(asked)

    def add(number: int) -> None:
        champion = ChampionFactory(name=f"A trust {number}", published=True)
        InitiativeFactory(title=f"A hall {number}", champion=champion, published=True)
        PracticeStoryFactory(title=f"A story {number}")
        UpdateFactory(title=f"A word {number}", published=True)

    add(0)
    one = queries()
    add(1), add(2)
    assert queries() == one


def test_words_that_are_not_public_are_not_found(client: Client) -> None:
    champion = ChampionFactory(name="Whenua", published=True)
    Champion.objects.filter(pk=champion.pk).update(state="withdrawn")
    ChampionFactory(name="Whenua draft")
    UpdateFactory(title="Whenua draft")
    PracticeStoryFactory(title="Whenua to come", published_at=None)
    assert results(client, q="whenua") == []


@given(words=st.text(max_size=60))
def test_no_words_break_it(words: str) -> None:
    assert searching.find(words).matches == []
