"""Whoever recommends: named only where they may be, and where it was surely them."""

import pytest

from accord_portal.foundation.acts import NotPossible
from responses.answers import confirming
from responses.answers.recommending import Suggested
from responses.consent import switches
from responses.models import Activity, Contact, Recommendation
from tests.factories import RecommendationFactory, received, subscriber
from tests.responses.answers.recommendations import recommend, tama

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    ("may", "came_by", "named"),
    [
        (True, "mailed link", True),
        (False, "mailed link", False),
        (True, "receipt", False),  # a stranger may have sent a form with a known address
        (True, "receipt of a confirmed form", True),
        (False, "receipt of a confirmed form", False),
        (True, "receipt we did not write down", False),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_the_recommender_is_named_where_they_may_be_and_it_was_surely_them(
    may: bool, came_by: str, named: bool, known: bool
) -> None:
    if known:
        subscriber(name="Aroha Ngata", email="aroha@example.org")
    eoi = received()
    receipt = eoi if came_by.startswith("receipt of") or came_by == "receipt" else None
    if came_by == "receipt of a confirmed form":
        confirming.confirm(contact=eoi.contact, eoi=eoi)
        eoi.refresh_from_db()
    row = RecommendationFactory(
        recommender=eoi.contact,
        may_be_named=may,
        by_mailed_link=came_by == "mailed link",
        receipt=receipt,
    )
    assert row.named == ("Aroha Ngata" if named else "")


def ana(n: int) -> Suggested:
    return tama(name=f"Ana {n}", email=f"ana{n}@example.org")


def made(contact: Contact) -> list[str]:
    """What the person's timeline says of recommending."""
    lines = Activity.objects.filter(contact=contact, kind="recommended").order_by("pk")
    return list(lines.values_list("text", flat=True))


def test_a_stranger_with_a_known_address_uses_up_nothing_of_the_persons() -> None:
    aroha = subscriber(email="aroha@example.org")
    strangers = received(email="aroha@example.org", name="A stranger")
    recommend(aroha, *map(ana, range(5)), receipt=strangers)
    assert made(aroha) == []
    recommend(aroha, *map(ana, range(5)))  # the very same people, even
    assert (made(aroha), Recommendation.objects.count()) == (["Recommended 5 people"], 10)
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7), receipt=strangers)
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7))


def test_what_a_receipt_brought_is_the_persons_once_the_mailbox_confirms_that_form() -> None:
    aroha = subscriber(email="aroha@example.org")
    one, other = received(comments="one"), received(comments="other")
    recommend(aroha, *map(ana, range(3)), receipt=one)
    recommend(aroha, tama(), receipt=other)
    for _ in range(2):
        confirming.confirm(contact=aroha, eoi=one)
    assert made(aroha) == ["Recommended 3 people"]
    one.refresh_from_db()
    recommend(aroha, ana(0), receipt=one)  # there already
    recommend(aroha, ana(3), receipt=one)
    recommend(aroha, ana(4))
    assert made(aroha) == ["Recommended 3 people", "Recommended 1 person", "Recommended 1 person"]
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7))


def test_confirming_the_mailbox_alone_claims_nothing_that_a_receipt_brought() -> None:
    eoi = received("keep_informed")
    recommend(eoi.contact, tama(), receipt=eoi, may_be_named=True)
    switches.confirm(contact=eoi.contact)
    assert (made(eoi.contact), Recommendation.objects.get().named) == ([], "")
