"""Partnerships as they were, a title with lines of parties, lose nothing on the way."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from accord_portal.digests.models import Update
from champions.models import Partnership, PracticeStory
from tests.migrating import last, migrate

BEFORE = [("champions", "0011_agencies_and_offices")]
AT = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
LONG = "The Trustees of " + "a very long name " * 13


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    yield migrate(BEFORE)
    migrate(last())


def test_lines_become_parties_and_back(then: StateApps) -> None:
    old = then.get_model("champions", "Partnership")
    agency = then.get_model("champions", "Agency").objects.create(slug="sport")
    agency.names.create(name="Sport New Zealand")
    words = {"title": "Two rivers", "kind": "memorandum", "recorded_at": AT, "vision": "Water"}
    lines = f" River Trust \n\nSport New Zealand\n{LONG}"
    old.objects.create(**words, parties=lines, is_public=True, starts_on=dt.date(2025, 1, 1))
    old.objects.create(**words, parties="One", ends_on=dt.date(2025, 1, 1))
    migrate(last())
    public, private = Partnership.objects.order_by("pk")
    assert [party.name for party in public.parties.order_by("pk")] == [
        "River Trust",
        "Sport New Zealand",
        LONG.strip()[:200],
    ]
    assert [party.brings for party in public.parties.order_by("pk")] == ["", "", LONG.strip()]
    assert [party.agency_id for party in public.parties.order_by("pk")] == [None, agency.pk, None]
    assert (public.slug, public.status, public.visibility, public.published_at) == (
        "two-rivers",
        "signed",
        "public",
        AT,
    )
    assert (private.slug, private.status, private.visibility, private.published_at) == (
        "two-rivers-2",
        "ended",
        "private",
        None,
    )
    assert (public.vision, public.starts_on) == ("Water", dt.date(2025, 1, 1))
    back = migrate(BEFORE).get_model("champions", "Partnership").objects.order_by("pk")
    assert [(row.parties, row.is_public) for row in back] == [
        (f"River Trust\nSport New Zealand\n{LONG.strip()}", True),
        ("One", False),
    ]


FOUND = [("champions", "0019_found_however_old"), ("digests", "0017_updates_found_however_old")]


@pytest.fixture
def unfolded(transactional_db: None) -> Iterator[StateApps]:
    """The models with a column for what search looks in, and nothing in it."""
    yield migrate(FOUND)
    migrate(last())


def test_what_was_written_before_is_found(unfolded: StateApps) -> None:
    partnerships = unfolded.get_model("champions", "Partnership").objects
    words = {"title": "Two awa", "kind": "memorandum", "status": "signed", "vision": "Wātea"}
    for visibility in ("public", "summary", "private"):
        row = partnerships.create(slug=visibility, visibility=visibility, **words)
        row.parties.create(name="River Trust")
        row.parties.create(name="Gone", until_on=dt.date(2026, 1, 1))
    unfolded.get_model("champions", "PracticeStory").objects.create(
        title="Kererū", summary="Birds", problem="Rats", slug="kereru"
    )
    unfolded.get_model("digests", "Update").objects.create(title="Tūī", summary="Song", body="At dawn")
    migrate(last())
    for model in (Partnership, PracticeStory, Update):
        for now in model._default_manager.all():
            before = now.search_folded
            now.save()
            assert before.split() == now.search_folded.split()
    assert [len(Partnership.objects.matching(sought)) for sought in ("river", "watea", "gone")] == [2, 1, 0]
    assert PracticeStory.objects.matching("kereru rats").count() == 1
    assert Update.objects.matching("tui dawn").count() == 1
