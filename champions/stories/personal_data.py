"""What practice stories hold about one person; see `accord_portal.foundation.personal_data`.

A story is of a champion, in its words; somebody on the contact list may be asked about it; and whoever used
it may have told us, with an address.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions
from champions.models import PracticeStory, Relay, Reuse
from champions.models.reuse import ReuseQuerySet
from champions.stories import publishing
from responses.models import Contact
from responses.privacy import blanking

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

REUSE = {
    "Story": "story.title",
    "How you used it": "words",
    "Who you are": "used_by",
    "Email address": "email",
    "The sentence may be public": "words_agreed",
    "The name may be public": "name_agreed",
    "You told us": "told_at",
    "State": "state",
}

RELAY = {
    "Story": "story.title",
    "What you asked": "words",
    "Name": "name",
    "Email address": "email",
    "Written": "written_at",
    "You confirmed it": "confirmed_at",
    "State": "state",
}


def _told(keys: Sequence[int]) -> QuerySet[PracticeStory]:
    return PracticeStory.objects.filter(champion__contact__in=keys).order_by("pk")


def _asked(keys: Sequence[int]) -> QuerySet[PracticeStory]:
    return PracticeStory.objects.filter(contact__in=keys).order_by("pk")


def _used(keys: Sequence[int]) -> ReuseQuerySet:
    """What was told with an address of theirs."""
    return Reuse.objects.written_from(_mailboxes(keys)).select_related("story")


def _mailboxes(keys: Sequence[int]) -> list[str]:
    known = Contact.objects.filter(pk__in=keys, mailbox__isnull=False)
    return [str(mailbox) for mailbox in known.values_list("mailbox", flat=True)]


def held(keys: Sequence[int]) -> Held:
    """The person's stories, with what these said before, and those that they may be asked about."""
    told = _told(keys)
    return {
        "Practice stories": listed(told, STORY),
        "Practice stories you may be asked about": listed(_asked(keys), {"Title": "title"}),
        "Stories you told us you used": listed(_used(keys), REUSE),
        "What you asked about stories": listed(
            Relay.objects.written_from(_mailboxes(keys)).select_related("story"), RELAY
        ),
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
    """The person's stories on the public pages, those they may be asked about, and how they used some."""
    rows = PracticeStory.objects.published().filter(Q(pk__in=_told(keys)) | Q(pk__in=_asked(keys)))
    used = _used(keys).shown().filter(story__in=PracticeStory.objects.published())
    return [
        *(Shown(f"Story: {isolated(row.title)}", row.get_absolute_url()) for row in rows.order_by("pk")),
        *(Shown(f"You used: {isolated(row.story.title)}", row.story.get_absolute_url()) for row in used),
    ]


def take_down(keys: Sequence[int]) -> None:
    """Withdraws the person's stories; they are asked about none, and how they used some is not shown."""
    for story in _told(keys).exclude(state=PracticeStory.State.WITHDRAWN):
        publishing.withdraw(story=story)
    _asked(keys).update(contact=None)
    _used(keys).shown().order_by().update(state=Reuse.State.COUNTED)
    _used(keys).order_by().update(words_agreed=False, name_agreed=False)


def erase(keys: Sequence[int]) -> None:
    """Blanks the person's stories; each stays counted. Takes the person out of all others."""
    mailboxes = blanking.mailboxes_of(keys)
    told_by_them = Reuse.objects.written_from(mailboxes)
    blanked = Reuse.objects.filter(Q(pk__in=told_by_them.values("pk")) | Q(story__in=_told(keys)))
    take_down(keys)
    blanked.shown().order_by().update(state=Reuse.State.COUNTED)
    revisions.forget(list(_told(keys)))
    for story in _told(keys):
        for name in ("summary", "licence", "licence_words", "sent_back_because", *PracticeStory.SECTIONS):
            setattr(story, name, "")
        story.title, story.slug = ERASED_STORY, f"erased-story-{story.pk}"
        story.save()
    blanked.update(words="", used_by="", email="", mailbox="", words_agreed=False, name_agreed=False)
    Relay.objects.written_from(mailboxes).order_by().update(words="", name="", email="", mailbox="")
