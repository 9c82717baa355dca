"""What somebody who answers again says differently: shown to staff, mailed to the person."""

import datetime as dt

import pytest

from responses.answers import confirming, differences, emails, intake, triage
from responses.answers.differences import Difference
from responses.consent import switches
from responses.models.wording import WORDINGS_OF_2011
from tests.clock import NOON
from tests.factories import EMPTY, UserFactory, answers, merged, received

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def test_the_first_answers_differ_from_nothing() -> None:
    eoi = received("keep_informed")
    assert (differences.previous(eoi), differences.between(eoi)) == (None, [])


def test_what_is_said_differently_is_listed_and_mailed() -> None:
    first = received("keep_informed", telephone="04 494 5718", initiatives="a hall", at=NOON)
    again = received("give_advice", name="Aroha N", organisation="Hapū", comments="Hi", at=NOON + MINUTE)
    assert differences.previous(again) == first
    found = differences.between(again)
    assert found == [
        Difference("Name", "Aroha Ngata", "Aroha N"),
        Difference("Organisation", "", "Hapū"),
        Difference("Telephone", "04 494 5718", ""),
        Difference(WORDINGS_OF_2011["keep_informed"], "Yes", "No"),
        Difference(WORDINGS_OF_2011["give_advice"], "No", "Yes"),
    ]
    for form in (first, again):
        confirming.confirm(contact=form.contact, eoi=form)
    message = emails.copy_of_answers(again.pk)
    for body in (message.body, message.alternatives[0][0]):
        words = " ".join(str(body).split())
        assert [each.label for each in found if each.label not in words] == []
        assert "Aroha Ngata" in words


def test_a_changed_version_is_compared_with_what_it_was_made_from_to_the_last_word() -> None:
    first = received("keep_informed", comments="Kia kaha", at=NOON)
    received("keep_informed", name="Another call", at=NOON + MINUTE)
    changed = intake.change(before=first, answers=answers("keep_informed", comments="Ka pai"))
    assert differences.between(changed) == [Difference("Comments", "Kia kaha", "Ka pai")]


def test_a_switch_is_compared_with_how_it_stood_however_it_was_set() -> None:
    contact = received("keep_informed", at=NOON).contact
    switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    again = received("give_advice", comments="Again")
    assert differences.between(again) == []
    switches.set_switches(contact=contact, wanted=EMPTY)  # what comes later changes nothing
    assert differences.between(again) == []


def test_spam_is_nothing_to_compare_with() -> None:
    triage.mark_as_spam(eoi=received(name="Buy now", at=NOON), seen=1, by=UserFactory())
    assert differences.between(received(at=NOON + MINUTE)) == []


def test_answers_are_compared_with_those_of_the_same_mailbox() -> None:
    kept, other = received(email="kept@example.org").contact, received(email="other@example.org").contact
    merged(other, kept)
    again = received(name="Aroha N", email="kept@example.org")
    assert differences.between(again) == [Difference("Name", "Aroha Ngata", "Aroha N")]
