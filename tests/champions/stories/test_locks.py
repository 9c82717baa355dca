"""Whoever changes a story and whoever publishes it take turns: on PostgreSQL, two at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions.models import PracticeStory
from champions.stories import publishing, relaying, reusing, writing
from responses.people import person
from tests.at_once import begun_behind, while_not_over
from tests.clock import NOON
from tests.factories import ChampionFactory, PracticeStoryFactory, UserFactory
from tests.register import RelayFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def in_review(by: User) -> PracticeStory:
    story: PracticeStory = PracticeStoryFactory(
        published_at=None, state="in_review", submitted_at=NOON, submitted_by=by
    )
    return story


def test_what_somebody_is_writing_at_this_moment_they_do_not_publish(mere: User) -> None:
    story = in_review(UserFactory())
    _, refused = while_not_over(
        lambda: writing.written(story=story, by=mere), lambda: publishing.publish(story=story, by=mere)
    )
    assert str(refused) == "You wrote this: somebody else must publish it."


def test_what_is_sent_back_at_this_moment_is_not_published(mere: User) -> None:
    story = in_review(UserFactory())
    _, refused = while_not_over(
        lambda: publishing.send_back(story=story, by=mere, text="Not yet"),
        lambda: publishing.publish(story=story, by=mere),
    )
    assert isinstance(refused, NotPossible)
    story.refresh_from_db()
    assert (story.state, story.published_at) == ("draft", None)


def test_what_is_withdrawn_at_this_moment_stays_so(mere: User) -> None:
    story = PracticeStoryFactory()
    while_not_over(
        lambda: publishing.withdraw(story=story, by=mere), lambda: writing.written(story=story, by=mere)
    )
    story.refresh_from_db()
    assert story.state == "withdrawn"


def test_of_two_who_tell_at_once_one_too_many_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reusing, "MAX_UNREAD", 1)
    story = PracticeStoryFactory()
    _, refused = while_not_over(
        lambda: reusing.tell_reuse(story=story, words="One"),
        lambda: reusing.tell_reuse(story=story, words="Other"),
    )
    assert isinstance(refused, NotPossible)
    assert story.reuses.get().words == "One"


def test_a_no_at_the_moment_of_publishing_waits_in_no_circle(mere: User) -> None:
    story = in_review(UserFactory())
    story.champion, story.offered_at = ChampionFactory(published=True), NOON
    story.save()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            person.lock(pk=story.champion.contact_id)
            running = begun_behind(pool, lambda: publishing.publish(story=story, by=mere))
            publishing.withdraw(story=story)
        with pytest.raises(NotPossible, match="It is not in review: withdrawn"):
            running.result()


def test_a_no_at_the_moment_of_passing_on_waits_in_no_circle(mere: User) -> None:
    relay = RelayFactory(confirmed=True)
    story = relay.story
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            person.lock(pk=story.contact_id)
            reading = {"story": story, "by": mere, "relay": relay, "state": "passed_on"}
            running = begun_behind(pool, lambda: relaying.read_relay(**reading))
            publishing.withdraw(story=story)
        running.result()
    relay.refresh_from_db()
    assert relay.state == "passed_on"
