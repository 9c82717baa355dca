"""The regions on the list of initiatives: each with how many are public there, in its place on the map."""

import pytest
from django.test import Client

from accord_portal.foundation import memory
from champions import enrolment
from champions.initiatives import regions
from champions.initiatives.regions import RegionCount, regions_counted
from champions.models import CodeListEntry
from tests.factories import InitiativeFactory
from tests.html import read

pytestmark = pytest.mark.django_db


def region(label: str, position: int) -> CodeListEntry:
    return CodeListEntry.objects.create(list="region", label=label, position=position)


def test_each_region_has_its_place_and_what_is_public_there() -> None:
    north, twice, online = region("Northland", 1), region("Auckland", 1), region("Online", 18)
    for _ in range(2):
        InitiativeFactory(published=True).regions.add(north, online)
    InitiativeFactory().regions.add(twice)
    assert regions_counted() == [
        RegionCount(north.pk, "Northland", 1, 2),
        RegionCount(twice.pk, "Auckland", 0, 0),
        RegionCount(online.pk, "Online", 0, 2),
    ]


def test_no_more_are_counted_than_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST_COUNTED", 1)
    north = region("Northland", 1)
    for _ in range(3):
        InitiativeFactory(published=True).regions.add(north)
    (counted,) = regions_counted()
    assert (counted.number, counted.in_words) == (2, "more than 1")


def test_a_region_leads_to_its_initiatives_and_says_that_it_is_chosen(client: Client) -> None:
    initiative = InitiativeFactory(published=True)
    here, _ = region("Ōtago", 15), region("Southland", 16)
    initiative.regions.add(here)
    page = read(client.get("/initiatives/")).one("nav", aria_labelledby="where")
    assert [(a["href"], a.text) for a in page.all("a")] == [(f"?region={here.pk}", "Ōtago 1")]
    assert [li.text for li in page.all("li")] == ["Ōtago 1", "Southland 0"]
    chosen = read(client.get("/initiatives/", {"region": here.pk})).one("nav", aria_labelledby="where")
    assert chosen.one("a")["aria-current"] == "true"


def test_where_nothing_is_public_there_is_no_map(client: Client) -> None:
    initiative = InitiativeFactory(published=True)
    initiative.regions.add(region("Ōtago", 15))
    enrolment.withdraw(champion=initiative.champion)
    memory.forget_all()
    assert read(client.get("/initiatives/")).all("nav", aria_labelledby="where") == []
