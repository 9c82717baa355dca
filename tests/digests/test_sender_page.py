"""The staff page on what the DNS says of our domain."""

import pytest
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import sender_dns
from accord_portal.foundation.sender_dns import Finding
from tests.html import read
from tests.staff.pages import sign_in

pytestmark = pytest.mark.django_db


def test_it_says_what_stands_what_is_missing_and_what_to_publish(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        Finding("SPF", "example.org", True, "It stands."),
        Finding("DKIM", "example.org", False, "Missing.", "s1._domainkey.example.org"),
        Finding("DMARC", "example.org", None, "No name server answered."),
    ]
    monkeypatch.setattr(sender_dns, "findings", lambda: found)
    sign_in(client, "view_digestissue")
    page = read(client.get(reverse("admin:digests_sender")))
    assert [dt.text for dt in page.all("dt")] == [
        "SPF of example.org",
        "DKIM of example.org",
        "DMARC of example.org",
    ]
    assert [dd.text for dd in page.all("dd")] == [
        "In order It stands.",
        "To be mended Missing. To publish: s1._domainkey.example.org",
        "Not known No name server answered.",
    ]


def test_it_is_for_those_who_see_digests(client: Client) -> None:
    sign_in(client)
    assert client.get(reverse("admin:digests_sender")).status_code == 403
