"""What practice stories hold about one person; see `accord_portal.foundation.personal_data`.

A story is of a champion, in its words; and somebody on the contact list may be asked about it.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions
from champions.models import PracticeStory
from champions.stories import publishing

ERASED_STORY = "Erased"
STORY = {
    "Title": "title",
    "Summary": "summary",
    "The problem": "problem",
    "What was done": "done",
    "What changed": "changed",
    "How that is known": "known_by",
    "What would be done differently": "differently",
    "More to tell": "body",
    "Licence": "licence",
    "The owner’s words": "licence_words",
    "State": "state",
    "Offered": "offered_at",
    "Published": "published_at",
}


def _told(keys: Sequence[int]) -> QuerySet[PracticeStory]:
    return PracticeStory.objects.filter(champion__contact__in=keys).order_by("pk")


def _asked(keys: Sequence[int]) -> QuerySet[PracticeStory]:
    return PracticeStory.objects.filter(contact__in=keys).order_by("pk")


def held(keys: Sequence[int]) -> Held:
    """The person's stories, with what these said before, and those that they may be asked about."""
    told = _told(keys)
    return {
        "Practice stories": listed(told, STORY),
        "Practice stories you may be asked about": listed(_asked(keys), {"Title": "title"}),
        "What your stories said before": [
            {"When": change.line.changed_at, "Of": change.of, difference.label: difference.before}
            for change in revisions.changes(told)
            for difference in change.differences
        ],
    }


def sent(keys: Sequence[int]) -> list[Sent]:
    """Nothing of its own: messages are in the outgoing mail."""
    return []


def public(keys: Sequence[int]) -> list[Shown]:
    """The person's stories on the public pages, and those through which they may be asked."""
    rows = PracticeStory.objects.published().filter(Q(pk__in=_told(keys)) | Q(pk__in=_asked(keys)))
    return [Shown(f"Story: {isolated(row.title)}", row.get_absolute_url()) for row in rows.order_by("pk")]


def take_down(keys: Sequence[int]) -> None:
    """Withdraws the person's stories; of others they are asked no more."""
    for story in _told(keys).exclude(state=PracticeStory.State.WITHDRAWN):
        publishing.withdraw(story=story)
    _asked(keys).update(contact=None)


def erase(keys: Sequence[int]) -> None:
    """Blanks the person's stories; each stays counted. Takes the person out of all others."""
    take_down(keys)
    revisions.forget(list(_told(keys)))
    for story in _told(keys):
        for name in ("summary", "licence", "licence_words", "sent_back_because", *PracticeStory.SECTIONS):
            setattr(story, name, "")
        story.title, story.slug = ERASED_STORY, f"erased-story-{story.pk}"
        story.save()
