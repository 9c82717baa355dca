"""What a mailed link gives ends when it ends: no page it leads to hands out anything that lasts longer."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import resolve

from accord_portal.foundation import signed_links
from responses.models import Call, ExpressionOfInterest
from tests.clock import NOON
from tests.factories import form_data
from tests.html import fields, read
from tests.links import LINKS, link_to

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=5)
HOST = "http://testserver"
TOKEN = re.compile(r"[\w-]+:[\w-]{6,}:[\w-]{40,}")
EVER = ["unsubscribe"]
LEADS_NOWHERE = {*EVER, "password_reset_confirm", "address", "recommend", "invitation", "publication"}
LEADS_NOWHERE |= {"progress-choice", "offer-story", "confirm-relay", "own-page-picture"}


def made_at(token: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(signing.b62_decode(token.split(":")[-2]), dt.UTC)


def tokens(page: str) -> set[str]:
    return set(TOKEN.findall(page))


def walk(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """Every page of ours that can be reached from here by links and by buttons, with what it says."""
    ahead, known = [start.removeprefix(HOST)], set()
    while ahead:
        path = ahead.pop()
        if path in known or not path.startswith("/"):
            continue
        known.add(path)
        response = client.get(path)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code >= 400 or response.streaming or not is_page:
            continue
        page = response.content.decode()
        yield path, page
        elements = read(page)
        hrefs = [a["href"] or "" for a in elements.one("main").all("a")]
        for form in elements.one("main").all("form"):
            if form["method"] != "post" or path == "/preferences/":
                continue
            posted = client.post((form["action"] or path).removeprefix(HOST), fields(form))
            if not posted.streaming:
                yield f"POST {path}", posted.content.decode()
            hrefs.append(posted.headers.get("Location", ""))
        here = path.partition("?")[0]
        found = [here + href if href.startswith("?") else href.removeprefix(HOST) for href in hrefs]
        ahead += [path.partition("#")[0] for path in found if TOKEN.search(path)]


@pytest.mark.parametrize("name", LINKS)
def test_nothing_behind_a_link_lasts_longer_than_the_link(client: Client, call: Call, name: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        link = link_to(name)
        clock.shift(LATER)
        pages = dict(walk(client, link))
        found = {token for page in pages.values() for token in tokens(page) if not is_csrf_or_form(token)}
        assert {made_at(token) for token in found} == (set() if name in LEADS_NOWHERE else {NOON})


def is_csrf_or_form(token: str) -> bool:
    """The mark of when a form was opened opens nothing."""
    try:
        return isinstance(signing.loads(token, salt="form:started"), int)
    except signing.BadSignature:
        return False


@pytest.mark.parametrize("name", EVER)
def test_a_link_without_an_end_leads_to_nothing_with_a_token(client: Client, call: Call, name: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        link = link_to(name)
        clock.shift(dt.timedelta(days=400))
        pages = dict(walk(client, link))
    reached = {resolve(path.removeprefix("POST ")).url_name for path in pages}
    assert reached == {name}
    assert [token for page in pages.values() for token in tokens(page)] == []


@pytest.mark.parametrize("name", [name for name in LINKS if name != "password_reset_confirm"])  # Django's own
@pytest.mark.parametrize("stale", [False, True])
def test_no_page_behind_a_link_is_kept_or_listed(client: Client, call: Call, name: str, stale: bool) -> None:
    path = link_to(name).removeprefix(HOST)
    path = TOKEN.sub("rubbish", path) if stale else path
    for response in (client.get(path), client.head(path), client.post(path, {"answer": "yes"})):
        kept = response["Cache-Control"], response["X-Robots-Tag"], response["Referrer-Policy"]
        assert kept == ("no-store", "noindex", "same-origin")


# --- the receipt -----------------------------------------------------------------------------


def receipt(client: Client) -> str:
    return client.post("/express-interest/", form_data(comments="Zebulonia"))["Location"]


@pytest.fixture(autouse=True)
def _nobody_is_too_quick(settings: object) -> None:
    settings.FORM_MIN_SECONDS = 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (7 * 86_400, 200), (7 * 86_400 + 1, 410)])
def test_a_receipt_shows_for_a_week(client: Client, call: Call, seconds: int, status: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        url = receipt(client)
        clock.shift(seconds)
        response = client.get(url)
    reference = ExpressionOfInterest.objects.get().reference
    page = response.content.decode()
    assert (response.status_code, reference in page) == (status, status == 200)
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")
    if status == 410:
        assert read(page).one("h1").text == "This receipt is too old to show"
        assert tokens(page) == set()


def test_looking_at_a_receipt_again_makes_nothing_last_longer(client: Client, call: Call) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        url = receipt(client)
        clock.shift(LATER)
        found = {token for _, page in walk(client, url) for token in tokens(page)}
        found -= {token for token in found if is_csrf_or_form(token)}
        assert {made_at(token) for token in found} == {NOON}


@pytest.mark.parametrize("salt", ["link:preferences", "link:recommend", "link:invitation", "form:receipt"])
def test_no_other_token_is_a_receipt(client: Client, call: Call, salt: str) -> None:
    receipt(client)
    reference = ExpressionOfInterest.objects.get().reference
    page = client.get("/express-interest/received/", {"receipt": signing.dumps([reference], salt=salt)})
    assert reference not in page.content.decode()


@time_machine.travel(NOON, tick=False)
def test_a_token_made_on_a_page_is_as_old_as_the_one_that_led_there() -> None:
    with time_machine.travel(NOON - LATER, tick=False):
        old = signed_links.token("preferences", 7)
    new = signed_links.token("recommend", 7, "x", led_here=old)
    assert (made_at(old), made_at(new)) == (NOON - LATER, NOON - LATER)
    assert signed_links.read("recommend", new, dt.timedelta(days=5)) == [7, "x"]
    with pytest.raises(signed_links.OldLink):
        signed_links.read("recommend", new, dt.timedelta(days=4))
