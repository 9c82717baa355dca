"""The office's days written out by hand, and what is due on them: nothing here asks the code."""

import datetime as dt
from zoneinfo import ZoneInfo

IN_NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
CLOSED = {  # besides Saturdays and Sundays
    dt.date(2026, 1, 1),  # New Year's Day
    dt.date(2026, 1, 2),  # the day after
    dt.date(2026, 1, 19),  # Wellington's anniversary
    dt.date(2026, 2, 6),  # Waitangi Day
    dt.date(2026, 4, 3),  # Good Friday
    dt.date(2026, 4, 6),  # Easter Monday
    dt.date(2026, 4, 27),  # Anzac Day, which is a Saturday
    dt.date(2026, 6, 1),  # the King's birthday
    dt.date(2026, 7, 10),  # Matariki
    dt.date(2026, 10, 26),  # Labour Day
    dt.date(2026, 12, 25),  # Christmas Day
    dt.date(2026, 12, 28),  # Boxing Day, which is a Saturday
    dt.date(2027, 1, 1),  # New Year's Day
    dt.date(2027, 1, 4),  # the day after, which is a Saturday
    dt.date(2027, 1, 25),  # Wellington's anniversary
    dt.date(2027, 2, 8),  # Waitangi Day, which is a Saturday
    dt.date(2027, 3, 26),  # Good Friday
    dt.date(2027, 3, 29),  # Easter Monday
    dt.date(2027, 4, 26),  # Anzac Day, which is a Sunday
    dt.date(2027, 6, 7),  # the King's birthday
    dt.date(2027, 6, 25),  # Matariki
    dt.date(2027, 10, 25),  # Labour Day
    dt.date(2027, 12, 27),  # Christmas Day, which is a Saturday
    dt.date(2027, 12, 28),  # Boxing Day, which is a Sunday
    dt.date(2028, 1, 3),  # New Year's Day, which is a Saturday
    dt.date(2028, 1, 4),  # the day after, which is a Sunday
    dt.date(2028, 1, 24),  # Wellington's anniversary
    dt.date(2028, 2, 7),  # Waitangi Day, which is a Sunday
    dt.date(2028, 4, 14),  # Good Friday
    dt.date(2028, 4, 17),  # Easter Monday
    dt.date(2028, 4, 25),  # Anzac Day
    dt.date(2028, 6, 5),  # the King's birthday
}
OPEN = [
    day
    for day in (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(900))
    if day.isoweekday() not in (6, 7) and day not in CLOSED
]
WORKING_DAYS = {"acknowledge": 3, "reply": 20, "decide": 20, "talk": 10}


def day_of(instant: dt.datetime) -> dt.date:
    """The day it is in New Zealand at this instant."""
    return instant.astimezone(IN_NEW_ZEALAND).date()


def due(kind: str, since: dt.datetime) -> dt.date:
    """The day by which what is owed since this instant is due."""
    day = day_of(since)
    if kind == "invite":
        months = day.month + 6
        year, month = (day.year, months) if months <= 12 else (day.year + 1, months - 12)
        while True:
            try:
                there = dt.date(year, month, day.day)
                break
            except ValueError:
                day -= dt.timedelta(days=1)
        return next(open_day for open_day in OPEN if open_day >= there)
    return [open_day for open_day in OPEN if open_day > day][WORKING_DAYS[kind] - 1]
