"""Who changes what the public may read of a partnership takes turns: on PostgreSQL, two at once."""

import datetime as dt

import pytest

from accord_portal.staff.models import User
from champions.models import Partnership
from champions.partnerships import publishing, recording
from tests.at_once import behind
from tests.partnerships import PartnershipFactory

MAY = dt.date(2026, 5, 1)
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def test_what_was_just_made_private_is_not_written_for_search(mere: User) -> None:
    partnership = PartnershipFactory(title="Two rivers")
    behind(
        lambda: publishing.agree(
            partnership=partnership, by=mere, visibility="private", how="By email", agreed_on=MAY
        ),
        lambda: recording.link_parties(partnership),
    )
    assert Partnership.objects.get().search_folded == ""
