from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .from_outside import FromOutside, FromOutsideQuerySet
from .practice_story import PracticeStory


class ReuseQuerySet(FromOutsideQuerySet):
    def to_read(self) -> "ReuseQuerySet":
        """Those that nobody of ours has read, the oldest first."""
        return self.filter(state=Reuse.State.WAITING).exclude(words="").order_by("pk")

    def counted(self) -> "ReuseQuerySet":
        """Those that staff have read and believe."""
        return self.filter(state__in=[Reuse.State.COUNTED, Reuse.State.SHOWN])

    def shown(self) -> "ReuseQuerySet":
        """Those whose sentence the public sees, the latest first."""
        return self.filter(state=Reuse.State.SHOWN, words_agreed=True).order_by("-pk")


class Reuse(FromOutside):
    """That somebody used a story, as they told us in a sentence; anybody may, and staff read it first.

    Whose mailbox it names nobody has confirmed, so nothing is mailed to it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not read yet"
        COUNTED = "counted", "Counted, not shown"
        SHOWN = "shown", "Counted, and shown to the public"
        TURNED_DOWN = "turned_down", "Turned down"

    story = models.ForeignKey(PracticeStory, models.PROTECT, related_name="reuses")
    words = models.CharField("in a sentence", max_length=300, blank=True)
    used_by = models.CharField("who used it", max_length=200, blank=True)
    words_agreed = models.BooleanField("the sentence may be public", default=False)
    name_agreed = models.BooleanField("the name may be public", default=False)
    told_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)

    objects = ReuseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], name="reuse_to_read", condition=Q(state="waiting")),
            models.Index(fields=["mailbox"], name="reuse_by_mailbox", condition=~Q(mailbox="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="reuse_read_when_and_by_whom",
                condition=Q(state="waiting", read_at=None, read_by=None)
                | ~Q(state="waiting") & Q(read_at__isnull=False, read_by__isnull=False),
            ),
            models.CheckConstraint(
                name="reuse_shown_only_if_agreed", condition=~Q(state="shown") | Q(words_agreed=True)
            ),
        ]

    def __str__(self) -> str:
        return self.words or "Erased"

    @property
    def public_name(self) -> str:
        """Who used it, where they ticked that, else ""."""
        return self.used_by if self.name_agreed else ""
