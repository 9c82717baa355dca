"""The moment at which the tests stand still."""

import datetime as dt

NOON = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)  # Monday 16 November in Wellington
