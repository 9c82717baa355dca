from django.db import models

from .stored_file import StoredFile


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def published(self) -> "ReferenceQuerySet":
        """Those that say something: a sentence, a page elsewhere or a file, which stays in the database."""
        return self.exclude(note="", url="", size=0).defer("content")


class Reference(StoredFile):
    """What the Accord rests on or came with: a paper, a report, a guide. It shows once it says something."""

    class Kind(models.TextChoices):
        FOUNDING = "founding", "What the Accord rests on"
        PROGRAMME = "programme", "The work around it"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    when = models.CharField(max_length=40, blank=True, help_text="As it is known: “2001”, “December 2012”.")
    note = models.TextField("what it is", max_length=500, blank=True, help_text="In a sentence or two.")
    url = models.URLField("page elsewhere", max_length=300, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        ordering = ["kind", "position"]
        constraints = [
            *StoredFile.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "position"], name="reference_position_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_filled_in(self) -> bool:
        """Whether there is something to read: only then is it on the site."""
        return bool(self.note or self.url or self.size)
