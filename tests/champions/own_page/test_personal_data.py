"""What own pages hold of a person: given to them with the picture, and gone when they are erased."""

import pytest

from accord_portal.foundation.personal_data import Shown
from accord_portal.staff.models import Revision, User
from accord_portal.staff.revisions import kept
from champions.models import ChampionPicture, PageProposal
from champions.own_page import personal_data
from tests.register import ChampionPageFactory, PageProposalFactory

pytestmark = pytest.mark.django_db


def test_what_is_held_and_public() -> None:
    page = ChampionPageFactory()
    PageProposalFactory(champion=page.champion, summary="We grow food.")
    held = personal_data.held([page.champion.contact_id])
    assert held["What you wrote on your page"][0]["Place"] == "Ōtaki"
    assert held["What you proposed for your page"][0]["Summary"] == "We grow food."
    assert held["Your pictures"][0]["Size"] == "2 × 1 pixels"
    assert personal_data.public([page.champion.contact_id]) == [Shown("Your picture", page.picture_url)]


def test_erasing_leaves_counted_rows_and_no_picture(mere: User) -> None:
    page = ChampionPageFactory()
    PageProposalFactory(champion=page.champion, picture=page.picture, alternative="A gate")
    refused = {"state": "refused", "refused_because": "Aroha, no", "decided_by": mere}
    PageProposalFactory(champion=page.champion, decided_at=page.picture.made_at, **refused)
    with kept(page, by=mere):
        page.place = "Levin"
        page.save()
    personal_data.erase([page.champion.contact_id])
    page.refresh_from_db()
    assert (page.website, page.place, page.alternative, page.picture, page.is_public) == (
        "",
        "",
        "",
        None,
        False,
    )
    assert not ChampionPicture.objects.exists()
    words = PageProposal.objects.order_by("pk").values_list(
        "summary", "alternative", "state", "refused_because"
    )
    assert list(words) == [("", "", "taken_back", ""), ("", "", "refused", "Erased")]
    assert {str(line.before) for line in Revision.objects.about([page])} == {"{}"}
