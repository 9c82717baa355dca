"""Somebody leaves an office: each other party to a partnership of that champion is followed up."""

import datetime as dt

import pytest

from accord_portal.staff.models import User
from champions import office
from champions.models import Champion
from responses.models import FollowUp
from tests.factories import ChampionFactory
from tests.partnerships import PartnershipFactory, PartyFactory

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def champion() -> Champion:
    """With two partnerships, one of them with two others, and one that is over."""
    champion = ChampionFactory(name="River Trust")
    for others, status in ((["One", "Two"], "signed"), (["Three"], "signed"), (["Four"], "ended")):
        partnership = PartnershipFactory(parties=others, status=status)
        PartyFactory(partnership=partnership, name="River Trust", champion=champion)
    gone = PartnershipFactory(parties=["Five"])
    PartyFactory(partnership=gone, champion=champion, until_on=MAY)
    return champion


def told(champion: Champion) -> list[str]:
    rows = FollowUp.objects.order_by("pk")
    return [row.what.partition(" who comes next")[0] for row in rows]


def test_whoever_leaves_is_followed_up_with_each_other_party(champion: Champion, mere: User) -> None:
    holder = office.take(champion=champion, by=mere, office="Chair", name="Aroha Ngata", since_on=MAY)
    assert told(champion) == []
    office.leave(champion=champion, by=mere, holder=holder, until_on=JUNE)
    assert told(champion) == ["Tell One", "Tell Two", "Tell Three"]
    row = FollowUp.objects.order_by("pk")[0]
    assert (row.about_kind, row.contact, row.owner, row.due_on) == (
        "partnership",
        None,
        mere,
        dt.date(2026, 11, 30),
    )
    assert row.what == (
        "Tell One who comes next: at River Trust, “Chair” changes. Agree on the handover, and read the"
        " handover notes."
    )


def test_a_successor_is_a_change_of_people_too(champion: Champion, mere: User) -> None:
    for name, day in (("Aroha Ngata", MAY), ("Tama Rāwiri", JUNE)):
        office.take(champion=champion, by=mere, office="Chair", name=name, since_on=day)
    assert told(champion) == ["Tell One", "Tell Two", "Tell Three"]
