"""A champion proposes what their own page is to say; the last waits, and the earlier are kept."""

from typing import Any

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.pictures import remake
from champions import enrolment
from champions.models import Champion, ChampionPicture, CodeListEntry, PageProposal
from champions.own_page import proposing
from champions.own_page.proposing import PageWords
from tests.factories import ChampionFactory, InitiativeFactory
from tests.pixels import as_file, drawn
from tests.register import ChampionPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def propose(champion: Champion, summary: str = "We grow food.", **about: Any) -> PageProposal | None:
    words = {name: about.pop(name) for name in list(about) if name in PageWords.__dataclass_fields__}
    return proposing.propose(champion=champion, words=PageWords(summary=summary, **words), **about)


def states() -> list[str]:
    return list(PageProposal.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_proposed_waits_and_changes_nothing_that_is_public() -> None:
    champion = ChampionFactory(published=True, summary="We garden.")
    otago = CodeListEntry.objects.create(list="region", position=1, label="Otago")
    made = propose(champion, place="Ōamaru", regions=[otago])
    champion.refresh_from_db()
    assert made is not None
    assert (champion.summary, proposing.unanswered(champion)) == ("We garden.", made)
    assert proposing.proposed(made).regions == {otago.pk}
    assert champion.contact.activities.get().text == "Proposed changes of their page"


def test_a_later_proposal_takes_the_place_of_the_earlier_which_is_kept() -> None:
    champion = ChampionFactory(published=True)
    first = propose(champion, "One")
    assert propose(champion, "One") == first
    second = propose(champion, "Two")
    assert (states(), proposing.unanswered(champion)) == (["replaced", "waiting"], second)


def test_what_stands_already_takes_back_what_waits() -> None:
    champion = ChampionFactory(published=True, summary="We garden.")
    with pytest.raises(NotPossible, match="Nothing is different"):
        propose(champion, "We garden.")
    propose(champion, "One")
    assert propose(champion, "We garden.") is None
    assert states() == ["taken_back"]


def test_a_picture_that_nobody_needs_any_more_is_deleted() -> None:
    champion = ChampionFactory(published=True)
    page = ChampionPageFactory(champion=champion)
    about = {"alternative": "A gate", "place": page.place, "website": page.website}
    for size in ((20, 10), (30, 10)):
        propose(champion, picture=remake(as_file(drawn(size))), **about)
    kept = proposing.unanswered(champion)
    assert kept is not None
    assert {row.width for row in ChampionPicture.objects.all()} == {2, 30}
    assert propose(champion, "More", **about).picture == kept.picture  # type: ignore[union-attr]
    propose(champion, "More", **{**about, "alternative": ""}, keeps_picture=False)
    assert {row.width for row in ChampionPicture.objects.all()} == {2}


def test_the_same_picture_sent_twice_is_one() -> None:
    champion = ChampionFactory(published=True)
    for _ in range(2):
        propose(champion, picture=remake(as_file(drawn((20, 10)))), alternative="A gate")
    assert (states(), ChampionPicture.objects.count()) == (["waiting"], 1)


def test_an_initiative_of_theirs_is_not_new() -> None:
    one = InitiativeFactory(title="Open the hall")
    with pytest.raises(NotPossible, match="You have an initiative with this title already"):
        propose(one.champion, initiative_title="Open the hall")


def test_who_was_taken_down_proposes_nothing_and_what_waited_is_taken_back() -> None:
    champion = ChampionFactory(published=True)
    propose(champion)
    enrolment.withdraw(champion=champion)
    assert states() == ["taken_back"]
    with pytest.raises(NotPossible, match="You are no longer registered"):
        propose(champion, "Again")
