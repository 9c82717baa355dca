from django.db import models
from django.db.models import F, Q


class AgencyQuerySet(models.QuerySet["Agency"]):
    def champions_of(self, year: int) -> "AgencyQuerySet":
        """Those appointed champion agencies in that year, with their names."""
        return self.filter(champion_since=year).prefetch_related("names")


class Agency(models.Model):
    """A government agency. Its names are dated: agencies are renamed and merged every few years."""

    slug = models.SlugField(unique=True, max_length=80)
    note = models.CharField(max_length=200, blank=True)
    champion_since = models.PositiveSmallIntegerField(
        "champion agency since",
        null=True,
        blank=True,
        help_text="The year in which it was appointed a champion agency; empty where it was not.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ["slug"]

    def __str__(self) -> str:
        name = self.current_name
        return name.name if name else self.slug

    @property
    def first_name(self) -> "AgencyName | None":
        """The name it had when it first stood up; reads prefetched names."""
        return min(self.names.all(), key=lambda name: name.position, default=None)

    @property
    def current_name(self) -> "AgencyName | None":
        """The name it has now; reads prefetched names."""
        return max(self.names.all(), key=lambda name: name.position, default=None)

    @property
    def renamed(self) -> bool:
        """Whether it has had more names than one."""
        return len(self.names.all()) > 1


class AgencyName(models.Model):
    """What an agency was called, one name after another. A day that nobody knows is left empty."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="names")
    position = models.PositiveSmallIntegerField(
        default=1, help_text="1 for its first name, 2 for the next, and so on."
    )
    name = models.CharField(max_length=200)
    name_mi = models.CharField("te reo Māori name", max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["agency", "position"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "position"], name="agency_name_position_once"),
            models.CheckConstraint(
                name="agency_name_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
