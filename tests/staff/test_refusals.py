"""What a member of staff reads where a page is not for them, and where there is none."""

import pytest
from django.test import Client

from accord_portal.staff.models import LogLine
from tests.factories import UserFactory
from tests.html import read
from tests.staff.pages import sign_in

pytestmark = pytest.mark.django_db


def test_a_refusal_says_what_it_was_and_who_can_give_the_role(client: Client) -> None:
    UserFactory(name="Ada Administrator", is_administrator=True)
    UserFactory(name="Former Administrator", is_administrator=True, is_active=False)
    officer = sign_in(client, "view_letter")
    answer = client.get("/staff/responses/contact/")
    page = read(answer)
    assert (answer.status_code, page.one("h1").text) == (403, "You may not do this")
    main = page.one("main").text
    assert ("“Contacts” is not among the pages" in main, "Ada Administrator" in main) == (True, True)
    assert "Former Administrator" not in main
    assert "back to the desk" in [link.text for link in page.one("main").all("a")]
    line = LogLine.objects.get(act="refused")
    assert (line.done_by, line.detail) == (officer, "/staff/responses/contact/")


def test_what_was_pressed_and_refused_changed_nothing_and_says_so(client: Client) -> None:
    sign_in(client)
    answer = client.post("/staff/digests/update/add/", {})
    assert (answer.status_code, "Nothing was changed." in read(answer).text) == (403, True)


def test_a_staff_page_that_is_not_there_says_so_among_the_staff_pages(client: Client) -> None:
    sign_in(client, "view_contact")
    answer = client.get("/staff/responses/contact/77/change/")
    page = read(answer)
    assert (answer.status_code, page.one("h1").text) == (404, "There is no such page")
    assert page.one("nav", aria_label="Staff pages").all("a")[0].text == "Desk"


def test_whoever_is_not_signed_in_is_told_nothing_of_the_staff(client: Client) -> None:
    UserFactory(name="Ada Administrator", is_administrator=True)
    assert "Ada" not in client.get("/staff/responses/contact/", follow=True).content.decode()
    assert "Ada" not in client.get("/none-such/").content.decode()
