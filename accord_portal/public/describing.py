"""What a public thing says of itself to those who link to it: Open Graph, and JSON-LD of schema.org.

It says what the page shows, and no more.
"""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from .kinds import (
    PUBLIC_CHAMPIONS,
    PUBLIC_INITIATIVES,
    PUBLIC_PARTNERSHIPS,
    PUBLIC_STORIES,
    PUBLIC_UPDATES,
    PublicKind,
)

SITE_NAME = "Kia Tūtahi Relationship Accord"
LOCALE = "en_NZ"
MAX_DESCRIBED = 300  # characters of a summary
HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # within an HTML element
KIND_OF_MODEL = {
    "champion": PUBLIC_CHAMPIONS,
    "initiative": PUBLIC_INITIATIVES,
    "partnership": PUBLIC_PARTNERSHIPS,
    "practicestory": PUBLIC_STORIES,
    "update": PUBLIC_UPDATES,
}
SCHEMA_LANGUAGE = {"@context": "https://schema.org"}


def kind_of(row: Any) -> PublicKind:
    """The kind of public thing that this row is. Raises KeyError where it is none."""
    return KIND_OF_MODEL[row._meta.model_name]


def open_graph(row: Any) -> list[tuple[str, str]]:
    """Property and content of each Open Graph element, https://ogp.me/."""
    kind = kind_of(row)
    return [
        ("og:title", kind.title_of(row)),
        ("og:description", _description(kind, row)),
        ("og:type", kind.og_type),
        ("og:url", _address(row)),
        ("og:site_name", SITE_NAME),
        ("og:locale", LOCALE),
    ]


def json_ld(row: Any) -> SafeString:
    """The same for search engines, as JSON that ends no element and opens none."""
    kind = kind_of(row)
    said = {
        **SCHEMA_LANGUAGE,
        "name": kind.title_of(row),
        "description": _description(kind, row),
        "url": _address(row),
        **kind.schema(row),
    }
    if said["@type"] in ("Article", "NewsArticle"):
        said["headline"] = said["name"]
    written = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return mark_safe(written.translate(HARMLESS))  # noqa: S308 - no <, > or & is left in it


def _description(kind: PublicKind, row: Any) -> str:
    text = " ".join(kind.summary(row).split())
    return Truncator(text).chars(MAX_DESCRIBED) or f"{kind.one}: {SITE_NAME}"


def _address(row: Any) -> str:
    return f"{settings.BASE_URL}{row.get_absolute_url()}"
