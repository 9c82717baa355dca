import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from pytest_django import Settings

from responses.models import (
    Activity,
    Call,
    Consent,
    ConsentWording,
    Contact,
    ExpressionOfInterest,
    Involvement,
    Purpose,
    Suppression,
)
from responses.models.expression_of_interest import LOOK_ALIKES, REFERENCE_ALPHABET, new_reference
from responses.models.wording import WORDINGS_OF_2011
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
    assert WORDINGS_OF_2011 == {
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
    assert list(WORDINGS_OF_2011) == Purpose.values


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
        ({"restricted_at": NOW}, "contact_restricted_when_and_why"),
        ({"restricted_because": "asked"}, "contact_restricted_when_and_why"),
        ({"name": ""}, "contact_has_a_name_until_erased"),
        ({"erased_at": NOW}, "contact_has_a_name_until_erased"),
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
@pytest.mark.parametrize("changes", [{"confirmed_at": None}, {"ended_at": NOW}])
def test_only_of_a_confirmed_yes_a_form_can_ask_an_end(changes: dict[str, Any]) -> None:
    subscriber()
    with refused("involvement_off_is_asked_of_a_confirmed_yes"):
        Involvement.objects.update(off_asked_at=NOW, **changes)


@pytest.mark.django_db
def test_a_version_of_a_wording_stands_once() -> None:
    first = ConsentWording.objects.get(purpose="give_advice")
    with refused("wording_version_once|version"):
        ConsentWording.objects.create(purpose="give_advice", version=first.version, text="Other words")


@pytest.mark.django_db
def test_something_is_remembered_of_a_mailbox_once() -> None:
    Suppression.objects.create(mailbox_hash="a" * 64, scope="invited")
    with refused("suppression_once_a_scope|scope"):
        Suppression.objects.create(mailbox_hash="a" * 64, scope="invited")


@pytest.mark.django_db
def test_answers_are_changed_into_one_newer_version() -> None:
    first, second, third = (received(name=name) for name in ("Aroha", "Hēmi", "Mere"))
    ExpressionOfInterest.objects.filter(pk=second.pk).update(replaces=first)
    with refused("replaces"):
        ExpressionOfInterest.objects.filter(pk=third.pk).update(replaces=first)


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
def test_who_may_be_written_to_and_on_which_yes() -> None:
    wanted = subscriber()
    subscriber("give_advice")
    (yes,) = Involvement.objects.permitting("keep_informed")
    assert (yes.contact, yes.consent.purpose, yes.consent.decision) == (wanted, "keep_informed", "given")
    assert Involvement.objects.permitting("keep_informed").filter(contact=wanted).get() == yes
    assert list(Involvement.objects.permitting("champion_accord")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "involvement"),
    [
        ({}, {"confirmed_at": None}),
        ({}, {"confirmed_at": None, "ended_at": NOW}),
        ({"email_confirmed_at": None}, {}),
        ({"email": "", "mailbox": None, "email_confirmed_at": None}, {}),
        *[({"restricted_at": NOW, "restricted_because": why}, {}) for why in Contact.Restriction],
        ({"never_again_at": NOW}, {}),
        ({"merged_into": {"restricted_at": NOW, "restricted_because": "asked"}}, {}),
        ({"erased_at": NOW, "name": "", "email": "", "mailbox": None, "email_confirmed_at": None}, {}),
    ],
)
def test_nobody_is_written_to_who(contact: dict[str, Any], involvement: dict[str, Any]) -> None:
    person = subscriber()
    if "merged_into" in contact:
        contact = {"merged_into": ContactFactory(**contact["merged_into"])}
    Contact.objects.filter(pk=person.pk).update(**contact)
    Involvement.objects.update(**involvement)
    assert list(Involvement.objects.permitting("keep_informed")) == []


@pytest.mark.django_db
def test_a_no_that_waits_for_the_mailbox_keeps_nothing_back() -> None:
    subscriber()
    Involvement.objects.update(off_asked_at=NOW)
    assert Involvement.objects.permitting("keep_informed").count() == 1


@pytest.mark.django_db
def test_involvements_that_stand_and_those_that_count() -> None:
    said, counts, ended = (
        InvolvementFactory(),
        InvolvementFactory(confirmed=True),
        InvolvementFactory(ended_at=NOW),
    )
    assert set(Involvement.objects.current()) == {said, counts}
    assert set(Involvement.objects.waiting()) == {said}
    assert set(Involvement.objects.confirmed()) == {counts}
    assert ended not in Involvement.objects.current()


# --- one person, several records -------------------------------------------------------------


@pytest.mark.django_db
def test_a_merged_contact_is_stood_for_by_the_kept_one() -> None:
    kept, other, third = ContactFactory.create_batch(3)
    Contact.objects.filter(pk__in=[other.pk, third.pk]).update(merged_into=kept)
    other.refresh_from_db()
    assert (kept.standing_for, other.standing_for) == (kept, kept)
    assert (kept.keys, other.keys) == ([kept.pk, other.pk, third.pk], [other.pk])
    assert list(Contact.objects.standing()) == [kept]


@pytest.mark.django_db
def test_a_link_dies_with_the_address_it_was_mailed_to_but_not_with_the_key(settings: Settings) -> None:
    contact = ContactFactory(email="aroha@example.org")
    mark = contact.mailbox_mark
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next one"
    assert (contact.goes_by(mark), contact.goes_by("")) == (True, False)
    contact.email = "Aroha@Example.ORG"
    contact.save()
    assert contact.goes_by(mark) is True
    contact.email = "new@example.org"
    contact.save()
    assert contact.goes_by(mark) is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("aroha.n+news@example.org.nz", "arohan@example.com", True),
        ("AROHA@example.org", "aroha@example.org.nz", True),
        ("aroha@example.org", "hemi@example.org", False),
        ("aroha@example.org", "aroha@other.org", False),
    ],
)
def test_similar_addresses_share_a_key(one: str, other: str, alike: bool) -> None:
    keys = [ContactFactory(email=email).mailbox_key for email in (one, other)]
    assert (keys[0] == keys[1]) is alike


@pytest.mark.django_db
def test_names_are_compared_without_macrons_and_nobody_without_a_name_is_alike() -> None:
    assert ContactFactory(name="Tūmai", organisation="Hapū").name_key == "tumai|hapu"
    nobody = Contact(name="", organisation="Hapū", email="")
    nobody.derive_likeness()
    assert (nobody.name_key, nobody.mailbox_key) == ("", "")


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
