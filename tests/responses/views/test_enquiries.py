"""The page on which whoever sent a form answers what staff asked."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.staff.models import User
from responses.answers import enquiring
from responses.models import Contact, Enquiry, ExpressionOfInterest
from responses.people.links import enquiry_url, link
from tests.asked import EnquiryFactory
from tests.factories import answered, closed, received, subscriber
from tests.html import Element, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ASKED = "Which hall?\n\n- big\n- small"


@pytest.fixture
def enquiry(db: None) -> Enquiry:
    return EnquiryFactory(text=ASKED)


def main(response: object) -> Element:
    return read(response).one("main")  # type: ignore[arg-type]


def test_looking_shows_the_question_and_a_box_and_changes_nothing(client: Client, enquiry: Enquiry) -> None:
    page = main(client.get(enquiry_url(enquiry)))
    assert page.one("h1").text == "We have a question for you"
    assert [item.text for item in page.one("ul").all("li")] == ["big", "small"]
    assert (page.one("textarea")["name"], enquiry.eoi.reference in page.text) == ("text", True)
    assert Enquiry.objects.get().answered_at is None


def test_an_answer_is_kept_and_shown_and_a_reload_adds_nothing(client: Client, enquiry: Enquiry) -> None:
    url = enquiry_url(enquiry)
    for _ in range(2):
        response = client.post(url, {"text": "The big one\nplease"})
        assert response.status_code == 303
    page = main(client.get(response["Location"]))
    assert page.one("h1").text == "Thank you for answering"
    assert page.one("blockquote").text == "The big one please"
    assert page.all("form") == []
    assert list(enquiry.eoi.activities.filter(kind="answered_us").values_list("text")) == [
        ("The big one\nplease",)
    ]


def test_an_empty_answer_is_asked_for_again(client: Client, enquiry: Enquiry) -> None:
    page = read(client.post(enquiry_url(enquiry), {"text": "  "}))
    assert page.one("title").text.startswith("Error: ")
    assert page.one(class_="error-summary").one("a").text == "Write your answer"
    assert Enquiry.objects.get().answered_at is None


def test_too_long_an_answer_stands_there_still(client: Client, enquiry: Enquiry) -> None:
    page = main(client.post(enquiry_url(enquiry), {"text": "a" * 10_001}))
    assert page.one(class_="error-summary").one("a").text == "Use 10000 characters or fewer, not 10001"
    assert page.one("textarea").text == "a" * 10_001


def test_other_words_in_a_second_tab_are_refused_and_stand_there(client: Client, enquiry: Enquiry) -> None:
    client.post(enquiry_url(enquiry), {"text": "The big one"})
    page = main(client.post(enquiry_url(enquiry), {"text": "No, the small one"}))
    assert "You have answered this already" in page.one(class_="error-summary").text
    assert page.one("textarea").text == "No, the small one"
    assert Enquiry.objects.get().answer == "The big one"


def test_after_the_work_has_ended_the_page_says_so_and_takes_the_answer(client: Client, mere: User) -> None:
    eoi = answered(by=mere)
    enquiring.ask(eoi=eoi, seen=2, by=mere, text=ASKED)
    closed(ExpressionOfInterest.objects.get(), by=mere)
    enquiry = Enquiry.objects.get()
    assert "You need not answer any more" in main(client.get(enquiry_url(enquiry))).text
    client.post(enquiry_url(enquiry), {"text": "All the same"})
    assert Enquiry.objects.get().answer == "All the same"


def test_the_link_of_a_merged_contact_works_on(client: Client, enquiry: Enquiry) -> None:
    Contact.objects.filter(pk=enquiry.eoi.contact_id).update(merged_into=subscriber())
    client.post(enquiry_url(enquiry), {"text": "The big one"})
    assert Enquiry.objects.get().answer == "The big one"


def test_the_link_ends_after_a_week_and_a_fresh_one_stands_with_the_answers(
    client: Client, enquiry: Enquiry, clock: time_machine.Traveller
) -> None:
    url = enquiry_url(enquiry)
    clock.shift(dt.timedelta(days=8))
    assert client.get(url).status_code == 404
    assert client.post(url, {"text": "The big one"}).status_code == 404
    own = f"{link('preferences', enquiry.eoi.contact)}answers/{enquiry.eoi.reference}/"
    (fresh,) = [a["href"] for a in main(client.get(own)).all("a") if a.text == "Answer our question"]
    client.post(str(fresh), {"text": "The big one"})
    page = main(client.get(own)).text
    assert ("The big one" in page, "Answer our question" in page) == (True, False)


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's", "erased"])
def test_a_link_to_what_is_not_theirs_is_stale(client: Client, enquiry: Enquiry, whose: str) -> None:
    contact, key = enquiry.eoi.contact, enquiry.pk
    match whose:
        case "nobody's":
            key += 1
        case "somebody else's":
            contact = received(email="other@example.org").contact
        case "erased":
            ExpressionOfInterest.objects.update(erased_at=dt.datetime.now(dt.UTC))
    assert client.get(link("question", contact, key)).status_code == 404
