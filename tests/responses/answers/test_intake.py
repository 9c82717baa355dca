import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation import rows
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import emails, intake, triage
from responses.consent import audit, switches, wordings
from responses.models import Activity, Call, Consent, Contact, ExpressionOfInterest, Involvement
from responses.people import links, suppressions
from tests.clock import NOON
from tests.factories import (
    CallFactory,
    ContactFactory,
    InvolvementFactory,
    UserFactory,
    answers,
    merged,
    received,
    subscriber,
)

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
TABLES = [ExpressionOfInterest, Contact, Consent, Involvement, Activity, OutgoingMail]


def numbers() -> dict[str, int]:
    """How many rows stand in each table that an answer writes."""
    return {model.__name__: model.objects.count() for model in TABLES}


ONE_ANSWER = {
    "ExpressionOfInterest": 1,
    "Contact": 1,
    "Consent": 4,
    "Involvement": 0,
    "Activity": 1,
    "OutgoingMail": 1,
}
NOTHING = dict.fromkeys(ONE_ANSWER, 0)


# --- one answer ------------------------------------------------------------------------------


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
        "due_on": dt.date(2026, 11, 19),
        "same_form_key": row["same_form_key"],
        "search_folded": (
            f"{eoi.reference.lower()} tumai obrien hapu aroha@example.org 04 494 5718 - a hall kia kaha"
        ),
        "state": "awaiting_triage",
        "version": 1,
        "assigned_to_id": None,
        "acknowledged_at": None,
        "acknowledged_by_id": None,
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


# --- the same form again ---------------------------------------------------------------------


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


# --- a known contact -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("aroha@example.org", "AROHA@Example.org"),
        ("info@tepūkenga.ac.nz", "Info@xn--tepkenga-szb.ac.nz"),
    ],
)
def test_a_known_mailbox_is_the_same_contact_and_not_overwritten(known: str, typed: str) -> None:
    contact = ContactFactory(email=known, name="Aroha", organisation="Hapū")
    eoi = received(name="Mallory", email=typed, telephone="04 494 5718")
    assert (eoi.contact, eoi.name, eoi.email) == (contact, "Mallory", typed)
    assert Contact.objects.values_list("name", "organisation", "email", "telephone").get() == (
        "Aroha",
        "Hapū",
        known,
        "",
    )


@pytest.mark.django_db
def test_two_people_without_an_address_are_two_contacts() -> None:
    one = received(email="", telephone="04 494 5718")
    other = received(email="", telephone="04 494 5718", name="Hēmi")
    assert one.contact_id != other.contact_id
    assert [one.contact.name_key, other.contact.name_key] == ["aroha ngata|", "hemi|"]


@pytest.mark.django_db
def test_no_on_a_form_does_not_end_a_confirmed_yes_and_waits_for_the_mailbox() -> None:
    contact = subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received(at=NOON)
    assert Involvement.objects.values().get() == {**before, "off_asked_at": NOON}
    assert Consent.objects.filter(contact=contact, decision="declined").count() == 4
    assert Involvement.objects.permitting("keep_informed").count() == 1
    assert switches.waiting(contact) == ([], ["keep_informed"])


@pytest.mark.django_db
def test_yes_on_a_form_takes_back_a_no_that_waited() -> None:
    contact = subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received(at=NOON)
    received("keep_informed", at=NOON + MINUTE)
    assert Involvement.objects.values().get() == before
    assert switches.waiting(contact) == ([], [])


@pytest.mark.django_db
def test_the_evidence_names_the_words_that_were_shown() -> None:
    shown = {purpose: words.key for purpose, words in wordings.current().items()}
    new = wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    call = CallFactory()
    first = intake.receive(call=call, answers=answers(), wording=shown)
    second = intake.receive(call=call, answers=answers(comments="Again"))
    assert dict(first.evidence.values_list("purpose", "wording")) == shown
    assert dict(second.evidence.values_list("purpose", "wording")) == {**shown, "give_advice": new.pk}


@pytest.mark.django_db
def test_no_on_a_form_ends_a_yes_that_was_never_confirmed() -> None:
    received("keep_informed", at=NOON)
    received(comments="No, thank you", at=NOON + MINUTE)
    assert Involvement.objects.values_list("since_at", "confirmed_at", "ended_at").get() == (
        NOON,
        None,
        NOON + MINUTE,
    )


@pytest.mark.django_db
def test_yes_on_a_form_leaves_a_standing_yes_as_it_is() -> None:
    subscriber(email="aroha@example.org")
    before = Involvement.objects.values().get()
    received("keep_informed")
    assert Involvement.objects.values().get() == before


@pytest.mark.django_db
def test_yes_after_a_yes_was_taken_back_waits_to_be_confirmed() -> None:
    contact = ContactFactory(email="aroha@example.org", confirmed=True)
    InvolvementFactory(contact=contact, since_at=NOON - HOUR, ended_at=NOON - MINUTE)
    received("keep_informed", at=NOON)
    assert Involvement.objects.values_list("since_at", "confirmed_at", "ended_at").get() == (NOON, None, None)


# --- the mailbox of a merged contact ---------------------------------------------------------


@pytest.mark.django_db
def test_answers_from_a_merged_mailbox_are_its_own() -> None:
    kept, other = subscriber(), ContactFactory(email="aroha@example.org")
    merged(other, kept)
    eoi = received("give_advice")
    assert (eoi.contact, kept.involvements.count(), other.involvements.count()) == (other, 1, 1)
    assert set(eoi.evidence.values_list("contact", flat=True)) == {other.pk}
    assert eoi.activities.get().contact == other
    assert OutgoingMail.objects.values_list("to", "recipient").get() == ("aroha@example.org", other.pk)
    assert list(audit.disagreements()) == []


@pytest.mark.django_db
def test_the_links_speak_for_the_mailbox_they_are_mailed_to() -> None:
    kept, other = subscriber(), ContactFactory(email="aroha@example.org")
    merged(other, kept)
    eoi = received("give_advice")
    with time_machine.travel(NOON, tick=False):
        for message in (emails.acknowledgement(eoi.pk), emails.reply(eoi.pk, "Kia ora")):
            assert message.to == ["aroha@example.org"]
            assert links.preferences_url(other) in message.body
            assert links.preferences_url(kept) not in message.body


@pytest.mark.django_db
def test_who_has_another_address_since_is_written_to_there() -> None:
    eoi = received("keep_informed")
    eoi.contact.email = "new@example.org"
    eoi.contact.save()
    for message in (emails.acknowledgement(eoi.pk), emails.reply(eoi.pk, "Kia ora")):
        assert message.to == ["new@example.org"]


# --- changing the answers --------------------------------------------------------------------


@pytest.fixture
def before(db: None) -> ExpressionOfInterest:
    return received("keep_informed", at=NOON, telephone="04 494 5718", comments="Kia kaha")


def change(before: ExpressionOfInterest, *yes: str, at: dt.datetime, **said: object) -> ExpressionOfInterest:
    with time_machine.travel(at, tick=False):
        return intake.change(before=before, answers=answers(*yes, **said))


def as_received(eoi: ExpressionOfInterest) -> dict[str, object]:
    row = ExpressionOfInterest.objects.values().get(pk=eoi.pk)
    return {key: value for key, value in row.items() if key not in ("state", "version", "same_form_key")}


@pytest.mark.django_db
def test_changed_answers_are_a_new_version_and_the_old_one_is_kept(before: ExpressionOfInterest) -> None:
    kept = as_received(before)
    new = change(before, "give_advice", at=NOON + HOUR, name="Aroha N", comments="Ka pai")
    before.refresh_from_db()
    assert (as_received(before), before.state, before.version) == (kept, "replaced", 2)
    assert (new.replaces, new.channel, new.contact, new.call) == (
        before,
        "preferences",
        before.contact,
        before.call,
    )
    assert new.versions == before.versions == [before, new]
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [new]
    assert new.activities.values("contact", "kind", "text", "happened_at", "done_by").get() == {
        "contact": before.contact_id,
        "kind": "changed_answers",
        "text": before.call.title,
        "happened_at": NOON + HOUR,
        "done_by": None,
    }
    assert [owed.facts for owed in OutgoingMail.objects.order_by("pk")] == [
        {"eoi_id": before.pk},
        {"eoi_id": new.pk},
    ]


@pytest.mark.django_db
def test_what_is_changed_from_the_mailbox_counts_at_once(before: ExpressionOfInterest) -> None:
    later = NOON + HOUR
    new = change(before, "give_advice", at=later)
    rows = before.contact.involvements.values_list("purpose", "since_at", "confirmed_at", "ended_at")
    assert sorted(rows) == [
        ("give_advice", later, later, None),
        ("keep_informed", NOON, None, later),
    ]
    assert set(new.evidence.values_list("source", flat=True)) == {"preference_page"}
    before.contact.refresh_from_db()
    assert before.contact.email_confirmed_at == later
    assert Involvement.objects.permitting("give_advice").count() == 1
    assert list(audit.disagreements()) == []


@pytest.mark.django_db
def test_a_no_from_the_mailbox_ends_a_confirmed_yes_at_once(before: ExpressionOfInterest) -> None:
    switches.confirm(contact=before.contact)
    change(before, at=NOON + HOUR)
    involvement = before.contact.involvements.get()
    assert (involvement.ended_at, involvement.off_asked_at) == (NOON + HOUR, None)


@pytest.mark.django_db
def test_a_yes_among_changed_answers_lifts_what_kept_us_from_writing(before: ExpressionOfInterest) -> None:
    suppressions.never_again(mailbox="aroha@example.org")
    new = change(before, at=NOON + HOUR)
    before.contact.refresh_from_db()
    assert before.contact.never_again_at is not None
    change(new, "give_advice", at=NOON + 2 * HOUR)
    before.contact.refresh_from_db()
    assert before.contact.never_again_at is None
    assert Involvement.objects.permitting("give_advice").count() == 1


@pytest.mark.django_db
def test_the_contact_becomes_what_is_now_said(before: ExpressionOfInterest) -> None:
    Contact.objects.update(duplicates_sought_at=NOON)
    change(before, at=NOON + HOUR, name="Aroha N", organisation="Hapū", telephone="027 555 0100")
    fields = ["name", "organisation", "telephone", "telephone_e164", "email", "duplicates_sought_at"]
    assert Contact.objects.values_list(*fields).get() == (
        "Aroha N",
        "Hapū",
        "027 555 0100",
        "+64275550100",
        "aroha@example.org",
        None,
    )
    assert Contact.objects.get().search_folded.startswith("aroha n hapu")


@pytest.mark.django_db
def test_changed_answers_come_from_the_mailbox_whatever_they_say(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + HOUR, email="mallory@example.org")
    assert new.email == "aroha@example.org"
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"aroha@example.org"}
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_the_day_that_was_promised_and_who_has_it_pass_to_the_new_version(
    before: ExpressionOfInterest, mere: User
) -> None:
    triage.assign(eoi=before, seen=1, by=mere, to=mere)
    new = change(before, at=NOON + 24 * HOUR)
    assert (new.due_on, new.assigned_to, new.state) == (before.due_on, mere, "awaiting_triage")


@pytest.mark.django_db
def test_who_had_an_answer_is_promised_another(before: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=before, seen=1, by=mere, text="Kia ora")
    new = change(before, at=NOON + 24 * HOUR)
    assert (new.due_on, new.acknowledged_at, new.state) == (dt.date(2026, 11, 20), None, "awaiting_triage")


@pytest.mark.django_db
def test_what_was_closed_stays_closed_and_the_new_version_is_worked_on(
    before: ExpressionOfInterest, mere: User
) -> None:
    triage.close(eoi=before, seen=1, by=mere, outcome="noted")
    new = change(before, at=NOON + 24 * HOUR)
    before.refresh_from_db()
    assert (before.state, before.outcome) == ("closed", "noted")
    assert (new.state, new.due_on, new.assigned_to) == ("awaiting_triage", dt.date(2026, 11, 20), None)


@pytest.mark.django_db
def test_answers_are_changed_once_and_then_the_newer_ones_are(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + HOUR)
    counted = numbers()
    with pytest.raises(NotPossible, match=r"^These answers have been changed already"):
        change(before, "keep_informed", at=NOON + 2 * HOUR)
    assert numbers() == counted
    last = change(new, "keep_informed", at=NOON + 2 * HOUR)
    assert last.versions == [before, new, last]


@pytest.mark.django_db
def test_the_same_answers_again_are_no_change(before: ExpressionOfInterest) -> None:
    counted = numbers()
    with pytest.raises(NotPossible, match=r"^You have sent these very answers within the last hour\.$"):
        change(before, "keep_informed", at=NOON + MINUTE, telephone="04 494 5718", comments="Kia kaha")
    assert numbers() == counted
    before.refresh_from_db()
    assert before.state == "awaiting_triage"


@pytest.mark.django_db
def test_answers_can_be_changed_back_within_the_hour(before: ExpressionOfInterest) -> None:
    told = {"telephone": "04 494 5718", "comments": "Kia kaha"}
    new = change(before, at=NOON + MINUTE)
    back = change(new, "keep_informed", at=NOON + 2 * MINUTE, **told)
    again = change(back, at=NOON + 3 * MINUTE)
    assert again.versions == [before, new, back, again]
    assert change(back, at=NOON + 4 * MINUTE) == again


@pytest.mark.django_db
def test_a_form_that_says_again_what_was_changed_since_is_a_new_one(before: ExpressionOfInterest) -> None:
    new = change(before, at=NOON + MINUTE)
    said = {"telephone": "04 494 5718", "comments": "Kia kaha"}
    later = [received("keep_informed", at=NOON + minutes * MINUTE, **said) for minutes in (2, 3)]
    assert (later[0] == later[1], later[0].replaces) == (True, None)
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [new, later[0]]
    assert before.contact.involvements.waiting().count() == 1


@pytest.mark.django_db
def test_a_merged_mailbox_changes_its_own_answers(before: ExpressionOfInterest) -> None:
    kept, other = subscriber(name="Aroha"), before.contact
    merged(other, kept)
    with time_machine.travel(NOON + HOUR, tick=False):
        new = intake.change(before=before, answers=answers("give_advice", name="Aroha N"), contact=other)
    for contact in (kept, other):
        contact.refresh_from_db()
    assert (new.contact, new.email, kept.name, other.name) == (
        other,
        "aroha@example.org",
        "Aroha",
        "Aroha N",
    )
    assert other.email_confirmed_at == NOON + HOUR
    assert new.versions == [before, new]
    assert list(audit.disagreements()) == []


# --- all or nothing --------------------------------------------------------------------------


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
    with django_assert_max_num_queries(10):  # 2 of them the savepoint
        intake.receive(call=call, answers=answers("keep_informed"))


# --- two at once -----------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What the acts return, each in a thread and a connection of its own, let go together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


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
