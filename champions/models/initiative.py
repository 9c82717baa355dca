import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator

from accord_portal.foundation import clock
from accord_portal.foundation.search import SearchableQuerySet
from responses.models import ExpressionOfInterest

from .champion import Champion
from .code_list import CodeListEntry
from .principle import Principle
from .progress_report import STALE_AFTER, ProgressReport


class InitiativeQuerySet(SearchableQuerySet):
    def published(self) -> "InitiativeQuerySet":
        """Those the public may see: published, as their champion is."""
        champions = Champion.objects.published()
        return self.filter(state=Initiative.State.PUBLISHED, champion__in=champions)

    def stale(self, today: dt.date) -> "InitiativeQuerySet":
        """Of which nobody said anything for 90 days, although it is not over for every side that spoke."""
        theirs = ProgressReport.objects.filter(initiative=OuterRef("pk"))
        last = theirs.last_of_each_side()
        is_over = Q(Exists(theirs)) & ~Q(Exists(last.exclude(state__in=ProgressReport.OVER)))
        since = today - STALE_AFTER
        known = self.alias(known_at=Coalesce("published_at", "registered_at"))
        return known.filter(
            ~Exists(theirs.filter(said_on__gte=since)), ~is_over, known_at__date__lt=since
        ).exclude(state=Initiative.State.WITHDRAWN)

    def with_words_to_read(self) -> "InitiativeQuerySet":
        """Of which somebody reported in words that staff have not read."""
        unread = ProgressReport.objects.with_words_to_read().filter(initiative=OuterRef("pk"))
        return self.filter(Exists(unread))


class Initiative(models.Model):
    """An action a champion takes, perhaps with partners. How it stands is what each side reports."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    champion = models.ForeignKey(Champion, models.PROTECT, related_name="initiatives")
    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    description = models.TextField(blank=True)
    reason = models.TextField("why", blank=True, default="", db_default="")
    with_whom = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Who else takes part, beside champions who are registered.",
    )
    since_on = models.DateField("since", null=True, blank=True)
    principles = models.ManyToManyField(Principle, blank=True, related_name="initiatives")
    features = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "relational_feature"}
    )
    regions = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "region"}
    )
    eoi = models.ForeignKey(
        ExpressionOfInterest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="expression of interest it came from",
    )
    agreed = models.BooleanField("may be public", default=False)
    agreed_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    registered_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    search_folded = models.TextField(editable=False, default="")

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="initiative_newest_published",
                condition=Q(state="published"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="initiative_published_when_and_by_whom",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="initiative_public_only_with_a_tick",
                condition=~Q(state="published") | Q(agreed=True, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="initiative_ticks_are_dated",
                condition=Q(agreed=False) | Q(agreed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("initiative", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether staff have published it; it is seen as long as its champion is, too."""
        return self.state == self.State.PUBLISHED

    @property
    def summary(self) -> str:
        """The beginning of the description."""
        return Truncator(self.description).words(30)
