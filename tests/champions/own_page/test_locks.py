"""Who proposes a page and who decides about it take turns: on PostgreSQL, two at once."""

import pytest

from accord_portal.foundation.acts import ChangedMeanwhile
from accord_portal.staff.models import User
from champions.models import PageProposal
from champions.own_page import deciding, proposing
from champions.own_page.proposing import PageWords
from tests.at_once import while_not_over
from tests.factories import UserFactory
from tests.register import PageProposalFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def states() -> list[str]:
    return list(PageProposal.objects.order_by("pk").values_list("state", flat=True))


def test_two_who_decide_at_once_are_one_decision(mere: User) -> None:
    proposal, seen, other = PageProposalFactory(), "", UserFactory()
    seen = proposal.champion.fingerprint
    _, refused = while_not_over(
        lambda: deciding.refuse(proposal=proposal, by=other, text="Say more."),
        lambda: deciding.publish(proposal=proposal, by=mere, seen=seen),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert (str(refused), states()) == ("Somebody decided about this already.", ["refused"])


def test_what_is_proposed_anew_at_this_moment_is_not_published_unseen(mere: User) -> None:
    proposal = PageProposalFactory()
    seen = proposal.champion.fingerprint
    _, refused = while_not_over(
        lambda: proposing.propose(champion=proposal.champion, words=PageWords(summary="Newer")),
        lambda: deciding.publish(proposal=proposal, by=mere, seen=seen),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert states() == ["replaced", "waiting"]
    proposal.champion.refresh_from_db()
    assert proposal.champion.summary == "We run a community garden."


def test_what_is_published_at_this_moment_stands_and_the_newer_one_waits(mere: User) -> None:
    proposal = PageProposalFactory()
    seen = proposal.champion.fingerprint
    while_not_over(
        lambda: deciding.publish(proposal=proposal, by=mere, seen=seen),
        lambda: proposing.propose(champion=proposal.champion, words=PageWords(summary="Newer")),
    )
    assert states() == ["published", "waiting"]


def test_two_proposals_at_once_leave_one_that_waits() -> None:
    champion = PageProposalFactory().champion
    _, other = while_not_over(
        lambda: proposing.propose(champion=champion, words=PageWords(summary="One")),
        lambda: proposing.propose(champion=champion, words=PageWords(summary="Two")),
    )
    assert states() == ["replaced", "replaced", "waiting"]
    assert isinstance(other, PageProposal)
