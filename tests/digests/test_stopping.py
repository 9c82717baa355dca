"""An issue on its way is paused, goes on, is cancelled or expires: at once, and it says by whom and why."""

import datetime as dt

import pytest
import time_machine
from django.core.mail import EmailMessage
from pytest_django import Settings

from accord_portal.digests import compose, decisions
from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.sending import freezing
from accord_portal.foundation import clock as clocks
from accord_portal.foundation.acts import NotPossible
from tests.at_once import at_once
from tests.clock import NOON
from tests.digests.desk import Desk
from tests.digests.drive import counters, readers, send, states
from tests.digests.servers import Server
from tests.factories import DigestIssueFactory, NewsItemFactory, UserFactory

State = DigestIssue.State


def pause(issue: DigestIssue, why: str = "A wrong date") -> None:
    decisions.pause(issue=issue, by=UserFactory(name="Ana Officer"), why=why)


@pytest.mark.django_db
def test_nobody_is_written_to_while_it_is_paused_and_everybody_once_it_goes_on(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b")
    freezing.freeze(issue.pk)
    pause(issue)
    assert (send(issue).state, server.taken, states(issue)) == ("paused", [], dict.fromkeys("ab", "pending"))
    assert (issue.trouble, issue.is_on_its_way, issue.is_unfinished) == ("A wrong date", False, True)
    assert "Ana Officer paused it: A wrong date" in issue.decisions
    decisions.resume(issue=issue, by=UserFactory())
    assert (send(issue).state, issue.trouble) == ("sent", "")
    assert server.taken == ["a@example.org", "b@example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["pause", "cancel_sending"])
def test_a_worker_in_the_middle_begins_no_other_window(
    issue: DigestIssue,
    server: type[Server],
    settings: Settings,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    settings.DIGEST_WINDOW = 1
    readers("a", "b", "c")
    by, take = UserFactory(), Server.send_messages

    def and_stop(self: Server, messages: list[EmailMessage]) -> int:
        taken = take(self, messages)
        getattr(decisions, how)(issue=issue, by=by, why="A wrong date")
        return taken

    monkeypatch.setattr(Server, "send_messages", and_stop)
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "pending", "c": "pending"}
    assert [batch.state for batch in Batch.objects.all()] == ["ready"]
    monkeypatch.undo()
    clock.shift(3600)
    send(issue)
    assert server.taken == ["a@example.org"]
    decisions.resume(issue=issue, by=by)
    send(issue)
    others = [] if how == "cancel_sending" else ["b@example.org", "c@example.org"]
    assert server.taken == ["a@example.org", *others]


@pytest.mark.django_db
def test_a_list_that_is_half_drawn_up_goes_on_where_it_was(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b")
    pause(issue)
    assert (freezing.freeze(issue.pk), counters(issue)) == ([], {})
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 2}


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "sent", "cancelled", "expired", "paused", "needs_attention"])
def test_what_is_not_on_its_way_is_not_paused(state: str) -> None:
    issue = DigestIssueFactory(approved=state != "draft", state=state)
    with pytest.raises(NotPossible, match="not being sent"):
        pause(issue)
    issue.refresh_from_db()
    assert (issue.state, issue.decisions) == (state, "")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "sent", "cancelled", "expired"])
def test_what_is_over_is_not_cancelled(state: str) -> None:
    issue = DigestIssueFactory(approved=state != "draft", state=state)
    with pytest.raises(NotPossible, match="already"):
        decisions.cancel_sending(issue=issue, by=UserFactory(), why="No")
    issue.refresh_from_db()
    assert issue.state == state


@pytest.mark.django_db
def test_what_nobody_was_told_goes_into_the_next_issue(desk: Desk, server: type[Server]) -> None:
    desk.write("The Accord turns fifteen")
    issue = desk.compose()
    desk.approve(issue)
    decisions.cancel_sending(issue=issue, by=desk.by, why="A wrong date")
    assert desk.send() == ["The Accord turns fifteen"]


@pytest.mark.django_db
def test_what_one_person_was_told_is_not_told_again(desk: Desk, server: type[Server]) -> None:
    readers("a")
    desk.write("The Accord turns fifteen")
    issue = desk.compose()
    desk.approve(issue)
    send(issue)
    DigestIssue.objects.filter(pk=issue.pk).update(state=State.SENDING, sent_at=None)
    decisions.cancel_sending(issue=issue, by=desk.by, why="A wrong date")
    assert desk.send() == []


@pytest.mark.django_db
def test_an_issue_expires_a_month_after_it_was_approved(desk: Desk, server: type[Server]) -> None:
    readers("a")
    desk.write("The Accord turns fifteen")
    issue = desk.compose()
    desk.approve(issue)
    issue.refresh_from_db()
    assert issue.approved_at
    assert issue.expires_at == issue.approved_at + dt.timedelta(days=30)
    pause(issue)
    desk.clock.move_to(issue.expires_at - dt.timedelta(seconds=1))
    assert decisions.expire(clocks.now()) == 0
    desk.clock.move_to(issue.expires_at)
    assert (decisions.expire(clocks.now()), decisions.expire(clocks.now())) == (1, 0)
    assert (send(issue).state, server.taken) == ("expired", [])
    assert "the portal sent no more of it: its time was up" in issue.decisions
    assert desk.send() == ["The Accord turns fifteen"]


@pytest.mark.django_db
def test_its_time_is_up_before_the_sweep_says_so(server: type[Server]) -> None:
    with time_machine.travel(NOON, tick=False):
        readers("a")
        issue = DigestIssueFactory(approved=True, state="sending", expires_at=NOON)
        assert list(DigestIssue.objects.to_be_sent(clocks.now())) == []
        DigestIssue.objects.update(expires_at=NOON + dt.timedelta(seconds=1))
        assert list(DigestIssue.objects.to_be_sent(clocks.now())) == [issue]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_is_told() -> None:
    issue = DigestIssueFactory(approved=True, state="sending")
    NewsItemFactory(issue=issue)
    people = [UserFactory(), UserFactory()]

    def press(by: object) -> str:
        try:
            decisions.cancel_sending(issue=issue, by=str(by), why="A wrong date")
        except NotPossible as refused:
            return str(refused)
        return "done"

    said = at_once(*[lambda by=by: press(by) for by in people])
    assert sorted(map(str, said)) == [
        "It is sent, cancelled or expired already: look at how it stands now.",
        "done",
    ]
    issue.refresh_from_db()
    assert issue.decisions.count("cancelled it") == 1


@pytest.mark.django_db
def test_a_draft_is_still_cancelled_as_before(issue: DigestIssue) -> None:
    draft = DigestIssueFactory(audience="community_of_interest")
    compose.cancel(issue=draft)
    draft.refresh_from_db()
    assert draft.state == "cancelled"
