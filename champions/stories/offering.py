"""A champion offers a story, behind a link mailed to them: it is a draft that staff edit and publish."""

from collections.abc import Collection, Mapping

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from champions.models import Champion, CodeListEntry, Initiative, PracticeStory, Principle
from champions.stories.writing import give_address
from responses.models import Activity
from responses.people.person import lock_present
from responses.people.timeline import tell

MAX_OFFERED = 5  # drafts of one champion that wait


@transaction.atomic
def offer(
    *,
    champion: Champion,
    words: Mapping[str, str],
    initiative: Initiative | None = None,
    regions: Collection[CodeListEntry] = (),
    principles: Collection[Principle] = (),
    may_be_asked: bool = False,
) -> PracticeStory:
    """Keeps what the champion tells as a draft. The same words again (a double press) are the same story.

    Raises NotPossible where the champion was taken down, or has five drafts that wait for us.
    """
    contact = lock_present(champion.contact)
    champion.refresh_from_db()
    if champion.state == Champion.State.WITHDRAWN:
        raise NotPossible("You are no longer registered as a champion: write to us, and we see to it.")
    theirs = PracticeStory.objects.filter(champion=champion, offered_at__isnull=False)
    if before := theirs.filter(**words).first():
        return before
    if theirs.drafts().count() >= MAX_OFFERED:
        raise NotPossible(
            f"{MAX_OFFERED} of your stories wait for us already. Offer this one when we have read them."
        )
    story = PracticeStory(champion=champion, initiative=initiative, offered_at=clock.now(), **words)
    story.contact = contact if may_be_asked else None
    give_address(story)
    story.save()
    story.regions.set(regions)
    story.principles.set(principles)
    tell(contact, Activity.Kind.NOTE, f"Offered a practice story: {story.title}")
    return story
