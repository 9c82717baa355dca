"""A digest as it arrives, and the way out of it."""

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import get_connection
from django.test import Client
from pytest_django import Settings

from accord_portal.digests import content
from accord_portal.digests.content import Rendered
from accord_portal.digests.models import Delivery
from accord_portal.digests.sending import emails, readers
from responses.consent import wordings
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import (
    BatchFactory,
    ContactFactory,
    DeliveryFactory,
    DigestIssueFactory,
    InvolvementFactory,
    UserFactory,
)
from tests.html import read

pytestmark = pytest.mark.django_db
SINCE = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)


@pytest.fixture
def delivery(db: None) -> Delivery:
    contact = ContactFactory(confirmed=True, name="Tūmai <O’Brien>", email="tumai@example.org")
    InvolvementFactory(contact=contact, since_at=SINCE, confirmed_at=SINCE)
    return DeliveryFactory(contact=contact)


def sent(delivery: Delivery) -> Any:
    (listed,) = readers.waiting(delivery.batch, 0, 1)
    (yes,) = readers.yeses([listed], delivery.issue.audience).values()
    return emails.Edition(delivery.issue).to(listed, yes).message()


def test_the_headers_are_exactly_these(delivery: Delivery) -> None:
    headers = sent(delivery).extra_headers
    one_click = headers["List-Unsubscribe"]  # and no mailto: that nobody reads
    assert re.fullmatch(r"<https://testserver/unsubscribe/[\w:-]+/>", one_click)
    assert headers == {
        "List-Id": "Kept informed <keep-informed.example.org>",
        "List-Unsubscribe": one_click,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": "<http://testserver/updates/>",
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": f"{delivery.issue_id}:keep_informed:digest:accord",
        "Message-ID": f"<{delivery.uuid}@example.org>",
    }


def test_it_comes_from_another_address_than_acknowledgements_and_can_be_answered(delivery: Delivery) -> None:
    message = sent(delivery)
    assert message.from_email == "Department of Internal Affairs <news.accord@example.org>"
    assert message.reply_to == ["Department of Internal Affairs <accord@example.org>"]
    assert (message.to, message.cc, message.bcc) == (["tumai@example.org"], [], [])


def test_each_reader_is_told_the_words_they_said_yes_to(delivery: Delivery) -> None:
    asked = WORDINGS_OF_2011["keep_informed"]
    wordings.reword(purpose="keep_informed", language="en", text="Tell me the news.", by=UserFactory())
    assert sent(delivery).body.splitlines()[1] == f"You said Yes on 16 November 2026 to: “{asked}”"
    later = ContactFactory(confirmed=True)
    InvolvementFactory(contact=later, since_at=SINCE, confirmed_at=SINCE)
    message = sent(DeliveryFactory(contact=later))
    assert message.body.splitlines()[1] == "You said Yes on 16 November 2026 to: “Tell me the news.”"


def test_each_reader_gets_their_own_words(delivery: Delivery) -> None:
    message = sent(delivery)
    name, why, unsubscribe, preferences = message.body.splitlines()
    assert name == "Tēnā koe Tūmai <O’Brien>"
    assert why == (
        "You said Yes on 16 November 2026 to:"
        " “I want to be kept informed about progress in giving effect to the Accord.”"
    )
    assert unsubscribe.startswith("http://testserver/unsubscribe/")
    assert preferences.startswith("http://testserver/preferences/")
    page = read(message.alternatives[0].content)
    assert [p.text for p in page.all("p")] == [name, why]
    assert [a["href"] for a in page.all("a")] == [unsubscribe, preferences]


def test_a_name_cannot_pass_for_a_mark() -> None:
    own = emails.personal(
        Rendered("s", "[[name]] https://[[unsubscribe]]", "<p>[[name]]</p>"),
        name="https://[[unsubscribe]] [[why]] <b>",
        why="w",
        unsubscribe="u",
        preferences="p",
    )
    assert own == (
        "s",
        "https://[[unsubscribe]] [[why]] <b> u",
        "<p>https://[[unsubscribe]] [[why]] &lt;b&gt;</p>",
    )


def test_it_travels_as_a_message(delivery: Delivery, mail_folder: Path) -> None:
    message = sent(delivery)
    get_connection().send_messages([message])
    raw = (mail_folder / f"{delivery.uuid}.eml").read_bytes()
    found = message_from_bytes(raw, policy=default)
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert {key: found[key].strip() for key in message.extra_headers} == message.extra_headers
    header = raw.partition(b"List-Unsubscribe:")[2].partition(b"List-Unsubscribe-Post:")[0]
    assert b"=?" not in header  # mail programs look for the address as it stands


def test_each_link_in_the_body_works_when_followed(client: Client, delivery: Delivery) -> None:
    links = re.findall(r"http://testserver(\S+)", sent(delivery).body)
    assert [link.split("/")[1] for link in links] == ["unsubscribe", "preferences"]
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_the_headers_link_unsubscribes_with_one_post(delivery: Delivery) -> None:
    header = sent(delivery).extra_headers["List-Unsubscribe"]
    path = header.partition(">")[0].removeprefix("<https://testserver")
    response = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, response.cookies.output()) == (200, "")
    assert delivery.contact.involvements.current().count() == 0
    line = delivery.contact.consents.latest("pk")
    assert (line.decision, line.source) == ("withdrawn", "one_click")
    assert line.message == f"Digest issue {delivery.issue_id}"


def test_a_test_message_leads_nowhere(client: Client) -> None:
    issue = BatchFactory().issue
    message = emails.test_of_issue(issue.pk, "mere@example.org")
    assert message.to == ["mere@example.org"]
    assert client.post("/unsubscribe/this-is-a-test/").status_code == 404
    assert message.body.splitlines()[2:] == ["http://testserver/unsubscribe/this-is-a-test/"] * 2


def test_links_of_the_introduction_lead_to_our_pages_from_a_mail_program() -> None:
    issue = DigestIssueFactory(introduction="See the [champions](/champions/) and [this](https://e.org/).")
    links = [link["href"] for link in read(content.render(issue).html).all("a")]
    assert links[1:3] == ["http://testserver/champions/", "https://e.org/"]


def test_the_office_may_send_from_an_address_of_its_own(delivery: Delivery, settings: Settings) -> None:
    settings.DIGEST_FROM_EMAIL = "News <news@accord.example>"
    message = sent(delivery)
    assert message.from_email == "News <news@accord.example>"
    assert message.extra_headers["List-Id"] == "Kept informed <keep-informed.accord.example>"


def test_a_digest_goes_to_the_domain_that_was_confirmed() -> None:
    """straße and strasse are two domains, and Django's own way would write to the other one."""
    contact = ContactFactory(email="Ana@straße.example", confirmed=True)
    InvolvementFactory(contact=contact, since_at=SINCE, confirmed_at=SINCE)
    message = sent(DeliveryFactory(contact=contact, address=contact.email))
    assert message.recipients() == ["Ana@xn--strae-oqa.example"]
    assert str(message.message()["To"]) == "Ana@xn--strae-oqa.example"
