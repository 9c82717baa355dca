"""Who composes, approves, sends or decides takes turns: on PostgreSQL, two at once."""

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.core.mail import get_connection

from accord_portal.digests import arranging, compose, decisions, settling
from accord_portal.digests.models import Batch, Delivery, DigestIssue, Doubt
from accord_portal.digests.sending import deliver, freezing, ledger
from accord_portal.digests.sending.journal import Journal
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import LogLine, User
from champions import enrolment
from champions.models import Champion
from tests.at_once import while_not_over
from tests.clock import NOON
from tests.factories import ChampionFactory, DeliveryFactory, DigestIssueFactory, UpdateFactory, subscriber

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
State = Delivery.State


def composed(by: User) -> DigestIssue:
    return compose.compose_issue(audience="keep_informed", by=by)


def test_an_update_is_published_by_one_of_two(mere: User, ana: User) -> None:
    update = UpdateFactory()
    while_not_over(
        lambda: compose.publish_update(update=update, by=mere),
        lambda: compose.publish_update(update=type(update).objects.get(), by=ana),
    )
    update.refresh_from_db()
    assert update.published_by == mere


def test_an_issue_is_approved_by_one_of_two(mere: User, ana: User, bo: User) -> None:
    UpdateFactory(published=True)
    issue = composed(mere)
    came = while_not_over(
        lambda: compose.approve(issue=issue, by=ana), lambda: compose.approve(issue=issue, by=bo)
    )
    issue.refresh_from_db()
    assert (came, issue.approved_by) == ((True, False), ana)


def test_what_is_approved_at_this_moment_is_not_arranged_any_more(mere: User, ana: User) -> None:
    for title in ("First", "Second"):
        UpdateFactory(published=True, title=title)
    issue = composed(mere)
    last = issue.items.latest("pk")

    def leave_out_the_first() -> bool:
        try:
            arranging.arrange(issue=issue, by=mere, subject="Ours", order=[last.pk])
        except NotPossible:
            return False
        return True

    came = while_not_over(lambda: compose.approve(issue=issue, by=ana), leave_out_the_first)
    issue.refresh_from_db()
    assert (came, issue.items.count(), issue.own_subject) == ((True, False), 2, "")


def test_an_update_taken_down_at_this_moment_is_not_told(mere: User, ana: User) -> None:
    gone, kept = UpdateFactory(published=True, title="Gone"), UpdateFactory(published=True, title="Kept")
    issue = composed(mere)
    while_not_over(
        lambda: compose.withdraw_update(update=gone, by=mere), lambda: compose.approve(issue=issue, by=ana)
    )
    assert list(issue.items.values_list("key", flat=True)) == [kept.pk]


def test_a_champion_taken_down_at_this_moment_is_not_told(mere: User, ana: User) -> None:
    gone, kept = ChampionFactory(published=True), ChampionFactory(published=True)
    issue = composed(mere)
    while_not_over(
        lambda: enrolment.withdraw(champion=Champion.objects.get(pk=gone.pk)),
        lambda: compose.approve(issue=issue, by=ana),
    )
    assert list(issue.items.values_list("key", flat=True)) == [kept.pk]


def test_two_workers_freeze_a_person_once() -> None:
    subscriber()
    issue = DigestIssueFactory(approved=True)
    came = while_not_over(lambda: freezing._freeze_chunk(issue.pk), lambda: freezing._freeze_chunk(issue.pk))
    issue.refresh_from_db()
    assert (came, issue.batches, issue.recipients) == ((True, False), 1, 1)


def test_a_delivery_is_counted_once() -> None:
    delivery = DeliveryFactory(state=State.SUBMITTING)
    while_not_over(
        lambda: ledger.settle(delivery, State.ACCEPTED, "250 ok"),
        lambda: ledger.settle(delivery, State.FAILED, "550 no"),
    )
    issue = DigestIssue.objects.get()
    assert (issue.accepted, issue.failed, Delivery.objects.get().state) == (1, 0, State.ACCEPTED)


@pytest.mark.parametrize("second", [settling.treat_as_sent, settling.send_again])
def test_what_is_in_doubt_is_decided_once(mere: User, ana: User, second: Callable[..., int]) -> None:
    delivery = DeliveryFactory(state=State.HELD)
    DigestIssue.objects.update(in_doubt=1)
    came, refused = while_not_over(
        lambda: settling.treat_as_sent(issue=delivery.issue, by=mere, sentence="The log has it."),
        lambda: second(issue=delivery.issue, by=ana, sentence="They have not got it."),
    )
    issue, doubt = DigestIssue.objects.get(), Doubt.objects.get()
    assert (came, type(refused), issue.in_doubt, issue.accepted) == (1, NotPossible, 0, 1)
    assert (doubt.ending, doubt.ended_by, doubt.sentence) == ("treated_as_sent", mere, "The log has it.")
    assert (Delivery.objects.get().state, LogLine.objects.count()) == (State.ACCEPTED, 1)


def test_an_answer_that_comes_as_staff_decide_is_counted_once(mere: User) -> None:
    delivery = DeliveryFactory(state=State.HELD)
    DigestIssue.objects.update(in_doubt=1)
    _, refused = while_not_over(
        lambda: ledger.settle(delivery, State.ACCEPTED, "found later"),
        lambda: settling.send_again(issue=delivery.issue, by=mere, sentence="They have not got it."),
    )
    issue = DigestIssue.objects.get()
    assert (type(refused), issue.in_doubt, issue.accepted) == (NotPossible, 0, 1)
    assert (Doubt.objects.get().ending, Delivery.objects.get().state) == ("found_out", State.ACCEPTED)


@pytest.mark.parametrize(("state", "counter"), [(State.FAILED, "failed"), (State.HELD, "in_doubt")])
def test_who_is_put_back_as_the_batch_ends_is_sent_to(mere: User, state: str, counter: str) -> None:
    delivery = DeliveryFactory(state=state)
    lease = uuid.uuid4()
    Batch.objects.update(state=Batch.State.SUBMITTING, lease=lease, leased_until_at=NOON)
    DigestIssue.objects.update(state="sending", recipients=1, **{counter: 1})
    issue, batch = delivery.issue, Batch.objects.select_related("issue").get()
    put_back: Callable[[], int] = partial(decisions.try_failed_again, issue=issue, by=mere)
    if state == State.HELD:
        put_back = partial(settling.send_again, issue=issue, by=mere, sentence="They have not got it.")
    turn = deliver.Turn(batch, lease, get_connection(), Journal(uuid.uuid4()))
    while_not_over(put_back, lambda: deliver._done_or_not(turn))
    issue.refresh_from_db()
    assert (Batch.objects.get().state, Delivery.objects.get().state) == ("ready", "pending")
    assert issue.state == "sending"
