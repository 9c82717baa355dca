"""Whether others may hear what became of an initiative: said by the person, once, and taken back."""

import pytest

from responses.answers import telling, triage
from responses.models import Activity, Contact, Decision
from responses.privacy import blanking
from tests.clock import NOON
from tests.factories import ContactFactory, UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def decided(**typed: str) -> tuple[Contact, Decision]:
    eoi = received(initiatives="Open the hall. On Sundays too.", **typed)
    triage.decide(eoi=eoi, seen=1, by=UserFactory(), number=1, outcome="partly", text="One hall of two.")
    return eoi.contact, eoi.decisions.get()


def lines(contact: Contact) -> list[tuple[str, object]]:
    found = contact.activities.filter(kind=Activity.Kind.AGREED).order_by("pk")
    return list(found.values_list("text", "done_by"))


def test_the_person_agrees_and_takes_it_back_with_a_line_each_time() -> None:
    contact, decision = decided()
    for yes, at in ((True, NOON), (True, NOON), (False, None), (False, None)):
        telling.let_others_hear(contact=contact, decision=decision, yes=yes)
        decision.refresh_from_db()
        assert decision.told_agreed_at == at
    assert lines(contact) == [
        ("Others may be told: Open the hall.", None),
        ("Others may not be told: Open the hall.", None),
    ]


def test_nobody_decides_it_for_another_mailbox() -> None:
    contact, decision = decided()
    other = ContactFactory(merged_into=contact)
    assert telling.let_others_hear(contact=other, decision=decision, yes=True) is False
    decision.refresh_from_db()
    assert (decision.told_agreed_at, lines(other), lines(contact)) == (None, [], [])


def test_of_who_was_erased_nothing_changes() -> None:
    contact, decision = decided()
    blanking.erase([contact.pk])
    assert telling.let_others_hear(contact=contact, decision=decision, yes=True) is False
    assert lines(contact) == []
