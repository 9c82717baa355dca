import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accord_portal.foundation import clock

from .contact import Contact

UNDO_WITHIN = dt.timedelta(days=30)


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def open(self) -> "DuplicateQuerySet":
        """Pairs nobody has decided about, of people who are still two."""
        return self.alias(
            one=Coalesce("first__merged_into", "first"), two=Coalesce("second__merged_into", "second")
        ).filter(~Q(one=F("two")), settled_at=None, first__erased_at=None, second__erased_at=None)

    def between(self, keys: list[int], others: list[int]) -> "DuplicateQuerySet":
        """Pairs of a record of one person and a record of another."""
        there, back = Q(first__in=keys, second__in=others), Q(first__in=others, second__in=keys)
        return self.filter(there | back)

    def about(self, keys: list[int]) -> "DuplicateQuerySet":
        """Pairs that a record of this person is in."""
        return self.filter(Q(first__in=keys) | Q(second__in=keys))


class Duplicate(models.Model):
    """Two records that may be of one person. The portal suggests; only people merge."""

    class Reason(models.TextChoices):
        NAME = "name", "Same name and organisation"
        TELEPHONE = "telephone", "Same telephone number"
        ADDRESS = "address", "Similar email address"
        STAFF = "staff", "Staff think so"

    first = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    found_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-id"], name="duplicate_open", condition=Q(settled_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once_a_pair"),
            models.CheckConstraint(name="duplicate_older_first", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_settled_when_and_by_whom",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"

    def get_absolute_url(self) -> str:
        """Where staff see the two side by side."""
        return reverse("admin:responses_duplicate_change", args=[self.pk])


class MergeQuerySet(models.QuerySet["Merge"]):
    def in_force(self) -> "MergeQuerySet":
        """Those that nobody has undone."""
        return self.filter(undone_at=None)

    def about(self, keys: list[int]) -> "MergeQuerySet":
        """Those that a record of this person took part in."""
        return self.filter(Q(kept__in=keys) | Q(other__in=keys))


class Merge(models.Model):
    """Two contacts that staff found to be one. Nothing moves: both histories are read together."""

    kept = models.ForeignKey(Contact, models.PROTECT, related_name="merges")
    other = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=clock.now)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    # What an undo goes back to: the kept one's own restriction, and the other's where that took its place
    own_restricted_at = models.DateTimeField(null=True, blank=True)
    own_restricted_because = models.CharField(max_length=10, choices=Contact.Restriction.choices, blank=True)
    taken_restricted_at = models.DateTimeField(null=True, blank=True)
    taken_restricted_because = models.CharField(
        max_length=10, choices=Contact.Restriction.choices, blank=True
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["other"], name="merge_standing_once", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(
                name="merge_undone_when_and_by_whom",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} into {self.kept_id}"

    @property
    def can_be_undone(self) -> bool:
        """Whether nobody has undone it, and the 30 days have not passed or one of them asks to be erased."""
        if self.undone_at or clock.now() <= self.merged_at + UNDO_WITHIN:
            return self.undone_at is None
        family = Q(pk=self.kept.kept_record.pk) | Q(merged_into=self.kept.kept_record)
        return Contact.objects.filter(family, erasures__state="asked").exists()
