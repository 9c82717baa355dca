"""Templates are kept on a page of their own and begin the boxes that staff write in."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.staff.models import Revision, User
from responses.answers.letters import receive
from responses.models import ReplyTemplate
from tests.factories import received
from tests.html import read
from tests.staff.pages import act_url, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADD = "/staff/responses/replytemplate/add/"
TYPED = {"act": "acknowledge", "language": "en", "title": "Thanks", "text": "Thank you.", "is_offered": "on"}


def template(title: str = "Thanks", **changes: Any) -> ReplyTemplate:
    said = {"act": "acknowledge", "text": "Kia ora", **changes}
    return ReplyTemplate.objects.create(title=title, **said)


def test_a_change_of_its_words_is_a_version_and_the_old_ones_are_kept(client: Client, ana: User) -> None:
    client.post(ADD, TYPED)
    row = ReplyTemplate.objects.get()
    assert (row.text, row.version) == ("Thank you.", 1)
    page = f"/staff/responses/replytemplate/{row.pk}/change/"
    client.post(page, {**TYPED, "title": "Thank you"})
    client.post(page, {**TYPED, "title": "Thank you", "text": "Many thanks."})
    row.refresh_from_db()
    assert (row.text, row.version) == ("Many thanks.", 2)
    assert Revision.objects.about([row])[0].before["text"] == "Thank you."


def test_an_unknown_placeholder_is_refused_with_words(client: Client, ana: User) -> None:
    page = read(client.post(ADD, {**TYPED, "text": "Kia ora {nmae}"}))
    assert "Nothing is called {nmae}." in page.text
    assert not ReplyTemplate.objects.exists()


def test_the_box_of_its_act_begins_with_the_chosen_one(client: Client, ana: User) -> None:
    eoi = received()
    row = template(text="About {reference}, by {reply_day}: {name}")
    template(title="Not offered", is_offered=False)
    page = read(client.get(eoi.get_absolute_url()))
    links = page.one("section", id="acknowledge").all("a", href=f"?template={row.pk}#acknowledge")
    assert [link.text for link in links] == ["Thanks"]
    assert "Not offered" not in page.text
    chosen = read(client.get(f"{eoi.get_absolute_url()}?template={row.pk}"))
    assert chosen.one("textarea", id="id_acknowledge_text").text == (
        f"About {eoi.reference}, by Monday 14 December 2026: {{name}}"
    )
    assert chosen.one("textarea", id="id_note_text").text == ""


@pytest.mark.parametrize("asked", ["x", "0", "999"])
def test_a_template_there_is_not_leaves_the_box_empty(client: Client, ana: User, asked: str) -> None:
    page = read(client.get(f"{received().get_absolute_url()}?template={asked}"))
    assert page.one("textarea", id="id_acknowledge_text").text == ""


def test_what_was_left_in_braces_is_not_sent(client: Client, ana: User) -> None:
    eoi = received()
    typed = {"seen": "1", "text": "Kia ora {name}", "is_full": "yes"}
    page = read(client.post(act_url("responses/expressionofinterest", eoi.pk, "acknowledge"), typed))
    assert refusals(page) == ["Write something in place of {name}, or take it out"]


def test_a_letter_is_answered_from_one_too(client: Client, ana: User) -> None:
    letter = receive(name="Aroha", email="aroha@example.org", telephone="", message="Kia ora")
    row = template(act="answer", text="About {reference}")
    page = read(client.get(f"{letter.get_absolute_url()}?template={row.pk}"))
    assert page.one("textarea", id="id_answer_text").text == f"About {letter.reference}"


def test_the_page_costs_the_same_however_many_there_are(client: Client, ana: User) -> None:
    eoi = received()
    template()
    client.get(eoi.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(eoi.get_absolute_url())
    template(title="Another")
    template(title="A third")
    with CaptureQueriesContext(connection) as three:
        client.get(eoi.get_absolute_url())
    assert len(three) == len(one)
