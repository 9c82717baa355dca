from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from accord_portal.foundation import clock, rich_text
from accord_portal.foundation.search import SearchableQuerySet, SearchText
from accord_portal.staff.models import User
from responses.models import Contact

from .champion import Champion
from .code_list import CodeListEntry
from .initiative import Initiative
from .principle import Principle


class StorySection(NamedTuple):
    """One part of a story as its page shows it."""

    name: str
    heading: str
    html: SafeString


class PracticeStoryQuerySet(SearchableQuerySet):
    def published(self) -> "PracticeStoryQuerySet":
        """Those the public may see: published, and not of a champion that the public may not see."""
        seen = Q(champion=None) | Q(champion__in=Champion.objects.published())
        return self.filter(seen, state=PracticeStory.State.PUBLISHED, published_at__lte=clock.now())

    def drafts(self) -> "PracticeStoryQuerySet":
        """Those that somebody has to finish, or to read where a champion offered them."""
        return self.filter(state=PracticeStory.State.DRAFT)

    def to_review(self) -> "PracticeStoryQuerySet":
        """Those that wait for a second person to look at them."""
        return self.filter(state=PracticeStory.State.IN_REVIEW)


def _told(label: str, help_text: str = "Markdown.") -> models.TextField[str, str]:
    return models.TextField(
        label, blank=True, default="", db_default="", validators=[rich_text.not_too_long], help_text=help_text
    )


class PracticeStory(models.Model):
    """A case study with its lessons. Nobody publishes what they wrote: a second person reads it first."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Licence(models.TextChoices):
        CC_BY = "cc_by", "CC BY 4.0"
        OWNER = "owner", "As its owner says"

    SECTIONS = ("problem", "done", "changed", "known_by", "differently", "body")

    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    summary = models.CharField(max_length=300)
    problem = _told("the problem")
    done = _told("what was done")
    changed = _told("what changed")
    known_by = _told("how that is known")
    differently = _told("what would be done differently")
    body = _told("more to tell", "Markdown. It stands below the rest, with headings of its own.")
    principles = models.ManyToManyField(Principle, blank=True, related_name="+")
    features = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "relational_feature"}
    )
    regions = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "region"}
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="stories", db_index=False
    )
    champion = models.ForeignKey(
        Champion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name="champion whose story it is",
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name="who may be asked",
    )
    licence = models.CharField(
        max_length=5,
        choices=Licence.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Before it is published.",
    )
    licence_words = models.CharField(
        "the owner’s words", max_length=300, blank=True, default="", db_default=""
    )

    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT, db_default=State.DRAFT)
    writers = models.ManyToManyField(
        User, related_name="+", editable=False, help_text="Who wrote what nobody has published yet."
    )
    written_at = models.DateTimeField(default=clock.now, editable=False)
    offered_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    sent_back_because = models.TextField(blank=True, default="", db_default="", editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    search_folded = SearchText(of="text")

    objects = PracticeStoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "practice stories"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="practice_story_newest",
                condition=Q(published_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="practice_story_public_only_with_a_licence",
                condition=~Q(state="published") | (Q(published_at__isnull=False) & ~Q(licence="")),
            ),
            models.CheckConstraint(
                name="practice_story_licence_in_the_owners_words",
                condition=Q(licence="owner") & ~Q(licence_words="")
                | ~Q(licence="owner") & Q(licence_words=""),
                violation_error_message="The owner’s words stand where the licence is theirs.",
            ),
            models.CheckConstraint(
                name="practice_story_submitted_when_and_by_whom",
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(  # who published the first ones, nobody knows
                name="practice_story_published_when_and_by_whom",
                condition=Q(published_by=None) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("practice-story", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether it was published and not taken down; it is seen as long as its champion is, too."""
        return self.state == self.State.PUBLISHED

    @property
    def sections(self) -> list[StorySection]:
        """What there is of it to read, part by part, as sanitised HTML under headings."""
        told = [(name, str(self._meta.get_field(name).verbose_name)) for name in self.SECTIONS]  # type: ignore[union-attr]
        return [
            StorySection(name, label[:1].upper() + label[1:], rich_text.html(getattr(self, name)))
            for name, label in told
            if getattr(self, name)
        ]

    @property
    def text(self) -> str:
        """All that its page tells, as it was typed."""
        return " ".join(getattr(self, name) for name in ("title", "summary", *self.SECTIONS))
