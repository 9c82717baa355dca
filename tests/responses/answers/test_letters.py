"""A letter on the desk: what is mailed of it, and what staff do with it."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses import personal_data
from responses.answers import letters
from responses.models import Activity, Contact, Letter, LetterLine
from responses.people import suppressions
from tests.factories import ContactFactory, UserFactory, subscriber
from tests.responses.answers.written import TYPED, WEDNESDAY, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(WEDNESDAY)
    return clock


def test_a_letter_makes_nobody_a_contact_and_stands_on_no_timeline() -> None:
    known = subscriber(email=TYPED["email"])
    activities = Activity.objects.count()
    written()
    assert (list(Contact.objects.all()), Activity.objects.count()) == ([known], activities)


def test_word_of_it_carries_nothing_that_was_typed() -> None:
    letter = written()
    owed = OutgoingMail.objects.get()
    assert (owed.to, owed.recipient, owed.facts) == (TYPED["email"], None, {"letter_id": letter.pk})
    assert says(owed) == (f"We have received your message: {letter.reference}", [])
    assert "by Monday 23 November 2026" in made(owed).body


def made(owed: OutgoingMail) -> mail.Message:
    make: Callable[..., mail.Message] = getattr(letters.emails, owed.message.rpartition(".")[2])
    return make(**owed.facts)


def says(owed: OutgoingMail) -> tuple[str, list[str]]:
    """The subject, and what was typed that stands anywhere in the message."""
    message = made(owed)
    whole = f"{message.message().as_string()} {message.body} {message.alternatives[0].content}"
    return str(message.subject), [
        text for text in (TYPED["name"], TYPED["message"], "prize") if text in whole
    ]


def test_what_staff_answer_names_nobody_and_quotes_nothing() -> None:
    letter = written()
    letters.answer(letter=letter, seen=0, by=UserFactory(), text="We open on Monday.")
    owed = OutgoingMail.objects.latest("pk")
    assert says(owed) == (f"Our answer: {letter.reference}", [])
    assert "We open on Monday." in made(owed).body


def never_again() -> None:
    suppressions.never_again(mailbox=TYPED["email"])


def restricted() -> None:
    ContactFactory(email=TYPED["email"], restricted_at=WEDNESDAY, restricted_because="asked")


def merged_into_restricted() -> None:
    kept = ContactFactory(restricted_at=WEDNESDAY, restricted_because="asked")
    ContactFactory(email=TYPED["email"], merged_into=kept)


@pytest.mark.parametrize("wish", [never_again, restricted, merged_into_restricted])
def test_who_wants_to_be_left_alone_is_mailed_nothing(wish: Callable[[], None]) -> None:
    wish()
    letter = written(email="VICTIM@example.org")
    letters.answer(letter=letter, seen=0, by=UserFactory(), text="Rang them.")
    assert OutgoingMail.objects.count() == 0
    assert LetterLine.objects.get().text == "Rang them."


def test_a_letter_without_an_address_is_mailed_nothing() -> None:
    letters.answer(letter=written(email=""), seen=0, by=UserFactory(), text="Rang them.")
    assert OutgoingMail.objects.count() == 0


def test_the_acts_and_what_each_leaves() -> None:
    letter, mere, bo = written(), UserFactory(name="Mere Staff"), UserFactory(name="Bo Colleague")
    letters.assign(letter=letter, seen=0, by=mere, to=bo)
    letters.note(letter=letter, by=bo, text="Looked it up.")
    letters.answer(letter=letter, seen=2, by=bo, text="Yes.")
    letters.answer(letter=letter, seen=3, by=mere, text="And no.")
    letters.close(letter=letter, seen=4, by=mere, text="Told them.")
    letter.refresh_from_db()
    assert (letter.state, letter.assigned_to, letter.answered_by, letter.closed_by) == (
        "closed",
        bo,
        bo,
        mere,
    )
    letters.reopen(letter=letter, seen=5, by=bo, text="They wrote back.")
    letter.refresh_from_db()
    assert (letter.state, letter.closed_at) == ("in_hand", None)
    assert list(letter.lines.order_by("pk").values_list("kind", "text", "done_by")) == [
        ("assigned", "To Bo Colleague", mere.pk),
        ("note", "Looked it up.", bo.pk),
        ("answered", "Yes.", bo.pk),
        ("answered", "And no.", mere.pk),
        ("closed", "Told them.", mere.pk),
        ("reopened", "They wrote back.", bo.pk),
    ]


def test_who_was_never_answered_waits_again_after_spam() -> None:
    letter, mere = written(), UserFactory()
    letters.mark_as_spam(letter=letter, seen=0, by=mere)
    assert Letter.objects.awaiting_an_answer().count() == 0
    letters.reopen(letter=letter, seen=1, by=mere, text="A person after all.")
    assert list(Letter.objects.awaiting_an_answer()) == [letter]


@pytest.mark.parametrize("act", [letters.answer, letters.close, letters.mark_as_spam])
def test_what_is_over_is_not_done_again(act: Callable[..., None]) -> None:
    letter, mere = written(), UserFactory()
    letters.close(letter=letter, seen=0, by=mere, text="Done.")
    words = {} if act is letters.mark_as_spam else {"text": "Again"}
    with pytest.raises(NotPossible, match="already closed"):
        act(letter=letter, seen=1, by=mere, **words)
    assert LetterLine.objects.count() == 1


ON_WHAT_WAS_SEEN: list[Callable[..., None]] = [
    partial(letters.answer, text="Yes."),
    partial(letters.close, text="Told them."),
    letters.mark_as_spam,
]


@pytest.mark.parametrize("act", [*ON_WHAT_WAS_SEEN, lambda **given: letters.assign(**given, to=given["by"])])
def test_whoever_saw_less_than_was_done_writes_nothing(act: Callable[..., None]) -> None:
    letter, mere = written(), UserFactory(name="Mere Staff")
    letters.note(letter=letter, by=mere, text="Rang them: all is settled.")
    before = OutgoingMail.objects.count()
    with pytest.raises(ChangedMeanwhile, match="Mere Staff changed this meanwhile: Note, 18 November 2026"):
        act(letter=letter, seen=0, by=mere)
    with pytest.raises(ChangedMeanwhile):
        act(letter=letter, seen=2, by=mere)
    assert (LetterLine.objects.count(), OutgoingMail.objects.count()) == (1, before)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_mailed() -> None:
    letter, mere, bo = written(), UserFactory(), UserFactory()
    together = Barrier(2)

    def press(by: User) -> bool:
        together.wait()
        try:
            letters.answer(letter=letter, seen=0, by=by, text="We open on Monday.")
        except ChangedMeanwhile:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, [mere, bo])) == [False, True]
    assert LetterLine.objects.filter(kind="answered").count() == 1
    assert OutgoingMail.objects.filter(message__endswith="letter_answer").count() == 1


@pytest.mark.parametrize("change", [lambda rows: rows.update(text="Otherwise"), lambda rows: rows.delete()])
def test_lines_are_only_added(change: Callable[[Any], object]) -> None:
    letters.note(letter=written(), by=UserFactory(), text="As it was.")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        change(LetterLine.objects.all())
    assert LetterLine.objects.get().text == "As it was."


def test_the_queue_is_the_soonest_promised_first_and_knows_the_late(clock: Any) -> None:
    old, new = written(), None
    clock.shift(dt.timedelta(days=2))
    new = written(message="Newer")
    assert list(Letter.objects.awaiting_an_answer()) == [old, new]
    assert list(Letter.objects.late(dt.date(2026, 11, 23))) == []
    assert list(Letter.objects.late(dt.date(2026, 11, 24))) == [old]


def test_a_letter_is_shown_to_whoever_has_the_mailbox_and_not_by_the_number(client: Client) -> None:
    person = subscriber(email=TYPED["email"], telephone=TYPED["telephone"])
    letter = written(email="Victim@EXAMPLE.org")
    letters.note(letter=letter, by=UserFactory(), text="Rang back.")
    letters.answer(letter=letter, seen=1, by=UserFactory(), text="Yes.")
    written(email="somebody.else@example.org")
    held = personal_data.held([person.pk])
    assert [row["Reference"] for row in held["What you wrote to us"]] == [letter.reference]
    assert [(row["What"], row["Note"]) for row in held["What we did with it"]] == [
        ("Note", "Rang back."),
        ("Answered", "Yes."),
    ]
