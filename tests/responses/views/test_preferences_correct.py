"""A person corrects their own details."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from responses.contacts import acts
from responses.models import Activity, Contact
from tests.database import everything
from tests.factories import ContactFactory
from tests.html import read
from tests.responses.views.own_pages import checked, details, main, own, summary

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


def test_the_form_for_corrections_holds_what_we_know(client: Client, aroha: Contact) -> None:
    page = main(client.get(own(aroha, "details/correct")))
    assert [h1.text for h1 in page.all("h1")] == ["Correct your details"]
    boxes = [(box["name"], box["value"], box["autocomplete"]) for box in page.all("input")]
    assert [box for box in boxes if box[2]] == [
        ("name", "Aroha Ngata", "name"),
        ("organisation", "Hapū", "organization"),
        ("telephone", "04 494 5718", "tel"),
    ]
    area = page.one("textarea", name="postal_address", autocomplete="street-address")
    assert area.text == "1 Example Street Wellington"
    assert checked(page) == {"language": "en"}
    assert page.one("p", class_="hint").text == (
        "We write in English until our messages are translated. Then we use your choice."
    )


def test_somebody_corrects_their_details(client: Client, aroha: Contact) -> None:
    kept = ContactFactory(name="A. Ngata", email="", confirmed=False)
    Contact.objects.filter(pk=aroha.pk).update(merged_into=kept)
    typed = {"name": "Aroha Smith", "telephone": "021 123 4567", "language": "mi"}
    response = client.post(own(aroha, "details/correct"), {**details(**typed), "email": "other@example.org"})
    assert (response.status_code, response["Location"]) == (303, f"{own(aroha, 'details')}?saved")
    assert response["Cache-Control"] == "no-store"
    aroha.refresh_from_db()
    assert {field: getattr(aroha, field) for field in details()} == {
        **details(**typed),
        "postal_address": "1 Example Street\nWellington",
    }
    assert (aroha.email, aroha.telephone_e164, aroha.search_folded) == (
        aroha.email,
        "+64211234567",
        f"aroha smith hapu {aroha.email} 021 123 4567 +64211234567",
    )
    assert list(kept.activities.all()) == []
    line = aroha.activities.get()
    assert (line.kind, line.text, line.done_by) == (
        Activity.Kind.CORRECTED,
        "Name, Telephone, Language",
        None,
    )


def test_saving_the_details_unchanged_changes_nothing(client: Client, aroha: Contact) -> None:
    before = everything()
    response = client.post(own(aroha, "details/correct"), details(name="  Aroha  Ngata "))
    assert (response.status_code, response["Location"]) == (303, f"{own(aroha, 'details')}?saved")
    assert everything() == before


def test_what_is_wrong_in_a_correction_is_said_and_everything_typed_kept(
    client: Client, aroha: Contact
) -> None:
    typed = details(name="", telephone="4" * 61, language="tlh", postal_address="A" * 501)
    page = read(client.post(own(aroha, "details/correct"), typed))
    assert page.one("title").text.startswith("Error: Correct your details")
    assert summary(page) == [
        "Enter your name",
        "Use 60 characters or fewer, not 61",
        "Use 500 characters or fewer, not 501",
        "Choose a language: “Which language should we write in?”",
    ]
    assert page.one("input", name="organisation")["value"] == "Hapū"
    assert page.one("textarea").text == "A" * 501


def test_the_last_way_to_reach_them_cannot_be_taken_away() -> None:
    known = ContactFactory(email="", confirmed=False, **details(postal_address=""))
    with pytest.raises(NotPossible, match=r"^Leave a way to reach you: a telephone number"):
        acts.correct(contact=known, by=None, **details(telephone="", postal_address=""))
    assert list(known.activities.all()) == []
