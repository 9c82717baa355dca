import datetime as dt
from itertools import pairwise

from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class AgencyQuerySet(models.QuerySet["Agency"]):
    def champions_of(self, year: int) -> "AgencyQuerySet":
        """Those appointed champion agencies in that year, with their names and what they became."""
        return self.filter(champion_since=year).prefetch_related("names", "successors__names")


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
    champion_until = models.PositiveSmallIntegerField(
        "champion agency until",
        null=True,
        blank=True,
        help_text="The year in which that ended; empty where it goes on.",
    )
    ended_on = models.DateField(
        "no agency any more since", null=True, blank=True, help_text="The day, where it is known."
    )
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        help_text="The agencies that it was merged into or split into. What it was stays with it.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="agency_champion_ends_after_it_begins",
                condition=Q(champion_until=None)
                | Q(champion_since__isnull=False, champion_until__gte=F("champion_since")),
                violation_error_message="It cannot end before it begins, nor without having begun.",
            )
        ]

    def __str__(self) -> str:
        name = self.current_name
        return name.name if name else self.slug

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("agency", args=[self.slug])

    def name_on(self, day: dt.date) -> "AgencyName | None":
        """The name it had on that day; reads prefetched names.

        A name whose first day nobody knows begins when the one before is known to have ended. Where no day
        at all is known, it is the first.
        """
        names = sorted(self.names.all(), key=lambda name: name.position)
        found = names[0] if names else None
        for before, name in pairwise(names):
            began = name.valid_from <= day if name.valid_from else _is_over(before, day)
            found = name if began else found
        return found

    @property
    def appointed_as(self) -> "AgencyName | None":
        """The name under which it was appointed a champion agency, at the end of that year."""
        return self.name_on(dt.date(self.champion_since, 12, 31)) if self.champion_since else None

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


def _is_over(name: "AgencyName", day: dt.date) -> bool:
    return name.valid_to is not None and name.valid_to < day


class AgencyName(models.Model):
    """What an agency was called, one name after another. A day that nobody knows is left empty."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="names")
    position = models.PositiveSmallIntegerField(
        default=1, help_text="1 for its first name, 2 for the next, and so on."
    )
    name = models.CharField(max_length=200)
    name_mi = models.CharField("te reo Māori name", max_length=200, blank=True)
    abbreviation = models.CharField(max_length=20, blank=True, default="", db_default="")
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
