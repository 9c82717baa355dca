"""What partnerships hold of a person: a party that is their champion, an office that they hold."""

import pytest

from accord_portal.foundation.personal_data import Shown
from champions.partnerships import personal_data
from tests.factories import ChampionFactory, ContactFactory
from tests.partnerships import PartnershipFactory, PartyFactory

pytestmark = pytest.mark.django_db


def test_what_is_held_and_public() -> None:
    champion, holder = ChampionFactory(published=True), ContactFactory()
    partnership = PartnershipFactory(title="Together")
    PartyFactory(partnership=partnership, name="River Trust", champion=champion, role="Asks")
    PartyFactory(partnership=partnership, name="Office", contact=holder)
    (row,) = personal_data.held([champion.contact_id])["Partnerships"]
    assert (row["Partnership"], row["Party"], row["Role"]) == ("Together", "River Trust", "Asks")
    assert [row["Party"] for row in personal_data.held([holder.pk])["Partnerships"]] == ["Office"]
    assert personal_data.public([champion.contact_id]) == [
        Shown("Party to: Together", "/partnerships/together/")
    ]
    assert personal_data.public([holder.pk]) == []


def test_erasing_takes_the_name_out_and_the_partnership_down() -> None:
    champion, holder = ChampionFactory(published=True), ContactFactory()
    partnership = PartnershipFactory()
    party = PartyFactory(partnership=partnership, name="River Trust", champion=champion, brings="Boats")
    office = PartyFactory(partnership=partnership, name="Office", contact=holder)
    partnership.refresh_from_db()
    assert "river trust" in partnership.search_folded
    personal_data.erase([champion.contact_id])
    personal_data.erase([holder.pk])
    for row in (partnership, party, office):
        row.refresh_from_db()
    assert (party.name, party.brings, partnership.published_at) == ("Erased", "", None)
    assert (office.name, office.contact) == ("Office", None)
    assert "river trust" not in partnership.search_folded
