from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accord_portal.foundation import clock

from .contact import Contact


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def outstanding(self) -> "ErasureQuerySet":
        """Asked for or proposed, and neither carried out nor declined."""
        return self.filter(state__in=[Erasure.State.ASKED, Erasure.State.PROPOSED])

    def about(self, keys: Collection[int]) -> "ErasureQuerySet":
        """Those of any of these records of a person."""
        return self.filter(contact__in=keys)


class Erasure(models.Model):
    """The wish that a person be erased, and what became of it: proposed by one, carried out by another."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        PROPOSED = "proposed", "Proposed: somebody else must carry it out"
        CARRIED_OUT = "carried_out", "Carried out"
        DECLINED = "declined", "Declined"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="erasures")
    state = models.CharField(max_length=12, choices=State.choices)
    asked_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    authority = models.CharField("disposal authority", max_length=200, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                name="erasure_one_outstanding",
                condition=Q(state__in=["asked", "proposed"]),
            ),
            models.CheckConstraint(
                name="erasure_proposed_when_and_by_whom",
                condition=Q(proposed_at=None, proposed_by=None)
                | Q(proposed_at__isnull=False, proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="erasure_decided_when_and_by_whom",
                condition=Q(decided_at=None, decided_by=None, state__in=["asked", "proposed"])
                | Q(
                    decided_at__isnull=False, decided_by__isnull=False, state__in=["carried_out", "declined"]
                ),
            ),
            models.CheckConstraint(
                name="erasure_by_two_people_with_an_authority",
                condition=~Q(state="carried_out")
                | (Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by")) & ~Q(authority="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_state_display()}"
