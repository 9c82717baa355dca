"""Acts on consent: the only code that writes `Consent` and `Involvement`.

A line is added to the evidence first; the involvement is then what the lines add up to:

- Yes on a form waits until it is confirmed from the mailbox; Yes from the mailbox counts at once;
- No on a form ends a Yes that was never confirmed, but not a confirmed one, since anybody who knows
  an address can send a form;
- taken back from the mailbox ends it.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accord_portal.foundation import rows
from accord_portal.staff.models import User

from .models import Activity, Consent, Contact, ExpressionOfInterest, Involvement
from .models.consent import WORDINGS

Decision, Source = Consent.Decision, Consent.Source


def record_answers(
    *,
    contact: Contact,
    eoi: ExpressionOfInterest,
    said_yes: Mapping[str, bool],
    source: str,
    at: dt.datetime,
    is_new: bool,
    by: User | None,
) -> None:
    """One line for each of the four answers of a form; every Yes becomes an unconfirmed involvement."""
    lines = [
        Consent(
            contact=contact,
            eoi=eoi,
            purpose=purpose,
            decision=Decision.GIVEN if yes else Decision.DECLINED,
            source=source,
            recorded_at=at,
            recorded_by=by,
        )
        for purpose, yes in said_yes.items()
    ]
    rows.add(*lines)
    held = {} if is_new else {i.purpose: i for i in contact.involvements.select_for_update()}
    fresh = []
    for purpose, yes in said_yes.items():
        involvement = held.get(purpose)
        if yes and involvement is None:
            fresh.append(Involvement(contact=contact, purpose=purpose, since_at=at))
        elif yes and involvement and involvement.ended_at:
            _begin(involvement, at, confirmed=False)
        elif not yes and involvement and not involvement.confirmed_at and not involvement.ended_at:
            _end(involvement, at)
    if fresh:
        rows.add(*fresh)


@transaction.atomic
def confirm_address(*, contact: Contact) -> list[str]:
    """The person pressed the button from the mailbox: the address is theirs and every waiting Yes counts.

    Returns the purposes that now count. Pressing again changes nothing.
    """
    now = timezone.now()
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    waiting = list(contact.involvements.select_for_update().filter(ended_at=None, confirmed_at=None))
    newly = contact.email_confirmed_at is None
    if newly:
        contact.email_confirmed_at = now
        contact.save(update_fields=["email_confirmed_at"])
    for involvement in waiting:
        involvement.confirmed_at = now
        involvement.save(update_fields=["confirmed_at"])
        _line(contact, involvement.purpose, Decision.CONFIRMED, Source.CONFIRMATION_LINK, now)
    if newly or waiting:
        Activity.objects.create(contact=contact, kind=Activity.Kind.CONFIRMED, text=contact.email)
    return list(contact.involvements.confirmed().values_list("purpose", flat=True))


@transaction.atomic
def set_switches(*, contact: Contact, wanted: Mapping[str, bool]) -> list[str]:
    """Turns the four switches as the person set them on the preferences page; the purposes that changed.

    The page is reached from the mailbox only, so saving it confirms the address as well.
    """
    now = timezone.now()
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    held = {i.purpose: i for i in contact.involvements.select_for_update()}
    changed = []
    for purpose, want in wanted.items():
        involvement = held.get(purpose)
        has = involvement is not None and not involvement.ended_at and bool(involvement.confirmed_at)
        if want and not has:
            _give(contact, purpose, involvement, now)
            changed.append(purpose)
        elif not want and involvement and not involvement.ended_at:
            _end(involvement, now)
            _line(contact, purpose, Decision.WITHDRAWN, Source.PREFERENCE_PAGE, now)
            changed.append(purpose)
    if contact.email_confirmed_at is None and contact.email:
        contact.email_confirmed_at = now
        contact.save(update_fields=["email_confirmed_at"])
    if changed:
        said = "; ".join(f"{'Yes' if wanted[p] else 'No'}: {WORDINGS[p]}" for p in changed)
        Activity.objects.create(contact=contact, kind=Activity.Kind.PREFERENCES, text=said)
    return changed


@transaction.atomic
def withdraw(*, contact: Contact, purpose: str, source: str) -> bool:
    """Takes one Yes back at once; False where there was none to take back. Twice is the same as once."""
    now = timezone.now()
    involvement = contact.involvements.select_for_update().filter(purpose=purpose, ended_at=None).first()
    if involvement is None:
        return False
    _end(involvement, now)
    _line(contact, purpose, Decision.WITHDRAWN, source, now)
    Activity.objects.create(
        contact=contact,
        kind=Activity.Kind.UNSUBSCRIBED,
        text=f"{involvement.get_purpose_display()} ({Source(source).label})",
    )
    return True


def disregard(*, eoi: ExpressionOfInterest, by: User) -> None:
    """Ends the Yeses that a form brought which turned out to be spam, unless the mailbox confirmed them."""
    now = timezone.now()
    said = [purpose for purpose, yes in eoi.answers.items() if yes]
    waiting = eoi.contact.involvements.select_for_update().filter(
        purpose__in=said, since_at=eoi.received_at, confirmed_at=None, ended_at=None
    )
    for involvement in waiting:
        _end(involvement, now)
        _line(eoi.contact, involvement.purpose, Decision.WITHDRAWN, Source.STAFF, now, by)


def _give(contact: Contact, purpose: str, involvement: Involvement | None, at: dt.datetime) -> None:
    _line(contact, purpose, Decision.GIVEN, Source.PREFERENCE_PAGE, at)
    if involvement is None:
        Involvement.objects.create(contact=contact, purpose=purpose, since_at=at, confirmed_at=at)
    else:
        _begin(involvement, at, confirmed=True)


def _begin(involvement: Involvement, at: dt.datetime, *, confirmed: bool) -> None:
    involvement.since_at, involvement.ended_at = at, None
    involvement.confirmed_at = at if confirmed else None
    involvement.save(update_fields=["since_at", "confirmed_at", "ended_at"])


def _end(involvement: Involvement, at: dt.datetime) -> None:
    involvement.ended_at, involvement.confirmed_at = at, None
    involvement.save(update_fields=["ended_at", "confirmed_at"])


def _line(
    contact: Contact, purpose: str, decision: str, source: str, at: dt.datetime, by: User | None = None
) -> None:
    Consent.objects.create(
        contact=contact, purpose=purpose, decision=decision, source=source, recorded_at=at, recorded_by=by
    )
