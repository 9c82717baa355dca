"""The buttons on a contact's page, and the list of contacts."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation import clock
from accord_portal.staff.models import User
from responses.contacts import acts as contact_acts
from responses.contacts import duplicates, merging
from responses.models import Activity, Contact, Duplicate, Erasure, FollowUp
from tests.factories import (
    ContactFactory,
    UserFactory,
    received,
    subscriber,
)
from tests.html import read
from tests.responses.admin.pages import page, press, url
from tests.staff.pages import STALE, filled_in, refusals, said, sign_in

pytestmark = pytest.mark.django_db

LIST, PAIRS = "/staff/responses/contact/", "/staff/responses/duplicate/"


def listed(client: Client, **query: str) -> list[str]:
    return [cell.text for cell in read(client.get(LIST, query)).all("th", class_="field-name")]


@pytest.mark.parametrize(
    ("act", "typed", "done"),
    [
        ("record", {"kind": "called", "text": "She will come."}, "Written down."),
        ("record", {"kind": "met", "on": "2020-02-03", "text": "We met."}, "Written down."),
        ("switch", {"purpose": "keep_informed", "yes": "no", "how": "rang"}, "The switch is changed."),
        ("restrict", {"why": "She rang."}, "Nobody writes to this contact from now on."),
        ("correct", {"name": "Mere T", "telephone": "1", "language": "mi"}, "Corrected."),
    ],
)
def test_each_button_does_it_and_says_so(
    client: Client, ana: User, mere: Contact, act: str, typed: dict[str, str], done: str
) -> None:
    typed = {name: str(ana.pk) if value == "me" else value for name, value in typed.items()}
    assert press(client, mere, act, **typed) == [done]
    assert Activity.objects.get().done_by == ana


def test_after_a_refusal_everything_typed_is_still_there(client: Client, ana: User, mere: Contact) -> None:
    sent = filled_in(page(client, mere), url(mere, "record"))
    refused = read(
        client.post(url(mere, "record"), {**sent, "kind": "met", "on": "1/1/2999", "text": "We met."})
    )
    assert refused.one("title").text.startswith("Error: ")
    assert refused.one("textarea", id="id_record_text").text == "We met."
    assert refused.one("input", name="on")["value"] == "1/1/2999"
    unfolded = [part.one("summary").text for part in refused.all("details") if "open" in part.attrs]
    assert unfolded == ["Record a call, a letter or a meeting"]
    assert Activity.objects.count() == 0


def test_two_officers_do_not_overwrite_each_other(client: Client, ana: User, mere: Contact) -> None:
    sent = filled_in(page(client, mere), url(mere, "correct"))
    contact_acts.correct(
        contact=mere, by=ana, name="Mere N", organisation="", telephone="", postal_address="", language="en"
    )
    refused = read(client.post(url(mere, "correct"), {**sent, "name": "Mere Other", "language": "en"}))
    assert refusals(refused) == [STALE]
    assert refused.one("input", id="id_correct_name")["value"] == "Mere Other"
    mere.refresh_from_db()
    assert mere.name == "Mere N"


def test_what_a_form_says_is_taken_over_with_one_press(client: Client, ana: User, mere: Contact) -> None:
    received(name="Mere Ngata", email="mere@example.org")
    assert "“Mere Ngata”, where we have “Mere Tūtahi”" in page(client, mere).text
    assert press(client, mere, "take_over") == ["Taken over from the form."]
    assert page(client, mere).all("h1")[-1].text == "Mere Ngata"


def test_a_confirmed_address_is_not_changed_here(client: Client, ana: User, mere: Contact) -> None:
    assert not page(client, mere).all("form", action=url(mere, "change_address"))
    other = ContactFactory()
    assert press(client, other, "change_address", email="new@example.org") == ["The address is changed."]


def test_a_contact_is_added_by_hand(client: Client, ana: User) -> None:
    typed = {"name": "Hōne", "telephone": "021 123 4567", "language": "mi"}
    response = client.post(f"{LIST}add/", typed, follow=True)
    hone = Contact.objects.get()
    assert (response.redirect_chain, said(response)) == ([(url(hone), 302)], ["Added."])
    assert (hone.email, hone.telephone_in_full, hone.language) == ("", "+64 21 123 4567", "mi")


def test_a_known_address_is_said_with_a_link(client: Client, ana: User, mere: Contact) -> None:
    typed = {"name": "Mere", "email": "Mere@Example.org", "language": "en"}
    shown = read(client.post(f"{LIST}add/", typed))
    assert shown.one(class_="warning").one("a")["href"] == url(mere)
    assert shown.one("input", name="name")["value"] == "Mere"
    assert shown.one("title").text.startswith("Error: ")
    refused = read(client.post(f"{LIST}add/", {"name": "Ana", "language": "en"}))
    assert ["Enter a way to reach them" in said for said in refusals(refused)] == [True]


def test_who_may_not_add_does_not(client: Client) -> None:
    sign_in(client, "view_contact", "change_contact")
    assert client.get(f"{LIST}add/").status_code == 403
    assert "Add a contact" not in read(client.get(LIST)).text


def test_the_list_shows_who_is_somebody_and_can_be_narrowed(client: Client, ana: User) -> None:
    subscriber(name="Yes")
    received("give_advice", name="Waiting", email="waiting@example.org")
    ContactFactory(name="By post", email="", postal_address="PO Box 805")
    ContactFactory(name="Restricted", confirmed=True, restricted_at=clock.now(), restricted_because="asked")
    merging.merge(kept=Contact.objects.get(name="Yes"), other=ContactFactory(name="Merged"), by=ana)
    assert listed(client) == ["Restricted", "By post", "Waiting", "Yes"]
    for who, names in [
        ("keep_informed", ["Yes"]),
        ("give_advice", []),
        ("waiting", ["Waiting"]),
        ("unconfirmed", ["Waiting"]),
        ("without", ["By post"]),
        ("restricted", ["Restricted"]),
        ("gone", ["Merged"]),
    ]:
        assert listed(client, who=who) == names, who
    assert listed(client, q="waiting", who="waiting") == ["Waiting"]


def test_the_list_shows_numbers_as_dialled_from_anywhere(client: Client, ana: User, mere: Contact) -> None:
    row = read(client.get(LIST)).one("tbody").one("tr")
    assert row.one("td", class_="field-telephone_in_full").text == "+64 4 494 5718"
    assert row.one("td", class_="field-email").text == "mere@example.org"


@pytest.mark.parametrize("path", [LIST, f"{LIST}?who=keep_informed", PAIRS])
def test_lists_cost_the_same_for_three_as_for_one(client: Client, ana: User, path: str) -> None:
    def more(number: int) -> None:
        one = subscriber(name="Mere Tūtahi", telephone="04 494 5718")
        duplicates.suggest(contact=one, other=ContactFactory(name=f"Other {number}"), by=ana)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    more(1)
    one = asked()
    more(2)
    more(3)
    assert asked() == one


def test_the_desk_says_what_is_owed_to_contacts(client: Client, ana: User, pair: Duplicate) -> None:
    for what, owner in [("Call her", ana), ("Not mine", UserFactory())]:
        about = {"contact": pair.first, "due_on": dt.date(2020, 1, 1)}
        FollowUp.objects.create(what=what, owner=owner, **about)
    Erasure.objects.create(contact=pair.second, state="asked")
    mine = read(client.get("/staff/")).one(class_="desk").text
    assert ("Call her" in mine, "Not mine" in mine, "days late" in mine) == (True, False, True)
    every = [
        row.one(class_="what").text for row in read(client.get("/staff/?whose=all")).all("li", class_="item")
    ]
    assert every[:4] == [
        *("Follow up", "Follow up"),
        *("Propose the erasure, or decline it", "Say whether they are one person"),
    ]
    sign_in(client)
    assert read(client.get("/staff/?whose=all")).all("li", class_="item") == []
