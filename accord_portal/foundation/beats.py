"""Signs of life: each process that runs beside the web says in the database that it was at work."""

import datetime as dt

from . import clock
from .models import Beat


def beat(process: str) -> None:
    """This process (`Beat.Process`) is at work now."""
    Beat.objects.update_or_create(process=process, defaults={"last_at": clock.now()})


def silent_for(process: str) -> dt.timedelta | None:
    """How long ago it was last at work, none if the clock was put back since; None where it never was."""
    last = Beat.objects.filter(process=process).values_list("last_at", flat=True).first()
    return max(clock.now() - last, dt.timedelta()) if last else None
