"""Pages reached by a mailed link: a GET shows, a POST acts, twice is the same as once."""

import datetime as dt
import re

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.models import OutgoingMail
from responses.consent import switches
from responses.models import Activity, Consent, Contact, Involvement, Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import ContactFactory, InvolvementFactory, received, subscriber
from tests.html import Element, read

pytestmark = pytest.mark.django_db
VIEWS = ["confirm", "undo", "preferences", "unsubscribe"]
NO = dict.fromkeys(Purpose.values, "no")


def link(view: str, contact: int, *facts: int | str) -> str:
    """The address that is mailed; a link that shows or changes answers carries its mailbox's mark."""
    known = Contact.objects.filter(pk=contact).first()
    marked = (known.mailbox_mark,) if known and view != "unsubscribe" else facts
    return reverse(view, args=[signed_links.token(view, contact, *marked)])


def heading(response: HttpResponse) -> str:
    return read(response).one("h1").text


def everything() -> list[object]:
    """All that a link may change."""
    models = (Contact, Involvement, Consent, Activity)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def waiting() -> Contact:
    """Somebody whose Yes waits to be confirmed."""
    return InvolvementFactory().contact


def link_in_mail(view: str) -> str:
    """The path of the newest such link that is owed to anybody."""
    for owed in OutgoingMail.objects.order_by("-pk"):
        message = mail.made(owed)
        if found := re.search(rf"http://testserver(/{view}/\S+)", message.body):
            return found[1]
    raise AssertionError(f"no link to {view} is owed")


def with_token(client: Client, url: str, data: dict[str, str]) -> HttpResponse:
    """The post a browser makes after reading the page."""
    page = read(client.get(url))
    token = page.one("input", name="csrfmiddlewaretoken")["value"]
    return client.post(url, {**data, "csrfmiddlewaretoken": token})


# --- what they have in common ----------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_a_link_changes_nothing(client: Client, waiting: Contact, view: str, method: str) -> None:
    before = everything()
    getattr(client, method)(link(view, waiting.pk, "keep_informed"))
    assert everything() == before


@pytest.mark.parametrize("view", VIEWS)
def test_no_copy_of_such_a_page_is_kept(client: Client, waiting: Contact, view: str) -> None:
    response = client.get(link(view, waiting.pk, "keep_informed"))
    assert response.status_code == 200
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "token",
    [
        "rubbish",
        signed_links.token("another purpose", 1, "keep_informed"),
        signed_links.token("confirm", 0),
        signed_links.token("undo", 0),
        signed_links.token("preferences", 0),
        signed_links.token("unsubscribe", 0, "keep_informed"),
    ],
    ids=["rubbish", "other", "confirm nobody", "undo nobody", "preferences of nobody", "unsubscribe nobody"],
)
def test_a_link_that_is_none_is_stale(client: Client, view: str, method: str, token: str) -> None:
    response = getattr(client, method)(reverse(view, args=[token]), NO)
    assert (response.status_code, heading(response)) == (404, "This link no longer works")


@pytest.mark.parametrize(
    ("view", "days", "status"),
    [
        ("confirm", 7, 200),
        ("confirm", 8, 404),
        ("undo", 7, 200),
        ("undo", 8, 404),
        ("preferences", 7, 200),
        ("preferences", 8, 404),
        ("unsubscribe", 3650, 200),
    ],
)
def test_a_link_lasts(client: Client, waiting: Contact, view: str, days: int, status: int) -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        url = link(view, waiting.pk, "keep_informed")
        clock.shift(dt.timedelta(days=days))
        assert client.get(url).status_code == status


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_survives_a_rotated_key(
    client: Client, waiting: Contact, settings: Settings, view: str
) -> None:
    url = link(view, waiting.pk, "keep_informed")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key"
    assert client.get(url).status_code == 200
    assert client.post(url, NO).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(url).status_code == 404


# --- confirm ---------------------------------------------------------------------------------


def test_the_button_confirms_the_address(strict_client: Client, waiting: Contact) -> None:
    response = with_token(strict_client, link("confirm", waiting.pk), {})
    waiting.refresh_from_db()
    assert waiting.email_confirmed_at is not None
    assert heading(response) == "Your address is confirmed"
    assert [li.text for li in read(response).one("ul", class_="ticks").all("li")] == [
        WORDINGS_OF_2011["keep_informed"]
    ]
    assert Involvement.objects.confirmed().count() == 1


def test_the_page_lists_each_yes_that_confirming_makes_count(client: Client, waiting: Contact) -> None:
    InvolvementFactory(contact=waiting, purpose="give_advice")
    InvolvementFactory(contact=waiting, purpose="champion_accord", ended_at=timezone.now())
    page = read(client.get(link("confirm", waiting.pk)))
    assert sorted(li.text for li in page.one("ul", class_="ticks").all("li")) == sorted(
        [WORDINGS_OF_2011["keep_informed"], WORDINGS_OF_2011["give_advice"]]
    )
    nobody = ContactFactory()
    assert read(client.get(link("confirm", nobody.pk))).all("ul", class_="ticks") == []


def test_confirming_needs_the_pages_own_token(strict_client: Client, waiting: Contact) -> None:
    assert strict_client.post(link("confirm", waiting.pk)).status_code == 403
    assert Involvement.objects.confirmed().count() == 0


def test_confirming_twice_shows_the_same_and_changes_nothing(client: Client, waiting: Contact) -> None:
    first = client.post(link("confirm", waiting.pk))
    before = everything()
    second = client.post(link("confirm", waiting.pk))
    assert everything() == before
    assert heading(first) == heading(second) == "Your address is confirmed"


def test_the_confirmed_page_leads_to_the_preferences(client: Client, waiting: Contact) -> None:
    response = client.post(link("confirm", waiting.pk))
    assert client.get(response.context["preferences_url"]).context["contact"] == waiting


def test_an_address_that_is_confirmed_with_every_yes_needs_no_button(client: Client) -> None:
    page = read(client.get(link("confirm", subscriber().pk)))
    assert (page.one("h1").text, page.one("main").all("button")) == ("Your address is confirmed", [])
    assert [li.text for li in page.one("ul", class_="ticks").all("li")] == [WORDINGS_OF_2011["keep_informed"]]


def test_a_new_yes_at_a_confirmed_address_has_its_button(client: Client) -> None:
    contact = InvolvementFactory(contact=subscriber(), purpose="give_advice").contact
    page = read(client.get(link("confirm", contact.pk)))
    assert [li.text for li in page.one("ul", class_="ticks").all("li")] == [WORDINGS_OF_2011["give_advice"]]
    assert [button.text for button in page.one("main").all("button")] == ["Confirm my address"]


def test_a_no_that_a_form_brought_waits_for_the_button(client: Client) -> None:
    contact = subscriber(email="aroha@example.org")
    eoi = received("give_advice")
    url = reverse("confirm", args=[signed_links.token("confirm", contact.pk, contact.mailbox_mark, eoi.pk)])
    main = read(client.get(url)).one("main")
    said = [[li.text for li in ul.all("li")] for ul in main.all("ul")]
    assert said == [[WORDINGS_OF_2011["give_advice"]], [WORDINGS_OF_2011["keep_informed"]]]
    assert confirmed(contact) == ["keep_informed"]
    client.post(url)
    assert confirmed(contact) == ["give_advice"]


def test_confirming_one_form_leaves_what_another_brought(client: Client) -> None:
    first = received("keep_informed")
    received("give_advice", "keep_informed", comments="More")
    contact = first.contact
    token = signed_links.token("confirm", contact.pk, contact.mailbox_mark, first.pk)
    client.post(reverse("confirm", args=[token]))
    assert confirmed(contact) == ["keep_informed"]


# --- undo ------------------------------------------------------------------------------------


@pytest.fixture
def changed() -> tuple[Contact, str]:
    """Somebody who turned one switch off and another on, and the link that undoes it, as mailed."""
    contact = subscriber()
    switches.set_switches(contact=contact, wanted={"keep_informed": False, "give_advice": True})
    return contact, link_in_mail("undo")


def confirmed(contact: Contact) -> list[str]:
    return sorted(contact.involvements.confirmed().values_list("purpose", flat=True))


def rows(page: Element) -> dict[str, str]:
    """What a description list says."""
    found = page.one("dl")
    return dict(zip([e.text for e in found.all("dt")], [e.text for e in found.all("dd")], strict=True))


def test_the_undo_page_shows_what_was_saved(client: Client, changed: tuple[Contact, str]) -> None:
    page = read(client.get(changed[1]))
    assert page.one("h1").text == "Undo your change"
    assert rows(page) == {
        WORDINGS_OF_2011["keep_informed"]: "No",
        WORDINGS_OF_2011["give_advice"]: "Yes",
    }
    assert [button.text for button in page.one("main").all("button")] == ["Undo this change"]


def test_undoing_turns_the_switches_back(strict_client: Client, changed: tuple[Contact, str]) -> None:
    contact, url = changed
    page = read(with_token(strict_client, url, {}))
    assert page.one("h1").text == "Your change is undone"
    assert {words for words, yes in rows(page).items() if yes == "Yes"} == {WORDINGS_OF_2011["keep_informed"]}
    assert confirmed(contact) == ["keep_informed"]


def test_undoing_twice_is_the_same_as_once(client: Client, changed: tuple[Contact, str]) -> None:
    client.post(changed[1])
    before = everything()
    assert heading(client.post(changed[1])) == "Your change is undone"
    assert heading(client.get(changed[1])) == "There is nothing to undo"
    assert everything() == before


def test_what_was_changed_again_since_stays(client: Client, changed: tuple[Contact, str]) -> None:
    contact, url = changed
    switches.set_switches(contact=contact, wanted={"give_advice": False})
    assert rows(read(client.get(url))) == {WORDINGS_OF_2011["keep_informed"]: "No"}
    client.post(url)
    assert confirmed(contact) == ["keep_informed"]
    switches.set_switches(contact=contact, wanted={"keep_informed": False})
    before = everything()
    client.post(url)
    assert everything() == before


def test_undoing_needs_the_pages_own_token(strict_client: Client, changed: tuple[Contact, str]) -> None:
    assert strict_client.post(changed[1]).status_code == 403
    assert confirmed(changed[0]) == ["give_advice"]


# --- unsubscribe -----------------------------------------------------------------------------


def reader() -> tuple[Contact, str]:
    contact = subscriber()
    return contact, link("unsubscribe", contact.pk, "keep_informed", 12)


def test_who_is_unsubscribed_already_is_told_so(client: Client) -> None:
    _, url = reader()
    client.post(url)
    assert heading(client.get(url)) == "You are unsubscribed"


def last_line(contact: Contact) -> tuple[str, str, str]:
    line = contact.consents.get(decision="withdrawn")
    return line.purpose, line.decision, line.source


def test_the_unsubscribe_page_shows_what_it_will_end(client: Client) -> None:
    _, url = reader()
    page = read(client.get(url))
    assert page.one("blockquote").text == WORDINGS_OF_2011["keep_informed"]
    assert [button.text for button in page.one("main").all("button")] == ["Unsubscribe"]


def test_the_button_unsubscribes_at_once_without_a_cookie(strict_client: Client) -> None:
    contact, url = reader()
    response = strict_client.post(url)
    assert (response.status_code, heading(response)) == (200, "You are unsubscribed")
    assert contact.involvements.current().count() == 0
    assert last_line(contact) == ("keep_informed", "withdrawn", "unsubscribe_page")


ONE_CLICK = {
    "urlencoded": ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    "multipart": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    ),
}


@pytest.mark.parametrize("encoding", ONE_CLICK)
def test_a_mail_program_unsubscribes_with_one_post(encoding: str) -> None:
    contact, url = reader()
    content_type, body = ONE_CLICK[encoding]
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        response = client.generic("POST", url, body, content_type)
        assert (response.status_code, heading(response)) == (200, "You are unsubscribed")
        assert dict(client.cookies) == {}
    assert contact.involvements.current().count() == 0
    assert last_line(contact) == ("keep_informed", "withdrawn", "one_click")


def test_unsubscribing_leaves_the_other_yes_as_it_is(client: Client) -> None:
    contact, url = reader()
    InvolvementFactory(contact=contact, purpose="community_of_interest", confirmed=True)
    client.post(url)
    assert list(contact.involvements.confirmed().values_list("purpose", flat=True)) == [
        "community_of_interest"
    ]


@pytest.mark.parametrize("facts", [(), ("none_such",), (7,)])
def test_an_unsubscribe_link_without_a_purpose_is_stale(client: Client, facts: tuple[object, ...]) -> None:
    contact = ContactFactory()
    assert client.post(link("unsubscribe", contact.pk, *facts)).status_code == 404


@pytest.mark.parametrize("view", ["confirm", "undo", "preferences"])
def test_a_link_dies_with_the_address_it_was_mailed_to(client: Client, waiting: Contact, view: str) -> None:
    mailed = link(view, waiting.pk)
    waiting.email = "elsewhere@example.org"
    waiting.save()
    assert client.get(mailed).status_code == 404
