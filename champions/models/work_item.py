from django.db import models

from accord_portal.foundation import working_days

from .party import Party


class WorkItem(models.Model):
    """One line of the work programme that the partners share: who does what, by when."""

    class State(models.TextChoices):
        TO_DO = "to_do", "Not begun"
        UNDER_WAY = "under_way", "Under way"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    partnership = models.ForeignKey("champions.Partnership", models.PROTECT, related_name="work_items")
    what = models.CharField(max_length=300)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who", db_index=False
    )
    due_on = models.DateField("by", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_DO)

    class Meta:
        verbose_name = "line of the work programme"
        verbose_name_plural = "shared work programme"
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor dropped."""
        return self.state in (self.State.TO_DO, self.State.UNDER_WAY)

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is open still."""
        return self.is_open and self.due_on is not None and self.due_on < working_days.today()
