import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from responses.models import Activity, Call, Consent, Contact, ExpressionOfInterest, Involvement, Purpose
from responses.models.consent import WORDINGS
from responses.models.expression_of_interest import LOOK_ALIKES, REFERENCE_ALPHABET, new_reference
from tests.factories import (
    CallFactory,
    ContactFactory,
    InvolvementFactory,
    UserFactory,
    received,
    subscriber,
)

State = ExpressionOfInterest.State
NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


# --- the reference ---------------------------------------------------------------------------


def test_no_two_characters_of_a_reference_look_or_sound_alike() -> None:
    assert REFERENCE_ALPHABET == "34679ACDEFGHJKMNPQRTWXY"
    assert set(REFERENCE_ALPHABET) & LOOK_ALIKES == set()


def test_references_are_random_and_eight_characters_of_that_alphabet() -> None:
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert {len(reference) for reference in references} == {8}
    assert set("".join(references)) == set(REFERENCE_ALPHABET)


# --- the wording -----------------------------------------------------------------------------


def test_the_four_questions_stand_in_their_exact_wording_and_order() -> None:
    assert WORDINGS == {
        "keep_informed": "I want to be kept informed about progress in giving effect to the Accord.",
        "community_of_interest": (
            "I want to be part of a community of interest, receive detailed updates and provide feedback"
            " to OCVS."
        ),
        "give_advice": "I have the time and interest to take part in occasional meetings and provide advice.",
        "champion_accord": (
            "I want to champion the Accord and have identified actions and initiatives to improve"
            " community-government relationships."
        ),
    }
    assert list(WORDINGS) == Purpose.values


# --- what the database refuses ---------------------------------------------------------------


def refused(constraint: str) -> Any:
    """On SQLite an error names the column of a unique constraint, on PostgreSQL its name."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"email": "", "telephone": ""}, "eoi_can_be_answered"),
        ({"acknowledged_at": NOW}, "eoi_acknowledged_when_and_by_whom"),
        ({"acknowledged_by": 0}, "eoi_acknowledged_when_and_by_whom"),
        ({"closed_at": NOW}, "eoi_closed_when_and_by_whom"),
        ({"closed_by": 0}, "eoi_closed_when_and_by_whom"),
        ({"state": State.SPAM}, "eoi_closed_when_and_by_whom"),
        ({"state": State.CLOSED, "outcome": "noted"}, "eoi_closed_when_and_by_whom"),
        ({"closed_at": NOW, "closed_by": 0}, "eoi_closed_when_and_by_whom"),
        ({"state": State.CLOSED, "closed_at": NOW, "closed_by": 0}, "eoi_closed_with_an_outcome"),
        ({"outcome": "noted"}, "eoi_closed_with_an_outcome"),
        (
            {"state": State.SPAM, "closed_at": NOW, "closed_by": 0, "outcome": "noted"},
            "eoi_closed_with_an_outcome",
        ),
    ],
)
def test_an_expression_of_interest_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    eoi, user = received(), UserFactory()
    changes = {key: user if value == 0 else value for key, value in changes.items()}
    with refused(constraint):
        ExpressionOfInterest.objects.filter(pk=eoi.pk).update(**changes)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["reference", "same_form_key"])
def test_two_expressions_of_interest_never_share(field: str) -> None:
    one, other = received(), received(name="Hēmi")
    with refused(field):
        ExpressionOfInterest.objects.filter(pk=other.pk).update(**{field: getattr(one, field)})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"mailbox": None}, "contact_mailbox_goes_with_email"),
        ({"email": ""}, "contact_mailbox_goes_with_email"),
        ({"email": "", "mailbox": None, "email_confirmed_at": NOW}, "contact_confirms_only_an_address"),
    ],
)
def test_a_contact_cannot_have(changes: dict[str, Any], constraint: str) -> None:
    contact = ContactFactory()
    with refused(constraint):
        Contact.objects.filter(pk=contact.pk).update(**changes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aroha@example.org", "Aroha@Example.org"),
        ("info@tepūkenga.ac.nz", "info@xn--tepkenga-szb.ac.nz"),
    ],
)
def test_one_mailbox_is_one_contact(one: str, other: str) -> None:
    ContactFactory(email=one)
    with refused("mailbox"):
        ContactFactory(email=other)


@pytest.mark.django_db
def test_any_number_of_contacts_have_no_address() -> None:
    ContactFactory.create_batch(2, email="", telephone="04 494 5718")
    assert list(Contact.objects.values_list("mailbox", flat=True)) == [None, None]


@pytest.mark.django_db
def test_a_contact_says_yes_to_a_purpose_once() -> None:
    involvement = InvolvementFactory()
    with refused("involvement_once_a_purpose|contact_id"):
        InvolvementFactory(contact=involvement.contact)


@pytest.mark.django_db
def test_a_call_cannot_close_before_it_opens() -> None:
    with refused("call_closes_after_opening"):
        CallFactory(opens_on=dt.date(2011, 11, 4), closes_on=dt.date(2011, 11, 3))


@pytest.mark.django_db
def test_what_was_received_keeps_its_contact_and_its_call() -> None:
    eoi = received()
    with pytest.raises(ProtectedError), transaction.atomic():
        eoi.contact.delete()
    with pytest.raises(ProtectedError):
        eoi.call.delete()


# --- what is derived -------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_contact_is_kept_as_typed_and_in_the_forms_we_search_by() -> None:
    contact = ContactFactory(
        name=" Tu\u0304mai O’Brien ",
        organisation="Hapū",
        email="Tumai@Tepūkenga.ac.nz",
        telephone="04 494 5718",
    )
    assert Contact.objects.values(
        "name", "organisation", "email", "mailbox", "telephone", "telephone_e164", "search_folded"
    ).get() == {
        "name": "Tūmai O’Brien",
        "organisation": "Hapū",
        "email": "Tumai@Tepūkenga.ac.nz",
        "mailbox": "tumai@xn--tepkenga-szb.ac.nz",
        "telephone": "04 494 5718",
        "telephone_e164": "+6444945718",
        "search_folded": "tumai obrien hapu tumai@tepukenga.ac.nz 04 494 5718 +6444945718",
    }
    assert str(contact) == "Tūmai O’Brien (Hapū)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["tumai", "TŪMAI", "Tu\u0304mai", "obrien", "O'Brien tumai", "hapu", "+6444945718", "tepukenga", ""],
)
def test_a_contact_is_found_whatever_the_macrons(words: str) -> None:
    contact = ContactFactory(
        name="Tūmai O’Brien", organisation="Hapū", email="t@tepūkenga.ac.nz", telephone="04 494 5718"
    )
    assert list(Contact.objects.matching(words)) == [contact]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["tumai smith", "%", "_", "obrian"])
def test_a_contact_is_not_found_by_what_it_does_not_hold(words: str) -> None:
    ContactFactory(name="Tūmai O’Brien", email="t@example.org")
    assert list(Contact.objects.matching(words)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["tutahi", "Tūtahi", "aroha tutahi", "{reference}"])
def test_an_expression_of_interest_is_found_whatever_the_macrons(words: str) -> None:
    eoi = received(comments="Kia Tūtahi!")
    assert list(ExpressionOfInterest.objects.matching(words.format(reference=eoi.reference))) == [eoi]


@pytest.mark.django_db
def test_who_may_get_a_digest() -> None:
    wanted = subscriber()
    subscriber("give_advice")
    InvolvementFactory(contact=ContactFactory(confirmed=True))  # the Yes is not confirmed
    InvolvementFactory(confirmed=True)  # the address is not
    InvolvementFactory(contact=ContactFactory(confirmed=True), ended_at=NOW)
    InvolvementFactory(contact=ContactFactory(email=""), confirmed=True)
    assert list(Contact.objects.who_may_get("keep_informed")) == [wanted]


@pytest.mark.django_db
def test_involvements_that_stand_and_those_that_count() -> None:
    said, counts, ended = (
        InvolvementFactory(),
        InvolvementFactory(confirmed=True),
        InvolvementFactory(ended_at=NOW),
    )
    assert set(Involvement.objects.current()) == {said, counts}
    assert set(Involvement.objects.confirmed()) == {counts}
    assert ended not in Involvement.objects.current()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "is_open"),
    [("2011-10-02", False), ("2011-10-03", True), ("2011-11-04", True), ("2011-11-05", False)],
)
def test_a_call_is_open_from_its_first_day_to_its_last(day: str, is_open: bool) -> None:
    call = CallFactory(opens_on=dt.date(2011, 10, 3), closes_on=dt.date(2011, 11, 4))
    assert list(Call.objects.open_on(dt.date.fromisoformat(day))) == ([call] if is_open else [])


@pytest.mark.django_db
def test_of_two_open_calls_the_newer_comes_first() -> None:
    older, newer = CallFactory(), CallFactory(opens_on=dt.date(2026, 11, 1))
    assert list(Call.objects.open_on(dt.date(2026, 11, 16))) == [newer, older]


@pytest.mark.django_db
def test_the_queue_begins_with_the_one_promised_soonest() -> None:
    later = received(at=dt.datetime(2026, 11, 17, tzinfo=dt.UTC))
    sooner = received(name="Hēmi", at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC))
    ExpressionOfInterest.objects.filter(pk=received(name="Mere").pk).update(state=State.IN_HAND)
    assert list(ExpressionOfInterest.objects.awaiting_triage()) == [sooner, later]
    assert list(ExpressionOfInterest.objects.late(later.due_on)) == [sooner]


@pytest.mark.django_db
def test_the_promised_day_itself_is_not_late() -> None:
    with time_machine.travel(NOW) as clock:
        eoi = received()
        assert eoi.due_on == dt.date(2026, 11, 20)
        clock.move_to("2026-11-20T10:59:00+00:00")
        assert eoi.is_late is False
        clock.move_to("2026-11-20T11:00:00+00:00")
        assert eoi.is_late is True


@pytest.mark.django_db
def test_what_is_answered_is_late_no_more() -> None:
    eoi = received(at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert (eoi.is_late, eoi.is_open) == (True, True)
    eoi.state = State.IN_HAND
    assert (eoi.is_late, eoi.is_open) == (False, True)
    eoi.state = State.SPAM
    assert (eoi.is_late, eoi.is_open) == (False, False)


@pytest.mark.django_db
def test_what_a_member_of_staff_has_in_hand() -> None:
    user = UserFactory()
    mine, closed = received(), received(name="Hēmi")
    ExpressionOfInterest.objects.update(assigned_to=user)
    ExpressionOfInterest.objects.filter(pk=closed.pk).update(state=State.SPAM, closed_at=NOW, closed_by=user)
    received(name="Mere")
    assert list(ExpressionOfInterest.objects.being_worked_on_by(user)) == [mine]


@pytest.mark.django_db
def test_who_wants_to_champion_leaves_spam_out() -> None:
    wanting, spam = received("champion_accord"), received("champion_accord", name="Buy now")
    ExpressionOfInterest.objects.filter(pk=spam.pk).update(
        state=State.SPAM, closed_at=NOW, closed_by=UserFactory()
    )
    received(name="Hēmi")
    assert list(ExpressionOfInterest.objects.wanting_to_champion()) == [wanting]


@pytest.mark.django_db
def test_rows_say_what_they_are() -> None:
    eoi = received("keep_informed")
    assert str(eoi) == f"{eoi.reference}: Aroha Ngata"
    assert str(eoi.contact) == "Aroha Ngata"
    assert str(eoi.call) == "Giving effect to the Accord"
    assert str(Consent.objects.get(decision="given")) == "Keep informed: Yes"
    assert str(Involvement.objects.get()) == "Keep informed"
    assert str(Activity.objects.get()) == "Answered the call"
    assert eoi.get_absolute_url() == f"/staff/responses/expressionofinterest/{eoi.pk}/change/"
    assert eoi.received_at <= timezone.now()
