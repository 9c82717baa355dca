"""The day of what is owed can be moved to a later one, and a day that was missed is said."""

import datetime as dt

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import intake, triage
from responses.models import Activity, Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import keeping, moving, owing
from tests.clock import NOON
from tests.factories import UserFactory, answers, received
from tests.responses.undertakings.promises import differences, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.timedelta(days=1)
ACK_BY, REPLY_BY, LATER = dt.date(2026, 11, 19), dt.date(2026, 12, 14), dt.date(2026, 12, 18)


@pytest.fixture
def eoi(db: None) -> ExpressionOfInterest:
    return received("give_advice", initiatives="A hall")


def days_of(row: Undertaking) -> tuple[dt.date, dt.date]:
    """Promised first for, and by."""
    row.refresh_from_db()
    return row.first_due_on, row.due_on


def owed_mail(message: str) -> list[tuple[object, ...]]:
    return list(OutgoingMail.objects.filter(message=message).values_list("to", "recipient", "facts"))


# --- another day -----------------------------------------------------------------------------


def test_a_later_day_is_named_with_the_reason_and_the_first_stays(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = row_of(eoi, "reply")
    moving.move(undertaking=row, seen=REPLY_BY, to=LATER, because="The office moves.", by=mere)
    assert row.due_on == LATER
    assert (days_of(row), row.was_moved, row.is_open) == ((REPLY_BY, LATER), True, True)
    line = Activity.objects.get(kind="moved")
    assert (line.contact, line.eoi, line.done_by) == (eoi.contact, eoi, mere)
    assert line.text == "Reply in full: 14 December 2026 to 18 December 2026. The office moves."
    facts = {
        "undertaking_id": row.pk,
        "before": "2026-12-14",
        "to_day": "2026-12-18",
        "because": "The office moves.",
    }
    assert owed_mail("another_day") == [("aroha@example.org", eoi.contact_id, facts)]
    assert differences() == []


def test_it_is_late_by_the_day_promised_first(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    row = row_of(eoi, "reply")
    moving.move(undertaking=row, seen=REPLY_BY, to=LATER, because="The office moves.", by=mere)
    clock.move_to("2026-12-14T10:59:00+00:00")
    assert row.is_late is False
    clock.move_to("2026-12-14T11:00:00+00:00")
    assert row.is_late is True


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (REPLY_BY, "Choose a later day than the one it is owed by."),
        (dt.date(2026, 12, 11), "Choose a later day than the one it is owed by."),
        (dt.date(2026, 12, 19), "The office is closed on 19 December 2026: choose a working day."),
        (dt.date(2026, 11, 13), "Choose a day from today to a year ahead."),
        (dt.date(2027, 11, 18), "Choose a day from today to a year ahead."),
    ],
)
def test_a_day_that_helps_nobody_is_refused(
    eoi: ExpressionOfInterest, mere: User, to: dt.date, said: str
) -> None:
    row = row_of(eoi, "reply")
    with pytest.raises(NotPossible) as refused:
        moving.move(undertaking=row, seen=REPLY_BY, to=to, because="So", by=mere)
    assert (str(refused.value), days_of(row), owed_mail("another_day")) == (said, (REPLY_BY, REPLY_BY), [])


def test_a_day_a_year_ahead_can_be_named(eoi: ExpressionOfInterest, mere: User) -> None:
    row, to = row_of(eoi, "reply"), dt.date(2027, 11, 17)
    moving.move(undertaking=row, seen=REPLY_BY, to=to, because="So", by=mere)
    assert days_of(row) == (REPLY_BY, to)


def test_who_saw_another_day_or_what_is_kept_by_now_is_told_to_look_again(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = row_of(eoi, "reply")
    with pytest.raises(ChangedMeanwhile, match=r"^Somebody changed this meanwhile: look again\.$"):
        moving.move(undertaking=row, seen=ACK_BY, to=LATER, because="So", by=mere)
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    with pytest.raises(ChangedMeanwhile, match=r"^Somebody changed this meanwhile: look again\.$"):
        moving.move(undertaking=row, seen=REPLY_BY, to=LATER, because="So", by=mere)
    assert days_of(row) == (REPLY_BY, REPLY_BY)


@pytest.mark.parametrize("why", ["no address", "left alone"])
def test_who_cannot_be_mailed_is_not(mere: User, why: str) -> None:
    eoi = received(email="", telephone="04 494 5718") if why == "no address" else received()
    if why == "left alone":
        asked = {"restricted_at": NOON - DAY, "restricted_because": "asked"}
        Contact.objects.filter(pk=eoi.contact_id).update(**asked)
    row = row_of(eoi, "reply")
    moving.move(undertaking=row, seen=REPLY_BY, to=LATER, because="So", by=mere)
    assert (days_of(row), owed_mail("another_day")) == ((REPLY_BY, LATER), [])
    assert Activity.objects.filter(kind="moved").count() == 1


def test_what_an_audience_is_owed_is_not_moved_out_of_its_quarter(mere: User) -> None:
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=dt.date(2026, 10, 1))
    row, day = Undertaking.objects.get(), dt.date(2026, 12, 31)
    with pytest.raises(NotPossible, match=r"is owed by the end of its quarter\.$"):
        moving.move(undertaking=row, seen=day, to=dt.date(2027, 1, 29), because="So", by=mere)
    assert days_of(row) == (day, day)


def test_giving_one_to_a_colleague_stands_on_the_timeline(
    eoi: ExpressionOfInterest, mere: User, bo: User
) -> None:
    row = row_of(eoi, "reply")
    moving.hand_over(undertaking=row, to=bo, by=mere)
    line = Activity.objects.get(kind="assigned")
    assert (line.text, line.done_by, line.eoi, line.undertaking) == (
        "Reply in full: to Bo Colleague",
        mere,
        eoi,
        row,
    )
    assert row_of(eoi, "reply").owner == bo


def test_what_is_kept_by_now_is_given_to_nobody(eoi: ExpressionOfInterest, mere: User, bo: User) -> None:
    row = row_of(eoi, "reply")
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    with pytest.raises(ChangedMeanwhile, match=r"^This is not owed any more: look again\.$"):
        moving.hand_over(undertaking=row, to=bo, by=mere)
    assert (row_of(eoi, "reply").owner, Activity.objects.filter(kind="assigned").count()) == (None, 0)


# --- the day the acknowledgement names -------------------------------------------------------


def acknowledge(eoi: ExpressionOfInterest, by: User, reply_on: dt.date) -> None:
    eoi.refresh_from_db()
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=by, text="Kia ora", reply_on=reply_on)


@pytest.mark.parametrize("named", [dt.date(2026, 11, 25), dt.date(2027, 1, 20)])
def test_the_day_that_is_named_first_is_the_one_promised_first(
    eoi: ExpressionOfInterest, mere: User, named: dt.date
) -> None:
    acknowledge(eoi, mere, named)
    for kind in ("reply", "decide"):
        assert days_of(row_of(eoi, kind)) == (named, named)
    assert days_of(row_of(eoi, "acknowledge")) == (ACK_BY, ACK_BY)


def test_where_our_own_day_has_passed_it_stays_the_first(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2026-12-15T00:00:00+00:00")
    acknowledge(eoi, mere, LATER)
    assert days_of(row_of(eoi, "reply")) == days_of(row_of(eoi, "decide")) == (REPLY_BY, LATER)


def test_a_day_that_the_person_was_told_already_stays_the_first(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    row = row_of(eoi, "reply")
    moving.move(undertaking=row, seen=REPLY_BY, to=LATER, because="So", by=mere)
    acknowledge(eoi, mere, dt.date(2026, 12, 21))
    assert days_of(row) == (REPLY_BY, dt.date(2026, 12, 21))
    assert days_of(row_of(eoi, "decide")) == (dt.date(2026, 12, 21), dt.date(2026, 12, 21))


def test_a_day_named_for_earlier_answers_stays_the_first_of_the_changed_ones(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    acknowledge(eoi, mere, dt.date(2026, 11, 25))
    new = intake.change(before=eoi, answers=answers("give_advice", initiatives="A hall", comments="more"))
    acknowledge(new, mere, dt.date(2026, 12, 1))
    assert days_of(row_of(new, "reply")) == (dt.date(2026, 11, 25), dt.date(2026, 12, 1))


def test_a_day_that_nobody_heard_since_the_message_came_back_is_not_the_first(
    eoi: ExpressionOfInterest, mere: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    acknowledge(eoi, mere, dt.date(2026, 11, 25))
    mail.deliver_due()
    mail.came_back(OutgoingMail.objects.filter(message="reply"))
    acknowledge(eoi, mere, dt.date(2026, 12, 1))
    assert days_of(row_of(eoi, "reply")) == (dt.date(2026, 12, 1), dt.date(2026, 12, 1))


def test_a_day_on_which_the_office_is_closed_is_not_named(eoi: ExpressionOfInterest, mere: User) -> None:
    with pytest.raises(NotPossible, match=r"^The office is closed on 25 December 2026: choose a working"):
        acknowledge(eoi, mere, dt.date(2026, 12, 25))
    eoi.refresh_from_db()
    assert (eoi.state, eoi.version, days_of(row_of(eoi, "reply"))) == (
        "awaiting_triage",
        1,
        (REPLY_BY, REPLY_BY),
    )


# --- whose it is -----------------------------------------------------------------------------


def test_what_is_open_goes_to_who_takes_the_form(eoi: ExpressionOfInterest, mere: User) -> None:
    hone = UserFactory(name="Hōne Staff")
    acknowledge(eoi, mere, LATER)
    triage.assign(eoi=eoi, seen=eoi.version, by=mere, to=hone)
    rows = eoi.undertakings.order_by("pk").values_list("kind", "owner")
    assert list(rows) == [("acknowledge", None), ("reply", hone.pk), ("decide", hone.pk)]
    assert list(Undertaking.objects.owned_by(hone).values_list("kind", flat=True)) == ["reply", "decide"]


# --- a day that was missed -------------------------------------------------------------------


def test_a_day_that_was_missed_is_said_once(eoi: ExpressionOfInterest, clock: time_machine.Traveller) -> None:
    assert moving.say_what_was_missed(today=ACK_BY) == 0
    clock.move_to("2026-11-20T00:00:00+00:00")
    assert [moving.say_what_was_missed(today=ACK_BY + DAY) for _ in range(2)] == [1, 0]
    row = row_of(eoi, "acknowledge")
    facts = {"contact_id": eoi.contact_id, "undertakings": f"{row.pk}"}
    assert owed_mail("missed_a_day") == [("aroha@example.org", eoi.contact_id, facts)]
    assert Activity.objects.filter(contact=eoi.contact, kind="missed").count() == 1
    assert row.missed_told_at == dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    body = mail.made(OutgoingMail.objects.get(message="missed_a_day")).body
    assert f"- we said we would answer your form {eoi.reference} by Thursday 19 November 2026" in body


def test_another_day_that_is_missed_too_is_said_again(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    row = row_of(eoi, "acknowledge")
    clock.move_to("2026-11-20T00:00:00+00:00")
    moving.say_what_was_missed(today=ACK_BY + DAY)
    moving.move(undertaking=row, seen=ACK_BY, to=dt.date(2026, 11, 24), because="So", by=mere)
    assert moving.say_what_was_missed(today=dt.date(2026, 11, 24)) == 0
    assert moving.say_what_was_missed(today=dt.date(2026, 11, 25)) == 1


@pytest.mark.parametrize("changes", [{"is_backfilled": True}, {"due_on": dt.date(2027, 1, 1)}])
def test_what_was_never_promised_or_has_time_still_is_not_said_to_be_missed(
    eoi: ExpressionOfInterest, changes: dict[str, object]
) -> None:
    Undertaking.objects.update(**changes)
    assert moving.say_what_was_missed(today=ACK_BY + DAY) == 0


def test_what_was_missed_long_ago_is_not_said_any_more(eoi: ExpressionOfInterest) -> None:
    assert moving.say_what_was_missed(today=ACK_BY + 32 * DAY) == 1  # the reply and the decision, not this
    keys = [str(row_of(eoi, kind).pk) for kind in ("reply", "decide")]
    assert [facts["undertakings"] for _, _, facts in owed_mail("missed_a_day")] == ["-".join(keys)]


def test_who_cannot_be_mailed_does_not_count_as_told() -> None:
    eoi = received(email="", telephone="04 494 5718")
    assert moving.say_what_was_missed(today=ACK_BY + DAY) == 0
    assert (owed_mail("missed_a_day"), Activity.objects.filter(kind="missed").count()) == ([], 0)
    assert row_of(eoi, "acknowledge").missed_told_at is None


def test_what_was_done_meanwhile_is_not_said_to_be_missed(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2026-11-20T00:00:00+00:00")
    moving.say_what_was_missed(today=ACK_BY + DAY)
    line = Activity.objects.create(contact=eoi.contact, kind="called")
    keeping.keep(eoi.undertakings.all(), by=mere, proof=keeping.by_line(line, "Rang"))
    with pytest.raises(mail.NoLongerWanted):
        mail.made(OutgoingMail.objects.get(message="missed_a_day"))
