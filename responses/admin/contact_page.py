"""What staff read about one person, in as many queries for much as for little."""

from collections import defaultdict
from itertools import islice
from typing import Any, NamedTuple

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses import contact_sections
from responses.answers import differences
from responses.consent import wordings
from responses.contacts import acts
from responses.models import (
    Activity,
    Consent,
    Contact,
    Duplicate,
    Erasure,
    ExpressionOfInterest,
    Involvement,
    Merge,
    Purpose,
    Recommendation,
    Undertaking,
)

from . import follow_up, owed

MAX_LINES = 100  # of the timeline, and of the evidence
MAX_OF_EACH = 20  # of everything else


class Switch(NamedTuple):
    """One of the four purposes: how it stands, the Yes we may write on now, and every line of evidence.

    `others` is how it stands for the records merged into this one: each mailbox speaks for itself.
    """

    label: str
    wording: str
    involvement: Involvement | None
    permitted_by: Consent | None
    others: list[Involvement]
    evidence: list[Consent]


def everything_about(contact: Contact, *, by: User, all_of_it: bool) -> dict[str, Any]:
    """The parts of the page, by the name the template knows them under."""
    keys = contact.keys
    lines = None if all_of_it else MAX_LINES
    activities = Activity.objects.filter(contact__in=keys).select_related("done_by", "eoi", "mail")
    timeline = list(activities[: lines and lines + 1])
    eois = ExpressionOfInterest.objects.filter(contact__in=keys).select_related("replaces")
    latest = None if contact.erased_at else acts.latest_form(contact)
    mail = OutgoingMail.objects.filter(recipient__in=keys)
    made = Recommendation.objects.filter(recommender__in=keys)
    people = ("first__merged_into", "second__merged_into")
    erasures = Erasure.objects.filter(contact__in=keys)
    undertakings = owed.described(owed.with_all(Undertaking.objects.of_people(keys)), by)
    undertakings += owed.to_audiences(keys, by)
    return {
        "contact": contact,
        "also": contact.absorbed.filter(erased_at=None).order_by("pk"),
        "owed": [one for one in undertakings if one.row.is_open],
        "not_owed": [one for one in undertakings if not one.row.is_open],
        "owed_by_name": any(one.row.is_open and one.row.contact_id for one in undertakings),
        "may_be_invited": _may_be_invited(contact),
        "switches": _switches(contact, keys, lines),
        "activities": timeline[:lines],
        "is_cut": lines is not None and len(timeline) > lines,
        "eois": eois[:lines],
        "latest": latest,
        "differences": differences.between(latest) if latest else [],
        "said_otherwise": _said_otherwise(contact, latest) if latest else [],
        "sent_from_above": [] if contact.erased_at else contact_sections.sent(keys, MAX_OF_EACH),
        "not_arrived": OutgoingMail.objects.not_arrived(keys),
        "mail": mail.order_by("-queued_at", "-pk")[:MAX_OF_EACH],
        "recommended": made[:MAX_OF_EACH],
        "recommended_by": Recommendation.objects.filter(eoi__contact__in=keys).select_related(
            "recommender", "receipt"
        ),
        **follow_up.beside(contact),
        "duplicates": Duplicate.objects.open()
        .about(keys)
        .select_related("first", "second", *people)[:MAX_OF_EACH],
        "merges": Merge.objects.about(keys).select_related("kept", "other", "merged_by", "undone_by"),
        "erasures": erasures.select_related("proposed_by", "decided_by"),
        "is_to_be_erased": erasures.outstanding().exists(),
    }


def _switches(contact: Contact, keys: list[int], lines: int | None) -> list[Switch]:
    evidence: dict[str, list[Consent]] = defaultdict(list)
    rows = Consent.objects.filter(contact__in=keys).select_related("wording", "eoi", "recorded_by")
    for line in rows[:lines]:
        evidence[line.purpose].append(line)
    held: dict[str, Involvement] = {}
    others: dict[str, list[Involvement]] = defaultdict(list)
    for involvement in Involvement.objects.filter(contact__in=keys).select_related("consent", "contact"):
        if involvement.contact_id == contact.pk:
            held[involvement.purpose] = involvement
        else:
            others[involvement.purpose].append(involvement)
    texts = wordings.texts()
    return [
        Switch(
            purpose.label,
            texts[purpose],
            held.get(purpose),
            _permission(contact, purpose),
            others[purpose],
            evidence[purpose],
        )
        for purpose in Purpose
    ]


def _may_be_invited(contact: Contact) -> bool:
    """Whether the message that invites to a meeting may go to this contact, who said Yes to giving advice."""
    return Involvement.objects.permitting(Purpose.GIVE_ADVICE).filter(contact=contact).exists()


def _permission(contact: Contact, purpose: str) -> Consent | None:
    permitting = Involvement.objects.permitting(purpose).filter(contact=contact).select_related("consent")
    return next((yes.consent for yes in islice(permitting, 1)), None)


def _said_otherwise(contact: Contact, eoi: ExpressionOfInterest) -> list[tuple[str, str, str]]:
    """What the latest form says differently from what we know: the field, what we know, what it says."""
    fields = acts.said_otherwise(contact, eoi)
    return [(acts.DETAIL_LABELS[field], getattr(contact, field), getattr(eoi, field)) for field in fields]
