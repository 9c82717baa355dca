"""How fast, and how much a day, messages go out: one row a transport, from which all workers take.

A bucket that refills evenly, kept as the moment from which it is free (RFC 2697 has the idea, ITU-T I.371 the
arithmetic). What people wait for goes at once and is counted; digests go as fast as is left.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction

from . import clock, working_days
from .models import SendingPace
from .verdicts import NotSent, Verdict

MAX_TURN_WAIT = dt.timedelta(seconds=8)  # longest that a worker waits for its turn
TAKEN_AT_ONCE = dt.timedelta(seconds=2)  # what one turn takes at most
SHARE_OF_DIGESTS = 0.9  # of the messages of a day; the rest is for what people wait for
NO_WAIT = dt.timedelta()


def most_at_once(most: int) -> int:
    """How many messages may be taken in one turn, of so many."""
    rate = settings.MAIL_PER_SECOND
    return max(1, min(most, int(rate * TAKEN_AT_ONCE.total_seconds()))) if rate else most


def spend(number: int) -> None:
    """What goes at once, whatever the pace: digests wait for it."""
    if settings.MAIL_PER_SECOND or settings.MAIL_PER_DAY:
        with transaction.atomic():
            row = _locked()
            _move_on(row, number)


def take(number: int) -> dt.timedelta:
    """Takes so many for a digest; how long to wait before they may go.

    Raises NotSent, with nothing taken, where too much of the day is used up, or others wait already.
    """
    if not (settings.MAIL_PER_SECOND or settings.MAIL_PER_DAY):
        return NO_WAIT
    with transaction.atomic():
        row = _locked()
        if settings.MAIL_PER_DAY and row.sent + number > settings.MAIL_PER_DAY * SHARE_OF_DIGESTS:
            raise NotSent(
                Verdict.QUOTA, f"{row.sent} of {settings.MAIL_PER_DAY} messages of the day are sent"
            )
        wait = max(row.free_at - clock.now(), NO_WAIT)
        if wait > MAX_TURN_WAIT:
            raise NotSent(Verdict.LATER, "others are sending as fast as we may", rest=wait)
        _move_on(row, number)
    return wait


def _locked() -> SendingPace:
    """The row of the transport that is set, locked, on today's count."""
    name, today = settings.EMAIL_BACKEND[-100:], working_days.today()
    SendingPace.objects.get_or_create(transport=name, defaults={"counted_on": today})
    row = SendingPace.objects.select_for_update().get(transport=name)
    if row.counted_on != today:
        row.counted_on, row.sent = today, 0
    return row


def _move_on(row: SendingPace, number: int) -> None:
    if settings.MAIL_PER_SECOND:
        start = max(row.free_at, clock.now())
        row.free_at = start + dt.timedelta(seconds=number / settings.MAIL_PER_SECOND)
    row.sent += number
    row.save()
