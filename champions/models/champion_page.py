from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord_portal.foundation import clock

from .champion import Champion
from .code_list import CodeListEntry


class ChampionPicture(models.Model):
    """A picture that a champion sent, as we made it anew in two sizes, both JPEG."""

    champion = models.ForeignKey(Champion, models.PROTECT, related_name="pictures")
    large = models.BinaryField()
    small = models.BinaryField()
    width = models.PositiveSmallIntegerField(help_text="In pixels.")
    height = models.PositiveSmallIntegerField(help_text="In pixels.")
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.width} × {self.height} pixels"


class PageFields(models.Model):
    """What a champion's page shows beside its name, its summary and what it does."""

    website = models.URLField(max_length=300, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    regions = models.ManyToManyField(
        CodeListEntry, blank=True, related_name="+", limit_choices_to={"list": "region"}
    )
    picture = models.ForeignKey(ChampionPicture, models.SET_NULL, null=True, blank=True, related_name="+")
    alternative = models.CharField("the picture in words", max_length=300, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_picture_is_told_in_words", condition=Q(picture=None) | ~Q(alternative="")
            )
        ]


class ChampionPageQuerySet(models.QuerySet["ChampionPage"]):
    def with_public_picture(self) -> "ChampionPageQuerySet":
        """Those whose picture the public may see: as long as it may see their champion."""
        champions = Champion.objects.published()
        return self.filter(is_public=True, picture__isnull=False, champion__in=champions).select_related(
            "champion"
        )


class ChampionPage(PageFields):
    """What a champion wrote of themselves, as staff published it last."""

    champion = models.OneToOneField(Champion, models.PROTECT, related_name="page")
    agreed = models.BooleanField("website, place and picture may be public", default=False)
    is_public = models.BooleanField("public", default=False)

    objects = ChampionPageQuerySet.as_manager()

    class Meta(PageFields.Meta):
        abstract = False
        constraints = [
            *PageFields.Meta.constraints,
            models.CheckConstraint(
                name="champion_page_public_only_with_a_tick", condition=Q(is_public=False) | Q(agreed=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.champion)

    @property
    def picture_url(self) -> str:
        """Where the public gets the picture from; `small/` behind it is the small one."""
        return reverse("champion-picture", args=[self.champion.slug])

    @property
    def small_picture_url(self) -> str:
        """The picture for lists."""
        return reverse("champion-picture", args=[self.champion.slug, "small"])
