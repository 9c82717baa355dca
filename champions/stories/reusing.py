"""Somebody tells that they used a story; staff read it, count it, and show what may be shown."""

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions.models import PracticeStory, Reuse
from champions.stories.writing import locked

MAX_UNREAD = 20  # of one story, until staff have read some
MAX_USES = 1000  # counted of one story; of more it is said that there are more


@transaction.atomic
def tell_reuse(
    *,
    story: PracticeStory,
    words: str,
    used_by: str = "",
    email: str = "",
    words_agreed: bool = False,
    name_agreed: bool = False,
) -> Reuse:
    """Keeps what somebody told, for staff to read. The same again (a double press) is the same.

    Raises NotPossible where the story is not public any more, or too many wait to be read.
    """
    story = locked(story)
    if not PracticeStory.objects.published().filter(pk=story.pk).exists():
        raise NotPossible("This story is not on our website any more.")
    said = {
        "words": words,
        "used_by": used_by,
        "email": email,
        "words_agreed": words_agreed,
        "name_agreed": name_agreed,
    }
    unread = story.reuses.to_read()
    if before := unread.filter(**said).first():
        return before
    if unread.count() >= MAX_UNREAD:
        raise NotPossible("Many have told us of this story just now. Try again when we have read them.")
    return story.reuses.create(**said)


@transaction.atomic
def read_reuse(*, story: PracticeStory, by: User, reuse: Reuse, state: str) -> None:
    """Staff have read it: it is shown, counted only, or turned down. May be changed.

    Raises NotPossible where it would be shown and whoever told it has not agreed to that.
    """
    row = Reuse.objects.select_for_update(no_key=True).get(pk=reuse.pk, story=story)
    if state == Reuse.State.SHOWN and not (row.words_agreed and row.words):
        raise NotPossible("They did not tick that the sentence may be public. It can be counted.")
    row.state, row.read_at, row.read_by = state, clock.now(), by
    row.save()


def times_used(story: PracticeStory) -> str:
    """How often it was used, as far as staff have read of it: "once", "3 times"; "" for never."""
    number = story.reuses.counted().order_by()[: MAX_USES + 1].count()
    if number > MAX_USES:
        return f"more than {MAX_USES:,} times"
    return {0: "", 1: "once", 2: "twice"}.get(number, f"{number:,} times")
