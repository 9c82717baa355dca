"""The portal's clock: whatever writes down when something happened asks it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_set: ContextVar[dt.datetime | None] = ContextVar("the clock, where it was set", default=None)


def now() -> dt.datetime:
    """This instant, in UTC; inside `set_to` the one it was set to."""
    return _set.get() or timezone.now()


@contextmanager
def set_to(instant: dt.datetime) -> Iterator[None]:
    """Tells everything inside that it is `instant`: made-up people lead their lives in the past."""
    token = _set.set(instant)
    try:
        yield
    finally:
        _set.reset(token)
