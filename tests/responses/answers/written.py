"""A letter, as somebody wrote it."""

import datetime as dt

from responses.answers import letters
from responses.models import Letter

WEDNESDAY = dt.datetime(2026, 11, 17, 23, 0, tzinfo=dt.UTC)  # Wednesday 18 November in New Zealand

TYPED = {
    "name": "You won, claim at https://prize.example",
    "email": "victim@example.org",
    "telephone": "04 494 5718",
    "message": "Click https://prize.example now",
}


def written(**changes: str) -> Letter:
    return letters.receive(**{**TYPED, **changes})
