"""Pages reached by a mailed link: a GET shows, a POST acts, twice is the same as once."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord_portal.foundation import signed_links
from responses.models import Activity, Consent, Contact, Involvement, Purpose
from responses.models.consent import WORDINGS
from tests.factories import ChampionFactory, ContactFactory, InvolvementFactory, subscriber
from tests.html import Element, read

pytestmark = pytest.mark.django_db
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


def with_token(client: Client, url: str, data: dict[str, str]) -> HttpResponse:
    """The post a browser makes after reading the page."""
    page = read(client.get(url))
    token = page.one("input", name="csrfmiddlewaretoken")["value"]
    return client.post(url, {**data, "csrfmiddlewaretoken": token})


# --- what they have in common ----------------------------------------------------------------


@pytest.mark.parametrize("view", ["confirm", "preferences", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_a_link_changes_nothing(client: Client, waiting: Contact, view: str, method: str) -> None:
    before = everything()
    getattr(client, method)(link(view, waiting.pk, "keep_informed"))
    assert everything() == before


@pytest.mark.parametrize("view", ["confirm", "preferences", "unsubscribe"])
def test_no_copy_of_such_a_page_is_kept(client: Client, waiting: Contact, view: str) -> None:
    response = client.get(link(view, waiting.pk, "keep_informed"))
    assert response.status_code == 200
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("view", ["confirm", "preferences", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "token",
    [
        "rubbish",
        signed_links.token("another purpose", 1, "keep_informed"),
        signed_links.token("confirm", 0),
        signed_links.token("preferences", 0),
        signed_links.token("unsubscribe", 0, "keep_informed"),
    ],
    ids=["rubbish", "of another purpose", "confirm nobody", "preferences of nobody", "unsubscribe nobody"],
)
def test_a_link_that_is_none_is_stale(client: Client, view: str, method: str, token: str) -> None:
    response = getattr(client, method)(reverse(view, args=[token]), NO)
    assert (response.status_code, heading(response)) == (404, "This link no longer works")


@pytest.mark.parametrize(
    ("view", "days", "status"),
    [
        ("confirm", 30, 200),
        ("confirm", 31, 404),
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


# --- confirm ---------------------------------------------------------------------------------


def test_the_button_confirms_the_address(strict_client: Client, waiting: Contact) -> None:
    response = with_token(strict_client, link("confirm", waiting.pk), {})
    waiting.refresh_from_db()
    assert waiting.email_confirmed_at is not None
    assert heading(response) == "Your address is confirmed"
    assert [li.text for li in read(response).one("ul", class_="ticks").all("li")] == [
        WORDINGS["keep_informed"]
    ]
    assert Involvement.objects.confirmed().count() == 1


def test_the_page_lists_each_yes_that_confirming_makes_count(client: Client, waiting: Contact) -> None:
    InvolvementFactory(contact=waiting, purpose="give_advice")
    InvolvementFactory(contact=waiting, purpose="champion_accord", ended_at=timezone.now())
    page = read(client.get(link("confirm", waiting.pk)))
    assert sorted(li.text for li in page.one("ul", class_="ticks").all("li")) == sorted(
        [WORDINGS["keep_informed"], WORDINGS["give_advice"]]
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
    assert [li.text for li in page.one("ul", class_="ticks").all("li")] == [WORDINGS["keep_informed"]]


def test_a_new_yes_at_a_confirmed_address_has_its_button(client: Client) -> None:
    contact = InvolvementFactory(contact=subscriber(), purpose="give_advice").contact
    page = read(client.get(link("confirm", contact.pk)))
    assert [li.text for li in page.one("ul", class_="ticks").all("li")] == [WORDINGS["give_advice"]]
    assert [button.text for button in page.one("main").all("button")] == ["Confirm my address"]


# --- preferences -----------------------------------------------------------------------------


def checked(page: Element) -> dict[str, str]:
    return {i["name"]: i["value"] for i in page.all("input", type="radio") if "checked" in i.attrs}


def test_the_preferences_show_each_yes(client: Client) -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice")
    InvolvementFactory(contact=contact, purpose="champion_accord", ended_at=timezone.now())
    page = read(client.get(link("preferences", contact.pk)))
    assert checked(page) == {**NO, "keep_informed": "yes", "give_advice": "yes"}
    assert [f.one("legend").text for f in page.all("fieldset", class_="field")] == list(WORDINGS.values())


def test_saving_the_preferences_counts_at_once(strict_client: Client) -> None:
    contact = subscriber()
    response = with_token(strict_client, link("preferences", contact.pk), {**NO, "give_advice": "yes"})
    assert read(response).one(role="status").text == "Your preferences are saved."
    assert checked(read(response)) == {**NO, "give_advice": "yes"}
    assert list(contact.involvements.confirmed().values_list("purpose", flat=True)) == ["give_advice"]


def test_a_champions_preferences_lead_to_what_may_be_public(client: Client) -> None:
    champion = ChampionFactory(contact=subscriber())
    found = read(client.get(link("preferences", champion.contact.pk))).one("main").all("a")
    (url,) = [a["href"] for a in found if "/publication/" in (a["href"] or "")]
    assert client.get(url.removeprefix("http://testserver")).context["champion"] == champion
    plain = read(client.get(link("preferences", subscriber().pk))).one("main")
    assert [a for a in plain.all("a") if "/publication/" in (a["href"] or "")] == []


def test_saving_the_preferences_needs_the_pages_own_token(strict_client: Client) -> None:
    contact = subscriber()
    assert strict_client.post(link("preferences", contact.pk), NO).status_code == 403
    assert contact.involvements.confirmed().count() == 1


def test_a_switch_that_is_not_set_is_an_error_and_changes_nothing(client: Client) -> None:
    contact = subscriber()
    before = everything()
    response = client.post(link("preferences", contact.pk), {**NO, "give_advice": ""})
    page = read(response)
    assert page.one("title").text == "Error: Your preferences – Kia Tūtahi Relationship Accord"
    assert [a["href"] for a in page.one(class_="error-summary").all("a")] == ["#id_give_advice_0"]
    assert everything() == before


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
    assert page.one("blockquote").text == WORDINGS["keep_informed"]
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


@pytest.mark.parametrize("view", ["confirm", "preferences"])
def test_a_link_dies_with_the_address_it_was_mailed_to(client: Client, waiting: Contact, view: str) -> None:
    mailed = link(view, waiting.pk)
    waiting.email = "elsewhere@example.org"
    waiting.save()
    assert client.get(mailed).status_code == 404
