"""What administrators hear of at once, by mail: what is better seen today than found in the log next month.

Contacts or the log leave as a file, somebody is given a role, a second factor is reset, many fail to sign in.
"""

import datetime as dt

from accord_portal.foundation import clock, mail, rate_limit

from . import emails
from .models import LogLine, User

FAILURES = [
    LogLine.Act.NOT_SIGNED_IN,
    LogLine.Act.WRONG_CODE,
    LogLine.Act.WRONG_PASSKEY,
    LogLine.Act.LOCKED_OUT,
]
MANY_FAILURES = 10  # within an hour
HOUR = dt.timedelta(hours=1)


def tell(line: LogLine) -> None:
    """Owes each administrator one message about this line, also whoever did it: it may not have been them."""
    for administrator in User.objects.administrators():
        mail.owe(emails.alert, to=administrator.email, user_id=administrator.pk, line_id=line.pk)


def tell_of_many_failures() -> None:
    """Owes each administrator a message where so many tries to sign in failed; once an hour by the clock."""
    failed = LogLine.objects.filter(act__in=FAILURES).order_by("-pk")
    newest = list(failed.values_list("happened_at", flat=True)[:MANY_FAILURES])
    if len(newest) < MANY_FAILURES or newest[-1] <= clock.now() - HOUR:
        return
    if rate_limit.is_first_of_the_hour("many failures to sign in"):
        for administrator in User.objects.administrators():
            mail.owe(emails.many_failures, to=administrator.email, user_id=administrator.pk)
