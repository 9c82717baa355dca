"""What a provider tells us is taken with its secret only, written down once, and answered."""

import itertools
import json
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accord_portal.digests.models import Delivery, ProviderEvent
from tests.digests.events.told import SECRET, post, said

pytestmark = pytest.mark.django_db


def test_a_bounce_is_written_down_in_one_statement_and_answered(
    client: Client, delivery: Delivery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    body = said("hard", delivery.uuid, "Aroha@Example.org")
    with django_assert_num_queries(1):
        assert post(client, body) == 200
    row = ProviderEvent.objects.get()
    assert (row.provider, row.type, row.mailbox) == ("postmark", "bounced", "aroha@example.org")
    assert (row.as_received, row.applied_at, row.meaning) == (body, None, "")
    assert row.payload["metadata"] == {"uuid": str(delivery.uuid)}


def test_the_same_notice_eight_times_is_one_event(client: Client, delivery: Delivery) -> None:
    for kind in ("hard", "delivered", "complained"):
        for _ in range(8):
            assert post(client, said(kind, delivery.uuid, delivery.address)) == 200
    assert sorted(ProviderEvent.objects.values_list("type", flat=True)) == [
        "bounced",
        "complained",
        "delivered",
    ]


def test_two_people_under_one_key_of_the_provider_are_two_events(client: Client, delivery: Delivery) -> None:
    for address in ("a@example.org", "b@example.org"):
        post(client, said("hard", delivery.uuid, address))
    assert ProviderEvent.objects.count() == 2


def test_who_opened_a_message_is_not_kept(client: Client, delivery: Delivery) -> None:
    assert post(client, said("opened", delivery.uuid, delivery.address)) == 200
    assert ProviderEvent.objects.count() == 0


@pytest.mark.parametrize("secret", ["", "portal:wrong", "portal", ":"])
def test_without_its_secret_nothing_is_taken(client: Client, delivery: Delivery, secret: str) -> None:
    assert post(client, said("hard", delivery.uuid, delivery.address), secret) == 400
    assert ProviderEvent.objects.count() == 0


@pytest.mark.parametrize("provider", ["postmark", "mailgun", "brevo", "resend", "mailjet", "amazon_ses"])
def test_where_no_secret_is_set_nothing_is_taken_of_anybody(
    client: Client, settings: Settings, delivery: Delivery, provider: str
) -> None:
    settings.ANYMAIL = {}
    assert post(client, said("hard", delivery.uuid, delivery.address), provider=provider) == 400
    assert ProviderEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("provider", "body"),
    list(
        itertools.product(
            ["postmark", "mailgun", "brevo", "resend", "mailjet", "amazon_ses", "sparkpost"],
            ["", "{", "[]", "[1]", "null", '{"RecordType": 7}', '{"event": {"x": "\\u0000"}}'],
        )
    ),
)
def test_what_cannot_be_read_is_refused_and_never_a_fault_of_ours(
    client: Client, provider: str, body: str
) -> None:
    assert post(client, body, provider=provider) in (200, 400)
    assert ProviderEvent.objects.filter(type="bounced").count() == 0


def test_a_text_that_the_database_does_not_take_is_kept_without_it(
    client: Client, delivery: Delivery
) -> None:
    body = said("hard", delivery.uuid, delivery.address, Details="550 5.1.1 \0no")
    assert post(client, body) == 200
    assert ProviderEvent.objects.get().payload["mta_response"] == "550 5.1.1 no"


@pytest.mark.parametrize(
    ("said_by_the_server", "kept"),
    [
        ("550 5.1.1 \\u0000 no", "550 5.1.1 \\u0000 no"),  # six characters, as the server wrote them
        ("550 \\\0\0 no", "550 \\ no"),
        ("550 \ud800 no", "550  no"),
        ("550 \U0001f4ed no", "550 \U0001f4ed no"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
    ],
)
def test_whatever_the_receiving_server_said_the_event_is_kept(
    client: Client, delivery: Delivery, said_by_the_server: object, kept: str
) -> None:
    body = said("hard", delivery.uuid, delivery.address, Details=said_by_the_server)
    assert post(client, body) == 200
    assert ProviderEvent.objects.get().payload["as_received"]["Details"] == kept


@pytest.mark.parametrize("address", ["a\0roha@example.org", "a\ud800roha@example.org"])
def test_an_address_that_the_database_does_not_take_is_kept_without_it(
    client: Client, delivery: Delivery, address: str
) -> None:
    assert post(client, said("hard", delivery.uuid, address)) == 200
    assert ProviderEvent.objects.get().mailbox == "aroha@example.org"


def test_what_is_no_address_is_kept_without_one(client: Client, delivery: Delivery) -> None:
    assert post(client, said("hard", delivery.uuid, "nobody@ma\u0304ori\u0378.org")) == 200
    assert ProviderEvent.objects.get().mailbox == ""


def test_amazon_is_asked_for_its_password(client: Client) -> None:
    answer = client.post("/anymail/amazon_ses/tracking/", "{}", content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="tracking"')


def test_a_provider_may_look_whether_the_address_is_there(client: Client) -> None:
    assert client.head("/anymail/postmark/tracking/").status_code == 200
    assert client.get("/anymail/postmark/tracking/").status_code == 405
    assert client.head("/anymail/nobody/tracking/").status_code == 404


def test_a_provider_without_a_secret_for_its_webhooks_is_a_fault(settings: Settings) -> None:
    settings.MAIL_PROVIDER = "postmark"
    assert [fault.id for fault in run_checks() if fault.id == "digests.E001"] == []
    settings.ANYMAIL = {}
    assert [fault.id for fault in run_checks() if fault.id == "digests.E001"] == ["digests.E001"]


def many(number: int) -> list[dict[str, Any]]:
    """So many deliveries in one request, as SparkPost gathers them."""
    about = {"type": "delivery", "timestamp": "1780000000", "message_id": "0f2c", "raw_reason": "x" * 300}
    return [
        {"msys": {"message_event": {**about, "event_id": str(n), "rcpt_to": f"r{n}@example.org"}}}
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [700, 3000], ids=["more than a form", "more than a page takes"])
def test_what_comes_at_once_is_taken_whole_with_the_secret(client: Client, number: int) -> None:
    assert len(json.dumps(many(number))) > (256 if number == 700 else 512) * 1024
    assert post(client, many(number), provider="sparkpost") == 200
    assert ProviderEvent.objects.count() == number


@pytest.mark.parametrize("secret", ["", "portal:wrong", "portal", "é:é"])
def test_without_the_secret_nobody_sends_much(client: Client, secret: str) -> None:
    assert post(client, many(3000), secret, provider="sparkpost") == 413
    assert ProviderEvent.objects.count() == 0


def test_even_with_the_secret_there_is_an_end(client: Client, settings: Settings) -> None:
    settings.MAX_WEBHOOK_BYTES = 600 * 1024
    assert post(client, many(3000), provider="sparkpost") == 413


def test_each_of_several_secrets_opens(client: Client, settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["old:one", SECRET]}
    for secret in ("old:one", SECRET):
        assert post(client, many(3000), secret, provider="sparkpost") == 200
