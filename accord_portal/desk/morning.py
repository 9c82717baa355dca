"""What waits, mailed to staff: each working morning to whoever something waits for, each week what is late.

What is somebody's is theirs to hear of; what nobody has, everybody who may do it hears of as a number.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from accord_portal.foundation import chores, mail, working_days
from accord_portal.staff.models import User

from . import emails
from .counting import New
from .models import StaffMail
from .waiting import late_with, waiting

Kind, MAILING = StaffMail.Kind, "Mailing staff what waits"
A_WEEK = dt.timedelta(days=7)
LASTS = dt.timedelta(hours=6)  # a worker that was down at the hour mails until then, and not at night


def send(now: dt.datetime) -> int:
    """Owes each officer the mails of this morning, if there is something in them; how many it owed now."""
    day = timezone.localdate(now)
    begins_at = _at_the_hour(day)
    if not working_days.is_working_day(day) or not begins_at <= now < begins_at + LASTS:
        return 0
    monday = day - dt.timedelta(days=day.weekday())
    officers = {officer.pk: officer for officer in User.objects.working().order_by("pk")}
    return chores.for_each(MAILING, User, officers, lambda key: _owe_both(officers[key], day, monday))


def _owe_both(officer: User, day: dt.date, monday: dt.date) -> int:
    owed = 0
    if officer.gets_morning_mail:
        owed += _owe(officer, Kind.MORNING, day)
    if officer.gets_weekly_mail and officer.is_approver:
        owed += _owe(officer, Kind.WEEKLY, monday)
    return owed


def _owe(officer: User, kind: str, due_on: dt.date) -> bool:
    """Looks once whether there is something in this mail, and owes it if so; whether it did.

    What comes later that day is new the next morning.
    """
    looked = StaffMail.objects.filter(officer=officer, kind=kind)
    if looked.filter(due_on=due_on).exists():
        return False
    last = looked.filter(due_on__gte=due_on - A_WEEK).order_by("-due_on").first()
    looked.filter(due_on__lt=due_on - A_WEEK).delete()
    row, is_new = StaffMail.objects.get_or_create(officer=officer, kind=kind, due_on=due_on)
    if not is_new:
        return False
    if kind == Kind.WEEKLY and late_with(officer):
        mail.owe(emails.what_is_late, to=officer.email, officer_id=officer.pk)
        return True
    new = New(last.looked_at if last else _working_morning_before(due_on), row.looked_at)
    if kind == Kind.MORNING and waiting(officer, new):
        after, until = new.after.isoformat(), new.until.isoformat()
        mail.owe(emails.what_waits, to=officer.email, officer_id=officer.pk, new_after=after, new_until=until)
        return True
    return False


def _working_morning_before(day: dt.date) -> dt.datetime:
    """Since when something is new to whoever was mailed nothing lately."""
    while not working_days.is_working_day(day := day - dt.timedelta(days=1)):
        pass
    return _at_the_hour(day)


def _at_the_hour(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(settings.MORNING_MAIL_HOUR)))
