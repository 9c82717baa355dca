"""Asking for more, on the page of a form and in the list of forms."""

import pytest
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring
from responses.models import Enquiry, ExpressionOfInterest, ReplyTemplate
from tests.factories import UserFactory, answered, closed, received
from tests.html import Element, read
from tests.staff.pages import act_url, filled_in, looked_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EOIS = "responses/expressionofinterest"


@pytest.fixture
def officer(client: Client) -> User:
    user = UserFactory(is_triage_officer=True, name="Mere Staff")
    client.force_login(user)
    return user


def page(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(eoi.get_absolute_url()))


def test_the_question_is_shown_as_it_will_arrive_then_asked(client: Client, officer: User) -> None:
    eoi = received()
    url = act_url(EOIS, eoi.pk, "ask")
    data = {**filled_in(page(client, eoi), url), "text": "Which *hall*?"}
    shown = read(client.post(url, data))
    assert ("their-own-link" in shown.text, Enquiry.objects.count()) == (True, 0)
    looked_at(client, url, data)
    assert Enquiry.objects.get().text == "Which *hall*?"
    state = page(client, eoi).one(class_="state").text
    assert state == "In hand Asked on 16 November 2026, waiting for the person’s answer"


def test_the_answer_stands_on_the_page_until_it_is_read(client: Client, officer: User) -> None:
    eoi = received()
    enquiring.ask(eoi=eoi, seen=1, by=officer, text="Which hall?")
    assert "Not answered yet." in page(client, eoi).one("section", aria_labelledby="enquiries").text
    enquiring.answer(enquiry=Enquiry.objects.get(), text="The big one")
    section = page(client, eoi).one("section", aria_labelledby="enquiries")
    assert "The big one" in section.text
    url = act_url(EOIS, eoi.pk, "read_answer")
    client.post(url, filled_in(page(client, eoi), url))
    section = page(client, eoi).one("section", aria_labelledby="enquiries")
    assert ("read by Mere Staff" in section.text, section.all("form")) == (True, [])


def test_a_question_that_did_not_arrive_says_so(client: Client, officer: User) -> None:
    eoi = received()
    enquiring.ask(eoi=eoi, seen=1, by=officer, text="Which hall?")
    OutgoingMail.objects.filter(message="ask_for_more").update(state="failed")
    shown = page(client, eoi)
    assert "This did not reach them" in shown.one("section", aria_labelledby="enquiries").text
    assert "waiting for the person" not in shown.one(class_="state").text


def test_nothing_is_asked_where_nobody_can_be(client: Client, officer: User) -> None:
    for eoi in (received(email="", telephone="04 494 5718"), closed(answered(by=officer), by=officer)):
        assert [f for f in page(client, eoi).all("form") if str(f["action"]).endswith("/ask/")] == []


def test_the_list_finds_who_was_asked(client: Client, officer: User) -> None:
    eoi, _other = received(), received(email="other@example.org")
    enquiring.ask(eoi=eoi, seen=1, by=officer, text="Which hall?")
    answer = client.get(f"/staff/{EOIS}/", {"queue": "asked"})
    assert [row.pk for row in answer.context["cl"].result_list] == [eoi.pk]
    assert "asked on 16 November 2026" in read(answer).text
    enquiring.answer(enquiry=Enquiry.objects.get(), text="The big one")
    assert list(client.get(f"/staff/{EOIS}/", {"queue": "asked"}).context["cl"].result_list) == []


def test_a_question_may_begin_with_a_template(client: Client, officer: User) -> None:
    eoi = received()
    row = ReplyTemplate.objects.create(act="ask", title="Which hall", text="About {reference}: which hall?")
    shown = read(client.get(f"{eoi.get_absolute_url()}?template={row.pk}"))
    assert f"About {eoi.reference}: which hall?" in shown.one("textarea", id="id_ask_text").text


def test_a_reader_sees_the_answer_without_addresses_and_no_button(client: Client) -> None:
    client.force_login(UserFactory(is_reader=True))
    eoi = received()
    enquiring.ask(eoi=eoi, seen=1, by=UserFactory(), text="Which hall?")
    enquiring.answer(enquiry=Enquiry.objects.get(), text="Write to tama@example.org")
    section = page(client, eoi).one("section", aria_labelledby="enquiries")
    assert ("tama@example.org" in section.text, section.all("form")) == (False, [])
