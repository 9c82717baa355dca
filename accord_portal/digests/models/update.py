from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from accord_portal.foundation import clock, rich_text
from accord_portal.foundation.search import SearchableQuerySet, SearchText


class Audience(models.TextChoices):
    """Who a digest is for: those who said Yes to this purpose. The values are purposes of `responses`."""

    KEEP_INFORMED = "keep_informed", "Kept informed"
    COMMUNITY_OF_INTEREST = "community_of_interest", "Community of interest"


class UpdateQuerySet(SearchableQuerySet):
    def published(self) -> "UpdateQuerySet":
        """Those the public may see."""
        return self.filter(published_at__isnull=False, withdrawn_at=None)

    def drafts(self) -> "UpdateQuerySet":
        """Written, and neither published nor withdrawn."""
        return self.filter(published_at=None, withdrawn_at=None)

    def for_audience(self, audience: str) -> "UpdateQuerySet":
        """News for everybody, and for the community of interest the detailed news as well."""
        if audience == Audience.COMMUNITY_OF_INTEREST:
            return self
        return self.filter(audience=Audience.KEEP_INFORMED)


class Update(models.Model):
    """One piece of news that staff write."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90, editable=False)
    summary = models.CharField(max_length=300, help_text="One or two sentences, for lists and digests.")
    body = models.TextField(
        validators=[rich_text.not_too_long],
        help_text="Markdown: ## for a heading, - for a list, [words](https://address) for a link.",
    )
    audience = models.CharField(
        max_length=24,
        choices=Audience,
        default=Audience.KEEP_INFORMED,
        help_text="Whose digest it goes into. “Kept informed” is for both. All stand on the public pages.",
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    search_folded = SearchText(of="text")

    objects = UpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="update_newest_published",
                condition=Q(published_at__isnull=False, withdrawn_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="update_published_when_and_by_whom",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_for(self, audience: str) -> bool:
        """Whether the audience is told of it: see `for_audience`."""
        return audience in (self.audience, Audience.COMMUNITY_OF_INTEREST)

    @property
    def is_published(self) -> bool:
        """Whether the public sees it."""
        return bool(self.published_at) and not self.withdrawn_at

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("update", args=[self.slug])

    @property
    def text(self) -> str:
        """All that its page tells, as it was typed."""
        return f"{self.title} {self.summary} {self.body}"

    @property
    def body_html(self) -> SafeString:
        """The news as sanitised HTML."""
        return rich_text.html(self.body)
