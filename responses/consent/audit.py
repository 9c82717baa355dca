"""Whether involvements, and answers about referrals, are what the lines of evidence say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q

from responses.consent import ledger as consent_ledger
from responses.consent.ledger import ConsentState
from responses.models import Consent, Contact, Involvement, Referral, ReferralConsent

CONTACTS_A_CHECK = 2_000  # contacts

Sums = dict[tuple[int, str], ConsentState]


class Disagreement(NamedTuple):
    """An involvement as the ledger has it and as it is written; None where there is none."""

    contact: int
    purpose: str
    ledger: ConsentState | None
    written: ConsentState | None


def disagreements() -> Iterator[Disagreement]:
    """Recomputes every involvement from the ledger, some thousand contacts at a time."""
    last = 0
    contacts = Contact.objects.order_by("pk").values_list("pk", flat=True)
    while keys := list(contacts.filter(pk__gt=last)[:CONTACTS_A_CHECK]):
        last = keys[-1]
        sums, written = _sums(keys), _written(keys)
        for contact, purpose in sorted(sums.keys() | written.keys()):
            pair = sums.get((contact, purpose)), written.get((contact, purpose))
            if pair[0] != pair[1]:
                yield Disagreement(contact, purpose, *pair)


def referrals_without_their_line() -> list[int]:
    """The keys of the referrals that say another answer than their line of evidence, or have none."""
    State, Decision = Referral.State, ReferralConsent.Decision
    told = Q(consent__decision=Decision.GIVEN, state__in=[State.AGREED, State.SENT])
    told |= Q(consent__decision=Decision.DECLINED, state=State.DECLINED)
    told |= Q(consent=None, state__in=[State.ASKED, State.WITHDRAWN, State.EXPIRED])
    return list(Referral.objects.exclude(told).order_by("pk").values_list("pk", flat=True))


def lines_of(keys: Sequence[int]) -> dict[int, list[Consent]]:
    """By contact, every line about each, in the order they were written."""
    lines: dict[int, list[Consent]] = defaultdict(list)
    for line in Consent.objects.filter(contact__in=keys).order_by("pk"):
        lines[line.contact_id].append(line)
    return lines


def _sums(keys: Sequence[int]) -> Sums:
    return {
        (contact, purpose): state
        for contact, said in lines_of(keys).items()
        for purpose, state in consent_ledger.total(said).items()
    }


def _written(keys: Sequence[int]) -> Sums:
    involvements = Involvement.objects.filter(contact__in=keys)
    return {(i.contact_id, i.purpose): consent_ledger.written(i) for i in involvements}
