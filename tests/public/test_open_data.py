"""What is public as data: it says what the pages say, runs nowhere, and is not sent twice."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.public import open_data
from accord_portal.public.kinds import OURS, PUBLIC_KINDS, THEIRS
from tests.factories import ChampionFactory, PrincipleFactory, UpdateFactory
from tests.html import read
from tests.partnerships import PartnershipFactory
from tests.public.everything import of_each_kind

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def items(client: Client, name: str) -> list[dict[str, Any]]:
    answer = client.get(f"/open-data/{name}.json")
    assert answer["Content-Type"] == "application/json"
    found = json.loads(answer.getvalue())
    assert found["address"] == f"http://testserver/{name}/"
    rows: list[dict[str, Any]] = found["items"]
    return rows


def table(client: Client, name: str) -> list[dict[str, str]]:
    text = client.get(f"/open-data/{name}.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_kind_is_there_with_its_licence_and_its_address(client: Client) -> None:
    for kind, row in zip(PUBLIC_KINDS, of_each_kind(), strict=True):
        (item,) = items(client, kind.name)
        assert (item["title"], item["address"]) == (
            kind.title_of(row),
            f"http://testserver{row.get_absolute_url()}",
        )
        assert item["licence"] == (OURS if kind.name in ("updates", "good-practice") else THEIRS)
        (line,) = table(client, kind.name)
        assert list(line) == list(item)


def test_what_a_champion_is_said_to_be_is_what_its_page_shows(client: Client) -> None:
    champion = ChampionFactory(published=True, summary_is_public=False, summary="Not ticked")
    champion.principles.add(PrincipleFactory(text="we will act in good faith"))
    (item,) = items(client, "champions")
    assert (item["kind"], item["summary"], item["principles"]) == (
        "Organisation",
        "",
        ["we will act in good faith"],
    )
    assert "Not ticked" not in client.get(champion.get_absolute_url()).content.decode()


def test_a_partnership_in_summary_says_no_more_than_its_page(client: Client) -> None:
    PartnershipFactory(visibility="summary", vision="Only between us", purpose="Ours")
    (item,) = items(client, "partnerships")
    assert (item["vision"], item["purpose"], item["status"]) == ("", "", "Signed")
    assert client.get("/search/", {"q": "only between us"}).content.decode().count("Only between us") == 0


def test_nothing_in_a_table_runs_and_several_values_stand_between_semicolons(client: Client) -> None:
    UpdateFactory(title="=1+1", published=True)
    champion = ChampionFactory(published=True)
    champion.principles.set([PrincipleFactory(text="one"), PrincipleFactory(text="two")])
    assert table(client, "updates")[0]["title"] == "'=1+1"
    assert table(client, "champions")[0]["principles"] == "one; two"
    answer = client.get("/open-data/champions.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="champions.csv"'
    assert answer.content[:3] == b"\xef\xbb\xbf"


def test_what_is_unchanged_is_not_sent_again_and_what_is_taken_down_is(client: Client) -> None:
    champion, *_ = of_each_kind()
    for address in ("/open-data/champions.json", "/open-data/champions.csv", "/open-data/new.atom"):
        mark = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    champion.state = "withdrawn"
    champion.save()
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 200


def test_what_is_long_comes_in_pieces_and_whole(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_data, "DATA_CHUNK", 2)
    for number in range(5):
        UpdateFactory(title=f"News {number}", published=True)
    answer = client.get("/open-data/updates.json")
    assert (answer.streaming, answer.has_header("ETag")) == (True, False)
    assert [item["title"] for item in items(client, "updates")] == [f"News {number}" for number in range(5)]
    assert [line["title"] for line in table(client, "updates")] == [f"News {number}" for number in range(5)]


def test_a_kind_costs_the_same_with_one_and_with_three(client: Client) -> None:
    def queries() -> list[int]:
        numbers = []
        for kind in PUBLIC_KINDS:
            with CaptureQueriesContext(connection) as asked:
                items(client, kind.name)
            numbers.append(len(asked))
        return numbers

    of_each_kind()
    one = queries()
    for number in range(2):
        ChampionFactory(published=True)
        PartnershipFactory(title=f"Agreement {number}")
        UpdateFactory(published=True)
    assert queries() == one


def test_nothing_public_is_an_empty_list(client: Client) -> None:
    for kind in PUBLIC_KINDS:
        assert items(client, kind.name) == []
        assert table(client, kind.name) == []


@pytest.mark.parametrize("address", ["contacts.json", "champions.xml", "contacts.atom", "champions.json/"])
def test_what_is_no_kind_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/open-data/{address}").status_code == 404


def test_the_feed_has_the_newest_of_all_kinds_with_their_addresses(client: Client) -> None:
    of_each_kind()
    answer = client.get("/open-data/new.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "What is new – Kia Tūtahi Relationship Accord"
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert sorted(filter(None, titles)) == [
        "A garden for Whenua",
        "News of whenua",
        "What Whenua learned",
        "Whenua Trust",
        "Whenua agreement",
    ]
    one = ElementTree.fromstring(client.get("/open-data/updates.atom").content)
    (entry,) = one.iter(f"{ATOM}entry")
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "http://testserver/updates/news-of-whenua/"


def test_one_page_says_what_there_is(client: Client) -> None:
    page = read(client.get("/open-data/")).one("main")
    links = {str(link["href"]) for link in page.all("a") if str(link["href"]).startswith("/open-data/")}
    assert links == {"/open-data/new.atom"} | {
        f"/open-data/{kind.name}.{form}" for kind in PUBLIC_KINDS for form in ("json", "csv", "atom")
    }
    for link in links:
        assert client.get(link).status_code == 200
