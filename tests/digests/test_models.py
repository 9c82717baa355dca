import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accord_portal.digests.models import Audience, Batch, Delivery, DigestIssue, Update
from tests.clock import NOON
from tests.factories import (
    BatchFactory,
    DeliveryFactory,
    DigestIssueFactory,
    NewsItemFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db
State = DigestIssue.State
NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


def test_an_audience_has_one_issue_a_period() -> None:
    one = DigestIssueFactory(approved=True)
    with pytest.raises(IntegrityError, match=r"digest_issue_once_a_period|period"):
        DigestIssueFactory(approved=True, period=one.period)


def test_an_audience_has_one_draft() -> None:
    DigestIssueFactory()
    DigestIssueFactory(audience="community_of_interest")
    with pytest.raises(IntegrityError, match=r"digest_issue_one_draft|audience"):
        DigestIssueFactory()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": State.APPROVED}, "digest_issue_approved_when_and_by_whom"),
        ({"approved_at": NOW}, "digest_issue_approved_when_and_by_whom"),
        ({"approved": True, "approved_by": None}, "digest_issue_approved_when_and_by_whom"),
        ({"approved": True, "state": State.DRAFT}, "digest_issue_approved_when_and_by_whom"),
        (
            {"approved": True, "subject": "", "text": "", "html": ""},
            "digest_issue_fixed_on_approval",
        ),
    ],
)
def test_an_issue_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        DigestIssueFactory(**changes)


def test_an_issue_numbers_its_batches_once() -> None:
    batch = BatchFactory()
    with pytest.raises(IntegrityError, match=r"batch_number_once_an_issue|number"):
        BatchFactory(issue=batch.issue, number=batch.number)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": Batch.State.SUBMITTING},
        {"leased_until_at": NOW},
        {"state": Batch.State.DONE, "lease": "00000000-0000-0000-0000-000000000001"},
    ],
)
def test_a_batch_has_a_lease_while_it_is_being_sent(changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="batch_lease_while_submitting"):
        BatchFactory(**changes)


def test_a_contact_gets_an_issue_once() -> None:
    delivery = DeliveryFactory()
    with pytest.raises(IntegrityError, match=r"delivery_once_a_contact|contact"):
        DeliveryFactory(batch=delivery.batch, contact=delivery.contact)


def test_what_changes_while_an_issue_is_sent_stands_in_no_index() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Delivery._meta.db_table)
    named = {column for one in found.values() if one["index"] for column in one["columns"] or []}
    assert named & {"state", "reason", "settled_at", "provider_id"} == set()
    assert {"contact_id", "batch_id"} <= named


def test_an_address_gets_an_issue_once() -> None:
    delivery = DeliveryFactory()
    with pytest.raises(IntegrityError, match=r"delivery_once_an_address|address_hash"):
        DeliveryFactory(batch=delivery.batch, address_hash=delivery.address_hash)


@pytest.mark.parametrize("changes", [{"published_at": NOW}, {"published": True, "published_at": None}])
def test_an_update_is_published_at_an_instant_and_by_somebody(changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="update_published_when_and_by_whom"):
        UpdateFactory(**changes)


@pytest.mark.parametrize(
    ("batch", "may"),
    [
        ({"not_before_at": NOW, "attempts": 1}, True),
        ({"not_before_at": NOW + dt.timedelta(seconds=1), "attempts": 1}, False),
        ({"not_before_at": NOW + DigestIssue.LONGEST_REST, "attempts": 1}, False),
        ({"not_before_at": NOW + dt.timedelta(days=1), "attempts": 1}, True),  # the clock was put back
        ({"not_before_at": NOW + dt.timedelta(hours=1)}, True),  # never tried: the same
        ({"state": Batch.State.DONE}, False),
        ({"leased_until_at": NOW}, False),
        ({"leased_until_at": NOW - dt.timedelta(seconds=1)}, True),
    ],
)
def test_a_batch_may_be_claimed(batch: dict[str, Any], may: bool) -> None:
    if "leased_until_at" in batch:
        batch = {**batch, "state": Batch.State.SUBMITTING, "lease": "00000000-0000-0000-0000-000000000001"}
    made = BatchFactory(**{"not_before_at": NOW, **batch})
    assert list(Batch.objects.claimable(NOW)) == ([made] if may else [])


def test_issues_by_what_is_to_be_done_about_them() -> None:
    draft = DigestIssueFactory()
    made = {
        state: DigestIssueFactory(approved=True, state=state, goes_out_at=NOON)
        for state in State
        if state not in (State.DRAFT, State.CANCELLED)
    }
    DigestIssueFactory(state=State.CANCELLED)
    doubtful = DigestIssueFactory(approved=True, state=State.SENT, in_doubt=1)
    assert list(DigestIssue.objects.drafts()) == [draft]
    assert {issue.state for issue in DigestIssue.objects.on_their_way()} == {
        State.APPROVED,
        State.FREEZING,
        State.SENDING,
    }
    assert set(DigestIssue.objects.needing_attention()) == {
        made[State.NEEDS_ATTENTION],
        made[State.PAUSED],
        doubtful,
    }
    assert list(DigestIssue.objects.sent_or_sending()) == [doubtful, *reversed(made.values())]


def test_what_is_outstanding_is_counted_from_the_counters() -> None:
    issue = DigestIssueFactory(recipients=10, accepted=3, skipped=2, failed=1, in_doubt=1)
    assert issue.outstanding == 3


def test_updates_by_audience() -> None:
    general = UpdateFactory(published=True)
    detailed = UpdateFactory(published=True, audience="community_of_interest")
    UpdateFactory()
    published = Update.objects.published()
    assert list(published.for_audience("keep_informed")) == [general]
    assert set(published.for_audience("community_of_interest")) == {general, detailed}


@pytest.mark.parametrize(
    ("audience", "told"), [("keep_informed", [True, True]), ("community_of_interest", [False, True])]
)
def test_whom_an_update_is_for_is_said_in_two_ways_that_agree(audience: str, told: list[bool]) -> None:
    update = UpdateFactory(published=True, audience=audience)
    assert [update.is_for(reader) for reader in Audience] == told
    assert [Update.objects.for_audience(reader).exists() for reader in Audience] == told


def test_an_audience_is_told_a_thing_once() -> None:
    item = NewsItemFactory()
    NewsItemFactory(key=item.key, kind="champion")
    NewsItemFactory(key=item.key, issue__audience="community_of_interest")
    with pytest.raises(IntegrityError, match=r"news_once_an_audience|audience"):
        NewsItemFactory(key=item.key, issue__period="another")


def test_rows_say_what_they_are() -> None:
    issue = DigestIssueFactory(period="2026-11-16")
    update = UpdateFactory(title="News", body="*Kia kaha*")
    assert (str(issue), str(update)) == ("Kept informed, 2026-11-16", "News")
    assert update.body_html == "<p><em>Kia kaha</em></p>\n"
