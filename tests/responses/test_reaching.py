"""The only way to reach somebody can be used, at every door; beside another it is kept as typed."""

import re

import pytest
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.telephones import TO_RING
from responses.contacts import acts
from responses.forms.express_interest import ExpressInterestForm, WrittenDownForm
from responses.models import Call, Contact, ExpressionOfInterest
from tests.factories import ContactFactory, UserFactory, form_data

pytestmark = pytest.mark.django_db
NOBODY_CAN_RING = [
    "12",
    "-",
    "n/a",
    "1" * 40,
    "call after 5 please",
    "494 5718",
    "12/12/2026",
    "aroha@example.org",
]
WITH_AREA_CODE = ["04 494 5718", "+61 2 9374 4000", "04 494 5718 or 021 123 456", "0800 83 83 83"]


@pytest.mark.parametrize("form", [ExpressInterestForm, WrittenDownForm])
@pytest.mark.parametrize("telephone", NOBODY_CAN_RING)
def test_a_form_with_no_other_way_needs_a_number_to_ring(
    form: type[ExpressInterestForm], telephone: str
) -> None:
    typed = {**form_data(email="", telephone=telephone), "channel": "paper"}
    assert form(typed).errors == {"telephone": [TO_RING]}
    assert form({**typed, "email": "aroha@example.org"}).errors == {}


@pytest.mark.parametrize("telephone", WITH_AREA_CODE)
def test_a_number_to_ring_is_enough(telephone: str) -> None:
    assert ExpressInterestForm(form_data(email="", telephone=telephone)).errors == {}


def test_an_error_loses_nothing_that_was_typed(client: Client, call: Call) -> None:
    page = client.post("/express-interest/", form_data(email="", telephone="494 5718"))
    assert (page.status_code, ExpressionOfInterest.objects.count()) == (200, 0)
    assert 'value="494 5718"' in page.text
    assert TO_RING in page.text


@pytest.mark.parametrize("telephone", NOBODY_CAN_RING)
def test_staff_add_somebody_whom_they_can_reach(telephone: str) -> None:
    by = UserFactory()
    with pytest.raises(NotPossible, match=re.escape(TO_RING)):
        acts.add(by=by, name="Aroha", telephone=telephone)
    assert Contact.objects.count() == 0
    acts.add(by=by, name="Aroha", telephone=telephone, email="aroha@example.org")
    acts.add(by=by, name="Aroha", telephone=telephone, postal_address="1 Example Street")
    assert set(Contact.objects.values_list("telephone", flat=True)) == {telephone}


@pytest.mark.parametrize("telephone", NOBODY_CAN_RING)
def test_a_correction_leaves_a_way_that_can_be_used(telephone: str) -> None:
    contact = ContactFactory(email="", telephone="04 494 5718")
    said = {"organisation": "", "language": "en"}
    with pytest.raises(NotPossible, match=re.escape(TO_RING)):
        acts.correct(
            contact=contact, by=None, name=contact.name, telephone=telephone, postal_address="", **said
        )
    acts.correct(contact=contact, by=None, name="A", telephone=telephone, postal_address="1 Street", **said)


def test_a_name_can_be_corrected_where_the_number_was_bad_before() -> None:
    contact = ContactFactory(email="", telephone="494 5718")
    said = {"organisation": "", "postal_address": "", "language": "en"}
    acts.correct(contact=contact, by=UserFactory(), name="Aroha", telephone="494 5718", **said)
    contact.refresh_from_db()
    assert (contact.name, contact.telephone) == ("Aroha", "494 5718")


@pytest.mark.parametrize(("telephone", "noted"), [("494 5718", True), ("04 494 5718", False), ("", False)])
def test_the_receipt_says_that_a_number_could_not_be_read(
    client: Client, call: Call, telephone: str, noted: bool
) -> None:
    page = client.get(client.post("/express-interest/", form_data(telephone=telephone))["Location"])
    assert ("We could not read your telephone number" in page.text) == noted
    assert ExpressionOfInterest.objects.get().telephone == telephone
