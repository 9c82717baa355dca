"""What does not fit together in the register is named, with the page where it is put right."""

import datetime as dt

import pytest
from django.test import Client

from accord_portal.staff.models import User
from champions import inconsistencies, office
from champions.models import Champion
from responses.models import Purpose
from tests.factories import ChampionFactory, ConsentFactory
from tests.html import read
from tests.partnerships import PartnershipFactory, PartyFactory
from tests.staff.pages import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
PAGE = "/staff/champions/champion/inconsistencies/"


def sound(mere: User, **about: object) -> Champion:
    """A published champion with a Yes and an office-holder."""
    champion = ChampionFactory(published=True, **about)
    ConsentFactory(contact=champion.contact, purpose=Purpose.CHAMPION_ACCORD, decision="given")
    office.take(champion=champion, by=mere, office="Chair", name="Aroha", since_on=TODAY)
    return champion


def named() -> dict[str, list[str]]:
    return {kind.fault: [name for name, _ in kind.rows] for kind in inconsistencies.found(TODAY)}


def test_what_fits_together_is_not_named(mere: User, client: Client) -> None:
    champion = sound(mere)
    ChampionFactory(kind="individual")
    ChampionFactory(state="withdrawn")
    ChampionFactory(ended_on=TODAY)
    PartyFactory(partnership=PartnershipFactory(active=True), champion=champion)
    PartnershipFactory(starts_on=TODAY + dt.timedelta(days=1))
    assert named() == {}
    sign_in(client, "view_champion")
    assert "Everything fits together." in read(client.get(PAGE)).one("main").text


def test_each_kind_names_its_rows(mere: User, client: Client) -> None:
    without_a_yes = ChampionFactory(published=True, name="No line", kind="individual")
    ChampionFactory(name="Nobody speaks for it")
    draft = ChampionFactory(name="One", kind="individual")
    PartyFactory(partnership=PartnershipFactory(title="Hidden"), champion=draft)
    PartnershipFactory(title="No word of how", agreed_how="")
    PartnershipFactory(title="Begun", starts_on=TODAY)
    assert named() == {
        "Champions published without a Yes": ["No line"],
        "Champions without an office-holder": ["Nobody speaks for it"],
        "Partnerships published without a line of how the partners agreed": ["No word of how"],
        "Partnerships at work without a review day": ["Begun"],
        "Partnerships that a party hides": ["Hidden"],
    }
    sign_in(client, "view_champion")
    links = [link["href"] for link in read(client.get(PAGE)).one("main").all("a")]
    assert f"/staff/champions/champion/{without_a_yes.pk}/change/" in links
    assert PAGE in [link["href"] for link in read(client.get("/staff/champions/")).one("main").all("a")]


def test_it_is_for_those_who_may_see_champions(client: Client) -> None:
    sign_in(client, "view_agency")
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/staff/champions/").content.decode()


def test_the_first_of_many_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inconsistencies, "ROWS_OF_EACH", 1)
    ChampionFactory.create_batch(2)
    (kind,) = inconsistencies.found(TODAY)
    assert (len(kind.rows), kind.has_more) == (1, True)
