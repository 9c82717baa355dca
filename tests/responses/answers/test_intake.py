"""An answer comes in: what is kept of it, what it starts, and that it starts that once."""

import datetime as dt

import pytest
from django.db import DatabaseError
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation import rows
from accord_portal.foundation.models import OutgoingMail
from responses.answers import intake
from responses.consent import audit, switches, wordings
from responses.models import Activity, Call, Consent, Contact, ExpressionOfInterest, Involvement
from tests.at_once import at_once
from tests.clock import NOON
from tests.factories import (
    CallFactory,
    answers,
    received,
)
from tests.responses.answers.answers import numbers

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)

TABLES = [ExpressionOfInterest, Contact, Consent, Involvement, Activity, OutgoingMail]

ONE_ANSWER = {
    "ExpressionOfInterest": 1,
    "Contact": 1,
    "Consent": 4,
    "Involvement": 0,
    "Activity": 1,
    "OutgoingMail": 1,
}

NOTHING = dict.fromkeys(ONE_ANSWER, 0)


@pytest.mark.django_db
def test_an_answer_is_kept_as_received(call: Call) -> None:
    given = answers(
        "champion_accord",
        name="Tūmai O’Brien",
        organisation="Hapū",
        telephone="04 494 5718",
        initiatives="- a hall",
        comments="Kia kaha",
    )
    eoi = intake.receive(call=call, answers=given, at=NOON)
    row = ExpressionOfInterest.objects.values().get()
    assert row == {
        "id": eoi.pk,
        "reference": eoi.reference,
        "call_id": call.pk,
        "contact_id": eoi.contact_id,
        "channel": "web",
        "name": "Tūmai O’Brien",
        "organisation": "Hapū",
        "email": "aroha@example.org",
        "confirmed_at": None,
        "telephone": "04 494 5718",
        "keep_informed": False,
        "community_of_interest": False,
        "give_advice": False,
        "champion_accord": True,
        "initiatives": "- a hall",
        "comments": "Kia kaha",
        "privacy_notice_version": intake.PRIVACY_NOTICE_VERSION,
        "received_at": NOON,
        "same_form_key": row["same_form_key"],
        "search_folded": (
            f"{eoi.reference.lower()} tumai obrien hapu aroha@example.org 04 494 5718 44945718"
            " - a hall kia kaha"
        ),
        "state": "awaiting_triage",
        "version": 1,
        "assigned_to_id": None,
        "closed_at": None,
        "closed_by_id": None,
        "outcome": "",
        "replaces_id": None,
        "erased_at": None,
    }


@pytest.mark.django_db
def test_whoever_answers_for_the_first_time_becomes_a_contact() -> None:
    eoi = received(name="Tūmai O’Brien", email="Tumai@Tepūkenga.ac.nz", telephone="04 494 5718", at=NOON)
    assert Contact.objects.values().get() == {
        "id": eoi.contact_id,
        "name": "Tūmai O’Brien",
        "organisation": "",
        "email": "Tumai@Tepūkenga.ac.nz",
        "mailbox": "tumai@xn--tepkenga-szb.ac.nz",
        "email_confirmed_at": None,
        "telephone": "04 494 5718",
        "telephone_e164": "+6444945718",
        "postal_address": "",
        "language": "en",
        "created_at": NOON,
        "restricted_at": None,
        "restricted_because": "",
        "never_again_at": None,
        "merged_into_id": None,
        "erased_at": None,
        "search_folded": "tumai obrien tumai@tepukenga.ac.nz 04 494 5718 +6444945718",
        "name_key": "",  # what duplicates are sought by, the sweep fills in
        "mailbox_key": "",
        "duplicates_sought_at": None,
    }


@pytest.mark.django_db
def test_an_answer_starts_everything_it_owes(call: Call) -> None:
    eoi = received("keep_informed", "champion_accord", at=NOON)
    assert numbers() == {**ONE_ANSWER, "Involvement": 2}
    assert list(
        Consent.objects.order_by("pk").values_list(
            "contact", "eoi", "purpose", "decision", "source", "wording", "recorded_at"
        )
    ) == [
        (eoi.contact_id, eoi.pk, purpose, decision, "web_form", wordings.current()[purpose].key, NOON)
        for purpose, decision in [
            ("keep_informed", "given"),
            ("community_of_interest", "declined"),
            ("give_advice", "declined"),
            ("champion_accord", "given"),
        ]
    ]
    assert list(
        Involvement.objects.order_by("pk").values_list(
            "contact",
            "purpose",
            "consent__purpose",
            "consent__decision",
            "since_at",
            "confirmed_at",
            "ended_at",
        )
    ) == [
        (eoi.contact_id, purpose, purpose, "given", NOON, None, None)
        for purpose in ("keep_informed", "champion_accord")
    ]
    assert Activity.objects.values("contact", "eoi", "kind", "text", "happened_at", "done_by").get() == {
        "contact": eoi.contact_id,
        "eoi": eoi.pk,
        "kind": "answered",
        "text": call.title,
        "happened_at": NOON,
        "done_by": None,
    }
    assert OutgoingMail.objects.values("message", "facts", "to", "recipient", "state").get() == {
        "message": "acknowledgement",
        "facts": {"eoi_id": eoi.pk},
        "to": "aroha@example.org",
        "recipient": eoi.contact_id,
        "state": "queued",
    }


@pytest.mark.django_db
def test_four_times_no_is_an_answer_too() -> None:
    received()
    assert numbers() == ONE_ANSWER
    assert list(Consent.objects.values_list("decision", flat=True).distinct().order_by()) == ["declined"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "due_on"),
    [
        ("2026-11-15T23:00", "2026-11-19"),
        ("2026-11-16T10:59", "2026-11-19"),  # a minute before midnight in Wellington
        ("2026-11-16T11:00", "2026-11-20"),
        ("2026-12-22T23:00", "2026-12-30"),
    ],
)
def test_three_working_days_are_promised_from_the_day_in_new_zealand(at: str, due_on: str) -> None:
    eoi = received(at=dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC))
    assert eoi.due_on == dt.date.fromisoformat(due_on)


@pytest.mark.django_db
def test_an_answer_without_an_address_owes_no_mail() -> None:
    received(email="", telephone="04 494 5718")
    assert numbers() == {**ONE_ANSWER, "OutgoingMail": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "source"),
    [("web", "web_form"), ("email", "email"), ("telephone", "telephone"), ("paper", "paper")],
)
def test_the_evidence_says_by_which_channel_it_came(call: Call, channel: str, source: str) -> None:
    eoi = intake.receive(call=call, answers=answers(), channel=channel)
    assert eoi.channel == channel
    assert set(Consent.objects.values_list("source", flat=True)) == {source}


@pytest.mark.django_db
@pytest.mark.parametrize("later", [0 * MINUTE, MINUTE, 59 * MINUTE, HOUR])
@pytest.mark.parametrize("first", [NOON, NOON + 59 * MINUTE])
def test_a_second_press_makes_no_second_record(first: dt.datetime, later: dt.timedelta) -> None:
    eoi = received("keep_informed", at=first)
    assert received("keep_informed", at=first + later) == eoi
    assert numbers() == {**ONE_ANSWER, "Involvement": 1}


@pytest.mark.django_db
def test_the_same_answers_after_two_hours_are_a_new_record() -> None:
    eoi = received("keep_informed", at=NOON)
    assert received("keep_informed", at=NOON + 2 * HOUR) != eoi
    assert numbers() == {
        "ExpressionOfInterest": 2,
        "Contact": 1,
        "Consent": 8,
        "Involvement": 1,
        "Activity": 2,
        "OutgoingMail": 2,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Aroha N"},
        {"organisation": "Hapū"},
        {"email": "other@example.org"},
        {"telephone": "04 494 5718"},
        {"initiatives": "a hall"},
        {"comments": "a hall"},
        {"said_yes": {**answers().said_yes, "give_advice": True}},
    ],
)
def test_any_other_answer_is_a_new_record(changes: dict[str, object]) -> None:
    assert received(at=NOON).pk != received(at=NOON, **changes).pk


@pytest.mark.django_db
def test_text_in_another_box_is_another_answer() -> None:
    assert received(name="A", organisation="B", at=NOON) != received(name="AB", at=NOON)
    assert received(initiatives="x", at=NOON) != received(comments="x", at=NOON)


@pytest.mark.django_db
def test_two_records_made_across_the_turn_of_the_hour_answer_for_one_another(call: Call) -> None:
    before, after = NOON + 59 * MINUTE, NOON + HOUR
    first, second = received(at=before), received(comments="other", at=after)
    key = intake._same_form_key(call, answers(), after)
    ExpressionOfInterest.objects.filter(pk=second.pk).update(same_form_key=key)
    assert received(at=after + MINUTE) == first


@pytest.mark.django_db
def test_a_reference_that_is_taken_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer in thousands of millions draws a reference that another has."""
    first = received()
    field = ExpressionOfInterest._meta.get_field("reference")
    monkeypatch.setattr(field, "_get_default", lambda: first.reference)
    second = received(name="Hēmi")
    assert second.reference != first.reference
    assert list(ExpressionOfInterest.objects.matching(second.reference)) == [second]


@pytest.mark.django_db
def test_the_same_answers_to_another_call_are_a_new_record() -> None:
    one, other = CallFactory(), CallFactory()
    assert intake.receive(call=one, answers=answers(), at=NOON) != intake.receive(
        call=other, answers=answers(), at=NOON
    )


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES)
def test_a_failure_on_the_way_leaves_nothing(
    call: Call, monkeypatch: pytest.MonkeyPatch, model: type[Model]
) -> None:
    def add_until_then(*new: Model) -> bool:
        if isinstance(new[0], model):
            raise DatabaseError("the disk is full")
        return add(*new)

    add = rows.add
    monkeypatch.setattr(rows, "add", add_until_then)
    with pytest.raises(DatabaseError, match="the disk is full"):
        received("keep_informed")
    assert numbers() == NOTHING


@pytest.mark.django_db
def test_an_answer_costs_few_queries(
    call: Call, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(11):  # 2 of them the savepoint
        intake.receive(call=call, answers=answers("keep_informed"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["aroha@example.org", ""])
def test_the_same_form_posted_twice_at_once_is_one_record(call: Call, email: str) -> None:
    given = answers("keep_informed", email=email, telephone="04 494 5718")
    keys = at_once(*[lambda: intake.receive(call=call, answers=given, at=NOON).pk] * 4)
    assert len(set(keys)) == 1
    assert numbers() == {**ONE_ANSWER, "Involvement": 1, "OutgoingMail": int(bool(email))}


@pytest.mark.django_db(transaction=True)
def test_two_forms_from_one_new_mailbox_at_once_are_one_contact(call: Call) -> None:
    forms = [answers("keep_informed", comments=text) for text in ("one", "two")]
    at_once(*[lambda form=form: intake.receive(call=call, answers=form, at=NOON) for form in forms])
    assert numbers() == {
        "ExpressionOfInterest": 2,
        "Contact": 1,
        "Consent": 8,
        "Involvement": 1,
        "Activity": 2,
        "OutgoingMail": 2,
    }


@pytest.mark.django_db(transaction=True)
def test_a_form_and_an_unsubscribe_at_once_leave_what_the_evidence_says(call: Call) -> None:
    contact = received("keep_informed", at=NOON).contact
    for number in range(5):
        again = answers("keep_informed", "give_advice", comments=str(number))
        at_once(
            lambda form=again: intake.receive(call=call, answers=form),
            lambda: switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click"),
            lambda: switches.confirm(contact=contact),
        )
        assert list(audit.disagreements()) == []
