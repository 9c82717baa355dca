"""What the room of responses holds about one person."""

import datetime as dt

import pytest

from responses import personal_data
from responses.answers import confirming, enquiring, telling, triage
from responses.consent import switches
from responses.contacts import acts
from responses.models import Activity, Decision, FollowUp
from responses.people import suppressions
from responses.privacy import erasing
from tests.asked import ReferralFactory
from tests.clock import NOON
from tests.factories import ContactFactory, RecommendationFactory, UserFactory, received, subscriber

pytestmark = pytest.mark.django_db


def test_everything_of_the_person_is_held_under_its_heading() -> None:
    eoi = received("keep_informed", telephone="04 494 5718")
    contact, staff = eoi.contact, UserFactory()
    RecommendationFactory(recommender=contact, by_mailed_link=True)
    FollowUp.objects.create(contact=contact, what="Ring back", due_on=dt.date(2026, 5, 3), owner=staff)
    suppressions.never_again(mailbox="aroha@example.org")
    erasing.ask(contact=contact)
    details = {"organisation": "", "telephone": "04 494 5718", "postal_address": "", "language": "mi"}
    acts.correct(contact=contact, by=None, name="Aroha Ngata", **details)
    held = personal_data.held(contact.keys)
    assert {heading: len(rows) for heading, rows in held.items() if rows} == {
        "Who you are": 1,
        "What you sent us": 1,
        "What you said Yes to": 1,
        "Each time you said Yes or No": 4,
        "What happened": 3,
        "What we promised you": 2,
        "What we plan to do": 1,
        "Whom you recommended": 1,
        "Your request to be erased": 1,
        "What we remember of your address": 1,
        "Messages": 1,
    }
    contact.refresh_from_db()
    assert held["Who you are"] == [
        {
            "Name": "Aroha Ngata",
            "Organisation": "",
            "Email address": "aroha@example.org",
            "Address confirmed": "",
            "Telephone": "04 494 5718",
            "Postal address": "",
            "Language": "te reo Māori",
            "Known since": contact.created_at,
            "Not written to since": contact.restricted_at,
            "Why": "Asked to be erased",
            "Asked never to be written to": contact.never_again_at,
        }
    ]
    assert held["What we plan to do"] == [
        {"What": "Ring back", "By": dt.date(2026, 5, 3), "Done": "", "What came of it": ""}
    ]
    assert held["What we remember of your address"][0]["What"] == "Asked never to be written to again"


def test_what_was_promised_and_decided_is_held() -> None:
    eoi = received(initiatives="Open the hall")
    outcome = Decision.Outcome.TAKEN_UP
    triage.decide(eoi=eoi, seen=1, by=UserFactory(), number=1, outcome=outcome, text="We begin in May.")
    held = personal_data.held([eoi.contact_id])
    kept = eoi.undertakings.get(kind="decide")
    assert held["What we promised you"][-1] == {
        "What": "Decide about an initiative",
        "About": eoi.reference,
        "Since": eoi.received_at,
        "Promised first for": kept.first_due_on,
        "By": kept.due_on,
        "You heard that we missed it": "",
        "Kept": kept.kept_at,
        "How": "Taken up, told by email",
        "Not owed any more since": "",
        "Why": "",
    }
    (decided,) = held["What we decided about your initiatives"]
    decided.pop("When")
    assert decided == {
        "About": eoi.reference,
        "Initiative": 1,
        "What we decided": "Taken up",
        "Why": "We begin in May.",
        "Others may be told since": "",
    }
    telling.let_others_hear(contact=eoi.contact, decision=eoi.decisions.get(), yes=True)
    (decided,) = personal_data.held([eoi.contact_id])["What we decided about your initiatives"]
    assert decided["Others may be told since"] == eoi.decisions.get().told_agreed_at


def test_what_was_asked_and_answered_is_held() -> None:
    eoi, staff = received(), UserFactory()
    enquiring.ask(eoi=eoi, seen=1, by=staff, text="Which hall?")
    enquiring.answer(enquiry=eoi.enquiries.get(), text="The big one")
    row = eoi.enquiries.get()
    assert personal_data.held([eoi.contact_id])["What we asked you"] == [
        {
            "About": eoi.reference,
            "When": row.asked_at,
            "What we asked": "Which hall?",
            "What you answered": "The big one",
            "When you answered": row.answered_at,
        }
    ]


def test_what_was_passed_on_is_held() -> None:
    row = ReferralFactory(answered_at=NOON, state="declined")
    assert personal_data.held([row.eoi.contact_id])["What we asked to pass on"] == [
        {
            "About": row.eoi.reference,
            "When we asked you": row.asked_at,
            "To whom": "Sport New Zealand",
            "Their address": "kiaora@sport.example.org",
            "What": "Aroha would like to open the hall.",
            "State": "Declined",
            "When you answered": NOON,
            "Passed on": "",
        }
    ]


def test_every_line_of_evidence_is_held_with_the_words_it_answers() -> None:
    eoi = received("keep_informed")
    staff = UserFactory()
    switches.change_on_request(
        contact=eoi.contact, purpose="give_advice", yes=True, how="By telephone", by=staff
    )
    lines = personal_data.held(eoi.contact.keys)["Each time you said Yes or No"]
    assert [(line["Purpose"], line["Decision"], line["How"], line["With the form"]) for line in lines] == [
        ("Keep informed", "Yes", "Web form", eoi.reference),
        ("Community of interest", "No", "Web form", eoi.reference),
        ("Give advice", "No", "Web form", eoi.reference),
        ("Champion the Accord", "No", "Web form", eoi.reference),
        ("Give advice", "Yes", "Staff, on request", ""),
    ]
    assert lines[-1]["More"] == "By telephone"


def test_a_recommender_learns_nothing_of_the_answer() -> None:
    recommender, eoi = subscriber(), received()
    RecommendationFactory(recommender=recommender, by_mailed_link=True, state="yes", eoi=eoi, name="Tama")
    RecommendationFactory(
        recommender=recommender, by_mailed_link=True, state="expired", name="", email="", why=""
    )
    said, silent = personal_data.held(recommender.keys)["Whom you recommended"]
    assert set(said) == {"When", "You have told them", "You may be named"}
    assert {label for label in said if said[label] != silent[label]} <= {"When"}


def test_notes_of_staff_are_held_and_those_about_others_are_not() -> None:
    contact, other = ContactFactory(), ContactFactory()
    Activity.objects.create(contact=contact, kind="note", text="Rang about the hall")
    Activity.objects.create(contact=other, kind="note", text="Another person’s")
    happened = personal_data.held(contact.keys)["What happened"]
    assert [(row["What"], row["Note"]) for row in happened] == [("Note", "Rang about the hall")]


def test_what_a_stranger_recommended_from_a_receipt_is_not_the_persons() -> None:
    eoi = received()
    RecommendationFactory(recommender=eoi.contact, receipt=eoi)
    assert personal_data.held([eoi.contact_id])["Whom you recommended"] == []
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert len(personal_data.held([eoi.contact_id])["Whom you recommended"]) == 1
