"""What no row can be, whoever writes it; and what rows call themselves."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from responses.models import (
    Activity,
    Consent,
    ConsentWording,
    Contact,
    ExpressionOfInterest,
    Involvement,
    Suppression,
)
from tests.factories import CallFactory, ContactFactory, InvolvementFactory, UserFactory, received, subscriber

State = ExpressionOfInterest.State

NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


def refused(constraint: str) -> Any:
    """On SQLite an error names the column of a unique constraint, on PostgreSQL its name."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"email": "", "telephone": ""}, "eoi_can_be_answered"),
        ({"closed_at": NOW}, "eoi_closed_when_and_by_whom"),
        ({"closed_by": 0}, "eoi_closed_when_and_by_whom"),
        ({"state": State.SPAM}, "eoi_closed_when_and_by_whom"),
        ({"state": State.CLOSED, "outcome": "partly"}, "eoi_closed_when_and_by_whom"),
        ({"closed_at": NOW, "closed_by": 0}, "eoi_closed_when_and_by_whom"),
        ({"state": State.CLOSED, "closed_at": NOW, "closed_by": 0}, "eoi_closed_with_an_outcome"),
        ({"outcome": "partly"}, "eoi_closed_with_an_outcome"),
        (
            {"state": State.SPAM, "closed_at": NOW, "closed_by": 0, "outcome": "partly"},
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
