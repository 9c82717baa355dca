"""Nothing depends on a bell that was rung once: what is due is rung for again."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord_portal import sweep
from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.tasks import send_batch
from accord_portal.foundation.models import ClientCount, OutgoingMail, SetAside
from responses.models import (
    Contact,
    ContactImport,
    ExpressionOfInterest,
    Involvement,
    Recommendation,
    Referral,
)
from tests.asked import ReferralFactory
from tests.clock import NOON
from tests.factories import (
    BatchFactory,
    ContactFactory,
    ContactImportFactory,
    DigestIssueFactory,
    OutgoingMailFactory,
    RecommendationFactory,
    permitted,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = dt.timedelta(days=1)


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
    monkeypatch.setattr("responses.consent.reminding.remind", lambda now: 1 / 0)
    ClientCount.objects.create(key="old", requests=1, counted_at=NOON - dt.timedelta(days=2))
    recommendation = RecommendationFactory(expires_on=NOON.date() - dt.timedelta(days=3))
    assert sweep.tidy(NOON) == 1
    recommendation.refresh_from_db()
    assert (ClientCount.objects.count(), recommendation.state) == (0, "expired")
    with pytest.raises(CommandError, match=r"^1 chores failed"):
        call_command("sweep")


def test_people_are_told_once_that_we_missed_a_day() -> None:
    on_time, late = [received(email=f"{n}@example.org", at=NOON - n * DAY) for n in (3, 7)]
    for _ in range(2):
        assert sweep.tidy(NOON) == 0
    told = OutgoingMail.objects.filter(message="missed_a_day").values_list("recipient", flat=True)
    assert (list(told), on_time.is_late, late.is_late) == ([late.contact_id], False, True)


def sought() -> set[int]:
    return set(Contact.objects.exclude(duplicates_sought_at=None).values_list("pk", flat=True))


def waiting_since(days: int) -> list[int]:
    at = NOON - dt.timedelta(days=days)
    emails = [f"{name}@example.org" for name in ("first", "bad", "last")]
    return [received("keep_informed", email=email, at=at).contact_id for email in emails]


def missed() -> list[int]:
    return [received(email=f"{name}@example.org", at=NOON - 10 * DAY).contact_id for name in ("a", "b", "c")]


def told() -> set[int]:
    return set(OutgoingMail.objects.filter(message="missed_a_day").values_list("recipient", flat=True))


def reminded() -> set[int]:
    return set(Involvement.objects.exclude(reminded_at=None).values_list("contact", flat=True))


def forgotten() -> set[int]:
    return set(Involvement.objects.exclude(ended_at=None).values_list("contact", flat=True))


def expired() -> set[int]:
    return set(Recommendation.objects.filter(state="expired").values_list("pk", flat=True))


def forms_of_three() -> list[ExpressionOfInterest]:
    return [received(email=f"{name}@example.org") for name in ("a", "b", "c")]


def unanswered() -> set[int]:
    return set(Referral.objects.filter(state="expired").values_list("pk", flat=True))


def cancelled() -> set[int]:
    return set(ContactImport.objects.filter(state="cancelled").values_list("pk", flat=True))


def finished() -> set[int]:
    return set(DigestIssue.objects.filter(state=DigestIssue.State.SENT).values_list("pk", flat=True))


LONG_AGO = NOON - dt.timedelta(days=40)
BY_ROW: list[tuple[str, Callable[[], list[int]], Callable[[], set[int]], str]] = [
    ("responses.consent.reminding._remind", lambda: waiting_since(4), reminded, "contact"),
    ("responses.consent.reminding._forget", lambda: waiting_since(31), forgotten, "contact"),
    (
        "responses.answers.recommending._expire",
        lambda: [RecommendationFactory(expires_on=LONG_AGO.date()).pk for _ in range(3)],
        expired,
        "recommendation",
    ),
    (
        "responses.answers.referring._expire",
        lambda: [ReferralFactory(eoi=form, expires_on=LONG_AGO.date()).pk for form in forms_of_three()],
        unanswered,
        "referral",
    ),
    ("responses.undertakings.moving._say_so", missed, told, "contact"),
    (
        "responses.importing.steps._forget",
        lambda: [ContactImportFactory(uploaded_at=LONG_AGO).pk for _ in range(3)],
        cancelled,
        "contactimport",
    ),
    (
        "accord_portal.digests.sending.ending.finish",
        lambda: [BatchFactory(state=Batch.State.DONE).issue_id for _ in range(3)],
        finished,
        "digestissue",
    ),
    (
        "responses.contacts.duplicates._seek_these",
        lambda: [ContactFactory().pk for _ in range(3)],
        sought,
        "contact",
    ),
]


@pytest.mark.parametrize(("step", "make", "done", "kind"), BY_ROW, ids=[row[0] for row in BY_ROW])
def test_one_bad_row_never_holds_up_a_chore(
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    make: Callable[[], list[int]],
    done: Callable[[], set[int]],
    kind: str,
) -> None:
    first, bad, last = make()
    Contact.objects.exclude(pk__in=[first, bad, last]).update(duplicates_sought_at=NOON)
    module, _, name = step.rpartition(".")
    whole = getattr(__import__(module, fromlist=[name]), name)

    def failing(row: Any, *rest: Any) -> Any:
        keys = row if isinstance(row, list) else [getattr(row, "pk", row)]
        if bad in keys:
            raise ValueError
        return whole(row, *rest)

    monkeypatch.setattr(step, failing)
    assert sweep.tidy(NOON) == 0
    assert {first, last} <= done()
    assert bad not in done()
    assert [(row.kind.rpartition(".")[2], row.row) for row in SetAside.objects.all()] == [(kind, bad)]
    monkeypatch.setattr(step, whole)
    sweep.tidy(NOON)
    assert bad not in done()  # it rests
    with time_machine.travel(NOON + dt.timedelta(hours=1, seconds=1), tick=False):
        sweep.tidy(NOON)
    assert bad in done()
    assert SetAside.objects.count() == 0


def test_staff_see_what_was_set_aside(client: Client) -> None:
    client.force_login(permitted())
    page = client.get("/staff/").text
    assert "Set aside" not in page
    SetAside.objects.create(
        chore="Looking for duplicates", kind="responses.contact", row=7, error="ValueError", tried_at=NOON
    )
    page = client.get("/staff/").text
    assert '<a href="/staff/responses/contact/7/change/">Looking for duplicates: contact 7</a>' in page
