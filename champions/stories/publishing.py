"""Acts on what the public sees of a story: it is handed in, read by a second person, published, withdrawn."""

from django.db import transaction

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from accord_portal.staff.two_people import why_another
from champions.models import Champion, PracticeStory
from champions.stories import emails
from champions.stories.writing import locked, locked_after
from responses.models import Activity
from responses.people.person import lock_present
from responses.people.timeline import tell

State = PracticeStory.State


@transaction.atomic
def submit(*, story: PracticeStory, by: User) -> None:
    """It is ready: a second person looks at it. Raises NotPossible where it waits already, or is public."""
    story = locked(story)
    if story.state not in (State.DRAFT, State.WITHDRAWN):
        raise NotPossible(f"It is {story.get_state_display().lower()} already.")
    if missing := missing_to_publish(story):
        raise NotPossible(f"Before somebody reviews it, write down {', '.join(missing)}.")
    with kept(story, by=by):
        story.state, story.sent_back_because = State.IN_REVIEW, ""
        story.submitted_at, story.submitted_by = clock.now(), by
        story.save()


@transaction.atomic
def send_back(*, story: PracticeStory, by: User, text: str) -> None:
    """It is a draft again: `text` says to those who write it what is to be done."""
    story = locked(story)
    _expect_in_review(story)
    with kept(story, by=by):
        story.state, story.sent_back_because = State.DRAFT, text
        story.save()


@transaction.atomic
def publish(*, story: PracticeStory, by: User) -> None:
    """Shows it to the public; the first time, a champion who offered it is told.

    Raises NotPossible where `by` wrote any of what nobody has published yet, where something is missing, or
    where its champion is not public.
    """
    story = locked_after(story.champion.contact if story.champion else None, story)
    _expect_in_review(story)
    if why := why_another(story.writers.all(), by=by, did="wrote", must="publish it"):
        raise NotPossible(why)
    if missing := missing_to_publish(story):
        raise NotPossible(f"Before it is published, write down {', '.join(missing)}.")
    if story.champion and not Champion.objects.published().filter(pk=story.champion_id).exists():
        raise NotPossible(f"{story.champion} is not public as a champion, so this cannot be.")
    is_new = story.published_at is None
    with kept(story, by=by):
        story.state, story.published_by = State.PUBLISHED, by
        story.published_at = story.published_at or clock.now()
        story.save()
    if story.champion and story.offered_at and is_new:
        _tell_the_champion(story, story.champion, by)


@transaction.atomic
def withdraw(*, story: PracticeStory, by: User | None = None) -> None:
    """Takes it down at once. Twice is the same as once."""
    story = locked(story)
    with kept(story, by=by):
        story.state = State.WITHDRAWN
        story.save()


def missing_to_publish(story: PracticeStory) -> list[str]:
    """What a published story has and this one lacks, in words."""
    told = story.problem and story.done and story.changed
    wanted = [
        (told or story.body, "the problem, what was done and what changed"),
        (story.licence, "its licence"),
    ]
    return [words for has, words in wanted if not has]


def _tell_the_champion(story: PracticeStory, champion: Champion, by: User) -> None:
    contact = lock_present(champion.contact)
    owed = None
    if contact.email and not contact.wants_to_be_left_alone:
        owed = mail.owe(emails.story_published, to=contact.email, recipient=contact.pk, story_id=story.pk)
    tell(contact, Activity.Kind.NOTE, f"Their practice story is published: {story.title}", by=by, mail=owed)


def _expect_in_review(story: PracticeStory) -> None:
    if story.state != State.IN_REVIEW:
        raise NotPossible(f"It is not in review: {story.get_state_display().lower()}.")
