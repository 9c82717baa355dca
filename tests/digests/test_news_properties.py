"""Whatever is published, taken down and composed, in any order: each audience is told each update once."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from accord_portal.digests import compose, content
from accord_portal.digests.models import Audience, DigestIssue, Update
from accord_portal.foundation.acts import NotPossible
from tests.clock import NOON
from tests.digests.desk import Desk
from tests.factories import UpdateFactory
from tests.profiles import costly

pytestmark = pytest.mark.django_db

INFORMED, COMMUNITY = Audience.KEEP_INFORMED, Audience.COMMUNITY_OF_INTEREST

which = st.integers(0, 2)

audiences = st.sampled_from(list(Audience))

happenings = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["publish", "take_down"]), which),
        st.tuples(st.just("is_for"), which, audiences),
        st.tuples(st.sampled_from(["compose", "approve", "cancel", "send"]), audiences),
        st.tuples(st.just("clock"), st.sampled_from([-30, -1, 1, 30])),
    ),
    max_size=30,
)


class Told:
    """Three updates, and what each audience was told of them by what went out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.updates = [UpdateFactory(title=f"update {n}", audience=COMMUNITY) for n in range(3)]
        self.told: dict[str, list[str]] = {audience: [] for audience in Audience}

    def do(self, act: str, *given: Any) -> None:
        try:
            getattr(self, act)(*given)
        except NotPossible:
            return

    def publish(self, n: int) -> None:
        self.desk.publish(self.updates[n])

    def take_down(self, n: int) -> None:
        self.desk.take_down(self.updates[n])

    def is_for(self, n: int, audience: str) -> None:
        Update.objects.filter(pk=self.updates[n].pk).update(audience=audience)

    def compose(self, audience: str) -> None:
        self.desk.compose(audience)

    def approve(self, audience: str) -> None:
        for draft in DigestIssue.objects.drafts().filter(audience=audience):
            self._went_out(audience, self.desk.approve(draft))

    def cancel(self, audience: str) -> None:
        for draft in DigestIssue.objects.drafts().filter(audience=audience):
            compose.cancel(issue=draft)

    def send(self, audience: str) -> None:
        self._went_out(audience, self.desk.send(audience))

    def clock(self, days: int) -> None:
        self.desk.clock.shift(dt.timedelta(days=days))

    def _went_out(self, audience: str, titles: list[str]) -> None:
        may_be_told = set(self.published(audience))
        assert set(titles) <= may_be_told
        self.told[audience] += titles

    def published(self, audience: str) -> list[str]:
        shown = Update.objects.published().for_audience(audience)
        return sorted(shown.values_list("title", flat=True))


@costly(2)
@example(
    happened=[
        ("is_for", 0, INFORMED),
        ("publish", 0),
        ("compose", INFORMED),
        ("publish", 1),
        ("is_for", 1, INFORMED),
        ("approve", INFORMED),
        ("take_down", 1),
        ("send", COMMUNITY),
        ("publish", 1),
    ]
)
@given(happened=happenings)
def test_each_update_reaches_each_audience_once(happened: list[tuple[Any, ...]]) -> None:
    with time_machine.travel(NOON, tick=False) as traveller, transaction.atomic():
        world = Told(Desk(traveller))
        for act, *given_ in happened:
            world.do(act, *given_)
        for audience in Audience:  # issues go on being sent
            world.do("approve", audience)
            world.do("cancel", audience)
            world.do("send", audience)
            told_ = world.told[audience]
            assert len(told_) == len(set(told_))
            assert set(world.published(audience)) <= set(told_)
            assert content.number_untold(audience) == 0
        transaction.set_rollback(True)
