"""What follows when a partnership is written down: who its parties are, and by which names it is found."""

import pytest

from champions.models import Partnership
from champions.partnerships import recording
from tests.factories import ChampionFactory
from tests.partnerships import PartnershipFactory

pytestmark = pytest.mark.django_db


def test_it_is_found_by_the_parties_it_has_now() -> None:
    partnership = PartnershipFactory(title="Together", parties=["River Trust", "Sport New Zealand"])
    champion = ChampionFactory(name="Awa Trust")
    partnership.parties.filter(name="River Trust").update(name="Awa Trust")
    recording.link_parties(partnership)
    assert [party.champion for party in partnership.parties.order_by("pk")] == [champion, None]
    assert [len(Partnership.objects.matching(words)) for words in ("awa sport", "river")] == [1, 0]
