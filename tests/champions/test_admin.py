"""Staff register champions, from a form or from a contact."""

import pytest
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import enrolment
from champions.models import Champion
from responses.models import ExpressionOfInterest
from tests.factories import ChampionFactory, ContactFactory, received
from tests.html import read
from tests.staff.pages import STALE, act_url, filled_in, page_of, pressed_on, refusals, sign_in

pytestmark = pytest.mark.django_db

EOIS, CHAMPIONS = "responses/expressionofinterest", "champions/champion"


def asking() -> tuple[ExpressionOfInterest, str]:
    record = received("champion_accord", organisation="Hapori Trust", initiatives="- a hall\n- a garden")
    return record, f"/staff/champions/champion/enrol/{record.pk}/"


def test_the_form_begins_with_what_the_person_wrote(client: Client, superuser: User) -> None:
    _, url = asking()
    page = read(client.get(url))
    assert page.one("input", name="name")["value"] == "Hapori Trust"
    assert page.one("textarea", name="initiatives").text == "a hall a garden"
    assert [box["value"] for box in page.all("input", name="kind") if "checked" in box.attrs] == [
        "organisation"
    ]
    assert Champion.objects.count() == 0


def test_a_champion_is_registered_once(client: Client, superuser: User) -> None:
    record, url = asking()
    sent = {"kind": "organisation", "name": "Hapori Trust", "initiatives": "a hall\n\na garden\nwith bees"}
    response = client.post(url, sent)
    champion = Champion.objects.get()
    assert response["Location"] == page_of(CHAMPIONS, champion.pk)
    assert (champion.eoi, champion.contact, champion.registered_by) == (record, record.contact, superuser)
    assert (champion.state, champion.name_agreed) == ("draft", False)
    assert sorted(champion.initiatives.values_list("title", "description")) == [
        ("a garden", "with bees"),
        ("a hall", ""),
    ]
    assert OutgoingMail.objects.filter(message="asked_what_may_be_public").count() == 1
    again = client.post(url, {**sent, "summary": "We garden."})
    page = read(again)
    assert refusals(page) == ["A champion has already been registered from this."]
    assert page.one("textarea", name="summary").text == "We garden."
    assert Champion.objects.count() == 1


def test_somebody_who_rang_is_registered_from_their_contact(client: Client, superuser: User) -> None:
    contact = ContactFactory(name="Hēmi Walker")
    url = f"/staff/champions/champion/enrol/contact/{contact.pk}/"
    assert read(client.get(url)).one("input", name="name")["value"] == "Hēmi Walker"
    client.post(url, {"kind": "individual", "name": "Hēmi Walker"})
    assert (Champion.objects.get().contact, Champion.objects.get().eoi) == (contact, None)
    again = client.post(url, {"kind": "individual", "name": "Hēmi Walker"})
    assert refusals(read(again)) == ["This contact is already registered as a champion with this name."]


@pytest.mark.parametrize(
    ("powers", "status"),
    [
        ([], 403),
        (["view_champion", "view_expressionofinterest"], 403),
        (["change_champion"], 403),
        (["change_champion", "view_contact"], 403),
        (["change_champion", "view_expressionofinterest"], 200),
    ],
)
def test_registering_takes_both_permissions(client: Client, powers: list[str], status: int) -> None:
    _, url = asking()
    sign_in(client, *powers)
    assert client.get(url).status_code == status
    posted = client.post(url, {"kind": "organisation", "name": "Hapori Trust"})
    assert (posted.status_code, Champion.objects.count()) == ((302, 1) if status == 200 else (403, 0))


def test_what_the_person_took_away_is_seen_before_anything_is_published(
    client: Client, superuser: User
) -> None:
    champion = ChampionFactory(published=True)
    url = act_url(CHAMPIONS, champion.pk, "publish")
    at = pressed_on(CHAMPIONS, champion.pk, "publish")
    old = filled_in(read(client.get(at)), url)
    enrolment.withdraw(champion=champion)
    page = read(client.post(url, old))
    assert refusals(page) == [STALE]
    page = read(client.get(at))
    assert refusals(page) == ["The person has not ticked that the name may be public."]
    assert Champion.objects.published().count() == 0
