import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.search import SearchableQuerySet, SearchText

from .champion import Champion
from .code_list import CodeListEntry
from .party import Party
from .principle import Principle

REVIEW_LADDER = (90, 30, 0)  # days before the review day on which we remind


class PartnershipQuerySet(SearchableQuerySet):
    def published(self) -> "PartnershipQuerySet":
        """Those the public may see, in full or in summary: published, and no party is a champion that is not.

        So a champion that is taken down, or says No, takes its partnerships off the public pages as well.
        """
        champions = Party.objects.current().filter(partnership=OuterRef("pk"), champion__isnull=False)
        unseen = champions.exclude(champion__in=Champion.objects.published())
        return self.filter(~Exists(unseen), published_at__isnull=False).exclude(
            visibility=Partnership.Visibility.PRIVATE
        )

    def in_full(self) -> "PartnershipQuerySet":
        """Of those the public may see, those whose whole record it may see."""
        return self.published().filter(visibility=Partnership.Visibility.PUBLIC)

    def ready_to_publish(self) -> "PartnershipQuerySet":
        """The partners agreed that it may be public, and it waits for staff to read it once more."""
        return self.filter(published_at=None).exclude(visibility=Partnership.Visibility.PRIVATE)

    def ongoing(self) -> "PartnershipQuerySet":
        """Those at work: active, or under review."""
        return self.filter(status__in=Partnership.AT_WORK)

    def to_review(self, today: dt.date) -> "PartnershipQuerySet":
        """Those whose review day has passed or is at most 90 days away."""
        return self.ongoing().filter(review_on__lte=today + dt.timedelta(days=REVIEW_LADDER[0]))


class Partnership(models.Model):
    """A written agreement between organisations: what it is for, who does what, and when it is looked at."""

    class Kind(models.TextChoices):
        PARTNERING_AGREEMENT = "partnering_agreement", "Partnering agreement"
        MEMORANDUM = "memorandum", "Memorandum of understanding"
        RELATIONSHIP_AGREEMENT = "relationship_agreement", "Relationship agreement or accord"
        TERMS_OF_REFERENCE = "terms_of_reference", "Terms of reference"
        LETTER_OF_INTENT = "letter_of_intent", "Letter of intent"
        CONTRACT = "contract", "Contract"

    class Status(models.TextChoices):
        EXPLORING = "exploring", "Exploring"
        DRAFTING = "drafting", "Drafting"
        SIGNED = "signed", "Signed"
        ACTIVE = "active", "Active"
        UNDER_REVIEW = "under_review", "Under review"
        ENDED = "ended", "Ended"

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Public: the whole record"
        SUMMARY = "summary", "In summary: title, kind, parties and status"
        PRIVATE = "private", "Private: nothing"

    AT_WORK = (Status.ACTIVE, Status.UNDER_REVIEW)

    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, max_length=90)
    called = models.CharField("what the partners call it", max_length=200, blank=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    facilitator = models.CharField(
        "outside facilitator", max_length=200, blank=True, help_text="Where no party leads."
    )
    vision = models.TextField("shared vision", blank=True)
    purpose = models.TextField(blank=True)
    context = models.TextField(blank=True)
    background = models.TextField(blank=True)
    outcomes = models.TextField("outcomes sought", blank=True)
    principles = models.ManyToManyField(
        Principle, blank=True, related_name="+", verbose_name="principles applied"
    )
    features = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "relational_feature"}
    )
    regions = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "region"}
    )
    place = models.CharField(max_length=200, blank=True, help_text="Where in them.")

    signed_on = models.DateField("date of agreement", null=True, blank=True)
    starts_on = models.DateField("start", null=True, blank=True)
    ends_on = models.DateField("end of the term", null=True, blank=True)
    term = models.CharField(max_length=200, blank=True, help_text="For example: three years, may be renewed.")
    review_on = models.DateField("review day", null=True, blank=True)
    review_how = models.TextField("how it is reviewed", blank=True)

    decisions = models.TextField("how decisions are made", blank=True)
    disagreements = models.TextField("how disagreements are settled", blank=True)
    people_change = models.TextField("what is done when people change", blank=True)
    circumstances_change = models.TextField("what is done when circumstances change", blank=True)
    information_sharing = models.TextField("information-sharing terms", blank=True)
    reporting = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    handover = models.TextField(
        "handover notes", blank=True, help_text="For staff and parties: never public."
    )

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.EXPLORING)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE)
    agreed_how = models.CharField("how the partners agreed to that", max_length=200, blank=True)
    agreed_on = models.DateField("on which day they agreed", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    search_folded = SearchText(of="public_text")

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [
            models.Index(
                fields=["review_on", "id"],
                name="partnership_to_review",
                condition=Q(status__in=["active", "under_review"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="partnership_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="A partnership cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="partnership_at_work_has_a_review_day",
                condition=~Q(status__in=["active", "under_review"])
                | (Q(review_on__isnull=False) & ~Q(review_how="")),
                violation_error_message="An active partnership has a review day and says how it is reviewed.",
            ),
            models.CheckConstraint(
                name="partnership_private_is_not_published",
                condition=Q(published_at=None, published_by=None) | ~Q(visibility="private"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("partnership", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether staff have published it; it is seen as long as each party that is a champion is, too."""
        return self.published_at is not None

    @property
    def is_in_full(self) -> bool:
        """Whether the partners made the whole record public."""
        return self.visibility == self.Visibility.PUBLIC

    @property
    def public_text(self) -> str:
        """The words that the public may read, with the names of the parties; "" where it is private."""
        if self.visibility == self.Visibility.PRIVATE:
            return ""
        parties = self.parties.current().values_list("name", flat=True) if self.pk else []
        words = [self.title, *parties, self.get_kind_display(), self.get_status_display()]
        if self.is_in_full:
            words += [self.called, self.vision, self.purpose, self.outcomes]
        return " ".join(words)

    @property
    def current_parties(self) -> list[Party]:
        """Who the parties are now, whoever leads first; reads prefetched parties."""
        return [party for party in self.parties.all() if party.until_on is None]

    @property
    def is_at_work(self) -> bool:
        """Whether it is active or under review."""
        return self.status in self.AT_WORK

    @property
    def is_overdue(self) -> bool:
        """Whether its review day has passed without a review."""
        return self.is_at_work and self.review_on is not None and self.review_on < working_days.today()
