from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator

from accord_portal.foundation import clock
from accord_portal.foundation.search import SearchableQuerySet

from .champion import Champion
from .principle import Principle


class InitiativeQuerySet(SearchableQuerySet):
    def published(self) -> "InitiativeQuerySet":
        """Those the public may see: published, as their champion is."""
        champions = Champion.objects.published()
        return self.filter(state=Initiative.State.PUBLISHED, champion__in=champions)


class Initiative(models.Model):
    """An action a champion takes."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    champion = models.ForeignKey(Champion, models.PROTECT, related_name="initiatives")
    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    description = models.TextField(blank=True)
    principles = models.ManyToManyField(Principle, blank=True, related_name="initiatives")
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
    def summary(self) -> str:
        """The beginning of the description."""
        return Truncator(self.description).words(30)
