from django.db import models
from django.db.models import F, Q

from responses.models import Contact

from .agency import Agency
from .champion import Champion


class PartyQuerySet(models.QuerySet["Party"]):
    def current(self) -> "PartyQuerySet":
        """Those that are parties still."""
        return self.filter(until_on=None)


class Party(models.Model):
    """An organisation that made a partnership, in its role: agreements are not between individuals.

    Who holds the office for it is a person of the champion's offices or of the contact list: no name is
    kept here.
    """

    partnership = models.ForeignKey("champions.Partnership", models.PROTECT, related_name="parties")
    name = models.CharField(
        "organisation", max_length=200, help_text="As the agreement has it: an agency, a champion or another."
    )
    role = models.CharField(max_length=200, blank=True)
    leads = models.BooleanField("leads the partnership", default=False)
    office = models.CharField(
        max_length=120, blank=True, help_text="Who speaks for it, by office: chair, regional manager."
    )
    brings = models.TextField("what it brings", blank=True)
    since_on = models.DateField("party since", null=True, blank=True)
    until_on = models.DateField("party until", null=True, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="parties", editable=False
    )
    champion = models.ForeignKey(
        Champion, models.PROTECT, null=True, blank=True, related_name="parties", editable=False
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who holds the office"
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                name="party_one_leads",
                condition=Q(leads=True, until_on=None),
                violation_error_message="One party leads: untick the other.",
            ),
            models.CheckConstraint(
                name="party_ends_after_it_begins",
                condition=Q(since_on=None) | Q(until_on=None) | Q(until_on__gte=F("since_on")),
                violation_error_message="It cannot end before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
