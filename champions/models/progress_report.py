import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q

from accord_portal.foundation import clock

from .champion import Champion
from .partner import Partner


class InitiativeSide(models.TextChoices):
    """The two sides of an initiative: agencies, and everybody else."""

    AGENCY = "agency", "Agency side"
    COMMUNITY = "community", "Community side"

    @classmethod
    def of(cls, champion: Champion) -> "InitiativeSide":
        """The side this champion speaks for."""
        return cls.AGENCY if champion.kind == Champion.Kind.AGENCY else cls.COMMUNITY


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def public(self) -> "ProgressReportQuerySet":
        """Of the champion whose initiative it is, and of partners who are shown beside it."""
        shown = Partner.objects.shown().filter(
            initiative=OuterRef("initiative"), champion=OuterRef("champion")
        )
        return self.filter(Q(champion=F("initiative__champion")) | Exists(shown))

    def with_public_words(self) -> "ProgressReportQuerySet":
        """With what `public_words` reads: the words of another, where that one is public still."""
        others = ProgressReport.objects.public().select_related("reading")
        return self.select_related("champion", "reading").prefetch_related(Prefetch("repeats", others))

    def last_of_each_side(self) -> "ProgressReportQuerySet":
        """Those of these rows after which their side said nothing more."""
        later = self.filter(initiative=OuterRef("initiative"), side=OuterRef("side"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def with_words_to_read(self) -> "ProgressReportQuerySet":
        """Those whose words staff have neither shown nor left out, the oldest first."""
        return self.filter(reading=None).exclude(why="").order_by("pk")


class ProgressReport(models.Model):
    """What one side says of an initiative on a day: how it stands, and why in a sentence.

    Rows are only added; what a side said last is how it stands for them. The state is public with the
    initiative. The words, and the name where it was ticked, are public once staff have read them. Who says
    that the words of another are still true has none of their own: they stay the other's.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        UNDER_WAY = "under_way", "Under way"
        STALLED = "stalled", "Stalled"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    OVER = [State.DONE, State.STOPPED]  # nothing more is expected of it

    initiative = models.ForeignKey(
        "champions.Initiative", models.PROTECT, related_name="reports", db_index=False
    )
    side = models.CharField(max_length=10, choices=InitiativeSide)
    champion = models.ForeignKey(
        Champion, models.PROTECT, related_name="reports", help_text="Whose word it is."
    )
    state = models.CharField(max_length=10, choices=State.choices)
    why = models.CharField("in a sentence", max_length=500, blank=True)
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="What another champion of the side said: this one says that it is still true.",
    )
    said_on = models.DateField()
    speaker = models.CharField(
        "name",
        max_length=200,
        blank=True,
        help_text="Of who said it, where they ticked that.",
    )
    how = models.CharField("how they told us", max_length=40)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["initiative", "side", "-id"], name="report_of_an_initiative"),
            models.Index(fields=["initiative", "-said_on"], name="report_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.get_state_display()}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected, as this side sees it."""
        return self.state in self.OVER

    @property
    def words(self) -> str:
        """The sentence: its own, or the one of another champion that it says is still true."""
        return self.repeats.why if self.repeats else self.why

    @property
    def public_words(self) -> str:
        """The sentence where staff have shown it, else ""; the row comes from `with_public_words`."""
        if self.repeats:
            return self.repeats.public_words
        return self.why if self._is_shown else ""

    @property
    def public_speaker(self) -> str:
        """Who said it, where they ticked that and staff have shown it, else ""."""
        return self.speaker if self._is_shown else ""

    @property
    def _is_shown(self) -> bool:
        reading: Reading | None = getattr(self, "reading", None)
        return reading is not None and reading.is_shown


class Reading(models.Model):
    """Staff have read the words of a report, and show them or leave them out."""

    report = models.OneToOneField(ProgressReport, models.PROTECT, related_name="reading")
    is_shown = models.BooleanField("shown")
    read_at = models.DateTimeField(default=clock.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return "Shown" if self.is_shown else "Left out"


STALE_AFTER = dt.timedelta(days=90)
