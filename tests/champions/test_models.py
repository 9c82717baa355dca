import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from champions.models import Agency, Champion, Initiative, Partnership, PracticeStory
from tests.factories import (
    AgencyFactory,
    AgencyNameFactory,
    ChampionFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    PrincipleFactory,
)
from tests.partnerships import PartnershipFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"published": True, "name_agreed": False}, "champion_public_only_with_a_tick"),
        ({"state": "published", "ticked": True}, "champion_public_only_with_a_tick"),
        ({"published": True, "published_by": None}, "champion_published_when_and_by_whom"),
        ({"published_at": NOW}, "champion_published_when_and_by_whom"),
        ({"name_agreed": True}, "champion_ticks_are_dated"),
        ({"summary_agreed": True}, "champion_ticks_are_dated"),
        ({"summary_is_public": True}, "champion_summary_public_only_with_a_tick"),
    ],
)
def test_a_champion_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ChampionFactory(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"published": True, "agreed": False}, "initiative_public_only_with_a_tick"),
        ({"state": "published", "ticked": True}, "initiative_public_only_with_a_tick"),
        ({"published": True, "published_by": None}, "initiative_published_when_and_by_whom"),
        ({"agreed": True}, "initiative_ticks_are_dated"),
    ],
)
def test_an_initiative_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        InitiativeFactory(**changes)


@pytest.mark.parametrize(
    ("make", "changes", "constraint"),
    [
        (
            PartnershipFactory,
            {"starts_on": dt.date(2026, 2, 1), "ends_on": dt.date(2026, 1, 1)},
            "partnership_ends_after_it_starts",
        ),
        (
            AgencyNameFactory,
            {"valid_from": dt.date(2012, 2, 1), "valid_to": dt.date(2012, 1, 1)},
            "agency_name_ends_after_it_begins",
        ),
    ],
)
def test_nothing_ends_before_it_begins(make: Any, changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make(**changes)


def test_an_agencys_names_follow_one_another() -> None:
    name = AgencyNameFactory()
    with pytest.raises(IntegrityError, match=r"agency_name_position_once|position"):
        AgencyNameFactory(agency=name.agency)


@pytest.mark.parametrize("make", [ChampionFactory, InitiativeFactory, PracticeStoryFactory, PrincipleFactory])
def test_an_address_belongs_to_one_page(make: Any) -> None:
    make(slug="taken")
    with pytest.raises(IntegrityError, match="slug"):
        make(slug="taken")


def test_the_public_sees_what_is_published() -> None:
    shown = ChampionFactory(published=True)
    ChampionFactory(ticked=True)
    ChampionFactory(published=True, state=Champion.State.WITHDRAWN)
    initiative = InitiativeFactory(published=True, champion=shown)
    InitiativeFactory(champion=shown)
    InitiativeFactory(published=True, champion__state=Champion.State.WITHDRAWN)
    assert list(Champion.objects.published()) == [shown]
    assert list(Initiative.objects.published()) == [initiative]


def test_a_story_is_public_from_its_day_on() -> None:
    shown = PracticeStoryFactory()
    PracticeStoryFactory(published_at=timezone.now() + dt.timedelta(hours=1))
    PracticeStoryFactory(published_at=None)
    assert list(PracticeStory.objects.published()) == [shown]


def test_a_partnership_is_public_when_its_partners_say_so() -> None:
    full, summary = PartnershipFactory(), PartnershipFactory(visibility="summary")
    PartnershipFactory(visibility="private")
    waiting = PartnershipFactory(published_at=None)
    assert set(Partnership.objects.published()) == {full, summary}
    assert list(Partnership.objects.in_full()) == [full]
    assert list(Partnership.objects.ready_to_publish()) == [waiting]


def test_an_agency_goes_by_its_present_name() -> None:
    agency = AgencyFactory(slug="sport")
    assert (str(agency), agency.current_name, agency.renamed) == ("sport", None, False)
    AgencyNameFactory(agency=agency, position=2, name="Sport New Zealand")
    AgencyNameFactory(agency=agency, position=1, name="SPARC")
    agency = Agency.objects.prefetch_related("names").get()
    assert (agency.first_name.name, str(agency), agency.renamed) == ("SPARC", "Sport New Zealand", True)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ""),
        ({"ticked": True}, ""),
        ({"published": True}, "ours"),
        ({"published": True, "summary_agreed": False}, ""),
    ],
)
def test_a_summary_is_public_once_it_was_ticked_and_published(changes: dict[str, Any], shown: str) -> None:
    assert ChampionFactory(summary="ours", **changes).public_summary == shown


def test_a_long_description_is_cut_for_lists() -> None:
    assert InitiativeFactory(description="word " * 40).summary == " ".join(["word"] * 30) + "…"
