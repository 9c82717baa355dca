"""Those of whom nobody knows whether they have an issue: who, since when and why, and what was decided."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from accord_portal.digests.models import DigestIssue, Doubt
from accord_portal.digests.whom import DoubtForm
from accord_portal.foundation.pages import page

DOUBTS_A_PAGE = 50
MAX_DECISIONS = 50
ACTS_ON_DOUBT = ("send_again", "treat_as_sent")
WORDS = {
    "Timeout": "No answer came in time after it was handed over.",
    "timed out": "No answer came in time after it was handed over.",
    "Disconnected": "The connection broke after it was handed over, before an answer came.",
    "Connection": "The connection broke after it was handed over, before an answer came.",
    "cannot be read": "The mail provider’s answer could not be read.",
}
OTHERWISE = "What was answered does not say whether it was taken."


def why(reason: str) -> str:
    """Why it is in doubt, in words; `reason` is what the transport or the worker said."""
    if reason.endswith(".") and ":" not in reason:
        return reason  # our own words
    return next((words for mark, words in WORDS.items() if mark in reason), OTHERWISE)


def context(request: HttpRequest, issue: DigestIssue, forms: dict[str, Any], refused: Any) -> dict[str, Any]:
    """What the page of an issue's doubts shows, beside what every page of the issue does."""
    said = request.POST if request.method == "POST" else request.GET
    open_ones = issue.doubts.open().select_related("delivery__contact")
    found = page(open_ones, "since_at", said.get("after", ""), DOUBTS_A_PAGE)
    form = refused if isinstance(refused, DoubtForm) else forms.get("send_again")
    return {
        "title": f"In doubt: {issue}",
        "page": found,
        "after": said.get("after", ""),
        "rows": [(doubt, doubt.delivery, _who(doubt), why(doubt.delivery.reason)) for doubt in found.rows],
        "form": form,
        "ticked": form.ticked() if form else [],
        "decided": _decided(issue),
    }


def _who(doubt: Doubt) -> str:
    contact = doubt.delivery.contact
    return contact.name or contact.organisation or f"Contact {contact.pk}"


def _decided(issue: DigestIssue) -> list[dict[str, Any]]:
    """What was decided so far, the latest first, and about how many each time."""
    ended = issue.doubts.filter(ended_by__isnull=False)
    told = ended.values("ended_at", "ended_by__name", "ending", "sentence").annotate(people=Count("pk"))
    labels = dict(Doubt.Ending.choices)
    return [{**one, "did": labels[one["ending"]]} for one in told.order_by("-ended_at")[:MAX_DECISIONS]]
