"""Where lines of consent are written and involvements brought up to them. Nothing else writes them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from accord_portal.foundation import clock, rows, tallies
from accord_portal.foundation.tallies import Part
from accord_portal.staff.models import User
from responses.consent import counting, ledger, wordings
from responses.consent.ledger import ConsentState
from responses.models import Consent, Contact, Involvement, Referral, ReferralConsent
from responses.undertakings.owing import records_of_people, settle, settle_all


def lines_about(contact: Contact) -> QuerySet[Consent]:
    """Every line about this contact, in the order they were written."""
    return contact.consents.order_by("pk")


def lines(
    contact: Contact,
    purposes: Iterable[str],
    decision: str,
    source: str,
    *,
    message: str = "",
    by: User | None = None,
    words: Mapping[str, int] | None = None,
) -> list[Consent]:
    """A line for each purpose, not written yet, to the words in force unless told which were shown."""
    words = words or {p: wording.key for p, wording in wordings.current(contact.language).items()}
    return [
        Consent(
            contact=contact,
            purpose=purpose,
            decision=decision,
            source=source,
            message=message,
            wording_id=words[purpose],
            recorded_by=by,
        )
        for purpose in purposes
    ]


def write(
    contact: Contact,
    lines: list[Consent],
    held: dict[str, Involvement] | None = None,
    counted: Mapping[Part, int] | None = None,
) -> list[Consent]:
    """Adds the lines to the evidence and brings the involvements and the figures up to them.

    `held` saves a look; `counted` is what else is counted with the lines.
    """
    numbers = Counter(counted)
    if not lines:
        tallies.add(numbers)
        return lines
    rows.add(*lines)
    if held is None:
        held = {i.purpose: i for i in contact.involvements.all()}
    fresh, something_is_owed = [], False
    for line in lines:
        involvement = held.get(line.purpose)
        before = ledger.written(involvement) if involvement else None
        after = ledger.add(before, line)
        if after is None or after == before:
            continue
        for part, number in counting.changed(before, after, line):
            numbers[part] += number
        something_is_owed |= bool(before or after.confirmed_at or line.recorded_by_id)
        if involvement is None:
            new = rows.new(Involvement, contact_id=contact.pk, purpose=line.purpose)
            fresh.append(_as_it_stands(new, after))
        else:
            _as_it_stands(involvement, after).save()
    if fresh:
        rows.add(*fresh)
    tallies.add(numbers)
    if something_is_owed:
        settle(contact)
    return lines


def write_about_referral(referral: Referral, contact: Contact, decision: str) -> None:
    """Adds the one line about passing on a text to an agency; the four purposes are none the different."""
    ReferralConsent.objects.create(
        contact=contact, referral=referral, decision=decision, words=referral.words
    )


def write_first(lines: Sequence[Consent]) -> None:
    """Adds the first lines about their purposes, of many contacts at once, which the caller has locked."""
    Consent.objects.bulk_create(lines)
    fresh = []
    numbers: Counter[Part] = Counter()
    for line in lines:
        if state := ledger.add(None, line):
            involvement = Involvement(contact=line.contact, purpose=line.purpose)
            fresh.append(_as_it_stands(involvement, state))
            for part, number in counting.changed(None, state, line):
                numbers[part] += number
    Involvement.objects.bulk_create(fresh)
    tallies.add(numbers)
    settle_all(records_of_people(line.contact_id for line in lines if not line.contact.email), at=clock.now())


def _as_it_stands(involvement: Involvement, state: ConsentState) -> Involvement:
    """The involvement with what the lines add up to in it, not written yet."""
    if involvement.since_at != state.since_at:
        involvement.reminded_at = None
    involvement.consent_id, involvement.since_at = state.consent, state.since_at
    involvement.confirmed_at, involvement.ended_at = state.confirmed_at, state.ended_at
    involvement.off_asked_at = state.off_asked_at
    return involvement
