"""What an issue tells, by kind: as much as a message has room for, and where the rest is."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from accord_portal.digests.models import NewsItem

Kind = NewsItem.Kind
MAX_OF_A_KIND = 25  # in one message: mail programs cut long ones off; the rest is a link away
LISTS = {Kind.UPDATE: "updates", Kind.CHAMPION: "champions", Kind.INITIATIVE: "initiatives"}


class Section(NamedTuple):
    """The news of one kind in an issue; at `address` stand the `number_more` that have no room in it."""

    heading: str
    items: list[NewsItem]
    number_more: int
    address: str


def sections(items: Iterable[NewsItem]) -> list[Section]:
    """The items by kind, in the order in which the kinds come first.

    Of a kind that has a public list the first are shown: the newest, or as an editor put them in order.
    What is decided about initiatives stands nowhere else, and all of it is shown.
    """
    found: dict[Kind, list[NewsItem]] = {}
    for item in items:
        found.setdefault(Kind(item.kind), []).append(item)
    return [_section(kind, rows) for kind, rows in found.items()]


def _section(kind: Kind, rows: list[NewsItem]) -> Section:
    if kind not in LISTS:
        return Section(kind.label, rows, 0, "")
    return Section(kind.label, rows[:MAX_OF_A_KIND], max(0, len(rows) - MAX_OF_A_KIND), reverse(LISTS[kind]))
