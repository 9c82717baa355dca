"""Staff publish what a champion proposed, whole and as they looked at it, or say why not."""

import pytest

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import Revision, User
from champions import enrolment
from champions.models import ChampionPage, ChampionPicture, PageProposal
from champions.own_page import deciding
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, UserFactory
from tests.register import ChampionPageFactory, ChampionPictureFactory, PageProposalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def waiting(**about: object) -> PageProposal:
    contact = ContactFactory(name="Aroha", email="aroha@example.org", confirmed=True)
    champion = ChampionFactory(name="Hapori Trust", published=True, contact=contact)
    proposal: PageProposal = PageProposalFactory(champion=champion, **about)
    return proposal


def publish(proposal: PageProposal, by: User) -> None:
    deciding.publish(proposal=proposal, by=by, seen=proposal.champion.fingerprint)


def letter() -> str:
    return str(mail.made(OutgoingMail.objects.get()).body)


def test_all_of_it_is_published_and_they_are_told(mere: User) -> None:
    proposal = waiting(place="Ōtaki", initiative_title="Open the hall", initiative_description="On Fridays.")
    old = ChampionPageFactory(champion=proposal.champion, place="Levin").picture
    new = ChampionPictureFactory(champion=proposal.champion)
    PageProposal.objects.update(picture=new, alternative="A gate")
    publish(proposal, mere)
    proposal.refresh_from_db()
    page = ChampionPage.objects.get()
    initiative = proposal.initiative
    assert (page.place, page.picture, page.alternative, page.is_public) == ("Ōtaki", new, "A gate", True)
    assert page.champion.public_summary == "We grow food together."
    assert initiative is not None
    assert (initiative.title, initiative.state, initiative.agreed) == ("Open the hall", "published", True)
    assert (proposal.state, proposal.decided_by, proposal.decided_at) == ("published", mere, NOON)
    assert not ChampionPicture.objects.filter(pk=old.pk).exists()
    assert Revision.objects.about([page]).get().before["place"] == "Levin"
    assert "/champions/hapori-trust/" in letter()


def test_it_is_not_published_and_they_are_mailed_why(mere: User) -> None:
    proposal = waiting()
    deciding.refuse(proposal=proposal, by=mere, text="Say who “we” are.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.refused_because) == ("refused", "Say who “we” are.")
    assert "Say who “we” are." in letter()
    assert proposal.champion.public_summary == "We run a community garden."
    with pytest.raises(ChangedMeanwhile, match="Somebody decided about this already"):
        publish(proposal, mere)


def test_what_was_replaced_or_looked_at_as_something_else_is_not_published(mere: User) -> None:
    proposal = waiting()
    with pytest.raises(ChangedMeanwhile, match="The entry was changed"):
        deciding.publish(proposal=proposal, by=mere, seen="something else")
    PageProposal.objects.update(state="replaced")
    with pytest.raises(ChangedMeanwhile, match="They have sent something newer"):
        publish(proposal, mere)


def test_nobody_decides_about_their_own_page() -> None:
    proposal = waiting()
    own = UserFactory(email="Aroha@example.org")
    with pytest.raises(NotPossible, match="This is your own page"):
        publish(proposal, own)


def test_a_page_is_public_only_with_its_champion(mere: User) -> None:
    proposal = waiting()
    enrolment.withdraw(champion=proposal.champion, by=mere)
    proposal.champion.refresh_from_db()
    with pytest.raises(NotPossible, match="Hapori Trust is not public as a champion"):
        publish(proposal, mere)


def test_a_tick_taken_away_takes_the_page_down_at_once(mere: User) -> None:
    page = ChampionPageFactory()
    ticks = {"name": True, "summary": True, "initiatives": []}
    enrolment.agree(champion=page.champion, **ticks, page=False, how="On the page we mailed")
    page.refresh_from_db()
    assert (page.agreed, page.is_public) == (False, False)
    enrolment.agree(champion=page.champion, **ticks, page=True, how="On the page we mailed")
    enrolment.publish(champion=page.champion, by=mere)
    page.refresh_from_db()
    assert (page.agreed, page.is_public) == (True, True)


def test_who_wants_to_be_left_alone_is_not_mailed(mere: User) -> None:
    proposal = waiting()
    contact = proposal.champion.contact
    contact.restricted_because, contact.restricted_at = "asked", NOON
    contact.save()
    assert deciding.refuse(proposal=proposal, by=mere, text="No.") is None
    assert not OutgoingMail.objects.exists()
