"""What is old is found: an index finds it, however much is newer."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord_portal.digests.models import Update
from accord_portal.public import searching
from accord_portal.public.related import related
from champions.models import Champion, Initiative, Partnership, PracticeStory
from tests.factories import ChampionFactory, InitiativeFactory, PracticeStoryFactory, UpdateFactory
from tests.partnerships import PartnershipFactory, PartyFactory
from tests.public.everything import of_each_kind, results, searched

pytestmark = pytest.mark.django_db
NEWER = searching.MAX_FOUND + 2


def many(like: Any, words: str) -> None:
    """So many more of this row, newer, titled with these words and a number."""
    model: Any = type(like)
    shared = {
        field.attname: getattr(like, field.attname)
        for field in model._meta.concrete_fields
        if field.name not in ("id", "slug", "title", "name", "published_at", "search_folded")
    }
    if "body" in shared:
        shared["body"] = "Grass"
    named = "name" if model is Champion else "title"
    rows = [
        model(**shared, **{named: f"{words} {number}"}, slug=f"new-{number}", published_at=timezone.now())
        for number in range(NEWER)
    ]
    if model in (Champion, Initiative):
        for row in rows:
            row.search_folded = str(getattr(row, named)).lower()
    model.objects.bulk_create(rows)


def test_each_kind_is_found_with_more_newer_ones_than_are_ranked(client: Client) -> None:
    for row in of_each_kind("Whēnua Trust"):
        many(row, "Meadow")
    assert set(results(client, q="whenua")) == {
        "Whēnua Trust",
        "A garden for Whenua",
        "Whenua agreement",
        "What Whenua learned",
        "News of whenua",
    }
    assert searching.find("meadow").numbers == dict.fromkeys(
        ("champions", "initiatives", "partnerships", "good-practice", "updates"), searching.MAX_FOUND + 1
    )
    kinds = searched(client, q="meadow").one("nav", aria_label="Kinds of result").all("a")
    assert [kind.text for kind in kinds][-1] == "Updates (more than 1,000)"
    assert results(client, q="meadow", kind="updates")[0] == f"Meadow {NEWER - 1}"


def test_an_old_story_is_related_among_many_newer_ones() -> None:
    story = PracticeStoryFactory(title="Kererū return")
    many(story, "Meadow")
    assert [result.title for result in related("We counted kereru.")] == ["Kererū return"]


def test_of_old_ones_what_came_down_is_not_found(client: Client) -> None:
    champion, _, partnership, story, update = of_each_kind("Whēnua Trust")
    Champion.objects.filter(pk=champion.pk).update(state="withdrawn")
    Update.objects.filter(pk=update.pk).update(withdrawn_at=timezone.now())
    assert results(client, q="whenua") == []
    assert (partnership.search_folded != "", story.search_folded != "") == (True, True)


def test_words_that_changed_are_found_and_those_that_were_are_not(client: Client) -> None:
    update, story = UpdateFactory(published=True), PracticeStoryFactory()
    for row in (update, story):
        row.title, row.summary, row.body = "Kōwhai", "Yellow", "In spring"
        row.save()
    assert results(client, q="kowhai spring") == ["Kōwhai", "Kōwhai"]
    assert results(client, q="working") == []


def test_of_a_partnership_what_the_public_may_read_is_found(client: Client) -> None:
    partnership = PartnershipFactory(title="Two rivers", vision="Clean water", parties=["River Trust"])
    assert results(client, q="rivers water trust") == ["Two rivers"]
    partnership.visibility = "summary"
    partnership.save()
    assert (results(client, q="water"), results(client, q="river signed")) == ([], ["Two rivers"])
    partnership.visibility, partnership.published_at, partnership.published_by = "private", None, None
    partnership.save()
    assert Partnership.objects.get().search_folded == ""


def test_it_costs_the_same_with_one_and_with_three_of_each_found(client: Client) -> None:
    def add(number: int) -> None:
        champion = ChampionFactory(name=f"Whenua {number}", published=True)
        InitiativeFactory(title=f"Whenua hall {number}", champion=champion, published=True)
        partnership = PartnershipFactory(title=f"Whenua together {number}")
        PartyFactory(partnership=partnership, name=champion.name, champion=champion)
        PracticeStoryFactory(title=f"Whenua learned {number}", champion=champion)
        UpdateFactory(title=f"Whenua news {number}", published=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/", {"q": "whenua"})
        return len(asked)

    add(1)
    one = queries()
    add(2), add(3)
    assert (one, queries()) == (11, 11)  # the newest keys; what is found and what is shown of each kind


@pytest.mark.postgresql
def test_an_index_finds_each_kind() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relname LIKE '%_search' AND indisvalid ORDER BY 1"
        )
        indexed = [name for (name,) in cursor.fetchall()]
    kinds = {Champion, Initiative, Partnership, PracticeStory, Update}
    assert {kind._meta.db_table for kind in kinds} <= set(indexed)
