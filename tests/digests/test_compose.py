"""Acts before sending: what an issue gathers, and how its words are fixed."""

import datetime as dt

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord_portal.digests import compose, content, trying_out
from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import LogLine, Revision, User
from tests.clock import NOON
from tests.factories import ChampionFactory, DigestIssueFactory, InitiativeFactory, UpdateFactory, UserFactory
from tests.html import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EARLIER, LATER = NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1)
State = DigestIssue.State


def news(title: str = "The Accord turns fifteen", **fields: object) -> Update:
    return UpdateFactory(title=title, **{"published": True, "published_at": EARLIER, **fields})


def composed(by: User, audience: str = "keep_informed") -> DigestIssue:
    return compose.compose_issue(audience=audience, by=by)


def approved(by: User) -> DigestIssue:
    issue = composed(by)
    compose.approve(issue=issue, by=UserFactory(name="Ana Officer"))
    issue.refresh_from_db()
    return issue


def titles(issue: DigestIssue) -> list[str]:
    return [item.title for item in content.of(issue)]


# --- updates ---------------------------------------------------------------------------------


def test_an_update_keeps_its_address_for_ever() -> None:
    update = Update(title="Kia Tūtahi: news")
    compose.name_update(update)
    update.title = "Other"
    compose.name_update(update)
    assert update.slug == "kia-tutahi-news"


def test_publishing_twice_is_the_same_as_once(mere: User, clock: time_machine.Traveller) -> None:
    update = UpdateFactory()
    compose.publish_update(update=update, by=mere)
    clock.shift(60)
    compose.publish_update(update=update, by=UserFactory())
    assert (update.published_at, update.published_by) == (NOON, mere)


def test_an_update_can_be_taken_down(mere: User, clock: time_machine.Traveller) -> None:
    update = news()
    published = update.published_at, update.published_by
    for _ in range(2):
        compose.withdraw_update(update=update, by=mere)
        assert (update.published_at, update.published_by) == published
        assert (update.withdrawn_at, update.is_published) == (NOON, False)
        clock.shift(60)
    assert list(Update.objects.published()) == []


def test_who_put_an_update_up_or_took_it_down_is_kept(mere: User, clock: time_machine.Traveller) -> None:
    update, hone = UpdateFactory(), UserFactory()
    compose.publish_update(update=update, by=mere)
    clock.shift(60)
    compose.withdraw_update(update=update, by=hone)
    compose.withdraw_update(update=update, by=mere)
    lines = Revision.objects.about([update]).order_by("pk").values_list("changed_by", "before")
    assert list(lines) == [
        (mere.pk, {"published_at": None, "published_by": None}),
        (hone.pk, {"withdrawn_at": None}),
    ]


def test_an_update_that_comes_back_before_it_was_told_is_news(
    mere: User, clock: time_machine.Traveller
) -> None:
    update = news()
    compose.withdraw_update(update=update, by=mere)
    clock.shift(60)
    DigestIssueFactory(approved=True)
    clock.shift(60)
    compose.publish_update(update=update, by=mere)
    assert (update.published_at, update.withdrawn_at) == (timezone.now(), None)


def test_an_update_that_comes_back_is_not_told_twice(mere: User, clock: time_machine.Traveller) -> None:
    update = news()
    published = update.published_at, update.published_by
    clock.shift(60)
    approved(mere)
    compose.withdraw_update(update=update, by=mere)
    clock.shift(60)
    compose.publish_update(update=update, by=UserFactory())
    assert (update.published_at, update.published_by, update.withdrawn_at) == (*published, None)
    assert list(Update.objects.published()) == [update]


# --- composing -------------------------------------------------------------------------------


def test_an_issue_gathers_what_its_audience_was_not_told(mere: User) -> None:
    news("told already")
    approved(mere)
    UpdateFactory(title="a draft")
    update = news("news", published_at=NOON)
    ahead = news("by a clock that is a day ahead", published_at=LATER)
    champion = ChampionFactory(published=True, published_at=NOON)
    ChampionFactory()
    initiative = InitiativeFactory(published=True, champion=champion, published_at=NOON)
    issue = composed(mere)
    assert (issue.audience, issue.period) == ("keep_informed", "2026-11-16 (2)")
    assert (issue.state, issue.composed_by, issue.composed_at) == (State.DRAFT, mere, NOON)
    assert [(item.kind, item.key, item.title, item.summary, item.slug) for item in content.of(issue)] == [
        ("update", ahead.pk, ahead.title, ahead.summary, ahead.slug),
        ("update", update.pk, "news", update.summary, "news"),
        ("champion", champion.pk, champion.name, "We run a community garden.", champion.slug),
        (
            "initiative",
            initiative.pk,
            initiative.title,
            f"{champion.name}: Anyone may book the hall for nothing.",
            initiative.slug,
        ),
    ]


def test_the_community_of_interest_hears_more(mere: User) -> None:
    detailed = news("in detail", audience="community_of_interest")
    with pytest.raises(NotPossible):
        composed(mere)
    assert titles(composed(mere, "community_of_interest")) == [detailed.title]


def test_without_news_there_is_no_issue(mere: User) -> None:
    with pytest.raises(NotPossible) as refused:
        composed(mere)
    assert str(refused.value) == "Nothing has been published for this audience since its last issue."
    assert DigestIssue.objects.count() == 0


def test_an_audience_has_one_draft_at_a_time(mere: User) -> None:
    news()
    composed(mere)
    with pytest.raises(NotPossible, match="There is already a draft for this audience"):
        composed(mere)
    composed(mere, "community_of_interest")
    assert DigestIssue.objects.count() == 2


def test_a_second_issue_on_one_day_has_a_number(mere: User, clock: time_machine.Traveller) -> None:
    news()
    approved(mere)
    clock.shift(60)
    news("more", published_at=NOON + dt.timedelta(seconds=30))
    assert composed(mere).period == "2026-11-16 (2)"


def test_what_a_cancelled_draft_would_have_told_goes_into_the_next(mere: User) -> None:
    update = news()
    compose.cancel(issue=composed(mere))
    assert titles(composed(mere)) == [update.title]


def test_only_a_draft_can_be_cancelled(mere: User) -> None:
    news()
    issue = approved(mere)
    with pytest.raises(NotPossible, match=r"^Only a draft can be cancelled\.$"):
        compose.cancel(issue=issue)


# --- approving -------------------------------------------------------------------------------


def test_approving_fixes_the_words_and_rings_for_the_worker(mere: User, ana: User) -> None:
    news("Kia Tūtahi & friends", summary="A <b>year</b>.")
    issue = composed(mere)
    assert compose.approve(issue=issue, by=ana) is True
    issue.refresh_from_db()
    assert (issue.state, issue.approved_at, issue.approved_by) == (State.APPROVED, NOON, ana)
    assert issue.subject == "Kia Tūtahi Accord: Kia Tūtahi & friends"
    assert "\nKia Tūtahi & friends\nA <b>year</b>.\nhttp://testserver/updates/" in issue.text
    assert read(issue.html).one("h3").text == "Kia Tūtahi & friends"
    task = DBTaskResult.objects.get()
    assert (task.task_path, task.args_kwargs) == (
        "accord_portal.digests.tasks.send_issue",
        {"args": [issue.pk], "kwargs": {}},
    )


def test_approving_twice_is_the_same_as_once(mere: User, clock: time_machine.Traveller) -> None:
    news()
    issue = approved(mere)
    before = DigestIssue.objects.values().get()
    clock.shift(60)
    assert compose.approve(issue=issue, by=UserFactory()) is False
    assert (DigestIssue.objects.values().get(), DBTaskResult.objects.count()) == (before, 1)


def test_later_edits_do_not_change_what_was_approved(mere: User) -> None:
    update = news()
    issue = approved(mere)
    before = content.render(issue)
    Update.objects.filter(pk=update.pk).update(title="Other", summary="Other")
    compose.withdraw_update(update=update, by=mere)
    issue.refresh_from_db()
    assert content.render(issue) == before == (issue.subject, issue.text, issue.html)


def test_what_was_taken_down_before_approval_is_left_out(mere: User, ana: User) -> None:
    gone, kept = news("gone"), news("kept")
    issue = composed(mere)
    compose.withdraw_update(update=gone, by=mere)
    compose.approve(issue=issue, by=ana)
    issue.refresh_from_db()
    assert (issue.subject, [h3.text for h3 in read(issue.html).all("h3")]) == (
        "Kia Tūtahi Accord: kept",
        [kept.title],
    )


def test_an_issue_with_nothing_left_is_not_approved(mere: User, ana: User) -> None:
    update = news()
    issue = composed(mere)
    compose.withdraw_update(update=update, by=mere)
    with pytest.raises(NotPossible, match="has been taken down since it was composed"):
        compose.approve(issue=issue, by=ana)
    assert DBTaskResult.objects.count() == 0


def test_nobody_approves_what_they_composed_or_changed_last(mere: User, ana: User, bo: User) -> None:
    news()
    issue = composed(mere)
    compose.introduce(issue=issue, by=ana, text="Kia ora.")
    issue.refresh_from_db()
    assert (issue.introduced_at, issue.introduced_by) == (NOON, ana)
    for by in (mere, ana):
        with pytest.raises(NotPossible, match=r"^You composed or changed this: somebody else must approve"):
            compose.approve(issue=issue, by=by)
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == (State.DRAFT, None)
    compose.introduce(issue=issue, by=bo, text="Kia ora koutou.")
    assert compose.approve(issue=issue, by=ana) is True


def test_one_person_with_two_accounts_does_not_approve_their_own(mere: User, ana: User) -> None:
    news()
    issue = composed(mere)
    LogLine.objects.create(act="account_added", kind="staff.user", key=ana.pk, done_by=mere)
    with pytest.raises(NotPossible, match=r"that of Mere Staff .* a third person must approve it"):
        compose.approve(issue=issue, by=ana)


def test_a_cancelled_issue_is_not_approved(mere: User, ana: User) -> None:
    news()
    issue = composed(mere)
    compose.cancel(issue=issue)
    with pytest.raises(NotPossible, match=r"^This issue was cancelled\.$"):
        compose.approve(issue=issue, by=ana)


def test_the_introduction_is_fixed_with_the_rest(mere: User, ana: User) -> None:
    news()
    issue = composed(mere)
    compose.introduce(issue=issue, by=mere, text="Kia *kaha*.")
    compose.approve(issue=issue, by=ana)
    issue.refresh_from_db()
    assert "\nKia kaha.\n" in issue.text
    assert read(issue.html).one("em").text == "kaha"
    with pytest.raises(NotPossible, match="only a draft can be changed"):
        compose.introduce(issue=issue, by=mere, text="Other")


def test_a_subject_is_one_line_of_120_characters_at_most(mere: User) -> None:
    news("one\nline " + "a" * 180)
    subject = approved(mere).subject
    assert (subject[:27], len(subject), "\n" in subject) == ("Kia Tūtahi Accord: one line", 120, False)


def test_the_fixed_words_hold_each_mark_a_reader_needs(mere: User) -> None:
    news()
    issue = approved(mere)
    marks = [content.NAME, content.WHY, content.UNSUBSCRIBE, content.PREFERENCES]
    assert [issue.text.count(mark) for mark in marks] == [1, 1, 1, 1]
    assert [issue.html.count(mark) for mark in marks] == [1, 1, 1, 1]


def test_an_html_digest_is_never_clipped(mere: User) -> None:
    for number in range(20):
        news(f"News {number} " + "a" * 150, summary="b" * 300)
    assert len(approved(mere).html.encode()) < 90_000


# --- trying it out ---------------------------------------------------------------------------


def test_a_test_goes_to_one_member_of_staff(mere: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    news()
    trying_out.send_test(issue=composed(mere), by=mere)
    assert mail.deliver_due() == 1
    (message,) = mailoutbox
    assert message.to == [mere.email]
    assert message.subject == "Test: Kia Tūtahi Accord: The Accord turns fifteen"
    assert "Tēnā koe (the reader’s name)" in message.body
    assert "[[" not in message.body + message.alternatives[0].content
