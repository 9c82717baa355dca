"""From step to step: lists are cancelled or forgotten, workers are killed or slow, and nothing doubles."""

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.clock import now
from accord_portal.staff.models import LogLine, User
from responses.importing import carrying_out, checking, steps
from responses.models import Contact, ContactImport, ImportPart
from tests.clock import NOON
from tests.factories import subscriber
from tests.responses.importing.lists import (
    List,
    brought_in,
    everything,
    fates,
    let_in,
    looked_at,
    people,
    text_of,
    uploaded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = ContactImport.State


def to_be_looked_at(content: bytes | List, mere: User) -> ContactImport:
    """A list whose columns are matched as they are guessed."""
    found = uploaded(content, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)
    return found


HEADING = ["name", "email", "keep informed", "give advice"]


@pytest.mark.parametrize("state", [s for s in State if s != State.CHECKED])
def test_only_what_is_looked_at_can_be_brought_in(state: str, mere: User) -> None:
    found = uploaded([HEADING], mere)
    ContactImport.objects.update(state=state)
    with pytest.raises(NotPossible, match="once it is looked at, and only once"):
        let_in(found)


def test_a_list_is_brought_in_by_nobody_who_prepared_it(mere: User, ana: User, bo: User) -> None:
    found = uploaded(people(1), mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=ana)
    steps.go_on(found.pk)
    for by in (mere, ana):
        with pytest.raises(NotPossible, match=r"^You prepared this: somebody else must bring it in\.$"):
            steps.approve(contact_import=found, by=by)
    LogLine.objects.create(act="account_added", kind="staff.user", key=bo.pk, done_by=ana)
    with pytest.raises(NotPossible, match=r"that of Ana Officer .* a third person must bring it in"):
        steps.approve(contact_import=found, by=bo)
    found.refresh_from_db()
    assert (found.state, found.approved_by) == (State.CHECKED, None)
    let_in(found)
    found.refresh_from_db()
    assert found.state == State.CARRYING_OUT


def test_cancelling_forgets_what_the_rows_say_and_keeps_what_was_wrong(mere: User) -> None:
    found = looked_at([HEADING, ["A", "a@example.org", "", ""], ["B", "b", "", ""]], mere)
    steps.cancel(contact_import=found, by=mere)
    found.refresh_from_db()
    assert (found.state, found.finished_at) == (State.CANCELLED, NOON)
    line = LogLine.objects.get()
    assert (line.act, line.key, line.done_by) == ("import_cancelled", found.pk, mere)
    assert [(row.values, row.mailbox, bool(row.errors)) for row in found.rows.order_by("number")] == [
        ({}, "", False),
        ({}, "", True),
    ]
    for act in (steps.cancel, steps.approve):
        with pytest.raises(NotPossible):
            act(contact_import=found, by=mere)
    steps.go_on(found.pk)
    assert Contact.objects.count() == 0


def test_a_list_nobody_brings_in_is_forgotten_after_thirty_days(
    mere: User, clock: time_machine.Traveller
) -> None:
    old, waits = looked_at([HEADING, ["A", "a@example.org", "", ""]], mere), uploaded([HEADING], mere)
    done = brought_in([HEADING, ["B", "b@example.org", "", ""]], mere)
    clock.shift(dt.timedelta(days=30))
    steps.forget_stale(now())
    assert ContactImport.objects.filter(state=State.CANCELLED).count() == 0
    clock.shift(dt.timedelta(seconds=1))
    steps.forget_stale(now())
    assert dict(ContactImport.objects.values_list("pk", "state")) == {
        old.pk: State.CANCELLED,
        waits.pk: State.CANCELLED,
        done.pk: State.DONE,
    }
    assert (ImportPart.objects.count(), old.rows.get().values) == (0, {})


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MAX_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(carrying_out, "MAX_ROWS_AT_ONCE", 3)


class Killed(BaseException):
    """What a worker does not survive."""


def die_after(chunks: int, function: Any) -> Any:
    left = iter(range(chunks))

    def dies(*args: Any, **said: Any) -> Any:
        if next(left, None) is None:
            raise Killed
        return function(*args, **said)

    return dies


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("chunks", range(4))
def test_a_worker_killed_while_it_looks_or_brings_in_doubles_nothing(
    chunks: int, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    whole = brought_in(people(10), mere)
    wanted = everything()
    counts = {name: len(rows) for name, rows in wanted.items()}
    renamed = text_of(people(10)).replace(b"@example.org", b"@example.com")
    found = uploaded(renamed, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)
    for module, name in ((checking, "_judge"), (carrying_out, "_bring_in")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, die_after(chunks, getattr(module, name)))
            with pytest.raises(Killed):
                steps.go_on(found.pk)
        assert steps.waiting(now()) == []
        steps.go_on(found.pk)
        clock.shift(dt.timedelta(minutes=2, seconds=1))
        assert steps.waiting(now()) == [found.pk]
        steps.go_on(found.pk)
        found.refresh_from_db()
        if found.state == State.CHECKED:
            let_in(found)
    assert (found.state, found.fates) == (State.DONE, whole.fates)
    assert list(fates(found).values()) == list(fates(whole).values())
    assert {name: len(rows) for name, rows in everything().items()} == {n: 2 * c for n, c in counts.items()}


@pytest.mark.usefixtures("small_chunks")
def test_a_slow_worker_leaves_a_list_to_the_one_that_took_over(
    mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    found, keep, late = to_be_looked_at(people(10), mere), checking._keep, iter([True])

    def slow(*args: Any) -> bool:
        if next(late, False):
            clock.shift(dt.timedelta(minutes=3))
            steps.go_on(found.pk)
        return keep(*args)

    monkeypatch.setattr(checking, "_keep", slow)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.rows.count(), found.fates) == (State.CHECKED, 10, {"new": 9, "repeated": 1})


@pytest.mark.usefixtures("small_chunks")
def test_a_list_cancelled_while_it_is_looked_at_is_left(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    found, keep = to_be_looked_at(people(10), mere), checking._keep

    def cancelled(*args: Any) -> bool:
        kept = keep(*args)
        with suppress(NotPossible):
            steps.cancel(contact_import=found, by=mere)
        return kept

    monkeypatch.setattr(checking, "_keep", cancelled)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.rows.count()) == (State.CANCELLED, 3)


def test_a_turn_ends_so_that_others_have_theirs(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "MAX_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(carrying_out, "TRANSACTIONS_A_TURN", 2)
    found = looked_at(people(10), mere)
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.done_up_to, steps.waiting(NOON)) == (State.CARRYING_OUT, 7, [found.pk])
    steps.go_on(found.pk)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.done_up_to, Contact.objects.count()) == (State.DONE, 11, 9)


def test_many_rows_cost_no_more_queries_than_few(mere: User) -> None:
    def queries(number: int, domain: str) -> tuple[int, int]:
        subscriber(email=f"p0@{domain}")
        rows = [*people(number), ["No address", "", "yes", ""]]
        content = text_of([[*row, f"04 494 57{at:02}"] for at, row in enumerate(rows)]).replace(
            b"04 494 5700", b"phone"
        )
        found = to_be_looked_at(content.replace(b"example.org", domain.encode()), mere)
        with CaptureQueriesContext(
            connection,
        ) as looking:
            steps.go_on(found.pk)
        let_in(found)
        with CaptureQueriesContext(connection) as bringing_in:
            steps.go_on(found.pk)
        return len(looking), len(bringing_in)

    queries(1, "first.example.org")  # the wordings are kept from now on
    few, many = queries(3, "few.example.org"), queries(30, "many.example.org")
    assert many == few
