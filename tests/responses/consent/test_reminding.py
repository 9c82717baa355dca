"""What nobody confirms is asked about once and then forgotten."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from responses.consent import reminding, switches
from responses.contacts import acts
from responses.models import Activity, Consent, Contact, Involvement, Purpose
from responses.people import suppressions
from responses.privacy import erasing
from tests.clock import NOON
from tests.factories import ContactFactory, UserFactory, received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def days_ago(days: float) -> dt.datetime:
    return NOON - dt.timedelta(days=days)


def reminders() -> list[str]:
    return list(OutgoingMail.objects.filter(message="please_confirm").values_list("to", flat=True))


@pytest.mark.parametrize(("days", "asked"), [(2.99, 0), (3, 1), (29.9, 1), (30, 0)])
def test_a_yes_is_asked_about_after_three_days_and_not_after_thirty(days: float, asked: int) -> None:
    received("keep_informed", "give_advice", at=days_ago(days))
    assert reminding.remind(NOON) == asked
    assert reminders() == ["aroha@example.org"] * asked


def test_it_is_asked_about_once_however_often_the_sweep_runs() -> None:
    contact = received("keep_informed", at=days_ago(4)).contact
    assert [reminding.remind(NOON), reminding.remind(NOON)] == [1, 0]
    assert reminders() == ["aroha@example.org"]
    assert contact.activities.filter(kind=Activity.Kind.REMINDED).count() == 1


def test_a_later_yes_is_asked_about_once_more() -> None:
    contact = received("keep_informed", at=days_ago(8)).contact
    reminding.remind(NOON)
    received("give_advice", at=days_ago(3))
    assert [reminding.remind(NOON), reminding.remind(NOON)] == [1, 0]
    assert contact.involvements.filter(reminded_at=None).count() == 0


def test_what_is_confirmed_is_not_asked_about() -> None:
    subscriber()
    switches.confirm(contact=received("keep_informed", at=days_ago(4)).contact)
    assert reminding.remind(NOON) == 0


@pytest.mark.parametrize(
    "state",
    [
        {"restricted_at": NOON, "restricted_because": "asked"},
        {"never_again_at": NOON},
        {"email": "", "mailbox": None},
    ],
)
def test_who_must_not_be_written_to_is_not_reminded(state: dict[str, object]) -> None:
    contact = received("keep_informed", at=days_ago(4)).contact
    Contact.objects.filter(pk=contact.pk).update(**state)
    assert reminding.remind(NOON) == 0
    assert reminders() == []


def test_who_asks_not_to_be_contacted_just_before_is_not_reminded(monkeypatch: pytest.MonkeyPatch) -> None:
    contact = received("keep_informed", at=days_ago(4)).contact
    found = reminding._contacts

    def found_and_then_restricted(waiting: QuerySet[Involvement]) -> list[int]:
        keys = found(waiting)
        acts.restrict(contact=contact, by=UserFactory(), why="Rang")
        return keys

    monkeypatch.setattr(reminding, "_contacts", found_and_then_restricted)
    assert (reminding.remind(NOON), reminders()) == (0, [])


@pytest.mark.parametrize(
    "act",
    [
        lambda contact: suppressions.never_again(mailbox=contact.mailbox),
        lambda contact: acts.restrict(contact=contact, by=UserFactory(), why="Rang"),
        lambda contact: erasing.ask(contact=contact),
        lambda contact: switches.withdraw(contact=contact, purposes=Purpose.values, source="one_click"),
        lambda contact: switches.confirm(contact=contact),
    ],
    ids=["never again", "restricted", "erasure", "taken back", "confirmed"],
)
def test_a_reminder_that_is_no_longer_wanted_is_not_sent(act: Callable[[Contact], object]) -> None:
    contact = received("keep_informed", at=days_ago(4)).contact
    reminding.remind(NOON)
    act(contact)
    mail.deliver_due()
    reminder = OutgoingMail.objects.get(message="please_confirm")
    assert reminder.state == OutgoingMail.State.CANCELLED


def test_an_address_that_asked_never_again_is_not_reminded_whoever_sent_the_form() -> None:
    suppressions.never_again(mailbox="aroha@example.org")
    received("keep_informed", at=days_ago(4))
    assert reminding.remind(NOON) == 0
    assert reminders() == []


def test_after_thirty_days_it_is_forgotten_and_the_ledger_says_so() -> None:
    contact = received("keep_informed", "give_advice", at=days_ago(30)).contact
    assert [reminding.forget(NOON), reminding.forget(NOON)] == [1, 0]
    assert Involvement.objects.current().count() == 0
    lines = contact.consents.filter(decision=Consent.Decision.LAPSED).order_by("purpose")
    assert [(line.purpose, line.source, line.recorded_at) for line in lines] == [
        ("give_advice", "portal", NOON),
        ("keep_informed", "portal", NOON),
    ]
    assert contact.activities.filter(kind=Activity.Kind.FORGOTTEN).count() == 1


def test_a_late_sweep_forgets_as_well() -> None:
    received("keep_informed", at=days_ago(300))
    assert [reminding.remind(NOON), reminding.forget(NOON)] == [0, 1]


def test_what_is_confirmed_or_younger_is_not_forgotten() -> None:
    received("keep_informed", at=days_ago(29.9))
    switches.confirm(contact=received("keep_informed", email="mere@example.org", at=days_ago(40)).contact)
    assert reminding.forget(NOON) == 0
    assert Involvement.objects.current().count() == 2


def test_who_has_no_address_is_not_forgotten() -> None:
    received("give_advice", email="", telephone="04 494 5718", at=days_ago(60))
    assert reminding.forget(NOON) == 0
    assert Involvement.objects.current().count() == 1


def test_a_quiet_list_costs_two_queries(django_assert_num_queries: object) -> None:
    for _ in range(3):
        ContactFactory()
    with django_assert_num_queries(2):  # type: ignore[operator]
        reminding.remind(NOON)
        reminding.forget(NOON)
