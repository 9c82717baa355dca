"""What somebody who answers again says differently from the last time."""

from typing import NamedTuple

from responses.consent import ledger, wordings
from responses.models import Consent, ExpressionOfInterest, Purpose

COMPARED = ["name", "organisation", "telephone"]


class Difference(NamedTuple):
    """One answer, as it was and as it is now."""

    label: str
    before: str
    now: str


def between(eoi: ExpressionOfInterest) -> list[Difference]:
    """What differs from the answers before these; [] where these are the first.

    A switch is compared with how it stood when these answers came, however it had been set.
    """
    before = previous(eoi)
    if before is None:
        return []
    fields = [*COMPARED, "initiatives", "comments"] if eoi.replaces_id else COMPARED
    found = [
        Difference(name.capitalize(), was, now)
        for name in fields
        if (was := getattr(before, name)) != (now := getattr(eoi, name))
    ]
    texts, stood = wordings.texts(), _stood(eoi)
    return found + [
        Difference(texts[purpose], "Yes" if stood[purpose] else "No", "Yes" if yes else "No")
        for purpose, yes in eoi.answers.items()
        if stood[purpose] != yes
    ]


def previous(eoi: ExpressionOfInterest) -> ExpressionOfInterest | None:
    """The answers that were changed into these, or else those that came from the same mailbox before."""
    if eoi.replaces:
        return eoi.replaces
    earlier = ExpressionOfInterest.objects.filter(contact=eoi.contact_id, pk__lt=eoi.pk)
    return earlier.exclude(state=ExpressionOfInterest.State.SPAM).order_by("pk").last()


def _stood(eoi: ExpressionOfInterest) -> dict[str, bool]:
    """Which switches were on, confirmed or not, when the answers came."""
    mine = Consent.objects.filter(contact=eoi.contact_id, eoi=eoi).order_by("pk").first()
    lines = Consent.objects.filter(contact=eoi.contact_id).order_by("pk")
    sums = ledger.total(lines.filter(pk__lt=mine.pk) if mine else lines)
    return {purpose: purpose in sums and sums[purpose].is_yes for purpose in Purpose.values}
