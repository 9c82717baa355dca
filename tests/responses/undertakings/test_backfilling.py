"""What was there before undertakings were written down gets its rows: some at a time, and nothing twice."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import backfilling
from tests.clock import NOON
from tests.factories import ContactFactory, merged, received, subscriber
from tests.responses.undertakings.promises import differences, owed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LONG_AGO = NOON - dt.timedelta(days=400)


@pytest.fixture
def people(mere: User) -> list[Contact]:
    """Four people of whom nothing is written down but an acknowledgement promised."""
    contacts = [
        received("give_advice", initiatives="A hall", at=LONG_AGO).contact,
        subscriber("champion_accord"),
        subscriber("give_advice"),
        ContactFactory(),
    ]
    Undertaking.objects.exclude(kind="acknowledge").delete()
    return contacts


def test_what_nobody_was_promised_counts_from_now_and_is_marked(people: list[Contact]) -> None:
    assert list(backfilling.backfill()) == [(people[-1].pk, 4)]
    rows = Undertaking.objects.order_by("contact_id", "pk")
    assert [(r.contact_id, r.kind, r.since_at, r.is_backfilled, r.due_on.isoformat()) for r in rows] == [
        (people[0].pk, "acknowledge", LONG_AGO, False, "2025-10-15"),
        (people[0].pk, "reply", NOON, True, "2026-12-14"),
        (people[0].pk, "decide", NOON, True, "2026-12-14"),
        (people[1].pk, "talk", NOON, True, "2026-11-30"),
        (people[2].pk, "invite", NOON, True, "2027-05-17"),
    ]
    assert differences() == []


def test_whoever_stops_it_goes_on_and_to_begin_anew_adds_nothing(
    people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "FILLED_AT_ONCE", 1)
    last, came = next(backfilling.backfill())
    assert (last, came, Undertaking.objects.count()) == (people[0].pk, 2, 3)
    assert list(backfilling.backfill(after=last)) == [
        (people[1].pk, 1),
        (people[2].pk, 1),
        (people[3].pk, 0),
    ]
    assert [came for _, came in backfilling.backfill()] == [0, 0, 0, 0]
    assert (Undertaking.objects.count(), differences()) == (5, [])


def test_a_person_is_done_with_all_their_records(monkeypatch: pytest.MonkeyPatch) -> None:
    other, kept = subscriber("give_advice"), subscriber("give_advice")
    merged(other, kept)
    assert list(backfilling.backfill()) == [(kept.pk, 2)]
    assert sorted([*owed(other), *owed(kept)]) == [("invite", 0, "merged"), ("invite", 0, "open")]
    assert differences() == []


@pytest.mark.parametrize("gone", ["spam", "restricted"])
def test_what_nobody_would_be_owed_is_not_made_or_ended_at_once(
    mere: User, gone: str, clock: time_machine.Traveller
) -> None:
    eoi = received(at=LONG_AGO)
    if gone == "spam":
        triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    Undertaking.objects.exclude(kind="acknowledge").delete()
    if gone == "restricted":
        Contact.objects.update(restricted_at=NOON, restricted_because="asked")
    list(backfilling.backfill())
    assert {how for _, _, how in owed(eoi)} == {gone}
    assert differences() == []


def test_spam_from_before_that_is_taken_up_again_is_owed_a_reply_from_then(mere: User) -> None:
    eoi = received(at=LONG_AGO)
    triage.mark_as_spam(eoi=eoi, seen=1, by=mere)
    eoi.undertakings.filter(kind="reply").delete()
    list(backfilling.backfill())
    triage.reopen(eoi=eoi, seen=2, by=mere, text="It is none")
    reply = eoi.undertakings.get(kind="reply")
    assert (reply.since_at, reply.is_backfilled, ExpressionOfInterest.objects.count()) == (NOON, True, 1)


def test_the_command_says_how_far_it_is_and_goes_on_where_told(
    people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "FILLED_AT_ONCE", 2)
    out = StringIO()
    call_command("backfill_undertakings", "--after", str(people[0].pk), stdout=out)
    assert out.getvalue() == (
        f"Up to contact {people[2].pk}: 2 undertakings.\n"
        f"Up to contact {people[3].pk}: 2 undertakings.\nDone: 2 undertakings.\n"
    )
    call_command("backfill_undertakings", stdout=(out := StringIO()))
    assert out.getvalue().splitlines()[-1] == "Done: 2 undertakings."
    assert differences() == []
