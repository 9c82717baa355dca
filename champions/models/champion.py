from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accord_portal.foundation import clock
from accord_portal.foundation.search import SearchableQuerySet
from responses.models import Consent, Contact, ExpressionOfInterest, Involvement, Purpose

from .agency import Agency
from .principle import Principle


def said_no_since() -> Q:
    """The person took the Yes to championing back after ticking, and has not given it again.

    Only what came from the mailbox counts: anybody can send a form with somebody's address.
    """
    theirs = Q(contact=OuterRef("contact"))
    said_no = Consent.objects.filter(
        theirs,
        purpose=Purpose.CHAMPION_ACCORD,
        decision=Consent.Decision.WITHDRAWN,
        recorded_at__gt=OuterRef("agreed_at"),
    ).exclude(source__in=[Consent.Source.STAFF, Consent.Source.PORTAL])
    says_yes = Involvement.objects.confirmed().filter(theirs, purpose=Purpose.CHAMPION_ACCORD)
    return Q(Exists(said_no)) & ~Q(Exists(says_yes))


class ChampionQuerySet(SearchableQuerySet):
    def published(self) -> "ChampionQuerySet":
        """Those the public may see: published, and not by somebody who has said No from the mailbox since."""
        return self.filter(~said_no_since(), state=Champion.State.PUBLISHED)

    def who_said_no_since(self) -> "ChampionQuerySet":
        """Those whose person took the Yes to championing back after ticking what may be public."""
        return self.filter(said_no_since())

    def hidden_by_a_no(self) -> "ChampionQuerySet":
        """Published by staff, and not shown to anybody: the person has said No from the mailbox since."""
        return self.filter(said_no_since(), state=Champion.State.PUBLISHED)

    def ready_to_publish(self) -> "ChampionQuerySet":
        """Ticked by the person, and waiting for staff to read it once more: all of it, or an initiative."""
        initiatives = apps.get_model("champions", "Initiative").objects.filter(champion=OuterRef("pk"))
        more = initiatives.filter(agreed=True).exclude(state=Champion.State.PUBLISHED)
        return self.filter(~Q(state=Champion.State.PUBLISHED) | Exists(more), name_agreed=True)


class Champion(models.Model):
    """An agency, organisation, group or individual that champions the Accord.

    Nothing of it is public until the person ticked that field and staff published it.
    """

    class Kind(models.TextChoices):
        AGENCY = "agency", "Agency"
        ORGANISATION = "organisation", "Organisation"
        GROUP = "group", "Group"
        INDIVIDUAL = "individual", "Individual"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    summary = models.TextField(blank=True, help_text="A few sentences, in the champion’s own words.")
    principles = models.ManyToManyField(Principle, blank=True, related_name="champions")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="champions")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="champions")
    eoi = models.OneToOneField(
        ExpressionOfInterest, models.PROTECT, null=True, blank=True, related_name="champion"
    )

    appointed_on = models.DateField("champion since", null=True, blank=True)
    ended_on = models.DateField("champion until", null=True, blank=True)

    name_agreed = models.BooleanField("name may be public", default=False)
    summary_agreed = models.BooleanField("summary may be public", default=False)
    summary_is_public = models.BooleanField(default=False, editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_how = models.CharField(max_length=200, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    registered_at = models.DateTimeField(default=clock.now)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    search_folded = models.TextField(editable=False, default="")

    objects = ChampionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(
                fields=["name", "id"], name="champion_published_by_name", condition=Q(state="published")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="champion_published_when_and_by_whom",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="champion_public_only_with_a_tick",
                condition=~Q(state="published") | Q(name_agreed=True, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="champion_summary_public_only_with_a_tick",
                condition=Q(summary_is_public=False) | Q(summary_agreed=True),
            ),
            models.CheckConstraint(
                name="champion_ends_after_it_is_appointed",
                condition=Q(appointed_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("appointed_on")),
            ),
            models.CheckConstraint(
                name="champion_ticks_are_dated",
                condition=Q(name_agreed=False, summary_agreed=False) | Q(agreed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("champion", args=[self.slug])

    @property
    def fingerprint(self) -> str:
        """What changes with the entry, its ticks or its initiatives: a form carries it."""
        entry = (str(self.kind), self.name, self.summary, self.agency_id, str(self.state), self.agreed_at)
        ticks = (self.name_agreed, self.summary_agreed)
        principles = [principle.pk for principle in self.principles.all()]
        columns = ("pk", "title", "description", "reason", "with_whom", "state", "agreed")
        initiatives = list(self.initiatives.order_by("pk").values_list(*columns))
        about = ("since_on", "regions", "features", "principles")
        chosen = [list(self.initiatives.order_by("pk", name).values_list("pk", name)) for name in about]
        milestones = list(self.initiatives.order_by("milestones").values_list("milestones__what"))
        partnerings = list(self.partnerings.current().order_by("pk").values_list("pk", "agreed"))
        page = apps.get_model("champions", "ChampionPage").objects.filter(champion=self)
        own = list(page.values_list("website", "place", "regions", "picture", "alternative", "agreed"))
        shown = (entry, ticks, principles, initiatives, chosen, milestones, partnerings, own)
        return salted_hmac("champion", repr(shown), algorithm="sha256").hexdigest()[:16]

    @property
    def public_summary(self) -> str:
        """The summary where the person ticked it and staff published it, else ""."""
        return self.summary if self.summary_is_public else ""

    @property
    def is_published(self) -> bool:
        """Whether the public sees it."""
        return self.state == self.State.PUBLISHED
