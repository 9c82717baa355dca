from django.conf import settings
from django.db import models

from accord_portal.foundation import clock

from .expression_of_interest import ExpressionOfInterest


class DecisionQuerySet(models.QuerySet["Decision"]):
    def for_others(self) -> "DecisionQuerySet":
        """Those of which others may be told now: agreed, and the person is neither restricted nor erased."""
        agreed = self.filter(told_agreed_at__isnull=False, eoi__erased_at=None)
        unrestricted = agreed.filter(eoi__contact__restricted_at=None)
        unrestricted = unrestricted.filter(eoi__contact__merged_into__restricted_at=None)
        return unrestricted.exclude(eoi__state=ExpressionOfInterest.State.SPAM)


class Decision(models.Model):
    """What we decided about one initiative that somebody wrote in a form."""

    class Outcome(models.TextChoices):
        TAKEN_UP = "taken_up", "Taken up"
        PARTLY = "partly", "Taken up in part"
        NOT_TAKEN_UP = "not_taken_up", "Not taken up"
        PASSED_ON = "passed_on", "Passed on to somebody else"

    eoi = models.ForeignKey(ExpressionOfInterest, models.PROTECT, related_name="decisions", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Which initiative of the form, counted from 1.")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    told_agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when others may be told of it: the person said so."
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["eoi", "number"]
        constraints = [models.UniqueConstraint(fields=["eoi", "number"], name="decision_once_an_initiative")]

    def __str__(self) -> str:
        return self.get_outcome_display()
