"""A form that comes without our cookie: what was typed comes back, and pressing again works."""

from collections.abc import Callable

import pytest
from django.test import Client

from champions.links import publication_url
from champions.models import Champion
from responses.consent import switches
from responses.models import Contact, ExpressionOfInterest
from responses.people import links
from tests.factories import ChampionFactory, UserFactory, form_data, received
from tests.html import Element, fields, read

pytestmark = pytest.mark.django_db
Posted = dict[str, str]


def aroha() -> Contact:
    contact = received("keep_informed", telephone="04 494 5718").contact
    switches.confirm(contact=contact)
    return Contact.objects.get(pk=contact.pk)


def form() -> tuple[str, Posted, Callable[[], bool]]:
    typed = form_data(name="Hōne", comments="One\ntwo <b>\n", email="hone@example.org")
    return "/express-interest/", typed, ExpressionOfInterest.objects.filter(name="Hōne").exists


def preferences() -> tuple[str, Posted, Callable[[], bool]]:
    contact = aroha()
    typed = {**dict.fromkeys(form_data().keys() - {"name", "email"}, "no"), "give_advice": "yes"}
    now = contact.involvements.confirmed().filter(purpose="give_advice")
    return links.preferences_url(contact), typed, now.exists


def details() -> tuple[str, Posted, Callable[[], bool]]:
    typed = {"name": "Aroha Smith", "postal_address": "1 Example Street\nWellington", "language": "en"}
    url = f"{links.preferences_url(aroha())}details/correct/"
    return url, typed, Contact.objects.filter(name="Aroha Smith").exists


def change_answers() -> tuple[str, Posted, Callable[[], bool]]:
    contact = aroha()
    url = f"{links.preferences_url(contact)}answers/{contact.eois.get().reference}/change/"
    return (
        url,
        form_data(comments="Long\nand dear"),
        ExpressionOfInterest.objects.exclude(replaces=None).exists,
    )


def publication() -> tuple[str, Posted, Callable[[], bool]]:
    champion = ChampionFactory(contact=aroha())
    typed = {"name": "on", "shown": champion.fingerprint}
    url = publication_url(champion.pk, champion.contact)
    return url, typed, Champion.objects.filter(name_agreed=True).exists


FORMS = [form, preferences, details, change_answers, publication]


def press_again(client: Client, page: Element, url: str) -> int:
    (again,) = page.one("main").all("form")
    assert again.one("button").text == "Send it again"
    return client.post(again["action"] or url, fields(again)).status_code


@pytest.mark.parametrize("cookie", [None, "", "x", "é", "k" * 32, "abcdefgh" * 4 + "k" * 32])
@pytest.mark.parametrize("of", FORMS)
def test_pressing_again_does_what_the_first_press_did_not(
    strict_client: Client,
    call: object,
    settings: object,
    of: Callable[[], tuple[str, Posted, Callable[[], bool]]],
    cookie: str | None,
) -> None:
    settings.FORM_MIN_SECONDS = 0  # type: ignore[attr-defined]
    url, typed, done = of()
    if cookie is not None:
        strict_client.cookies["csrftoken"] = cookie
        typed = {**typed, "csrfmiddlewaretoken": "c" * 64}
    refused = strict_client.post(url, typed)
    assert (refused.status_code, refused["Cache-Control"], done()) == (403, "no-store", False)
    page = read(refused)
    shown = page.one("dl", class_="typed").text
    for name, text in typed.items():
        if name not in ("shown", "csrfmiddlewaretoken"):
            assert " ".join(text.split()) in shown
    assert press_again(strict_client, page, url) in (200, 303)
    assert done() is True


def test_every_line_break_and_sign_survives(strict_client: Client, call: object, settings: object) -> None:
    settings.FORM_MIN_SECONDS = 0  # type: ignore[attr-defined]
    comments = 'A "quoted" <b>\n\nline & more'
    page = read(strict_client.post("/express-interest/", form_data(comments=comments)))
    assert press_again(strict_client, page, "/express-interest/") == 303
    assert ExpressionOfInterest.objects.get().comments == comments


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://testserver:81", "rubbish"])
def test_a_form_of_another_website_gets_no_button(strict_client: Client, call: object, origin: str) -> None:
    page = read(strict_client.post("/express-interest/", form_data(), headers={"Origin": origin}))
    assert page.one("main").all("form", "button") == []
    assert "Aroha Ngata" in page.one("dl", class_="typed").text


def test_a_password_is_never_given_back(strict_client: Client) -> None:
    UserFactory(email="mere@example.org")
    typed = {"username": "mere@example.org", "password": "open sesame, please", "next": "/staff/"}
    page = strict_client.post("/staff/login/", typed)
    assert page.status_code == 403
    assert "sesame" not in page.content.decode()


def test_a_form_of_staff_comes_back_too(strict_client: Client) -> None:
    strict_client.force_login(UserFactory(is_superuser=True))
    contact = aroha()
    typed = {"kind": "called", "text": "She rang about the hall", "shown": contact.fingerprint}
    url = f"/staff/responses/contact/{contact.pk}/act/record/"
    page = read(strict_client.post(url, typed))
    assert press_again(strict_client, page, url) in (200, 302, 303)
    assert contact.activities.filter(text="She rang about the hall").exists()


def test_a_page_that_is_not_open_says_nothing_was_typed(client: Client) -> None:
    client.force_login(UserFactory())
    page = read(client.get("/staff/responses/contact/"))
    assert page.one("main").all("form", "dl") == []
