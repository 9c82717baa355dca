from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from accord_portal.foundation import clock, rich_text


class PracticeStoryQuerySet(models.QuerySet["PracticeStory"]):
    def published(self) -> "PracticeStoryQuerySet":
        """Those the public may see."""
        return self.filter(published_at__lte=clock.now())


class PracticeStory(models.Model):
    """A case study with its lessons."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    summary = models.CharField(max_length=300)
    body = models.TextField(validators=[rich_text.not_too_long], help_text="Markdown.")
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="From when the public sees it. Leave empty for a draft."
    )

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

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("practice-story", args=[self.slug])

    @property
    def body_html(self) -> SafeString:
        """The story as sanitised HTML."""
        return rich_text.html(self.body)
