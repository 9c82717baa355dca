"""A page of the admin does not save over what somebody wrote meanwhile."""

import pytest
from django.test import Client

from accord_portal.staff import revisions
from accord_portal.staff.models import User
from responses.models import ReplyTemplate
from tests.factories import UserFactory
from tests.html import read
from tests.staff.pages import refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SAID = {"act": "reply", "language": "en", "title": "Thanks", "is_offered": "on"}


@pytest.fixture
def template() -> ReplyTemplate:
    return ReplyTemplate.objects.create(act="reply", language="en", title="Thanks", text="As it was")


@pytest.fixture
def mere(client: Client) -> User:
    user = UserFactory(every_role=True, name="Mere Staff")
    client.force_login(user)
    return user


def address(template: ReplyTemplate) -> str:
    return f"/staff/responses/replytemplate/{template.pk}/change/"


def shown(page: object) -> str:
    """The mark that the page carries."""
    return str(read(page).one("input", name="seen")["value"])


def change(template: ReplyTemplate, text: str, by: User) -> None:
    """Somebody else saves it, from a page of theirs."""
    with revisions.kept(template, by=by):
        ReplyTemplate.objects.filter(pk=template.pk).update(text=text)


def test_what_was_changed_since_is_not_overwritten_and_what_was_typed_stays(
    client: Client, mere: User, template: ReplyTemplate
) -> None:
    seen = shown(client.get(address(template)))
    change(template, "Hers", UserFactory(name="Ana Staff"))
    page = client.post(address(template), {**SAID, "text": "Mine", "seen": seen})
    (said,) = [line for line in refusals(read(page)) if "changed this" in line]
    assert said.startswith("Ana Staff changed this since you opened it, 16 November 2026")
    assert read(page).one("textarea", name="text").text.strip() == "Mine"
    template.refresh_from_db()
    assert (template.text, template.version) == ("Hers", 1)
    again = client.post(address(template), {**SAID, "text": "Mine", "seen": shown(page)})
    template.refresh_from_db()
    assert (again.status_code, template.text, template.version) == (302, "Mine", 2)


def test_another_refusal_leaves_the_mark_of_what_was_shown_first(
    client: Client, mere: User, template: ReplyTemplate
) -> None:
    seen = shown(client.get(address(template)))
    page = client.post(address(template), {**SAID, "title": "", "text": "Mine", "seen": seen})
    change(template, "Hers", UserFactory(name="Ana Staff"))
    assert shown(page) == seen
    page = client.post(address(template), {**SAID, "text": "Mine", "seen": seen})
    assert [line for line in refusals(read(page)) if "Ana Staff changed this" in line] != []


def test_what_nobody_changed_is_saved_and_a_new_record_has_nothing_to_compare(
    client: Client, mere: User, template: ReplyTemplate
) -> None:
    seen = shown(client.get(address(template)))
    assert client.post(address(template), {**SAID, "text": "Mine", "seen": seen}).status_code == 302
    assert read(client.get("/staff/responses/replytemplate/add/")).all("input", name="seen") == []
