"""Whoever reads for both audiences has each item once, from whichever issue goes first, and misses none."""

from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from accord_portal.digests import compose, content, decisions
from accord_portal.digests.models import Batch, Delivery, DigestIssue, Variant
from accord_portal.digests.sending import freezing, readers, variants
from accord_portal.digests.sending.readers import Listed
from responses.consent import switches
from responses.models import Contact
from tests.at_once import behind
from tests.digests.desk import COMMUNITY, INFORMED, Desk
from tests.digests.drive import counters, send
from tests.factories import InvolvementFactory, subscriber

pytestmark = pytest.mark.django_db
TITLES = ("for all", "in detail", "later")


def reader_of_both(name: str = "both") -> Contact:
    contact = subscriber(INFORMED, email=f"{name}@example.org")
    InvolvementFactory(contact=contact, purpose=COMMUNITY, confirmed=True)
    return contact


def approved(desk: Desk, audience: str) -> DigestIssue:
    issue = desk.compose(audience)
    desk.approve(issue)
    issue.refresh_from_db()
    return issue


def both(desk: Desk) -> tuple[DigestIssue, DigestIssue]:
    """An issue for each audience, the informed first: one item in both, another for the community alone."""
    desk.write("for all")
    desk.write("in detail", COMMUNITY)
    return approved(desk, INFORMED), approved(desk, COMMUNITY)


def told_to(name: str = "both") -> list[str]:
    """The titles in every message that this reader got."""
    texts = [message.body for message in mail.outbox if message.to == [f"{name}@example.org"]]
    return [title for text in texts for title in TITLES if title in text]


def no_to(contact: Contact, purpose: str) -> None:
    switches.withdraw(contact=contact, purposes=[purpose], source="one_click")


def state(issue: DigestIssue, contact: Contact) -> tuple[str, str]:
    row = issue.deliveries.get(contact=contact)
    return row.state, row.reason


@pytest.mark.parametrize("first", [0, 1])
def test_each_item_comes_once_whichever_issue_goes_first(desk: Desk, first: int) -> None:
    reader_of_both(), subscriber(INFORMED, email="informed@example.org")
    subscriber(COMMUNITY, email="community@example.org")
    issues = both(desk)
    for issue in (issues[first], issues[1 - first], *issues):
        send(issue)
    assert sorted(told_to()) == ["for all", "in detail"]
    assert (told_to("informed"), told_to("community")) == (["for all"], ["for all", "in detail"])
    assert [issue.state for issue in map(send, issues)] == ["sent", "sent"]


def test_what_is_left_out_is_said_and_where_nothing_is_left_nothing_is_sent(desk: Desk) -> None:
    reader = reader_of_both()
    informed, community = both(desk)
    send(informed)
    send(community)
    text = mail.outbox[-1].body
    assert "for all" not in text
    assert "1 more came to you in our other digest, and is left out here." in text
    assert mail.outbox[-1].subject == "Kia Tūtahi Accord: in detail"
    desk.write("later")
    issues = approved(desk, COMMUNITY), approved(desk, INFORMED)
    for issue in issues:
        send(issue)
    assert state(issues[1], reader) == ("skipped", "had all of its news already")
    assert counters(issues[1]) == {"batches": 1, "recipients": 1, "skipped": 1}
    assert told_to() == ["for all", "in detail", "later"]


def test_what_the_editor_says_or_asks_comes_also_where_no_news_is_left(desk: Desk) -> None:
    reader_of_both()
    desk.write("for all")
    informed = approved(desk, INFORMED)
    draft = desk.compose(COMMUNITY)
    compose.introduce(issue=draft, by=desk.by, text="", question="What do you think?")
    desk.approve(draft)
    send(informed)
    send(draft)
    assert [told_to(), len(mail.outbox)] == [["for all"], 2]
    assert "What do you think?" in mail.outbox[1].body


def test_a_no_between_the_list_and_the_message_loses_nothing_of_the_other_issue(desk: Desk) -> None:
    reader = reader_of_both()
    informed, community = both(desk)
    freezing.freeze(informed.pk)
    freezing.freeze(community.pk)
    assert Batch.objects.get(issue=community).variant == Variant.objects.get(without=str(informed.pk))
    no_to(reader, INFORMED)
    for issue in (informed, community, community):
        send(issue)
    assert state(informed, reader) == ("skipped", "no longer wanted")
    assert told_to() == ["for all", "in detail"]


@pytest.mark.parametrize("stopped", ["paused", "cancelled"])
def test_an_issue_that_stops_on_its_way_has_told_nothing(desk: Desk, stopped: str) -> None:
    reader = reader_of_both()
    informed, community = both(desk)
    freezing.freeze(informed.pk)
    freezing.freeze(community.pk)
    stop = decisions.pause if stopped == "paused" else decisions.cancel_sending
    stop(issue=informed, by=desk.by, why="A mistake.")
    for issue in (community, community):
        send(issue)
    assert told_to() == ["for all", "in detail"]
    assert counters(community) == {"batches": 2, "recipients": 1, "accepted": 1}
    if stopped == "paused":
        decisions.resume(issue=informed, by=desk.by)
        for issue in (informed, informed):
            send(issue)
        assert state(informed, reader) == ("skipped", "had all of its news already")
    assert told_to() == ["for all", "in detail"]


@pytest.mark.parametrize(
    ("became", "told"),
    [
        ("held", ["in detail"]),
        ("failed", ["for all", "in detail"]),
        ("rejected", ["for all", "in detail"]),
        ("bounced", ["for all", "in detail"]),
        ("delivered", ["in detail"]),
        ("complained", ["in detail"]),
    ],
)
def test_what_may_have_arrived_is_not_repeated_and_what_did_not_arrive_is_told(
    desk: Desk, became: str, told: list[str]
) -> None:
    reader_of_both()
    informed, community = both(desk)
    send(informed)
    mail.outbox.clear()
    Delivery.objects.filter(issue=informed).update(state=became)
    for issue in (community, community):
        send(issue)
    assert told_to() == told


def test_an_item_of_several_earlier_issues_is_left_out_once(desk: Desk) -> None:
    reader_of_both()
    desk.write("for all")
    first = approved(desk, INFORMED)
    desk.write("later")
    second = approved(desk, INFORMED)
    desk.write("in detail", COMMUNITY)
    community = approved(desk, COMMUNITY)
    for issue in (first, second, community):
        send(issue)
    assert told_to() == ["for all", "later", "in detail"]
    assert Variant.objects.get().without == f"{first.pk},{second.pk}"


def test_an_erasure_strikes_it_from_each_variant(desk: Desk) -> None:
    reader_of_both()
    informed, community = both(desk)
    send(informed)
    freezing.freeze(community.pk)
    item = community.items.get(title="in detail")
    type(item).objects.filter(pk=item.pk).update(title="[erased]")
    content.fix_again(community)
    variant = Variant.objects.get()
    assert ("in detail" in variant.text, "[erased]" in variant.text) == (False, True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_issues_at_the_same_moment_one_is_first(desk: Desk) -> None:
    """Each worker writes down that it is about to write to the reader; the second waits and finds it so."""
    reader_of_both()
    informed, community = both(desk)
    freezing.freeze(informed.pk)
    freezing.freeze(community.pk)
    Batch.objects.update(variant=None)  # both would tell all
    batches = [Batch.objects.select_related("issue").get(issue=issue) for issue in (informed, community)]
    people = [readers.waiting(batch, 0, 10) for batch in batches]

    def begin() -> None:
        (one,) = variants.staying(batches[0], people[0])
        Delivery.objects.filter(pk=one.pk).update(state="submitting")

    assert behind(begin, lambda: stays(batches[1], people[1])) == []
    assert Batch.objects.filter(issue=community).count() == 2


def stays(batch: Batch, people: list[Listed]) -> list[Listed]:
    with transaction.atomic():
        return variants.staying(batch, people)


def test_what_is_looked_up_is_the_same_for_one_as_for_three(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    for name in "abc":
        reader_of_both(name)
    informed, community = both(desk)
    send(informed)
    freezing.freeze(community.pk)
    batch = Batch.objects.select_related("issue", "variant").get(issue=community)
    people = readers.waiting(batch, 0, 10)
    for some in (people[:1], people):
        with django_assert_num_queries(3), transaction.atomic():  # one, in a savepoint
            assert variants.staying(batch, some) == some
