"""What the desk itself remembers: who has what, what sleeps until a day, and how somebody looks at it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accord_portal.foundation import clock, working_days
from accord_portal.staff.models import User


class OfAnItem(models.Model):
    """A row about one item of the desk, by its kind and the key of its record."""

    kind = models.CharField(max_length=20, help_text="As in accord_portal.desk.sources.")
    key = models.BigIntegerField(help_text="The record's key.")

    class Meta:
        abstract = True


class Claim(OfAnItem):
    """Who has an item whose record has no place to say so: a duplicate, a message that failed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(default=clock.now)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="claim_once_an_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.owner}"


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def asleep(self) -> "SnoozeQuerySet":
        """Off the desk still, the soonest back first."""
        return self.filter(until_on__gt=working_days.today()).order_by("until_on", "pk")

    def after(self, until_on: dt.date, kind: str, key: int) -> "SnoozeQuerySet":
        """Those that stand after this one, which was put off until this day then."""
        last = self.model.objects.filter(kind=kind, key=key).values_list("pk", flat=True).first() or 0
        return self.filter(Q(until_on__gt=until_on) | Q(until_on=until_on, pk__gt=last))

    def kinds(self) -> set[str]:
        """The kinds of which something is off the desk."""
        return set(self.asleep().order_by().values_list("kind", flat=True).distinct())

    def of_kind(self, kind: str) -> Exists:
        """Whether the row that is asked about is off the desk."""
        return Exists(self.asleep().filter(kind=kind, key=OuterRef("pk")))


class Snooze(OfAnItem):
    """An item that is off the desk until a day. The last one counts: snoozed again, it is written anew."""

    until_on = models.DateField("back on")
    because = models.CharField(max_length=300)
    snoozed_at = models.DateTimeField(default=clock.now)
    snoozed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        ordering = ["until_on", "pk"]
        indexes = [models.Index(fields=["until_on", "id"], name="snooze_until")]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="snooze_once_an_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} until {self.until_on}"

    @property
    def item(self) -> str:
        """The name of the item: "letter.12"."""
        return f"{self.kind}.{self.key}"

    @property
    def is_over(self) -> bool:
        """Whether the item is back on the desk."""
        return self.until_on <= working_days.today()


class StaffMail(models.Model):
    """That it was looked once, this morning or this week, what waits, to mail it to a member of staff."""

    class Kind(models.TextChoices):
        MORNING = "morning", "What waits for you"
        WEEKLY = "weekly", "What is late, and with whom"

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    due_on = models.DateField(help_text="The morning, or the Monday of the week.")
    looked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "kind", "due_on"], name="staff_mail_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.get_kind_display()}, {self.due_on}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, owner: User) -> "SavedViewQuerySet":
        """This member of staff's."""
        return self.filter(owner=owner)


class SavedView(models.Model):
    """A name that a member of staff gave to a choice of what the desk shows. Nobody else sees it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    view = models.CharField(max_length=300, help_text="As in the address of the desk.")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                "name",
                name="saved_view_once_a_name",
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
