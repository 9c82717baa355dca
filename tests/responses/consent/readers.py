"""Somebody who said Yes, in one act, and what stands of it."""

import datetime as dt
from typing import Any

from accord_portal.foundation.models import OutgoingMail
from responses.consent import switches as consent_switches
from responses.models import Activity, Consent, Contact, Involvement, Suppression
from tests.clock import NOON
from tests.factories import ContactFactory, InvolvementFactory, received

BEFORE = NOON - dt.timedelta(days=1)


def waits(*yes: str, **answers: Any) -> Contact:
    """Somebody who answered yesterday and has not confirmed."""
    return received(*yes, at=BEFORE, **answers).contact


def reader(*purposes: str, **contact: Any) -> Contact:
    """Somebody who said Yes yesterday and confirmed it."""
    person = ContactFactory(email_confirmed_at=BEFORE, **contact)
    for purpose in purposes or ["keep_informed"]:
        InvolvementFactory(contact=person, purpose=purpose, since_at=BEFORE, confirmed_at=BEFORE)
    return person


def evidence(contact: Contact) -> list[tuple[str, str, str]]:
    """The lines written today, the oldest first."""
    rows = contact.consents.filter(recorded_at__gte=NOON).order_by("pk")
    return list(rows.values_list("purpose", "decision", "source"))


def switches(contact: Contact) -> dict[str, tuple[object, ...]]:
    """Of each involvement: since when, confirmed when, ended when."""
    rows = contact.involvements.values_list("purpose", "since_at", "confirmed_at", "ended_at")
    return {row[0]: row[1:] for row in rows}


def timeline(contact: Contact) -> list[tuple[str, str]]:
    rows = contact.activities.exclude(kind="answered").order_by("pk")
    return list(rows.values_list("kind", "text"))


def everything() -> list[list[object]]:
    """All that an act on consent may write."""
    models = (Consent, Involvement, Activity, Contact, OutgoingMail, Suppression)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def gave(contact: Contact, purpose: str) -> Consent:
    """The line that gave the Yes which stands."""
    return contact.involvements.get(purpose=purpose).consent


def may_be_written_to(contact: Contact) -> bool:
    return Involvement.objects.permitting("keep_informed").filter(contact=contact).exists()


def save(contact: Contact, wanted: dict[str, bool]) -> list[int]:
    """Saves the page; the keys of its lines, as the link to undo carries them."""
    consent_switches.set_switches(contact=contact, wanted=wanted)
    owed = OutgoingMail.objects.filter(message="preferences_saved").latest("pk")
    return [int(key) for key in owed.facts["lines"].split("-")]
