from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .champion import Champion, said_no_since
from .champion_page import PageFields
from .initiative import Initiative


class PageProposalQuerySet(models.QuerySet["PageProposal"]):
    def unanswered(self) -> "PageProposalQuerySet":
        """The last of each champion that nobody has decided about."""
        return self.filter(state=PageProposal.State.WAITING)

    def to_decide(self) -> "PageProposalQuerySet":
        """Those that wait for staff: not of a champion who was taken down, or has said No since."""
        champions = Champion.objects.filter(~said_no_since()).exclude(state=Champion.State.WITHDRAWN)
        return self.unanswered().filter(champion__in=champions)


class PageProposal(PageFields):
    """What a champion wants their page to say. It never changes: whoever thinks again proposes anew."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for us"
        REPLACED = "replaced", "Replaced by a later one"
        TAKEN_BACK = "taken_back", "Taken back"
        PUBLISHED = "published", "Published"
        REFUSED = "refused", "Not published"

    champion = models.ForeignKey(Champion, models.PROTECT, related_name="proposals")
    summary = models.TextField(blank=True, default="")
    initiative_title = models.CharField("new initiative", max_length=200, blank=True, default="")
    initiative_description = models.TextField("what the initiative is", blank=True, default="")
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    refused_because = models.TextField(blank=True, default="")

    objects = PageProposalQuerySet.as_manager()

    class Meta(PageFields.Meta):
        abstract = False
        verbose_name = "proposed page"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *PageFields.Meta.constraints,
            models.UniqueConstraint("champion", name="page_proposal_one_waits", condition=Q(state="waiting")),
            models.CheckConstraint(
                name="page_proposal_decided_when_and_by_whom",
                condition=Q(state__in=["published", "refused"], decided_at__isnull=False)
                & Q(decided_by__isnull=False)
                | ~Q(state__in=["published", "refused"]) & Q(decided_at=None, decided_by=None),
            ),
            models.CheckConstraint(
                name="page_proposal_refused_with_a_sentence",
                condition=~Q(state="refused") | ~Q(refused_because=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.champion)

    def get_absolute_url(self) -> str:
        """The public page that it would change."""
        return self.champion.get_absolute_url()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided about it, and no later one took its place."""
        return self.state == self.State.WAITING
