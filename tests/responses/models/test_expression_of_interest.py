"""References, the queue, and what is late."""

import datetime as dt

import pytest
import time_machine

from responses.models import (
    ExpressionOfInterest,
)
from responses.models.expression_of_interest import LOOK_ALIKES, REFERENCE_ALPHABET, new_reference
from tests.factories import UserFactory, received

State = ExpressionOfInterest.State

NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


def test_no_two_characters_of_a_reference_look_or_sound_alike() -> None:
    assert REFERENCE_ALPHABET == "34679ACDEFGHJKMNPQRTWXY"
    assert set(REFERENCE_ALPHABET) & LOOK_ALIKES == set()


def test_references_are_random_and_eight_characters_of_that_alphabet() -> None:
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert {len(reference) for reference in references} == {8}
    assert set("".join(references)) == set(REFERENCE_ALPHABET)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["tutahi", "Tūtahi", "aroha tutahi", "{reference}"])
def test_an_expression_of_interest_is_found_whatever_the_macrons(words: str) -> None:
    eoi = received(comments="Kia Tūtahi!")
    assert list(ExpressionOfInterest.objects.matching(words.format(reference=eoi.reference))) == [eoi]


@pytest.mark.django_db
def test_the_queue_begins_with_the_one_promised_soonest() -> None:
    later = received(at=dt.datetime(2026, 11, 17, tzinfo=dt.UTC))
    sooner = received(name="Hēmi", at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC))
    ExpressionOfInterest.objects.filter(pk=received(name="Mere").pk).update(state=State.IN_HAND)
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [sooner, later]
    assert list(ExpressionOfInterest.objects.late(later.due_on)) == [sooner]


@pytest.mark.django_db
def test_the_promised_day_itself_is_not_late() -> None:
    with time_machine.travel(NOW) as clock:
        eoi = received()
        assert eoi.due_on == dt.date(2026, 11, 20)
        clock.move_to("2026-11-20T10:59:00+00:00")
        assert eoi.is_late is False
        clock.move_to("2026-11-20T11:00:00+00:00")
        assert eoi.is_late is True


@pytest.mark.django_db
def test_what_is_answered_is_late_no_more() -> None:
    eoi = received(at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert (eoi.is_late, eoi.is_open) == (True, True)
    eoi.state = State.IN_HAND
    assert (eoi.is_late, eoi.is_open) == (False, True)
    eoi.state = State.SPAM
    assert (eoi.is_late, eoi.is_open) == (False, False)


@pytest.mark.django_db
def test_what_a_member_of_staff_has_in_hand() -> None:
    user = UserFactory()
    mine, closed = received(), received(name="Hēmi")
    ExpressionOfInterest.objects.update(assigned_to=user)
    ExpressionOfInterest.objects.filter(pk=closed.pk).update(state=State.SPAM, closed_at=NOW, closed_by=user)
    received(name="Mere")
    assert list(ExpressionOfInterest.objects.being_worked_on_by(user)) == [mine]


@pytest.mark.django_db
def test_who_wants_to_champion_leaves_spam_out() -> None:
    wanting, spam = received("champion_accord"), received("champion_accord", name="Buy now")
    ExpressionOfInterest.objects.filter(pk=spam.pk).update(
        state=State.SPAM, closed_at=NOW, closed_by=UserFactory()
    )
    received(name="Hēmi")
    assert list(ExpressionOfInterest.objects.wanting_to_champion()) == [wanting]
