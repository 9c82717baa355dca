"""The mails to staff about what waits: one function each."""

import datetime as dt
import re
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from accord_portal.foundation import mail
from accord_portal.foundation.contact_details import hidden
from accord_portal.staff.models import User

from .choice import View
from .counting import New, Numbers, in_words
from .items import opened
from .waiting import late_with, waiting

LINK = re.compile(r"\S*(?:://|www\.)\S*", re.IGNORECASE)


@mail.kind("what_waits")
def what_waits(officer_id: int, new_after: str, new_until: str) -> mail.Message:
    """What is late, due today and new (between these instants, ISO 8601) for an officer, as it stands now."""
    officer = _who_works(officer_id)
    found = waiting(officer, New(*map(dt.datetime.fromisoformat, (new_after, new_until))))
    if not found or not officer.gets_morning_mail:
        raise mail.NoLongerWanted
    context = {
        "name": officer.get_short_name(),
        "mine": _numbers(found.mine),
        "nobodys": _numbers(found.nobodys),
        "items": [
            {
                "title": _safe(item.title),
                "what": item.what,
                "when": item.lateness or ("due today" if item.due_on else item.age),
                "is_late": item.is_late,
                "url": settings.BASE_URL + opened(item, found.my_view),
            }
            for item in found.items
        ],
        "mine_url": _desk(found.my_view),
        "nobodys_url": _desk(found.nobodys_view),
        "choose_url": settings.BASE_URL + reverse("staff-mail"),
    }
    late = found.mine.late + found.nobodys.late
    subject = f"What waits for you: {in_words(late)} late" if late else "What waits for you"
    return _composed("desk/what_waits", context, officer, subject)


@mail.kind("what_is_late")
def what_is_late(officer_id: int) -> mail.Message:
    """What is late, and with whom, as it stands now: to somebody who approves."""
    officer = _who_works(officer_id)
    found = late_with(officer)
    if not found or not officer.gets_weekly_mail:
        raise mail.NoLongerWanted
    context = {
        "name": officer.get_short_name(),
        "rows": [
            (str(who or "Nobody"), in_words(number), _desk(View.of(who) if who else View("nobodys")))
            for who, number in found
        ],
        "desk_url": _desk(View("all")),
        "choose_url": settings.BASE_URL + reverse("staff-mail"),
    }
    return _composed("desk/what_is_late", context, officer, "What is late, and with whom")


def _who_works(key: int) -> User:
    """The officer. Raises NoLongerWanted where they have left."""
    officer = User.objects.working().filter(pk=key).first()
    if officer is None:
        raise mail.NoLongerWanted
    return officer


def _safe(title: str) -> str:
    """A title without links, addresses and numbers: strangers write it, and no erasure reaches a mailbox."""
    return LINK.sub("[link hidden]", hidden(title))


def _numbers(numbers: Numbers) -> str:
    """Those there are: "2 late, 1 due today, 3 new"; "" for none."""
    said = {"late": numbers.late, "due today": numbers.due_today, "new": numbers.new}
    return ", ".join(f"{in_words(number)} {what}" for what, number in said.items() if number)


def _desk(view: View) -> str:
    return f"{settings.BASE_URL}{reverse('desk')}?{view.query}"


def _composed(template: str, context: Mapping[str, object], officer: User, subject: str) -> mail.Message:
    message = mail.compose(template, context, to=officer.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # it answers nothing (RFC 3834, section 5)
    return message
