"""What no undertaking can be, whoever writes it; and the sets and words of what is owed."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.models import Consent, Contact, Decision, Undertaking
from responses.undertakings import owing
from tests.clock import NOON
from tests.factories import received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BY, QUARTER_ON = dt.date(2026, 11, 20), dt.date(2026, 10, 1)


def a_row(**changes: Any) -> Undertaking:
    return Undertaking(**{"since_at": NOON, "first_due_on": BY, "due_on": BY, **changes})


@pytest.fixture
def about(db: None) -> dict[str, Any]:
    """What a row may be about, by the name that the cases below use."""
    eoi = received("give_advice", "champion_accord")
    switches.confirm(contact=eoi.contact)
    Undertaking.objects.all().delete()
    line = Consent.objects.filter(purpose="give_advice", decision="given").get()
    return {"CONTACT": eoi.contact, "EOI": eoi, "CONSENT": line, "USER": None}


OF_A_FORM = {"kind": "reply", "contact": "CONTACT", "eoi": "EOI"}
OF_A_YES = {"kind": "invite", "contact": "CONTACT", "consent": "CONSENT"}
ASKING = {"kind": "ask", "contact": "CONTACT", "quarter_on": QUARTER_ON, "about": 7}
OF_AN_AUDIENCE = {"kind": "inform", "audience": "keep_informed", "quarter_on": QUARTER_ON}
KEPT = {"kept_at": NOON, "evidence_kind": "mail", "evidence_key": 7}
ENDED = {"ended_at": NOON, "ended_because": "withdrawn"}


def made(about: dict[str, Any], changes: dict[str, Any]) -> Undertaking:
    row = a_row(
        **{key: about.get(value, value) if type(value) is str else value for key, value in changes.items()}
    )
    row.save()
    return row


@pytest.mark.parametrize("changes", [OF_A_FORM, OF_A_YES, ASKING, OF_AN_AUDIENCE])
@pytest.mark.parametrize("stands", [{}, KEPT, ENDED, {"evidence_kind": "mail", "evidence_key": 7}])
def test_a_row_is_open_kept_or_ended(
    about: dict[str, Any], changes: dict[str, Any], stands: dict[str, Any]
) -> None:
    row = made(about, {**changes, **stands})
    assert row.is_open == (stands not in (KEPT, ENDED))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({**OF_A_FORM, "contact": None}, "to_a_person_or_an_audience"),
        ({**OF_A_FORM, "audience": "keep_informed"}, "to_a_person_or_an_audience"),
        ({**OF_AN_AUDIENCE, "contact": "CONTACT"}, "to_a_person_or_an_audience"),
        ({**OF_A_FORM, "eoi": None}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_A_FORM, "quarter_on": QUARTER_ON}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_A_YES, "consent": None}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_A_YES, "eoi": "EOI"}, "of_a_form_a_yes_or_a_quarter"),
        ({**ASKING, "quarter_on": None}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_AN_AUDIENCE, "quarter_on": None}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_A_FORM, "kind": "dance"}, "of_a_form_a_yes_or_a_quarter"),
        ({**OF_A_FORM, **KEPT, **ENDED}, "kept_or_ended"),
        ({**OF_A_FORM, "kept_at": NOON}, "kept_by_evidence"),
        ({**OF_A_FORM, "evidence_kind": "mail"}, "evidence_has_a_key"),
        ({**OF_A_FORM, "evidence_key": 7}, "evidence_has_a_key"),
        ({**OF_A_FORM, "evidence_text": "Rang"}, "evidence_has_a_key"),
        ({**OF_A_FORM, "kept_by": "USER"}, "kept_when_and_by_whom"),
        ({**OF_A_FORM, "ended_at": NOON}, "ended_when_and_why"),
        ({**OF_A_FORM, "ended_because": "spam"}, "ended_when_and_why"),
        ({**OF_A_FORM, "due_on": BY - dt.timedelta(days=1)}, "moved_to_a_later_day"),
    ],
)
def test_an_undertaking_cannot_be(
    about: dict[str, Any], mere: User, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=f"undertaking_{constraint}"), transaction.atomic():
        made({**about, "USER": mere}, changes)


@pytest.mark.parametrize(
    ("changes", "otherwise"),
    [
        (OF_A_FORM, {"kind": "acknowledge"}),
        ({**OF_A_FORM, **ENDED}, {"about": 1, "kind": "decide"}),
        (OF_A_YES, {"kind": "talk"}),
        (ASKING, {"about": 8}),
        (ASKING, {"quarter_on": dt.date(2027, 1, 1)}),
        (OF_AN_AUDIENCE, {"audience": "community_of_interest", "kind": "ask_feedback"}),
        (OF_AN_AUDIENCE, {"quarter_on": dt.date(2027, 1, 1)}),
    ],
)
def test_nobody_is_owed_the_same_twice(
    about: dict[str, Any], changes: dict[str, Any], otherwise: dict[str, Any]
) -> None:
    made(about, changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        made(about, changes)
    made(about, {**changes, **otherwise})
    assert Undertaking.objects.count() == 2


def test_what_a_yes_owed_and_is_kept_or_ended_can_be_owed_again(about: dict[str, Any]) -> None:
    for stands in (KEPT, ENDED, {}):
        made(about, {**OF_A_YES, **stands})
    assert Undertaking.objects.open().count() == 1


def test_an_initiative_is_decided_about_once(about: dict[str, Any], mere: User) -> None:
    decided = {"eoi": about["EOI"], "number": 1, "outcome": "partly", "decided_by": mere}
    decision = Decision.objects.create(**decided)
    assert (str(decision), decision.decided_at) == ("Taken up in part", NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**decided)
    Decision.objects.create(**{**decided, "number": 2})


# --- its sets --------------------------------------------------------------------------------


def kinds(rows: Any) -> list[str]:
    return list(rows.values_list("kind", flat=True))


@pytest.fixture
def owed(mere: User) -> Contact:
    """Owed a reply, a decision and an invitation; acknowledged, and no conversation any more."""
    eoi = received("give_advice", "champion_accord", initiatives="A hall")
    switches.confirm(contact=eoi.contact)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Kia ora", reply_on=BY)
    switches.withdraw(contact=eoi.contact, purposes=["champion_accord"], source="one_click")
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=QUARTER_ON)
    return eoi.contact


def test_what_is_open_comes_by_its_day_and_what_is_kept_or_ended_does_not(owed: Contact, mere: User) -> None:
    rows = Undertaking.objects
    assert kinds(rows.open()) == ["reply", "decide", "inform", "invite"]
    assert kinds(rows.kept()) == ["acknowledge"]
    assert kinds(rows.due_on(BY)) == ["reply", "decide"]
    assert kinds(rows.due_on(dt.date(2026, 11, 19))) == []
    assert kinds(rows.of_forms()) == ["acknowledge", "reply", "decide"]
    assert kinds(rows.of_people([owed.pk])) == ["acknowledge", "reply", "decide", "talk", "invite"]
    assert kinds(rows.of_audience("keep_informed")) == ["inform"]
    assert kinds(rows.owned_by(mere)) == []


def test_late_is_what_is_open_past_the_day_promised_first(owed: Contact) -> None:
    Undertaking.objects.filter(kind="reply").update(due_on=dt.date(2027, 1, 20))
    assert kinds(Undertaking.objects.late(BY)) == []
    assert kinds(Undertaking.objects.late(BY + dt.timedelta(days=1))) == ["reply", "decide"]


def test_whether_it_is_late_is_asked_of_the_day_in_new_zealand(
    owed: Contact, clock: time_machine.Traveller
) -> None:
    row, kept = Undertaking.objects.get(kind="reply"), Undertaking.objects.get(kind="acknowledge")
    row.due_on = dt.date(2027, 1, 20)
    clock.move_to("2026-11-20T10:59:00+00:00")
    assert (row.is_late, row.is_open, row.was_moved, kept.was_moved) == (False, True, True, False)
    clock.move_to("2026-11-20T11:00:00+00:00")
    assert (row.is_late, row.was_late, kept.is_late) == (True, False, False)


@pytest.mark.parametrize(("at", "was_late"), [("2026-11-19T10:59", False), ("2026-11-19T11:00", True)])
def test_it_was_late_if_it_was_kept_after_the_day_promised_first(
    owed: Contact, at: str, was_late: bool
) -> None:
    row = Undertaking.objects.get(kind="acknowledge")
    row.kept_at = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    assert (row.was_late, row.is_late, row.is_open) == (was_late, False, False)


def test_it_says_what_it_is() -> None:
    contact = subscriber("give_advice")
    owing.settle(contact)
    assert str(Undertaking.objects.get()) == "Invite to a meeting"
