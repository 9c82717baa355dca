"""One page a contact: what it shows, to whom, and that every look is logged."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation import clock
from accord_portal.staff.models import LogLine, User
from responses.answers import following_up, triage
from responses.contacts import acts as contact_acts
from responses.contacts import duplicates, merging
from responses.models import Activity, Contact
from responses.people import suppressions
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    DeliveryFactory,
    OutgoingMailFactory,
    UserFactory,
    received,
)
from tests.html import read
from tests.responses.admin.pages import headings, page, url
from tests.staff.pages import sign_in

pytestmark = pytest.mark.django_db

LIST, PAIRS = "/staff/responses/contact/", "/staff/responses/duplicate/"

EOIS = "/staff/responses/expressionofinterest/"

PRIVATE = ["mere@example.org", "+64 4 494 5718", "04 494 5718", "PO Box 805"]


def test_the_page_says_who_it_is_and_what_they_said_yes_to(client: Client, ana: User, mere: Contact) -> None:
    shown = page(client, mere)
    assert shown.all("h1")[-1].text == "Mere Tūtahi"
    facts = {row.one("dt").text: row.one("dd").text for row in shown.one("dl").all("div")}
    assert facts["Email address"].startswith("mere@example.org, confirmed ")
    assert facts["Telephone"] == "+64 4 494 5718, typed as 04 494 5718"
    assert (facts["Postal address"], facts["Language"]) == ("PO Box 805", "English")
    switches = [heading.text for heading in shown.one("section", aria_labelledby="switches").all("h3")]
    assert switches == [
        "Keep informed: Yes",
        "Community of interest: never said Yes",
        "Give advice: never said Yes",
        "Champion the Accord: never said Yes",
    ]
    text = shown.one("section", aria_labelledby="switches").text
    assert (text.count("We may write about this now"), text.count("We may not write")) == (1, 3)
    assert "Confirmed from the mailbox" in text
    assert "To version 1, English: I want to be kept informed" in text


def test_what_stands_in_the_way_of_writing_is_plain(client: Client, ana: User, mere: Contact) -> None:
    contact_acts.restrict(contact=mere, by=ana, why="She rang.")
    suppressions.never_again(mailbox="mere@example.org")
    warnings = " ".join(warning.text for warning in page(client, mere).all(class_="warning"))
    assert "Restricted since" in warnings
    assert "asked not to be contacted" in warnings
    assert "Never again since" in warnings
    assert "We may write about this now" not in page(client, mere).text


def test_everything_of_the_person_stands_on_one_page(client: Client, ana: User, mere: Contact) -> None:
    other = received("give_advice", name="Mere T", email="", telephone="04 494 5718").contact
    merging.merge(kept=mere, other=other, by=ana)
    DeliveryFactory(contact=mere)
    OutgoingMailFactory(recipient=other.pk, subject="Please confirm")
    following_up.add(about=mere, by=ana, what="Call her", due_on=dt.date(2999, 1, 1), owner=ana)
    shown = page(client, mere).text
    assert other.eois.get().reference in shown
    for line in (
        "Answered the call",
        "Merged",
        "Follow-up",
        "Please confirm",
        "Call her",
        "merged into this one, says Yes since",
    ):
        assert line in shown


def test_the_timeline_is_cut_and_can_be_shown_whole(client: Client, ana: User, mere: Contact) -> None:
    lines = [Activity(contact=mere, kind="note", text=f"Note {n}") for n in range(101)]
    Activity.objects.bulk_create(lines)
    assert len(page(client, mere).one("section", aria_labelledby="timeline").all("li")) == 100
    whole = read(client.get(f"{url(mere)}?all"))
    assert len(whole.one("section", aria_labelledby="timeline").all("li")) == 101


def test_a_merged_one_leads_to_the_one_that_stands_for_it(client: Client, ana: User, mere: Contact) -> None:
    other = ContactFactory(name="Mere T")
    merging.merge(kept=mere, other=other, by=ana)
    shown = page(client, other)
    assert shown.one(class_="state").one("a")["href"] == url(mere)
    assert shown.all("form", class_="act") == []


def test_of_an_erased_one_nothing_personal_is_shown(client: Client, ana: User, mere: Contact) -> None:
    blank = {"name": "", "email": "", "mailbox": None, "email_confirmed_at": None, "erased_at": clock.now()}
    Contact.objects.update(telephone="", telephone_e164="", postal_address="", **blank)
    shown = page(client, mere)
    assert shown.all("h1")[-1].text == f"Erased person {mere.pk}"
    assert shown.all("form", class_="act") == []
    assert "Timeline" not in headings(shown)


def test_the_page_costs_the_same_for_much_as_for_little(client: Client, ana: User, mere: Contact) -> None:
    def more(number: int) -> None:
        eoi = received("give_advice", name=f"Mere {number}", email="mere@example.org")
        triage.note(eoi=eoi, by=ana, text="A note.")
        DeliveryFactory(contact=mere)
        OutgoingMailFactory(recipient=mere.pk)
        following_up.add(about=mere, by=ana, what="Call", due_on=dt.date(2999, 1, 1), owner=ana)
        merging.merge(kept=mere, other=ContactFactory(), by=ana)
        duplicates.suggest(contact=mere, other=ContactFactory(), by=ana)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(mere)).status_code == 200
        return len(captured)

    received(email="mere@example.org")  # so that there is something to differ from
    more(1)
    asked()  # what a process remembers is asked for once
    one = asked()
    more(2)
    more(3)
    assert asked() == one


def test_without_the_permission_nothing_is_seen(client: Client, mere: Contact) -> None:
    sign_in(client, "view_expressionofinterest", "see_contact_details")
    pair = duplicates.suggest(contact=mere, other=ContactFactory(), by=UserFactory())
    for path in (LIST, url(mere), PAIRS, url(pair), f"{LIST}add/"):
        assert client.get(path).status_code == 403, path
    assert not LogLine.objects.filter(act="viewed").exists()


def test_addresses_and_numbers_are_for_those_who_need_them(client: Client, mere: Contact) -> None:
    eoi = received(name="Mere Tūtahi", email="mere@example.org", telephone="04 494 5718")
    pair = duplicates.suggest(contact=mere, other=ContactFactory(), by=UserFactory())
    powers = ["view_contact", "change_contact", "view_expressionofinterest", "change_expressionofinterest"]
    paths = [LIST, url(mere), url(pair), eoi.get_absolute_url()]
    sign_in(client, *powers)
    for path in paths:
        text = client.get(path).content.decode()
        assert "Mere Tūtahi" in text
        assert [secret for secret in PRIVATE if secret in text] == [], path
    for act in ("correct", "change_address", "take_over"):
        assert client.post(url(mere, act)).status_code == 403
    sign_in(client, *powers, "see_contact_details")
    for path in paths:
        assert "mere@example.org" in client.get(path).content.decode(), path


def test_who_may_not_change_reads_everything(client: Client, mere: Contact) -> None:
    sign_in(client, "view_contact", "see_contact_details")
    shown = page(client, mere)
    assert shown.all("form", class_="act") == []
    assert "You may read this, and not change it." in shown.text
    assert client.post(url(mere, "record"), {"kind": "called", "text": "Hello"}).status_code == 403


def test_the_history_of_a_contact_is_its_timeline(client: Client, mere: Contact) -> None:
    sign_in(client, "view_contact")
    assert client.get(f"/staff/responses/contact/{mere.pk}/history/")["Location"] == f"{url(mere)}#timeline"
    assert client.get("/staff/responses/contact/0/history/").status_code == 404
    sign_in(client, "view_letter")
    assert client.get(f"/staff/responses/contact/{mere.pk}/history/").status_code == 403


def test_every_look_is_logged(client: Client, ana: User, mere: Contact) -> None:
    eoi = received(email="aroha@example.org")
    pair = duplicates.suggest(contact=mere, other=eoi.contact, by=ana)
    for path in (LIST, url(mere), eoi.get_absolute_url(), url(pair)):
        client.get(path)
    viewed = LogLine.objects.filter(act="viewed")
    lines = viewed.order_by("pk").values_list("act", "kind", "key", "done_by")
    assert lines[0] == ("viewed", "responses.contact", mere.pk, ana.pk)
    assert lines[1] == ("viewed", "responses.expressionofinterest", eoi.pk, ana.pk)
    assert {line[2] for line in lines[2:]} == {mere.pk, eoi.contact_id}
    client.post(url(mere, "record"), {"kind": "called"})
    assert viewed.count() == 5


def test_a_page_that_tells_of_a_contact_is_a_look_too(client: Client, ana: User, mere: Contact) -> None:
    champion, letter = ChampionFactory(contact=mere), OutgoingMailFactory()
    client.get(f"/staff/champions/champion/{champion.pk}/change/")
    client.get(f"/staff/foundation/outgoingmail/{letter.pk}/change/")
    assert list(LogLine.objects.order_by("pk").values_list("act", "kind", "key")) == [
        ("viewed", "responses.contact", mere.pk),
        ("viewed", "foundation.outgoingmail", letter.pk),
    ]


OLD_LINES = {
    "confirmed": "Confirmed old@example.org",
    "address_changed": "Before: old@example.org",
    "note": "Likes kōrero @ the marae",
}


@pytest.mark.parametrize("power", ["", "see_contact_details"])
def test_addresses_in_old_lines_are_for_those_who_may_see_them(
    client: Client, mere: Contact, power: str
) -> None:
    for kind, text in OLD_LINES.items():
        Activity.objects.create(contact=mere, kind=kind, text=text)
    Activity.objects.create(contact=mere, kind="confirmed", text="Yes: Keep informed")
    champion, eoi = ChampionFactory(contact=mere), received(email="mere@example.org")
    sign_in(client, "view_contact", "view_champion", "view_expressionofinterest", power)
    for path in (url(mere), eoi.get_absolute_url(), f"/staff/champions/champion/{champion.pk}/change/"):
        timeline = read(client.get(path)).one("section", aria_labelledby="timeline").text
        assert ("old@example.org" in timeline) == bool(power)
        assert "Yes: Keep informed" in timeline
        assert "@ the marae" in timeline


@pytest.mark.parametrize(
    ("words", "is_name"),
    [
        ("tutahi hapori", True),
        ("Tūtahi", True),
        ("tu", True),
        ("ha", True),
        ("aroha@example.org", False),
        ("tutahi example", False),
        ("+6444945718", False),
        ("04", False),
        ("ar", False),
    ],
)
@pytest.mark.parametrize("power", ["", "see_contact_details"])
def test_addresses_and_numbers_find_people_for_those_who_may_see_them(
    client: Client, words: str, is_name: bool, power: str
) -> None:
    who = {"name": "Mere Tūtahi", "organisation": "Hapori Trust", "email": "aroha@example.org"}
    eoi = received(**who, telephone="04 494 5718", comments="")
    duplicates.seek_new()
    sign_in(client, "view_contact", "view_expressionofinterest", power)
    assert bool(listed_keys(client, LIST, words)) == (is_name or bool(power))
    if words != "+6444945718":  # a form keeps the number as it was typed
        assert bool(listed_keys(client, EOIS, words)) == (is_name or bool(power))
    assert listed_keys(client, EOIS, eoi.reference) == [eoi.get_absolute_url()]


def listed_keys(client: Client, path: str, words: str) -> list[str]:
    """The pages that a search leads to."""
    links = [link for row in read(client.get(path, {"q": words})).all("th") for link in row.all("a")]
    return [link["href"].partition("?")[0] for link in links if "/change/" in link["href"]]


def test_who_was_not_looked_at_by_the_sweep_yet_is_found_by_name(client: Client) -> None:
    received(name="Mere Tautahi", email="aroha@example.org")
    sign_in(client, "view_contact", "view_expressionofinterest")
    for path in (LIST, EOIS):
        assert len(listed_keys(client, path, "tautahi me")) == 1
        assert listed_keys(client, path, "aroha") == []


def test_the_log_is_read_by_administrators(client: Client, ana: User, mere: Contact) -> None:
    page(client, mere)
    row = read(client.get("/staff/staff/logline/?act__exact=viewed")).one("tbody").one("tr")
    assert row.text.startswith("Mere Staff opened Mere Tūtahi’s record")
    line = LogLine.objects.get()
    for path in ("add/", f"{line.pk}/delete/"):
        assert client.get(f"/staff/staff/logline/{path}").status_code == 403
    sign_in(client, is_triage_officer=True, is_editor=True, is_approver=True, is_reader=True)
    assert client.get("/staff/staff/logline/").status_code == 403
