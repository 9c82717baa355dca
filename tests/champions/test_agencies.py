"""Agencies by the names of their days: what one was called then, and whom to turn to today."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.staff.models import User
from champions.agencies import bodies_today
from champions.models import Agency
from tests.factories import AgencyFactory, AgencyNameFactory, ChampionFactory
from tests.html import read
from tests.staff.pages import page_of, refusals

pytestmark = pytest.mark.django_db
RENAMED = dt.date(2015, 12, 22)  # made up


def agency(*names: tuple[str, str | None, str | None], **about: object) -> Agency:
    """An agency with names, each with its first and last day."""
    made = AgencyFactory(**about)
    for position, (name, first, last) in enumerate(names, 1):
        AgencyNameFactory(agency=made, position=position, name=name, valid_from=first, valid_to=last)
    return Agency.objects.prefetch_related("names").get(pk=made.pk)


@pytest.mark.parametrize(
    ("names", "on", "called"),
    [
        ([("A", None, None), ("B", "2015-12-22", None)], "2015-12-21", "A"),
        ([("A", None, None), ("B", "2015-12-22", None)], "2015-12-22", "B"),
        ([("A", None, "2015-12-21"), ("B", None, None)], "2015-12-21", "A"),
        ([("A", None, "2015-12-21"), ("B", None, None)], "2015-12-22", "B"),
        ([("A", None, None), ("B", None, None)], "2026-01-01", "A"),
        ([("A", None, None), ("B", "2012-01-01", None), ("C", "2015-12-22", None)], "2013-01-01", "B"),
    ],
)
def test_a_name_of_a_day(names: list[tuple[str, str | None, str | None]], on: str, called: str) -> None:
    found = agency(*names).name_on(dt.date.fromisoformat(on))
    assert found is not None
    assert found.name == called


def test_an_agency_without_a_name_had_none() -> None:
    assert (agency().name_on(RENAMED), agency(champion_since=2011).appointed_as) == (None, None)


def test_no_appointment_ends_before_it_begins() -> None:
    for about in ({"champion_since": 2011, "champion_until": 2010}, {"champion_until": 2012}):
        with pytest.raises(IntegrityError, match="agency_champion_ends"), transaction.atomic():
            AgencyFactory(**about)


def test_the_bodies_of_today_are_found_through_every_merge() -> None:
    old, middle, one, other = (agency((name, None, None)) for name in "ABCD")
    old.successors.add(middle)
    middle.successors.add(one, other)
    other.successors.add(old)  # a mistake that goes round in a circle
    assert [str(body) for body in bodies_today(old)] == ["C"]
    assert [str(body) for body in bodies_today(one)] == []
    other.successors.clear()
    assert sorted(str(body) for body in bodies_today(old)) == ["C", "D"]


def test_an_agency_of_2011_stands_under_its_name_of_2011_and_leads_to_today(client: Client) -> None:
    old = agency(
        ("Ministry A", None, None), ("Ministry B", "2015-12-22", None), champion_since=2011, ended_on=RENAMED
    )
    new = agency(("Ministry of Everything", None, None))
    old.successors.add(new)
    about = read(client.get("/about/")).one("section", aria_labelledby="agencies")
    assert [a["href"] for a in about.all("a")] == [old.get_absolute_url(), new.get_absolute_url()]
    assert "In 2011: Ministry A" in about.text
    page = read(client.get(old.get_absolute_url())).one("main")
    assert page.one("h1").text == "Ministry B"
    assert "It was appointed as Ministry A" in page.text
    assert page.one("p", class_="notice").all("a")[0].text == "Ministry of Everything"
    assert [li.text for li in page.one("ol", class_="names").all("li")] == [
        "Ministry B From 22 December 2015",
        "Ministry A Before that",
    ]
    came_from = read(client.get(new.get_absolute_url())).one("section", aria_labelledby="before")
    assert came_from.one("li").text == "Ministry B , until 22 December 2015"


def test_the_page_of_2011_lists_those_of_2011_only(client: Client) -> None:
    call_command("load_accord", verbosity=0)
    agency(("Ministry of Later", None, None), champion_since=2026)
    section = read(client.get("/about/")).one("section", aria_labelledby="agencies")
    assert (len(section.all("li")), "Later" in section.text) == (7, False)
    for link in section.all("a"):
        assert client.get(str(link["href"])).status_code == 200


def test_the_about_page_costs_the_same_however_many_were_merged(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/about/")
        return len(captured)

    new = agency(("New", None, None))
    agency(("A", None, None), champion_since=2011).successors.add(new)
    one = queries()
    for name in "BCD":
        agency((name, None, None), champion_since=2011).successors.add(new)
    assert queries() == one


def test_a_champion_of_2011_is_shown_with_the_name_it_had(client: Client) -> None:
    sport = agency(("SPARC", None, None), ("Sport New Zealand", "2012-02-01", None))
    champion = ChampionFactory(
        published=True,
        kind="agency",
        name="Sport New Zealand",
        agency=sport,
        appointed_on=dt.date(2011, 8, 1),
        ended_on=dt.date(2016, 6, 30),
    )
    facts = read(client.get(champion.get_absolute_url())).one("dl", class_="facts")
    assert [dd.text.replace(" ,", ",") for dd in facts.all("dd")] == [
        "1 August 2011, as SPARC",
        "30 June 2016",
        "Sport New Zealand",
    ]
    page = read(client.get(sport.get_absolute_url())).one("section", aria_labelledby="stands-up")
    assert [a["href"] for a in page.all("a")] == [champion.get_absolute_url()]


def test_staff_keep_names_with_their_days_and_successors(client: Client, superuser: User) -> None:
    old, new = agency(("SPARC", None, None), slug="sparc"), agency(("Sport", None, None))
    (name,) = old.names.all()
    url = page_of("champions/agency", old.pk)
    assert client.get(url).status_code == 200
    posted = {
        "slug": "sparc",
        "champion_since": "2011",
        "ended_on": "2012-02-01",
        "successors": [new.pk],
        "names-TOTAL_FORMS": "1",
        "names-INITIAL_FORMS": "1",
        "names-0-id": name.pk,
        "names-0-agency": old.pk,
        "names-0-position": "1",
        "names-0-name": "Sport and Recreation",
        "names-0-abbreviation": "SPARC",
        "names-0-valid_to": "2012-02-01",
    }
    assert client.post(url, posted).status_code == 302
    old.refresh_from_db()
    assert (list(old.successors.all()), old.ended_on) == ([new], dt.date(2012, 2, 1))
    assert old.names.values_list("name", "abbreviation", "valid_to").get() == (
        "Sport and Recreation",
        "SPARC",
        dt.date(2012, 2, 1),
    )


def test_nothing_becomes_what_it_was(client: Client, superuser: User) -> None:
    first, middle = agency(("First", None, None)), agency(("Middle", None, None))
    last = agency(("Last", None, None), slug="last")
    first.successors.add(middle)
    middle.successors.add(last)
    names = {"names-TOTAL_FORMS": "0", "names-INITIAL_FORMS": "0"}
    for successor in (last, middle, first):  # itself, and both that it came from
        posted = {"slug": "last", "successors": [successor.pk], **names}
        page = read(client.post(page_of("champions/agency", last.pk), posted))
        assert refusals(page) == [
            f"Successors: {successor} is this agency, or came before it: choose what it became."
        ]
    assert last.successors.count() == 0
