"""Where initiatives take place: each region with how many are public there, for the map and its list."""

from typing import NamedTuple

from django.db.models import IntegerField, OuterRef, Subquery

from accord_portal.foundation.memory import ForAMinute
from champions.models import CodeListEntry, Initiative

MOST_COUNTED = 1000  # initiatives; of more it is said that there are more
ON_THE_MAP = range(1, 17)  # positions of the 16 regions, from north to south; see register.css


class HowManyRows(Subquery):
    """How many rows the query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class RegionCount(NamedTuple):
    """One region: its key, its name, its place on the map (0: none), how many are public there."""

    key: int
    label: str
    place: int
    number: int

    @property
    def in_words(self) -> str:
        """The number, as far as it was counted."""
        return f"more than {MOST_COUNTED:,}" if self.number > MOST_COUNTED else f"{self.number:,}"


@ForAMinute
def regions_counted() -> list[RegionCount]:
    """All regions in the order of the code list, counted up to `MOST_COUNTED`; one look a minute."""
    there = Initiative.objects.published().filter(regions=OuterRef("pk")).order_by().values("pk")
    rows = CodeListEntry.objects.filter(list=CodeListEntry.List.REGION).order_by("position", "pk")
    counted = rows.annotate(number=HowManyRows(there[: MOST_COUNTED + 1]))
    found: list[RegionCount] = []
    for key, label, position, number in counted.values_list("pk", "label", "position", "number"):
        is_free = position in ON_THE_MAP and all(region.place != position for region in found)
        found.append(RegionCount(key, label, position if is_free else 0, number))
    return found
