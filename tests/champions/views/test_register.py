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
from accord_portal.staff.models import User
from champions.initiatives import progress
from champions.models import Champion, CodeListEntry, Initiative
from tests.factories import (
    ChampionFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    PrincipleFactory,
    UpdateFactory,
)
from tests.html import read
from tests.partnerships import PartnershipFactory
from tests.register import MilestoneFactory, PartnerFactory, ProgressReportFactory

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def published(make: Callable[..., Any], **fields: Any) -> Any:
    return make(published=True, **fields)


def told_of(initiative: Initiative) -> Initiative:
    """An initiative with a partner, of which both sides have said something."""
    partner = PartnerFactory(initiative=initiative, shown=True)
    for champion in (initiative.champion, partner.champion):
        ProgressReportFactory(initiative=initiative, champion=champion)
    return initiative


LISTS: dict[str, Callable[..., Any]] = {
    "/champions/": lambda **fields: published(ChampionFactory, **fields),
    "/initiatives/": lambda **fields: told_of(published(InitiativeFactory, **fields)),
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


def test_of_many_parties_the_first_are_named(client: Client) -> None:
    PartnershipFactory(parties=[f"Trust {number}" for number in range(1, 7)])
    page = read(client.get("/partnerships/")).one("main")
    names = [f"Trust {number}" for number in range(1, 6)]
    assert [li.text for li in page.one(class_="parties").all("li")] == [*names, "and 1 other"]


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
    assert page.all("p", class_="meta")[0].text.replace(" ,", ",") == (
        f"By {initiative.champion.name}, 1 November 2026"
    )
    assert [p.text for p in page.one("div", class_="what").all("p")] == ["One.", "Two."]


def test_initiatives_can_be_chosen_by_region(client: Client) -> None:
    here, _ = published(InitiativeFactory), published(InitiativeFactory)
    region = CodeListEntry.objects.create(list="region", position=1, label="Ōtago")
    here.regions.add(region)
    assert shown(client.get("/initiatives/", {"region": region.pk})) == [here.title]


def test_two_sides_that_do_not_agree_are_both_shown(client: Client, mere: User) -> None:
    one = published(InitiativeFactory, with_whom="The school", since_on=dt.date(2026, 2, 1))
    partner = PartnerFactory(initiative=one, shown=True, champion__name="Sport New Zealand")
    unread = ProgressReportFactory(initiative=one, state="stalled", why="The roof leaks.", speaker="Aroha")
    ProgressReportFactory(initiative=one, state="done", why="All is paid.", champion=partner.champion)
    about = client.get(one.get_absolute_url())
    page = read(about).one("main")
    words = "The two sides do not agree: the agency side says “done”, the community side says “stalled”."
    assert page.one(class_="apart").text == words
    assert "in partnership with Sport New Zealand" in page.all("p", class_="meta")[0].text
    assert [h3.text for h3 in page.one(class_="sides").all("h3")] == ["Agency side", "Community side"]
    assert (page.all("blockquote"), "Aroha" in page.text) == ([], False)
    progress.read_words(initiative=one, by=mere, report=unread, show=True)
    page = read(client.get(one.get_absolute_url())).one("main")
    assert "The roof leaks." in {quote.text for quote in page.all("blockquote")}
    assert "Aroha, " + one.champion.name in page.one(class_="sides").text
    assert "The two sides do not agree" in read(client.get("/initiatives/")).one(class_="cards").text


def test_the_page_of_a_partner_tells_of_what_it_joined(client: Client) -> None:
    partner = PartnerFactory(shown=True)
    page = read(client.get(partner.champion.get_absolute_url())).one("main")
    assert page.one("section", aria_labelledby="joined").one("h3").text == partner.initiative.title
    Champion.objects.filter(pk=partner.champion.pk).update(state="withdrawn")
    assert partner.champion.name not in read(client.get(partner.initiative.get_absolute_url())).text


@pytest.mark.usefixtures("clock")
def test_milestones_say_what_became_of_them(client: Client) -> None:
    one = published(InitiativeFactory)
    for what, day, reached in [
        ("c", "2026-12-01", None),
        ("a", "2026-09-01", "2026-09-02"),
        ("b", "2026-10-01", None),
    ]:
        MilestoneFactory(initiative=one, what=what, due_on=day, reached_on=reached)
    shown_rows = read(client.get(one.get_absolute_url())).one("ol", class_="milestones").all("li")
    assert [row.text for row in shown_rows] == [
        "a Reached on 2 September 2026",
        "b Meant for 1 October 2026, not reached yet",
        "c By 1 December 2026",
    ]


def test_the_page_of_an_initiative_costs_the_same_however_much_was_said(client: Client) -> None:
    one = told_of(published(InitiativeFactory))
    few = queries(client, one.get_absolute_url())
    for _ in range(5):
        told_of(one)
    assert queries(client, one.get_absolute_url()) == few


def test_a_story_is_shown_as_its_markdown_says(client: Client) -> None:
    story = PracticeStoryFactory(body="## Lessons\n\nBegin with a *shared* meal. <script>x</script>")
    page = read(client.get(story.get_absolute_url())).one("main")
    assert (page.one("h1").text, page.all("h2")[0].text, page.one("em").text) == (
        story.title,
        "Lessons",
        "shared",
    )
    assert page.all("script") == []


def test_a_partnership_names_its_parties(client: Client) -> None:
    PartnershipFactory(title="Together", called="Our accord")
    page = read(client.get("/partnerships/")).one("main")
    assert [li.text for li in page.one(class_="parties").all("li")] == ["Hapori Trust", "Sport New Zealand"]
    assert page.all("p", class_="meta")[0].text == "The partners call it “Our accord”."


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
