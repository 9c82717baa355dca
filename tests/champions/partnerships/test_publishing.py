"""What the public sees of a partnership: what its partners agreed, once an approver has read it."""

import datetime as dt

import pytest
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions import enrolment, personal_data
from champions.models import Partnership
from champions.partnerships import publishing
from tests.factories import ChampionFactory, UserFactory
from tests.partnerships import PartnershipFactory, PartyFactory

MAY = dt.date(2026, 5, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def editor() -> User:
    return UserFactory(is_editor=True)


@pytest.fixture
def approver() -> User:
    return UserFactory(is_approver=True)


def agree(partnership: Partnership, by: User, visibility: str) -> None:
    about = {"how": "By email of both chairs", "agreed_on": MAY}
    publishing.agree(partnership=partnership, by=by, visibility=visibility, **about)
    partnership.refresh_from_db()


def test_more_waits_for_an_approver_and_less_is_so_at_once(editor: User, approver: User) -> None:
    partnership = PartnershipFactory(visibility="summary")
    agree(partnership, editor, "public")
    assert not partnership.is_published
    publishing.publish(partnership=partnership, by=approver)
    agree(partnership, editor, "summary")
    assert (partnership.is_published, partnership.is_in_full) == (True, False)
    agree(partnership, editor, "private")
    assert not partnership.is_published
    assert partnership.agreed_how == "By email of both chairs"


def test_nothing_is_published_without_a_line_of_how_they_agreed(approver: User) -> None:
    partnership = PartnershipFactory(agreed_how="", published_at=None)
    with pytest.raises(NotPossible, match="how the partners agreed"):
        publishing.publish(partnership=partnership, by=approver)


def test_what_is_private_is_not_published(approver: User) -> None:
    with pytest.raises(NotPossible, match="not agreed that anything"):
        publishing.publish(partnership=PartnershipFactory(visibility="private"), by=approver)


def test_it_takes_two_parties(approver: User) -> None:
    with pytest.raises(NotPossible, match="two or more"):
        publishing.publish(partnership=PartnershipFactory(parties=["One"], published_at=None), by=approver)


def test_a_party_that_is_a_champion_is_public_itself(approver: User) -> None:
    partnership = PartnershipFactory(published_at=None)
    PartyFactory(partnership=partnership, name="River Trust", champion=ChampionFactory())
    with pytest.raises(NotPossible, match="River Trust is not public as a champion"):
        publishing.publish(partnership=partnership, by=approver)


def test_a_champion_taken_down_takes_its_partnerships_off_the_pages(client: Client, mere: User) -> None:
    champion = ChampionFactory(published=True)
    partnership = PartnershipFactory(title="Two rivers")
    party = PartyFactory(partnership=partnership, champion=champion)
    url = partnership.get_absolute_url()
    assert client.get(url).status_code == 200
    enrolment.withdraw(champion=champion, by=mere)
    assert client.get(url).status_code == 404
    assert "Two rivers" not in client.get("/partnerships/").getvalue().decode()
    party.until_on = MAY
    party.save()
    assert client.get(url).status_code == 200  # it is named there no longer


def test_whoever_takes_all_down_stays_down_when_the_champion_is_back(mere: User) -> None:
    from accord_portal.foundation import personal_data as every_room

    champion = ChampionFactory(published=True)
    partnership = PartnershipFactory()
    PartyFactory(partnership=partnership, champion=champion)
    every_room.take_down([champion.contact_id])
    partnership.refresh_from_db()
    assert partnership.published_at is None
    assert personal_data.public([champion.contact_id]) == []
