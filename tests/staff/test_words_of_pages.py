"""No page of the staff's has words, addresses of styles or scripts that are the admin's own."""

import re

import pytest
from django.test import Client

from tests.factories import UserFactory
from tests.html import read
from tests.staff.addresses import all_addresses
from tests.staff.poisoned import poisoned

pytestmark = pytest.mark.django_db

STOCK = re.compile(
    r"Select .{1,40} to (?:view|change)|Task Results|Slug:|Published at:|database backend|algorithm: pbkdf2|"
    r"Who wrote in|Site administration|\bHome ›|\d+ of \d+ selected|Currently:|\(None\)|Date/time|Log out\b|"
    r"View on site|Save and add another|Recent actions|Django|django|responses\.contact\b|pbkdf2|password"
)


def test_no_page_has_words_of_the_admins_own(client: Client) -> None:
    everything = poisoned()
    client.force_login(UserFactory(is_superuser=True))
    opened = 0
    for address in all_addresses(everything):
        if "?" in address and not address.endswith(("?q=poison", "?o=1")):
            continue
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        opened += 1
        page = read(answer)
        stock = STOCK.search(page.text)
        assert stock is None, (address, stock[0])
        runs = [script for script in page.all("script") if script["type"] != "application/ld+json"]
        scripts = [(script["src"] or "", script.text) for script in runs]
        assert {("js/idle" in src, inline) for src, inline in scripts} <= {(True, "")}, address
        assert page.all("style") == [], address
        assert "/static/admin/" not in answer.content.decode(), address
        empty = [cell.text for cell in page.all("td", "th", "dd") if cell.text in ("-", "None selected")]
        assert empty == [], address
    assert opened >= 130
