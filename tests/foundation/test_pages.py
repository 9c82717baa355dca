import datetime as dt

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation.pages import page
from champions.models import Champion, PracticeStory
from tests.factories import ChampionFactory, PracticeStoryFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def walked(rows: QuerySet[PracticeStory], by: str, size: int) -> list[list[int]]:
    """The keys of every page, from the first to the last."""
    pages, after = [], ""
    while not pages or after:
        found = page(rows, by, after, size)
        pages.append([row.pk for row in found.rows])
        after = found.after
    return pages


@pytest.mark.parametrize("by", ["-published_at", "published_at", "title", "-title"])
def test_every_row_comes_once_and_in_order(by: str) -> None:
    for n in range(7):
        PracticeStoryFactory(published_at=START + dt.timedelta(microseconds=n // 3), title=f"Story {n // 2}")
    rows = PracticeStory.objects.all()
    ordered = list(rows.order_by(by, "-pk" if by.startswith("-") else "pk").values_list("pk", flat=True))
    assert walked(rows, by, 3) == [ordered[:3], ordered[3:6], ordered[6:]]


def test_rows_that_tie_over_pages_come_once() -> None:
    stories = PracticeStoryFactory.create_batch(5, published_at=START)
    keys = [story.pk for story in reversed(stories)]
    assert walked(PracticeStory.objects.all(), "-published_at", 2) == [keys[:2], keys[2:4], keys[4:]]


def test_names_with_macrons_come_once() -> None:
    for name in ("Āwhina", "awhina", "Awhina", "Zoë", "Ōtaki", "Otaki", "毛利"):
        ChampionFactory(name=name, slug=f"c-{Champion.objects.count()}")
    pages = walked(Champion.objects.all(), "name", 2)
    assert [len(keys) for keys in pages] == [2, 2, 2, 1]
    assert sorted(key for keys in pages for key in keys) == sorted(
        Champion.objects.values_list("pk", flat=True)
    )


def test_a_row_added_on_the_way_moves_no_other() -> None:
    stories = [PracticeStoryFactory(published_at=START + dt.timedelta(days=n)) for n in range(4)]
    first = page(PracticeStory.objects.all(), "-published_at", size=2)
    PracticeStoryFactory(published_at=START + dt.timedelta(days=9))
    second = page(PracticeStory.objects.all(), "-published_at", first.after, size=2)
    assert (first.rows, second.rows) == ([stories[3], stories[2]], [stories[1], stories[0]])


def test_the_first_and_the_last_page_say_so() -> None:
    PracticeStoryFactory.create_batch(3)
    first = page(PracticeStory.objects.all(), "-published_at", size=2)
    last = page(PracticeStory.objects.all(), "-published_at", first.after, size=2)
    assert (first.is_first, bool(first.after)) == (True, True)
    assert (last.is_first, last.after) == (False, "")


def test_a_full_last_page_leads_nowhere() -> None:
    PracticeStoryFactory.create_batch(2)
    assert page(PracticeStory.objects.all(), "-published_at", size=2).after == ""


def test_an_empty_list_is_one_empty_page() -> None:
    found = page(PracticeStory.objects.all(), "-published_at")
    assert (found.rows, found.after, found.is_first) == ([], "", True)


@pytest.mark.parametrize("spoil", [lambda mark: mark[:-1], lambda mark: "A" + mark, lambda mark: "1"])
def test_a_mark_that_is_not_ours_starts_at_the_first_page(spoil: object) -> None:
    PracticeStoryFactory.create_batch(3)
    first = page(PracticeStory.objects.all(), "-published_at", size=2)
    again = page(PracticeStory.objects.all(), "-published_at", spoil(first.after), size=2)
    assert (again.rows, again.is_first) == (first.rows, True)


def test_a_mark_of_one_order_is_none_of_another() -> None:
    PracticeStoryFactory.create_batch(3)
    mark = page(PracticeStory.objects.all(), "-published_at", size=2).after
    assert page(PracticeStory.objects.all(), "title", mark, size=2).is_first


def test_a_page_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    PracticeStoryFactory.create_batch(5)
    with django_assert_num_queries(1):
        page(PracticeStory.objects.all(), "-published_at", size=2)
