import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .contact import Contact

IMPORT_CLAIM_LASTS = dt.timedelta(minutes=2)  # renewed with each thousand rows
IMPORTS_KEPT_FOR = dt.timedelta(days=30)


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def waiting(self, now: dt.datetime) -> "ContactImportQuerySet":
        """Those to be looked at or brought in that no worker is at, or whose worker has not been heard of."""
        states = [*ContactImport.LOOKED_AT, ContactImport.State.CARRYING_OUT]
        left = Q(worked_on_at=None) | Q(worked_on_at__lt=now - IMPORT_CLAIM_LASTS)
        return self.filter(left, state__in=states)

    def to_bring_in(self) -> "ContactImportQuerySet":
        """Those that wait for staff to match the columns, or to press “Bring in”."""
        return self.filter(state__in=[ContactImport.State.MATCHING, ContactImport.State.CHECKED])

    def stale(self, now: dt.datetime) -> "ContactImportQuerySet":
        """Those that nobody brought in for 30 days."""
        return self.filter(state__in=ContactImport.NOT_BEGUN, uploaded_at__lt=now - IMPORTS_KEPT_FOR)


class ContactImport(models.Model):
    """An existing list that staff bring in: looked at row by row first, carried out only then."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be looked at"
        MATCHING = "matching", "Waiting for you to say what the columns hold"
        CHECKING = "checking", "Being looked at"
        CHECKED = "checked", "Looked at: nothing is brought in yet"
        CARRYING_OUT = "carrying_out", "Being brought in"
        DONE = "done", "Brought in"
        REFUSED = "refused", "Cannot be read"
        CANCELLED = "cancelled", "Cancelled"

    class Basis(models.TextChoices):
        EXPRESS = "express", "Each person asked to be on it"
        BY_ROW = "by_row", "The column “basis” says so, row by row"
        NONE = "none", "None known: nobody on it is written to"

    file_name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, help_text="Where the list comes from.")
    basis = models.CharField("basis of consent", max_length=10, choices=Basis.choices)
    basis_detail = models.CharField(
        max_length=400, blank=True, help_text="What the people were asked, and when."
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    trouble = models.TextField(blank=True, help_text="Why it cannot be read.")
    columns = models.JSONField(
        default=list,
        help_text="Each with its place, heading and what it holds; samples until matched.",
    )
    layout = models.JSONField(default=dict, help_text="How many rows there are, and what a workbook hides.")
    takes_hidden = models.BooleanField("hidden rows too", default=False)
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    matched_at = models.DateTimeField(null=True, blank=True)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    # Where looking and bringing in have got to, as rows of the file; the rows are never counted
    worked_on_at = models.DateTimeField(null=True, blank=True, help_text="When a worker was last heard of.")
    checked_up_to = models.PositiveIntegerField(default=0)
    done_up_to = models.PositiveIntegerField(default=0)
    fates = models.JSONField(default=dict, help_text="How many rows meet which fate.")

    LOOKED_AT = [State.UPLOADED, State.CHECKING]
    NOT_BEGUN = [*LOOKED_AT, State.MATCHING, State.CHECKED]
    HOLDING_THE_FILE = [*LOOKED_AT, State.MATCHING]

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_approved_when_and_by_whom",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="import_matched_when_and_by_whom",
                condition=Q(matched_at=None, matched_by=None)
                | Q(matched_at__isnull=False, matched_by__isnull=False),
            ),
            models.CheckConstraint(
                name="import_says_what_people_were_asked",
                condition=~Q(basis="express") | ~Q(basis_detail=""),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_being_worked_on(self) -> bool:
        """Whether something is still going to happen by itself."""
        return self.state in [*self.LOOKED_AT, self.State.CARRYING_OUT]

    @property
    def rows_in_all(self) -> int:
        """How many rows have met their fate so far."""
        return sum(self.fates.values())

    @property
    def rows_done(self) -> int:
        """How many rows are brought in so far, or left out."""
        return self.rows.filter(number__lte=self.done_up_to).count()


class ImportPart(models.Model):
    """A piece of the file as it was uploaded; gone once the rows are read."""

    contact_import = models.ForeignKey(ContactImport, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["contact_import", "number"], name="import_part_once")]

    def __str__(self) -> str:
        return f"{self.contact_import_id}/{self.number}"


class ImportRow(models.Model):
    """One row of the list: what it says until it is carried out, what becomes of it, what is wrong."""

    class Fate(models.TextChoices):
        NEW = "new", "A new contact"
        NEW_UNWRITTEN = "new_unwritten", "A new contact, not to be written to"
        ADDS = "adds", "Known: adds a Yes that waits to be confirmed"
        KNOWN = "known", "Known: nothing changes"
        SAYS_NO = "says_no", "Known, and this list says No: look at each. Nothing changes by itself"
        REPEATED = "repeated", "In the list twice: nothing changes"
        SUPPRESSED = "suppressed", "Asked never to be written to, or erased: left out"
        HIDDEN = "hidden", "Hidden in the workbook: left out"
        ERROR = "error", "Cannot be brought in"

    contact_import = models.ForeignKey(ContactImport, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(help_text="The row's number as a spreadsheet shows it.")
    values = models.JSONField(default=dict)
    mailbox = models.CharField(max_length=320, blank=True)
    likeness = models.CharField(
        max_length=64,
        blank=True,
        help_text="Where there is no mailbox: a hash of the name and the way to reach.",
    )
    fate = models.CharField(max_length=14, choices=Fate.choices)
    errors = models.JSONField(default=list, help_text="[column, what is wrong] pairs; no value is repeated.")
    notes = models.JSONField(default=list, help_text="[column, what is not kept or changed] pairs; likewise.")
    cells = models.JSONField(default=list, help_text="A failed row as it was typed, to be mended.")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="import_rows")

    class Meta:
        ordering = ["contact_import", "number"]
        indexes = [
            models.Index(fields=["mailbox"], name="import_row_by_mailbox", condition=~Q(mailbox="")),
            models.Index(fields=["likeness"], name="import_row_by_likeness", condition=~Q(likeness="")),
            models.Index(fields=["contact_import", "fate", "number"], name="import_row_by_fate"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contact_import", "number"], name="import_row_once_a_number")
        ]

    def __str__(self) -> str:
        return f"Row {self.number}"
