from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accord_portal.foundation import clock

from .champion import Champion


class OfficeHolderQuerySet(models.QuerySet["OfficeHolder"]):
    def current(self) -> "OfficeHolderQuerySet":
        """Those in office still."""
        return self.filter(until_on=None)

    def shown(self) -> "OfficeHolderQuerySet":
        """Those who said that their name may be public."""
        return self.filter(may_be_named=True)


class OfficeHolder(models.Model):
    """Who speaks for a champion, in which office and for how long: people change, the champion stays."""

    champion = models.ForeignKey(Champion, models.PROTECT, related_name="office_holders")
    office = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    may_be_named = models.BooleanField("name may be public", default=False)
    agreed_how = models.CharField("how they said so", max_length=40, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    objects = OfficeHolderQuerySet.as_manager()

    class Meta:
        ordering = ["since_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="office_holder_ends_after_it_begins",
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
            ),
            models.CheckConstraint(
                name="office_holder_named_as_they_said",
                condition=Q(may_be_named=False, agreed_how="") | (Q(may_be_named=True) & ~Q(agreed_how="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office}: {self.name}"
