from django.db import models

from accord_portal.foundation.rich_text import not_too_long

from .stored_file import StoredFile

RIGHT_TO_LEFT = {"ar", "fa", "he", "prs", "ps", "ur"}  # languages written so (BCP 47)


class AccordTextQuerySet(models.QuerySet["AccordText"]):
    def published(self) -> "AccordTextQuerySet":
        """Those with something to read: a text or a file; the file itself is left in the database."""
        return self.exclude(written="", size=0).defer("content")


class AccordText(StoredFile):
    """The Accord in one language, as text, as a file, or both. Nothing shows before there is one of them."""

    language = models.CharField(max_length=12, unique=True)
    name = models.CharField("language in English", max_length=60)
    own_name = models.CharField("language in its own words", max_length=60)
    title = models.CharField("the Accord’s title in it", max_length=200)
    written = models.TextField("text", blank=True, validators=[not_too_long], help_text="In Markdown.")

    objects = AccordTextQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = "text of the Accord"
        verbose_name_plural = "texts of the Accord"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def direction(self) -> str:
        """Which way its lines run, as HTML has it."""
        return "rtl" if self.language.split("-")[0] in RIGHT_TO_LEFT else "ltr"

    @property
    def is_filled_in(self) -> bool:
        """Whether there is something to read: only then is it on the site."""
        return bool(self.written or self.size)
