"""What follows when a story is written or changed: its address, who has to read it, and its coming down."""

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.folding import free_slug
from accord_portal.staff import revisions
from accord_portal.staff.models import User
from champions.models import PracticeStory
from responses.models import Contact
from responses.people.person import lock

State = PracticeStory.State
NOT_OF_ITS_WORDS = {"state", "slug", "sent_back_because", "submitted_at", "submitted_by"} | {
    "published_at", "published_by"
}  # fmt: skip


def locked(story: PracticeStory) -> PracticeStory:
    """The story afresh, for this transaction: whoever changes, publishes or withdraws it takes turns."""
    return PracticeStory.objects.select_for_update(of=("self",), no_key=True).get(pk=story.pk)


def locked_after(person: Contact | None, story: PracticeStory) -> PracticeStory:
    """The same, after whoever is told of it: a No locks in this order, so that nobody waits in a circle."""
    if person:
        lock(pk=person.pk)
    return locked(story)


def give_address(story: PracticeStory) -> None:
    """Its page's address, from its title; once it has been published it stays."""
    if story.published_at is None:
        others = PracticeStory.objects.exclude(pk=story.pk)
        story.slug = free_slug(story.title, "story", others)


@transaction.atomic
def written(*, story: PracticeStory, by: User) -> bool:
    """Somebody wrote or changed it, who therefore does not publish it; whether it came down for that.

    What is public has been read by a second person, always: what is changed waits for one once more.
    """
    story = locked(story)
    came_down = story.state == State.PUBLISHED
    with revisions.kept(story, by=by):
        if came_down:
            story.state = State.IN_REVIEW
            story.submitted_at, story.submitted_by = clock.now(), by
            story.save()
            story.writers.set([by])
        story.writers.add(by)
    return came_down


def changes_since_published(story: PracticeStory) -> list[revisions.Change]:
    """What the words were before each change since the public last saw them, the latest first."""
    found: list[revisions.Change] = []
    if story.published_at is None:
        return found
    for change in revisions.changes([story]):
        changed = dict(zip(change.line.before, change.differences, strict=False))
        if "state" in changed and changed["state"].after == State.PUBLISHED.label:
            break
        if words := [difference for name, difference in changed.items() if name not in NOT_OF_ITS_WORDS]:
            found.append(change._replace(differences=words))
    return found
