from django.conf import settings
from django.db import models

from accord_portal.foundation import clock

from .contact import Contact
from .expression_of_interest import ExpressionOfInterest
from .mailed import Mailed
from .undertaking import Undertaking


class Activity(Mailed):
    """One line on a contact's timeline: what happened, when, and who did it.

    The database lets lines be added and nothing else; only an erasure may blank `text`.
    """

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered the call"
        CONFIRMED = "confirmed", "Confirmed the address"
        PREFERENCES = "preferences", "Changed preferences"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ASKED_FOR_MORE = "asked_for_more", "Asked for more"
        ANSWERED_US = "answered_us", "Answered what we asked"
        REFERRED = "referred", "Asked whether it may be passed on"
        PASSED_ON = "passed_on", "Passed on, as they agreed"
        NOT_PASSED_ON = "not_passed_on", "Not passed on"
        ASSIGNED = "assigned", "Assigned"
        REPLIED = "replied", "Replied in full"
        DECIDED = "decided", "Decided about an initiative"
        INVITED = "invited", "Invited to a meeting"
        ASKED_AFTER = "asked_after", "Asked how an initiative is going"
        REPORTED = "reported", "Said how an initiative stands"
        MOVED = "moved", "Named another day"
        MISSED = "missed", "Told that we missed a day"
        NOT_ARRIVED = "not_arrived", "A message did not arrive"
        BOUNCED = "bounced", "The address takes no mail"
        RESTORED = "restored", "The address is tried again"
        NOTE = "note", "Note"
        CLOSED = "closed", "Closed"
        SPAM = "spam", "Marked as spam"
        REOPENED = "reopened", "Taken up again"
        ENROLLED = "enrolled", "Registered as champion"
        INITIATIVE = "initiative", "Initiative registered"
        PARTNER = "partner", "Registered as partner"
        AGREED = "agreed", "Agreed what may be public"
        PUBLISHED = "published", "Published"
        TAKEN_DOWN = "taken_down", "Taken down"
        CHANGED_ANSWERS = "changed_answers", "Changed their answers"
        REMINDED = "reminded", "Reminded to confirm"
        FORGOTTEN = "forgotten", "Yes forgotten: never confirmed"
        ADDRESS_ASKED = "address_asked", "Asked to change the address"
        ADDRESS_CHANGED = "address_changed", "Changed the address"
        CORRECTED = "corrected", "Corrected"
        CALLED = "called", "Telephone call"
        WROTE = "wrote", "Letter"
        MET = "met", "Meeting"
        SWITCHED = "switched", "Switch changed on request"
        RESTRICTED = "restricted", "Not to be contacted"
        RELEASED = "released", "May be contacted again"
        FOLLOW_UP = "follow_up", "Follow-up"
        RECOMMENDED = "recommended", "Recommended somebody"
        DOWNLOADED = "downloaded", "Downloaded their information"
        ADDED = "added", "Added by staff"
        IMPORTED = "imported", "Came in a list"
        MERGED = "merged", "Merged"
        UNMERGED = "unmerged", "Merge undone"
        ERASURE_ASKED = "erasure_asked", "Asked to be erased"
        ERASURE_PROPOSED = "erasure_proposed", "Erasure proposed"
        ERASURE_DECLINED = "erasure_declined", "Erasure declined"
        ERASED = "erased", "Erased"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="activities", db_index=False)
    eoi = models.ForeignKey(
        ExpressionOfInterest, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    undertaking = models.ForeignKey(
        Undertaking,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,  # the table is long, and checking it would lock it
        help_text="What was moved or given to somebody.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField(default=clock.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["contact", "-happened_at", "-id"], name="activity_timeline")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_a_note(self) -> bool:
        """Whether staff wrote down something that they saw, heard or said."""
        Kind = self.Kind
        return self.kind in (Kind.NOTE, Kind.CALLED, Kind.WROTE, Kind.MET) and bool(self.text)
