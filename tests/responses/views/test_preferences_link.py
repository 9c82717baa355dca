"""A person asks for the link to their own pages: whoever asks learns nothing of who is known."""

import datetime as dt
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

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from responses.contacts import addresses
from responses.models import Contact
from responses.people import suppressions
from tests.database import holding
from tests.factories import (
    CallFactory,
    ContactFactory,
    RecommendationFactory,
    received,
    subscriber,
)
from tests.html import read
from tests.responses.views.own_pages import links, main, owed, summary

pytestmark = pytest.mark.django_db

ASKED_EVERYBODY = "If we know this address, a message with your link is on its way."


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


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
    own = {"X-Request-ID"}  # drawn for each request
    assert {k: v for k, v in known.items() if k not in own} == {
        k: v for k, v in unknown.items() if k not in own
    }
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


def test_the_stale_link_page_leads_to_a_new_link(client: Client) -> None:
    CallFactory()
    assert "/preferences/" in links(main(client.get("/preferences/stale/")), "/preferences/")
    assert reverse("preferences-link") == "/preferences/"
