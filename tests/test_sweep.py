"""Nothing depends on a bell that was rung once: what is due is rung for again."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord_portal import sweep
from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.tasks import send_batch
from accord_portal.foundation.models import ClientCount, OutgoingMail
from tests.factories import BatchFactory, DigestIssueFactory, OutgoingMailFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def bells() -> Counter[tuple[str, tuple[int, ...]]]:
    """How many of each bell wait: the task's name and what it is given."""
    ready = DBTaskResult.objects.ready().values_list("task_path", "args_kwargs")
    return Counter((path.rpartition(".")[2], tuple(given["args"])) for path, given in ready)


def test_a_quiet_portal_rings_for_nothing() -> None:
    OutgoingMailFactory(state=OutgoingMail.State.SENT, sent_at=NOON)
    OutgoingMailFactory(not_before_at=NOON + dt.timedelta(minutes=1))
    DigestIssueFactory()
    BatchFactory(state=Batch.State.DONE)
    sweep.ring(NOON)
    assert bells() == {}


def test_what_is_due_is_rung_for_once() -> None:
    OutgoingMailFactory.create_batch(3)
    issue = DigestIssueFactory(approved=True)
    batch, other = BatchFactory(), BatchFactory()
    send_batch.enqueue(other.pk)
    for _ in range(2):
        sweep.ring(timezone.now())
    assert bells() == {
        ("deliver_mail", ()): 1,
        ("send_issue", (issue.pk,)): 1,
        ("send_batch", (batch.pk,)): 1,
        ("send_batch", (other.pk,)): 1,
    }


def test_mail_a_dead_worker_had_is_rung_for() -> None:
    OutgoingMailFactory(state=OutgoingMail.State.SENDING, claimed_at=NOON - dt.timedelta(minutes=3))
    sweep.ring(NOON)
    assert bells() == {("deliver_mail", ()): 1}


def test_a_task_whose_worker_was_killed_is_given_up_and_rung_for_again(
    clock: time_machine.Traveller,
) -> None:
    batch = BatchFactory()
    send_batch.enqueue(batch.pk)
    DBTaskResult.objects.update(status="RUNNING", started_at=NOON)
    clock.shift(sweep.TASK_LASTS + dt.timedelta(seconds=1))
    sweep.tidy(timezone.now())
    sweep.ring(timezone.now())
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]


def test_an_issue_whose_worker_died_at_the_very_end_is_finished() -> None:
    batch = BatchFactory(state=Batch.State.DONE)
    sweep.tidy(NOON)
    assert DigestIssue.objects.get(pk=batch.issue_id).state == DigestIssue.State.SENT


def test_what_no_limit_needs_any_more_is_erased() -> None:
    for hours in (1, 24):
        ClientCount.objects.create(key=str(hours), requests=1, counted_at=NOON - dt.timedelta(hours=hours))
    sweep.tidy(NOON)
    assert list(ClientCount.objects.values_list("key", flat=True)) == ["1"]


def test_whoever_did_not_answer_an_invitation_is_forgotten() -> None:
    today = timezone.localdate(NOON)
    rows = [RecommendationFactory(expires_on=day) for day in (today - dt.timedelta(days=1), today)]
    sweep.tidy(NOON)
    assert [type(row).objects.get(pk=row.pk).state for row in rows] == ["expired", "awaiting"]


def test_old_tasks_are_forgotten() -> None:
    send_batch.enqueue(1)
    send_batch.enqueue(2)
    old, new = DBTaskResult.objects.values_list("pk", flat=True)
    for key, days in ((old, 8), (new, 6)):
        rows = DBTaskResult.objects.filter(pk=key)
        rows.update(status="SUCCESSFUL", finished_at=NOON - dt.timedelta(days=days))
    sweep.tidy(NOON)
    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [new]


def test_a_chore_that_fails_holds_up_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("responses.reminding.remind", lambda now: 1 / 0)
    ClientCount.objects.create(key="old", requests=1, counted_at=NOON - dt.timedelta(days=2))
    recommendation = RecommendationFactory(expires_on=NOON.date() - dt.timedelta(days=3))
    assert sweep.tidy(NOON) == 1
    recommendation.refresh_from_db()
    assert (ClientCount.objects.count(), recommendation.state) == (0, "expired")
    with pytest.raises(CommandError, match=r"^1 chores failed"):
        call_command("sweep")
