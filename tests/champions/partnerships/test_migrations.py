"""Partnerships as they were, a title with lines of parties, lose nothing on the way."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from champions.models import Partnership
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
