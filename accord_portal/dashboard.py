"""What staff must see today: puts named querysets side by side and filters nothing itself."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from accord_portal.digests.models import DigestIssue
from accord_portal.foundation import clock, working_days
from accord_portal.foundation.models import OutgoingMail, SetAside
from accord_portal.staff.models import User
from champions.models import Champion
from responses.models import (
    ContactImport,
    Duplicate,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    Letter,
    Recommendation,
    Undertaking,
)

MAX_LISTED = 10  # rows of each list
A_WEEK = dt.timedelta(days=7)
COUNTED = 100  # what there is more of is “more than” that


def panels(user: User) -> dict[str, Any]:
    """The dashboard's parts, by the name the template knows them under."""
    today = working_days.today()
    eois = ExpressionOfInterest.objects
    owed = Undertaking.objects.select_related("contact__merged_into", "owner")
    return {
        "late_undertakings": owed.late(today)[:MAX_LISTED],
        "late_undertakings_number": _number(owed.late(today)),
        "due_today": owed.due_on(today)[:MAX_LISTED],
        "due_today_number": _number(owed.due_on(today)),
        "awaiting_triage": eois.awaiting_triage().prefetch_related("undertakings")[:MAX_LISTED],
        "awaiting_triage_number": eois.awaiting_triage().count(),
        "late_number": eois.late(today).count(),
        "unanswered_number": eois.closed_without_an_answer().count(),
        "recommendations_number": Recommendation.objects.awaiting_approval().count(),
        "mine": eois.being_worked_on_by(user)[:MAX_LISTED],
        "letters": Letter.objects.awaiting_an_answer().select_related("assigned_to")[:MAX_LISTED],
        "letters_number": _number(Letter.objects.awaiting_an_answer()),
        "late_letters_number": Letter.objects.late(today).count(),
        "my_letters": Letter.objects.being_worked_on_by(user)[:MAX_LISTED],
        "follow_ups": FollowUp.objects.outstanding().owned_by(user).select_related("contact")[:MAX_LISTED],
        "duplicates": _number(Duplicate.objects.open()),
        "erasures": Erasure.objects.outstanding().select_related("contact")[:MAX_LISTED],
        "lists_to_bring_in": ContactImport.objects.to_bring_in()[:MAX_LISTED],
        "ready_to_publish": Champion.objects.ready_to_publish()[:MAX_LISTED],
        "issues_on_their_way": DigestIssue.objects.on_their_way(),
        "issues_needing_attention": DigestIssue.objects.needing_attention(),
        "set_aside": SetAside.objects.all()[:MAX_LISTED],
        "failed_mail": OutgoingMail.objects.failed()[:MAX_LISTED],
        "doubtful_mail": OutgoingMail.objects.in_doubt()[:MAX_LISTED],
        "waiting_mail": _number(OutgoingMail.objects.waiting_after_trouble()),
        "held_mail": _number(OutgoingMail.objects.held_back(since=clock.now() - A_WEEK)),
    }


def _number(rows: QuerySet[Any]) -> str:
    """How many there are, without counting a million."""
    number = rows.order_by()[: COUNTED + 1].count()
    return str(number) if number <= COUNTED else f"more than {COUNTED}"
