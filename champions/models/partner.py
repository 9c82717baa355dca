from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .champion import Champion


class PartnerQuerySet(models.QuerySet["Partner"]):
    def current(self) -> "PartnerQuerySet":
        """Those who take part still."""
        return self.filter(ended_at=None)

    def shown(self) -> "PartnerQuerySet":
        """Those the public may see beside the initiative: they ticked it, and are published themselves."""
        return self.current().filter(agreed=True, champion__in=Champion.objects.published())


class Partner(models.Model):
    """Another champion who takes part in an initiative: an agency beside a community, or the reverse."""

    initiative = models.ForeignKey("champions.Initiative", models.PROTECT, related_name="partners")
    champion = models.ForeignKey(Champion, models.PROTECT, related_name="partnerings")
    agreed = models.BooleanField("may be named beside it", default=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "champion"], name="partner_once_at_a_time", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="partner_ticks_are_dated", condition=Q(agreed=False) | Q(agreed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="partner_ended_when_and_by_whom",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.champion.name
