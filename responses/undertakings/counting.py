"""How many of the promises of a year were kept, and when: never what share of them."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from accord_portal.foundation import working_days
from responses.models import Undertaking


class Counted(NamedTuple):
    """Promises kept in one calendar year, by the day promised first or after it, and what is open and late.

    The year is New Zealand's. What is late counts until it is kept, whichever year its day was in.
    """

    year: int
    on_time: int
    late: int
    open_late: int


def of_this_year() -> Counted:
    """The counts of this year so far, in one query.

    What was never promised for a day (backfilled), and what is not owed any more, is not counted.
    """
    today = working_days.today()
    begins_at = dt.datetime(today.year, 1, 1, tzinfo=timezone.get_current_timezone())
    kept, on_time = Q(kept_at__gte=begins_at), Q(first_due_on__gte=F("kept_on"))
    is_late = Q(kept_at=None, ended_at=None, first_due_on__lt=today)
    promised = Undertaking.objects.filter(kept | is_late, is_backfilled=False).order_by()
    found = promised.annotate(kept_on=TruncDate("kept_at")).aggregate(
        on_time=Count("pk", filter=kept & on_time),
        late=Count("pk", filter=kept & ~on_time),
        open_late=Count("pk", filter=is_late),
    )
    return Counted(today.year, **found)
