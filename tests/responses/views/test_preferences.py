"""A person's own pages: reached by one link, without an account."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from responses.consent import switches, wordings
from responses.contacts import acts, addresses
from responses.models import Activity, Contact, Erasure, ExpressionOfInterest, Purpose
from responses.models.wording import WORDINGS_OF_2011
from responses.people import suppressions
from tests.database import everything, holding
from tests.factories import (
    CallFactory,
    ChampionFactory,
    ConsentFactory,
    ContactFactory,
    InitiativeFactory,
    InvolvementFactory,
    OutgoingMailFactory,
    RecommendationFactory,
    UserFactory,
    received,
    subscriber,
)
from tests.html import Element, read

pytestmark = pytest.mark.django_db
NO = dict.fromkeys(Purpose.values, "no")
ASKED_EVERYBODY = "If we know this address, a message with your link is on its way."
OWN_PAGES = [
    "",
    "stop",
    "details",
    "details/correct",
    "address",
    "answers",
    "messages",
    "public",
    "download",
    "erasure",
]


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


def own(contact: Contact, *parts: str) -> str:
    """The path of one of this person's own pages."""
    token = signed_links.token("preferences", contact.pk, contact.mailbox_mark)
    return "/".join(["/preferences", token, *filter(None, parts), ""])


def main(response: HttpResponse) -> Element:
    return read(response).one("main")


def summary(page: Element) -> list[str]:
    return [li.text for li in page.one(class_="error-summary").all("li")]


def terms(page: Element, **attrs: str) -> dict[str, str]:
    """What the last description list says."""
    found = page.all("dl", **attrs)[-1]
    return dict(zip([e.text for e in found.all("dt")], [e.text for e in found.all("dd")], strict=True))


def links(page: Element, path: str) -> list[str]:
    return [str(a["href"]) for a in page.all("a") if path in (a["href"] or "")]


def confirmed(contact: Contact) -> list[str]:
    return sorted(contact.involvements.confirmed().values_list("purpose", flat=True))


def checked(page: Element) -> dict[str, str]:
    return {i["name"]: i["value"] for i in page.all("input", type="radio") if "checked" in i.attrs}


def owed(message: str) -> list[str]:
    """To whom this message is owed."""
    rows = OutgoingMail.objects.filter(message=message).order_by("pk")
    return list(rows.values_list("to", flat=True))


def newest(contact: Contact) -> ExpressionOfInterest:
    return contact.eois.latest("pk")


# --- getting the link ------------------------------------------------------------------------


def ask(client: Client, address: str) -> HttpResponse:
    return client.post("/preferences/", {"email": address})


def test_who_is_known_is_mailed_the_link(client: Client) -> None:
    contact = subscriber(email="Aroha@Example.org")
    response = ask(client, " aroha@example.org ")
    assert main(response).one("p", class_="lead").text == ASKED_EVERYBODY
    mail.deliver_due()
    (owed_mail,) = OutgoingMail.objects.all()
    assert (owed_mail.to, owed_mail.recipient) == ("Aroha@example.org", contact.pk)
    (letter,) = django_mail.outbox
    path = letter.body.partition("http://testserver")[2].split()[0]
    assert main(client.get(path)).one("h1").text == "Your preferences"


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client: Client) -> None:
    subscriber(email="aroha@example.org")
    known, unknown = ask(client, "aroha@example.org"), ask(client, "nobody@example.org")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert dict(known.items()) == dict(unknown.items())
    mail.deliver_due()
    assert owed("preferences_link") == ["aroha@example.org"]


def merged_person() -> None:
    ContactFactory(email="aroha@example.org", merged_into=subscriber())


def of_restricted() -> None:
    restricted = {"restricted_at": timezone.now(), "restricted_because": Contact.Restriction.ASKED}
    subscriber(email="aroha@example.org", **restricted)


def of_never_again() -> None:
    subscriber(email="aroha@example.org")
    suppressions.never_again(mailbox="aroha@example.org")


def asked_often() -> None:
    subscriber(email="aroha@example.org")
    for _ in range(10):
        addresses.mail_link(address="aroha@example.org")
    mail.deliver_due()


KNOWN: dict[str, Callable[[], object]] = {
    "nobody": lambda: None,
    "a subscriber": lambda: subscriber(email="aroha@example.org"),
    "not confirmed": lambda: received("keep_informed"),
    "merged": merged_person,
    "restricted": of_restricted,
    "never again": of_never_again,
    "suppressed only": lambda: suppressions.never_again(mailbox="aroha@example.org"),
    "recommended": lambda: RecommendationFactory(email="aroha@example.org"),
    "asked often": asked_often,
}


@pytest.mark.parametrize("who", KNOWN)
def test_the_work_is_the_same_whoever_has_the_address(client: Client, settings: Settings, who: str) -> None:
    settings.FORM_POSTS_PER_HOUR = 99
    KNOWN[who]()
    with CaptureQueriesContext(
        connection,
    ) as done:
        ask(client, "aroha@example.org")
    statements = [query["sql"].split("(")[0].split('"')[0].strip() for query in done]
    tables = [query["sql"].split()[2] for query in done if query["sql"].startswith("INSERT")]
    assert [s for s in statements if s.startswith(("SELECT", "UPDATE"))] == []
    assert tables == ["foundation_clientcount", '"foundation_outgoingmail"']
    row = OutgoingMail.objects.latest("pk")
    assert (row.to, row.recipient, row.facts) == (
        "aroha@example.org",
        None,
        {"address": "aroha@example.org"},
    )


@pytest.mark.parametrize("who", ["a subscriber", "not confirmed", "merged", "restricted", "never again"])
def test_whoever_is_known_is_mailed_and_the_mail_is_theirs(client: Client, who: str) -> None:
    KNOWN[who]()
    ask(client, "aroha@example.org")
    mail.deliver_due()
    row = OutgoingMail.objects.get(message="preferences_link")
    contact = Contact.objects.get(email="aroha@example.org")
    assert (row.state, row.to, row.recipient) == ("sent", contact.email, contact.pk)


@pytest.mark.parametrize("address", ["nobody@example.org", "Nobody@Example.org", "nobody+1@bücher.example"])
def test_of_an_address_nobody_has_nothing_is_kept(client: Client, address: str) -> None:
    ask(client, address)
    assert holding("nobody") == ["foundation_outgoingmail"]
    mail.deliver_due()
    assert (holding("nobody"), django_mail.outbox) == ([], [])


def test_the_erased_and_who_is_only_like_them_get_nothing(client: Client) -> None:
    erased = subscriber(email="aroha@example.org")
    erased.name, erased.email, erased.email_confirmed_at = "", "", None
    erased.erased_at = timezone.now()
    erased.save()
    ask(client, "aroha@example.org")
    subscriber(email="aroha@example.com")
    ask(client, "aroha+news@example.com")
    mail.deliver_due()
    assert owed("preferences_link") == []


def test_the_merged_are_mailed_where_they_asked(client: Client) -> None:
    kept = subscriber(email="aroha@example.org")
    other = ContactFactory(email="old@example.org", merged_into=kept)
    ask(client, "old@example.org")
    mail.deliver_due()
    (owed_mail,) = OutgoingMail.objects.all()
    assert (owed_mail.to, owed_mail.recipient) == ("old@example.org", other.pk)


def test_the_link_is_mailed_eight_times_a_day_at_most(client: Client) -> None:
    subscriber(email="aroha@example.org")
    subscriber(email="mere@example.org")
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        for _ in range(10):
            assert main(ask(client, "aroha@example.org")).one("p", class_="lead").text == ASKED_EVERYBODY
        ask(client, "mere@example.org")
        mail.deliver_due()
        sent_to = [letter.to[0] for letter in django_mail.outbox]
        assert sent_to == ["aroha@example.org"] * 8 + ["mere@example.org"]
        clock.shift(dt.timedelta(days=1))
        ask(client, "aroha@example.org")
        mail.deliver_due()
    assert len(django_mail.outbox) == 10


def test_one_client_cannot_ask_without_end(client: Client, settings: Settings) -> None:
    settings.FORM_POSTS_PER_HOUR = 2
    subscriber(email="aroha@example.org")
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        codes = [ask(client, f"person{n}@example.org").status_code for n in range(2)]
        refused = ask(client, "aroha@example.org")
    assert [*codes, refused.status_code] == [200, 200, 429]
    assert (refused["Retry-After"], main(refused).one("h1").text) == ("3600", "Please wait an hour")
    assert "aroha@example.org" not in owed("preferences_link")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your email address"),
        ("aroha", "Enter an email address in the correct format, like name@example.org"),
        ("a@[127.0.0.1]", "Enter an email address in the correct format, like name@example.org"),
    ],
)
def test_what_is_no_address_is_said(client: Client, typed: str, said: str) -> None:
    page = read(ask(client, typed))
    assert page.one("title").text == "Error: Get your link – Kia Tūtahi Relationship Accord"
    assert summary(page) == [said]
    assert (page.one("input", type="email")["value"] or "") == typed


# --- what the pages have in common -----------------------------------------------------------


@pytest.mark.parametrize("what", OWN_PAGES)
def test_looking_at_an_own_page_changes_nothing_and_nobody_keeps_it(client: Client, what: str) -> None:
    contact = received("keep_informed").contact
    before = everything()
    for look in (client.get, client.head, client.options):
        response = look(own(contact, what))
        assert (response.status_code, everything() == before) == (
            200 if look != client.options else 405,
            True,
        )
    response = client.get(own(contact, what))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("what", OWN_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_own_page_needs_a_link_that_is_good(client: Client, what: str, method: str) -> None:
    contact = received("keep_informed").contact
    url = own(contact, what)
    contact.email = "elsewhere@example.org"
    contact.save()
    before = everything()
    response = getattr(client, method)(url)
    assert (response.status_code, main(response).one("h1").text) == (404, "This link no longer works")
    assert everything() == before


@pytest.mark.parametrize("what", OWN_PAGES)
def test_an_own_page_survives_a_rotated_key(client: Client, settings: Settings, what: str) -> None:
    url = own(subscriber(), what)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key"
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("what", ["", "stop", "details/correct", "address", "public", "download", "erasure"])
def test_a_change_needs_the_pages_own_token(strict_client: Client, what: str) -> None:
    contact = subscriber()
    before = everything()
    assert strict_client.post(own(contact, what)).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("what", OWN_PAGES)
def test_an_own_page_asks_as_much_for_three_as_for_one(client: Client, what: str) -> None:
    contact = subscriber(email="aroha@example.org")

    def grow(number: int) -> None:
        received("keep_informed", comments=f"Form {number}")
        OutgoingMailFactory(recipient=contact.pk, state="sent", sent_at=timezone.now())
        InitiativeFactory(published=True, champion=ChampionFactory(published=True, contact=contact))

    grow(1)
    client.get(own(contact, what))
    with CaptureQueriesContext(connection) as one:
        client.get(own(contact, what))
    grow(2)
    grow(3)
    with CaptureQueriesContext(connection) as three:
        client.get(own(contact, what))
    assert len(three) == len(one)


# --- the four switches -----------------------------------------------------------------------


def test_the_preferences_show_each_yes(client: Client) -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice")
    InvolvementFactory(contact=contact, purpose="champion_accord", ended_at=timezone.now())
    page = read(client.get(own(contact)))
    assert checked(page) == {**NO, "keep_informed": "yes", "give_advice": "yes"}
    legends = [f.one("legend").text for f in page.all("fieldset", class_="field")]
    assert legends == list(WORDINGS_OF_2011.values())


def hints(page: Element) -> dict[str, str]:
    """What stands under each question."""
    fields = page.all("fieldset", class_="field")
    return {str(f.all("input")[0]["name"]): f.one("p", class_="hint").text for f in fields}


def test_each_switch_says_since_when_and_on_what_evidence(client: Client) -> None:
    with time_machine.travel("2026-05-03T00:00:00+00:00", tick=False) as clock:
        contact = received("keep_informed", "community_of_interest", "champion_accord").contact
        first = newest(contact).reference
        clock.shift(dt.timedelta(days=1))
        switches.confirm(contact=contact)
        switches.withdraw(contact=contact, purposes=["champion_accord"], source="one_click")
        clock.shift(dt.timedelta(days=1))
        received("keep_informed", "champion_accord", comments="Once more")
        second = newest(contact).reference
        page = read(client.get(own(contact)))
    assert hints(page) == {
        "keep_informed": "Yes since 3 May 2026, confirmed 4 May 2026."
        f" How you said it: Web form, reference {first}.",
        "community_of_interest": "Yes since 3 May 2026. A form asked to turn this off on 5 May 2026:"
        " choose No to confirm that, or Yes to keep it."
        f" How you said it: Web form, reference {first}.",
        "give_advice": "No: you have not said Yes to this.",
        "champion_accord": "Yes since 5 May 2026. It waits for your confirmation:"
        f" save with Yes to confirm it. How you said it: Web form, reference {second}.",
    }
    assert checked(page) == {"keep_informed": "yes", "give_advice": "no", "champion_accord": "yes"}


def test_a_switch_that_ended_says_since_when(client: Client) -> None:
    with time_machine.travel("2026-05-03T00:00:00+00:00", tick=False):
        contact = subscriber()
        switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
        page = read(client.get(own(contact)))
    assert hints(page)["keep_informed"] == "No since 3 May 2026."


def test_a_yes_to_older_words_shows_them_and_how_it_was_asked(client: Client) -> None:
    contact = ContactFactory(confirmed=True)
    how = "Rang us <b>twice</b>"
    line = ConsentFactory(contact=contact, purpose="give_advice", source="on_request", message=how)
    at = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
    InvolvementFactory(contact=contact, purpose="give_advice", consent=line, since_at=at, confirmed_at=at)
    wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    page = read(client.get(own(contact)))
    assert hints(page)["give_advice"] == (
        "Yes since 3 May 2026, confirmed 3 May 2026."
        " How you said it: Staff, on request, Rang us <b>twice</b>."
        f" The words then: “{WORDINGS_OF_2011['give_advice']}”"
    )


def test_saving_counts_at_once_and_mails_a_link_to_undo(client: Client) -> None:
    contact = subscriber()
    response = client.post(own(contact), {**NO, "give_advice": "yes"})
    page = read(response)
    assert page.one(role="status").text == "Your preferences are saved."
    assert checked(page) == {**NO, "give_advice": "yes"}
    assert confirmed(contact) == ["give_advice"]
    assert owed("preferences_saved") == [contact.email]


def test_saving_twice_is_the_same_as_once(client: Client) -> None:
    contact = subscriber()
    client.post(own(contact), {**NO, "give_advice": "yes"})
    before = everything()
    client.post(own(contact), {**NO, "give_advice": "yes"})
    assert everything() == before


def test_a_no_that_a_form_asked_for_must_be_decided(client: Client) -> None:
    contact = subscriber(email="aroha@example.org")
    received()
    kept = {**NO, "keep_informed": "yes"}
    left_open = {purpose: said for purpose, said in NO.items() if purpose != "keep_informed"}
    assert summary(read(client.post(own(contact), left_open))) == [
        "Choose Yes or No: “I want to be kept informed about progress in …”"
    ]
    page = read(client.post(own(contact), kept))
    assert (confirmed(contact), checked(page)) == (["keep_informed"], kept)


def test_a_switch_that_is_not_set_is_an_error_and_changes_nothing(client: Client) -> None:
    contact = subscriber()
    before = everything()
    page = read(client.post(own(contact), {**NO, "give_advice": ""}))
    assert page.one("title").text == "Error: Your preferences – Kia Tūtahi Relationship Accord"
    assert [a["href"] for a in page.one(class_="error-summary").all("a")] == ["#id_give_advice_0"]
    assert everything() == before


def test_who_was_merged_sees_and_changes_their_own_switches(client: Client) -> None:
    kept = subscriber(name="Aroha Ngata")
    merged = subscriber("give_advice", merged_into=kept)
    page = read(client.get(own(merged)))
    assert checked(page) == {**NO, "give_advice": "yes"}
    client.post(own(merged), NO)
    assert (confirmed(kept), confirmed(merged)) == (["keep_informed"], [])
    assert owed("preferences_saved") == [merged.email]


def test_everything_stops_with_one_press(client: Client) -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice")
    (form,) = [f for f in read(client.get(own(contact))).all("form") if f["action"]]
    assert (form["action"], form.one("button").text) == (own(contact, "stop"), "Stop everything")
    assert main(client.post(own(contact, "stop"))).one("h1").text == "Everything is stopped"
    assert contact.involvements.current().count() == 0
    lines = contact.consents.filter(decision="withdrawn").order_by("pk")
    assert {line.source for line in lines} == {"preference_page"}
    assert {line.purpose for line in lines} == {"keep_informed", "give_advice"}
    before = everything()
    assert main(client.post(own(contact, "stop"))).one("h1").text == "Everything is stopped"
    assert everything() == before
    assert main(client.get(own(contact, "stop"))).all("button") == []


# --- how we reach the person -----------------------------------------------------------------


def test_the_person_sees_how_we_reach_them(client: Client) -> None:
    contact = subscriber(
        name="Aroha Ngata",
        organisation="Hapū",
        email="aroha@example.org",
        telephone="04 494 5718",
        postal_address="1 Example Street\nWellington",
    )
    ContactFactory(
        merged_into=contact, name="A. Ngata", email="old@example.org"
    )  # another mailbox, not shown
    page = main(client.get(own(contact, "details")))
    assert terms(page) == {
        "Name": "Aroha Ngata",
        "Organisation": "Hapū",
        "Email address": "aroha@example.org",
        "Telephone": "04 494 5718",
        "Postal address": "1 Example Street Wellington",
        "Language": "English",
    }
    assert [h2.text for h2 in page.all("h2")] == []


@pytest.mark.parametrize(
    ("may_be_named", "was_mailed", "named"),
    [
        (True, True, "Mere Tūtahi"),
        (False, True, "Somebody we do not name"),
        (True, False, "Somebody we do not name"),
    ],
)
def test_who_recommended_them_is_named_where_that_may_be(
    client: Client, may_be_named: bool, was_mailed: bool, named: str
) -> None:
    recommender = ContactFactory(name="Mere Tūtahi")
    eoi = received()
    RecommendationFactory(
        recommender=recommender,
        may_be_named=may_be_named,
        by_mailed_link=was_mailed,
        state="yes",
        eoi=eoi,
    )
    page = main(client.get(own(eoi.contact, "details")))
    assert page.one("h2").text == "Who recommended you"
    assert page.all("ul")[-1].text == named


def details(**typed: str) -> dict[str, str]:
    """What the form holds of a subscriber, with what was typed over it."""
    known = {"name": "Aroha Ngata", "organisation": "Hapū", "telephone": "04 494 5718"}
    return {**known, "postal_address": "1 Example Street\r\nWellington", "language": "en", **typed}


@pytest.fixture
def aroha(db: None) -> Contact:
    """Somebody of whom we know every detail."""
    return subscriber(**details(postal_address="1 Example Street\nWellington"))


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


# --- what they sent --------------------------------------------------------------------------


def test_every_form_is_listed_the_newest_first(client: Client) -> None:
    first = received("keep_informed")
    second = received("give_advice", comments="Another")
    page = main(client.get(own(first.contact, "answers")))
    assert [h2.one("a")["href"] for h2 in page.all("h2")] == [
        own(first.contact, "answers", eoi.reference) for eoi in (second, first)
    ]
    assert len(links(page, "/change/")) == 2


def test_who_sent_no_form_is_told_so(client: Client) -> None:
    page = main(client.get(own(subscriber(), "answers")))
    assert "You have not sent us the form." in page.text


def test_a_form_can_be_read_in_full(client: Client) -> None:
    eoi = received("give_advice", organisation="Hapū", comments="Kia kaha\nE hoa")
    page = main(client.get(own(eoi.contact, "answers", eoi.reference)))
    asked = WORDINGS_OF_2011
    assert terms(page) == {
        "Name": "Aroha Ngata",
        "Organisation": "Hapū",
        "Email address": "aroha@example.org",
        "Telephone": "Not given",
        asked["keep_informed"]: "No",
        asked["community_of_interest"]: "No",
        asked["give_advice"]: "Yes",
        asked["champion_accord"]: "No",
        "Any other comments?": "Kia kaha E hoa",
    }
    assert page.all("dl", class_="changes") == []


def test_nobody_reads_or_changes_another_persons_form(client: Client) -> None:
    theirs, mine = received(), subscriber()
    for parts in ([theirs.reference], [theirs.reference, "change"]):
        assert client.get(own(mine, "answers", *parts)).status_code == 404
        assert client.post(own(mine, "answers", *parts), NO).status_code == 404


def posted(eoi: ExpressionOfInterest, **changes: str) -> dict[str, str]:
    """The form of change as a browser sends it."""
    said = {purpose: "yes" if yes else "no" for purpose, yes in eoi.answers.items()}
    typed = {
        name: getattr(eoi, name) for name in ("name", "organisation", "telephone", "initiatives", "comments")
    }
    return {**typed, **said, **changes}


def test_the_form_of_change_is_prefilled(client: Client) -> None:
    eoi = received("champion_accord", telephone="04 494 5718", initiatives="A hall", comments="Kia kaha")
    switches.confirm(contact=eoi.contact)
    switches.set_switches(contact=eoi.contact, wanted={"champion_accord": True, "give_advice": True})
    page = read(client.get(own(eoi.contact, "answers", eoi.reference, "change")))
    typed = {str(e["name"]): e["value"] or "" for e in page.all("input", type="text")}
    assert typed == {"name": "Aroha Ngata", "organisation": ""}
    assert page.one("input", type="tel")["value"] == "04 494 5718"
    assert [e.text for e in page.all("textarea")] == ["A hall", "Kia kaha"]
    assert checked(page) == {**NO, "champion_accord": "yes", "give_advice": "yes"}
    assert page.all("input", name="email") == []


def test_changing_the_answers_makes_a_new_version_and_says_what_changed(client: Client) -> None:
    eoi = received("keep_informed", comments="Kia ora")
    contact = eoi.contact
    change = own(contact, "answers", eoi.reference, "change")
    data = posted(
        eoi, comments="Kia kaha", give_advice="yes", email="thief@example.org", telephone="04 494 5718"
    )
    response = client.post(change, data)
    new = newest(contact)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{own(contact, 'answers', new.reference)}?saved",
    )
    assert (new.replaces, new.channel, new.email) == (eoi, "preferences", "aroha@example.org")
    page = main(client.get(response["Location"]))
    assert page.one("h1").text == f"Your answers of {timezone.localtime(new.received_at):%-d %B %Y}"
    assert terms(page, class_="changes") == {
        "Telephone": "Before: Not given Now: 04 494 5718",
        "Comments": "Before: Kia ora Now: Kia kaha",
        WORDINGS_OF_2011["give_advice"]: "Before: No Now: Yes",
    }
    contact.refresh_from_db()
    assert (contact.telephone, confirmed(contact)) == ("04 494 5718", ["give_advice", "keep_informed"])


def test_pressing_twice_is_the_same_as_once(client: Client) -> None:
    eoi = received("keep_informed")
    change = own(eoi.contact, "answers", eoi.reference, "change")
    first = client.post(change, posted(eoi, comments="More"))
    before = everything()
    assert client.post(change, posted(eoi, comments="More"))["Location"] == first["Location"]
    assert everything() == before


def test_an_older_version_cannot_be_changed_and_loses_nothing_typed(client: Client) -> None:
    eoi = received("keep_informed")
    contact = eoi.contact
    change = own(contact, "answers", eoi.reference, "change")
    client.post(change, posted(eoi, comments="More"))
    before = everything()
    page = read(client.post(change, posted(eoi, comments="Something else")))
    assert summary(page) == ["These answers have been changed already: open your link again to see them."]
    assert page.all("textarea")[1].text == "Something else"
    assert everything() == before
    looked = main(client.get(change))
    assert looked.one("p", class_="lead").text == "You have changed these answers already."
    assert links(looked, newest(contact).reference) == [own(contact, "answers", newest(contact).reference)]
    listed = main(client.get(own(contact, "answers")))
    assert links(listed, "/change/") == [own(contact, "answers", newest(contact).reference, "change")]
    assert "You have changed these answers since." in listed.text


def test_the_same_answers_again_are_refused_with_a_reason(client: Client) -> None:
    eoi = received("keep_informed")
    page = read(client.post(own(eoi.contact, "answers", eoi.reference, "change"), posted(eoi)))
    assert summary(page) == ["You have sent these very answers within the last hour."]


def test_a_mistake_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    eoi = received("keep_informed")
    change = own(eoi.contact, "answers", eoi.reference, "change")
    page = read(client.post(change, posted(eoi, name="", champion_accord="yes", comments="Typed")))
    assert page.one("title").text == "Error: Change your answers – Kia Tūtahi Relationship Accord"
    assert summary(page) == ["Enter your name", "Describe the actions or initiatives you have in mind"]
    assert page.all("textarea")[1].text == "Typed"


def test_answers_to_a_closed_call_can_be_changed(client: Client) -> None:
    eoi = received("keep_informed")
    eoi.call.closes_on = dt.date(2012, 1, 1)
    eoi.call.save()
    response = client.post(own(eoi.contact, "answers", eoi.reference, "change"), posted(eoi, comments="Late"))
    assert response.status_code == 303


# --- what they were sent, what is public -----------------------------------------------------


def test_the_messages_are_listed_the_latest_first_and_not_too_many_at_once(client: Client) -> None:
    contact = subscriber()
    start = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
    for day in range(25):
        sent_at = start + dt.timedelta(days=day)
        OutgoingMailFactory(recipient=contact.pk, subject=f"Letter {day}", state="sent", sent_at=sent_at)
    OutgoingMailFactory(recipient=contact.pk, subject="Not sent yet")
    OutgoingMailFactory(recipient=contact.pk + 1, subject="Another's", state="sent", sent_at=start)
    page = main(client.get(own(contact, "messages")))
    sent = [li.text for ul in page.all("ul", class_="entries") for li in ul.all("li")]
    assert sent[0] == "Letter 24 27 May 2026, 12:00pm. Sent."
    assert [int(text.split()[1]) for text in sent] == list(reversed(range(25)))
    assert page.one("summary").text == "And 5 earlier"


def test_who_was_sent_nothing_is_told_so(client: Client) -> None:
    assert "We have sent you no messages." in main(client.get(own(subscriber(), "messages"))).text


def test_what_is_public_can_be_seen_and_taken_down_at_once(client: Client) -> None:
    contact = subscriber()
    champions = [ChampionFactory(published=True, contact=contact, name=name) for name in ("Awa", "Hapori")]
    initiative = InitiativeFactory(published=True, champion=champions[0])
    page = main(client.get(own(contact, "public")))
    shown = [row.get_absolute_url() for row in [*champions, initiative]]
    assert links(page, "/champions/") + links(page, "/initiatives/") == shown
    choose = [url.removeprefix("http://testserver") for url in links(page, "/publication/")]
    assert [client.get(url).context["champion"] for url in choose] == champions
    done = main(client.post(own(contact, "public")))
    assert done.one(role="status").text == "Everything is taken down."
    assert [client.get(url).status_code for url in shown] == [404, 404, 404]
    assert "Nothing about you is public on our website." in done.text
    before = everything()
    client.post(own(contact, "public"))
    assert everything() == before


# --- a copy, and being erased ----------------------------------------------------------------


def unzipped(response: HttpResponse) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_download_is_a_page_to_read_and_the_same_for_a_machine(client: Client) -> None:
    eoi = received("keep_informed", comments="<script>alert(1)</script> Kia kaha, Tūtahi")
    contact = eoi.contact
    Activity.objects.create(contact=contact, kind="note", text="Rang about the hall")
    response = client.post(own(contact, "download"))
    assert response["Content-Disposition"] == 'attachment; filename="my-information.zip"'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/zip", "no-store")
    files = unzipped(response)
    assert sorted(files) == ["information.html", "information.json"]
    held = json.loads(files["information.json"])
    assert list(held) == [
        "Who you are",
        "What you sent us",
        "What you said Yes to",
        "Each time you said Yes or No",
        "What happened",
        "Messages",
    ]
    assert held["Who you are"][0]["Name"] == "Aroha Ngata"
    assert held["What you sent us"][0]["Comments"] == "<script>alert(1)</script> Kia kaha, Tūtahi"
    assert [line["To these words"] for line in held["Each time you said Yes or No"]] == list(
        WORDINGS_OF_2011.values()
    )
    notes = [(row["What"], row["Note"]) for row in held["What happened"]]
    assert notes == [
        ("Answered the call", "Giving effect to the Accord"),
        ("Note", "Rang about the hall"),
        ("Downloaded their information", ""),
    ]
    page = read(files["information.html"])
    assert [h2.text for h2 in page.all("h2")] == list(held)
    assert page.all("script", "link", "img", "iframe") == []
    assert [e for e in page.all() if e["href"] or e["src"]] == []
    assert "<script>alert(1)</script> Kia kaha, Tūtahi" in page.text
    assert "<script>alert" not in files["information.html"]


def test_being_erased_is_explained_then_asked_for_with_a_button(client: Client) -> None:
    contact = subscriber()
    ChampionFactory(published=True, contact=contact)
    page = main(client.get(own(contact, "erasure")))
    assert [button.text for button in page.all("button")] == ["Ask to be erased"]
    assert Erasure.objects.count() == 0
    asked = main(client.post(own(contact, "erasure")))
    assert (asked.one("h1").text, asked.all("button")) == ("You asked to be erased", [])
    contact.refresh_from_db()
    assert contact.restricted_because == Contact.Restriction.ERASURE
    assert Erasure.objects.get().state == Erasure.State.ASKED
    before = everything()
    client.post(own(contact, "erasure"))
    assert everything() == before
    assert "You asked to be erased on" in main(client.get(own(contact))).text


def test_the_stale_link_page_leads_to_a_new_link(client: Client) -> None:
    CallFactory()
    assert "/preferences/" in links(main(client.get("/preferences/stale/")), "/preferences/")
    assert reverse("preferences-link") == "/preferences/"


@pytest.mark.parametrize(
    ("authority", "said"),
    [
        ("DA000", "Staff check that your case is covered."),
        ("", "We do not have that authority yet. Until we do, we keep what we have and leave you alone."),
    ],
)
def test_who_asks_to_be_erased_reads_whether_we_may(
    client: Client, settings: Settings, authority: str, said: str
) -> None:
    settings.DISPOSAL_AUTHORITY = authority
    for method in (client.get, client.post):
        assert said in main(method(own(subscriber(), "erasure"))).text


def test_the_form_of_change_asks_anew_what_another_form_said_no_to(client: Client) -> None:
    first = received("keep_informed", "give_advice")
    switches.confirm(contact=first.contact)
    received("keep_informed", comments="Once more")
    page = read(client.get(own(first.contact, "answers", first.reference, "change")))
    assert checked(page) == {"keep_informed": "yes", "community_of_interest": "no", "champion_accord": "no"}
    assert "Where neither is chosen, another form asked us for a No: please choose." in page.one("main").text
