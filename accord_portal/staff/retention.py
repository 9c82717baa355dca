"""The log is kept for a year and a day, and then forgotten: the one way by which a line of it goes."""

import datetime as dt
from itertools import takewhile

from accord_portal.foundation.append_only import door

from .models import LogLine

LOG_IS_KEPT = dt.timedelta(days=366)  # the database itself lets out nothing younger than 365 days
LINES_A_SWEEP = 5000


def forget(now: dt.datetime) -> int:
    """Forgets the oldest lines that have had their time, so many at most; how many there were."""
    oldest = LogLine.objects.order_by("pk").values_list("pk", "happened_at")[:LINES_A_SWEEP]
    keys = [key for key, _ in takewhile(lambda line: line[1] < now - LOG_IS_KEPT, oldest)]
    if not keys:
        return 0
    with door():
        return LogLine.objects.filter(pk__in=keys).delete()[0]
