"""A story is handed in, read by a second person, published and withdrawn."""

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import Revision, User
from champions.models import PracticeStory
from champions.stories import publishing, writing
from tests.clock import NOON
from tests.factories import ChampionFactory, PracticeStoryFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = PracticeStory.State


def draft(by: User, **fields: object) -> PracticeStory:
    story: PracticeStory = PracticeStoryFactory(published_at=None, **fields)
    writing.written(story=story, by=by)
    return story


def in_review(by: User, **fields: object) -> PracticeStory:
    story = draft(by, **fields)
    publishing.submit(story=story, by=by)
    return story


def refusal(act: object, **about: object) -> str:
    with pytest.raises(NotPossible) as refused:
        act(**about)  # type: ignore[operator]
    return str(refused.value)


def test_a_second_person_publishes_it(mere: User) -> None:
    story, other = in_review(mere), UserFactory()
    refused = refusal(publishing.publish, story=story, by=mere)
    assert refused == "You wrote this: somebody else must publish it."
    publishing.publish(story=story, by=other)
    story.refresh_from_db()
    assert (story.state, story.published_at, story.published_by) == (State.PUBLISHED, NOON, other)
    assert list(PracticeStory.objects.published()) == [story]


def test_whoever_wrote_any_of_it_does_not_publish_it(mere: User) -> None:
    story, editor = in_review(mere), UserFactory()
    writing.written(story=story, by=editor)
    for writer in (mere, editor):
        assert refusal(publishing.publish, story=story, by=writer).startswith("You wrote this")
    publishing.publish(story=story, by=UserFactory())


def test_what_is_changed_comes_down_until_it_is_published_again_on_its_day(mere: User) -> None:
    story, other = in_review(mere), UserFactory()
    publishing.publish(story=story, by=other)
    assert writing.written(story=story, by=other) is True
    story.refresh_from_db()
    assert (story.state, story.submitted_by, list(story.writers.all())) == (State.IN_REVIEW, other, [other])
    assert not PracticeStory.objects.published().exists()
    publishing.publish(story=story, by=mere)
    story.refresh_from_db()
    assert (story.published_at, story.published_by) == (NOON, mere)


def test_it_is_sent_back_with_what_is_to_be_done(mere: User) -> None:
    story, other = in_review(mere), UserFactory()
    publishing.send_back(story=story, by=other, text="Say how you know.")
    story.refresh_from_db()
    assert (story.state, story.sent_back_because) == (State.DRAFT, "Say how you know.")
    assert refusal(publishing.publish, story=story, by=other) == "It is not in review: draft."
    publishing.submit(story=story, by=mere)
    story.refresh_from_db()
    assert (story.state, story.sent_back_because) == (State.IN_REVIEW, "")


def test_it_lacks_nothing_when_it_is_handed_in(mere: User) -> None:
    story = draft(mere, body="", licence="", problem="We were late.")
    refused = refusal(publishing.submit, story=story, by=mere)
    missing = "the problem, what was done and what changed, its licence"
    assert refused == f"Before somebody reviews it, write down {missing}."
    story.done, story.changed, story.licence = "We met.", "We are in time.", "cc_by"
    story.save()
    publishing.submit(story=story, by=mere)
    assert refusal(publishing.submit, story=story, by=mere) == "It is in review already."


def test_it_is_public_as_long_as_its_champion_is(mere: User) -> None:
    story = in_review(mere, champion=ChampionFactory(name="Hapori Trust", ticked=True))
    refused = refusal(publishing.publish, story=story, by=UserFactory())
    assert refused == "Hapori Trust is not public as a champion, so this cannot be."
    shown = PracticeStoryFactory(champion=ChampionFactory(published=True))
    assert list(PracticeStory.objects.published()) == [shown]
    shown.champion.state = "withdrawn"
    shown.champion.save()
    assert list(PracticeStory.objects.published()) == []


def test_withdrawn_twice_is_withdrawn_and_can_be_taken_up_again(mere: User) -> None:
    story = PracticeStoryFactory()
    for _ in range(2):
        publishing.withdraw(story=story, by=mere)
    story.refresh_from_db()
    assert (story.state, PracticeStory.objects.published().count()) == (State.WITHDRAWN, 0)
    assert [line.before for line in Revision.objects.about([story])] == [{"state": "published"}]
    publishing.submit(story=story, by=mere)
    story.refresh_from_db()
    assert story.state == State.IN_REVIEW


def test_what_was_changed_since_the_public_saw_it_is_told(mere: User) -> None:
    story, other = in_review(mere, summary="One"), UserFactory()
    publishing.publish(story=story, by=other)
    story.refresh_from_db()
    assert writing.changes_since_published(story) == []
    with writing.revisions.kept(story, by=mere):
        story.summary = "Two"
        story.save()
    writing.written(story=story, by=mere)
    story.refresh_from_db()
    (change,) = writing.changes_since_published(story)
    assert [tuple(difference) for difference in change.differences] == [("Summary", "One", "Two")]
