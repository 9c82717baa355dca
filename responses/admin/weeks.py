"""A week as a filter of a list: what is in it is found by an index on the instant."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.tallies import week_of


class WeekFilter(admin.SimpleListFilter):
    """Rows whose instant is in one week of New Zealand: this one, the last, or the one asked for."""

    parameter_name = "week"
    instant: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        this = week_of(working_days.today())
        weeks = {this: "This week", this - dt.timedelta(weeks=1): "Last week"}
        if (asked := _day(self.value())) and asked not in weeks:
            weeks[asked] = f"Week of {day_in_words(asked)}"
        return [(week.isoformat(), label) for week, label in weeks.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        monday = _day(self.value())
        if not monday:
            return queryset
        begins, ends = (
            dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())
            for day in (monday, monday + dt.timedelta(weeks=1))
        )
        return queryset.filter(**{f"{self.instant}__gte": begins, f"{self.instant}__lt": ends})


def _day(value: str | None) -> dt.date | None:
    """The Monday that was asked for; None for anything else."""
    try:
        day = dt.date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 and week_of(day) == day else None
