"""The site map (sitemaps.org): every page that is there for everybody."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from champions.models import AccordText, Principle

from .kinds import PUBLIC_KINDS, PublicKind

PAGES = ["home", "express-interest", "about", "champions", "initiatives", "partnerships", "good-practice"]
PAGES += ["updates", "open-data", "privacy", "accessibility", "copyright", "contact"]
SCHEME = urlsplit(settings.BASE_URL).scheme


class PagesSitemap(Sitemap[str]):
    """The pages that are always there."""

    protocol = SCHEME

    def items(self) -> list[str]:
        """Their names."""
        return PAGES

    def location(self, item: str) -> str:
        """Where one stands."""
        return reverse(item)


class PrinciplesSitemap(Sitemap[Any]):
    """What gives effect to each principle."""

    protocol = SCHEME

    def items(self) -> Any:
        """The principles."""
        return Principle.objects.all()

    def location(self, item: Principle) -> str:
        """Where one stands."""
        return reverse("principle", args=[item.slug])


class TextsSitemap(Sitemap[Any]):
    """The Accord in each language."""

    protocol = SCHEME

    def items(self) -> Any:
        """Those with something to read."""
        return AccordText.objects.published()

    def location(self, item: AccordText) -> str:
        """Where one stands."""
        return reverse("accord-text", args=[item.language])


class KindSitemap(Sitemap[Any]):
    """Everything of one kind that is public."""

    protocol = SCHEME
    limit = 5000

    def __init__(self, kind: PublicKind) -> None:
        self.kind = kind

    def items(self) -> Any:
        """The rows that the public may see."""
        return self.kind.published().order_by("pk")

    def lastmod(self, item: Any) -> Any:
        """When it was published."""
        return item.published_at


SITEMAPS: dict[str, Any] = {
    "pages": PagesSitemap(),
    "principles": PrinciplesSitemap(),
    "texts": TextsSitemap(),
    **{kind.name: KindSitemap(kind) for kind in PUBLIC_KINDS},
}
