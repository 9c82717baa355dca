"""What holds on every public page, and the pages that belong to no one room."""

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from accord_portal.foundation import memory, signed_links
from accord_portal.foundation.policy import PERMISSIONS
from champions.initiatives.regions import MOST_COUNTED
from champions.models import Principle
from responses.models import Call, Undertaking
from tests.clock import NOON
from tests.factories import (
    AgencyNameFactory,
    CallFactory,
    ChampionFactory,
    DigestIssueFactory,
    InitiativeFactory,
    NewsItemFactory,
    PracticeStoryFactory,
    PrincipleFactory,
    UpdateFactory,
    form_data,
    received,
    subscriber,
)
from tests.html import Element, read
from tests.partnerships import PartnershipFactory

FIXED = [
    "/",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/copyright/",
    "/contact/",
    "/preferences/",
    "/express-interest/",
    "/express-interest/received/",
    "/champions/",
    "/initiatives/",
    "/partnerships/",
    "/good-practice/",
    "/updates/",
    "/search/",
    "/search/?q=hall",
    "/search/?q=xyzzy",
    "/open-data/",
]
ELSEWHERE = {
    "https://www.govt.nz/",
    "https://www.dia.govt.nz/Privacy",
    "https://creativecommons.org/licenses/by/4.0/",
}


def public_pages(client: Client) -> Iterator[tuple[str, HttpResponse]]:
    """Every kind of public page with something on it."""
    contact = subscriber(email="private@example.org")
    champion = ChampionFactory(published=True, contact=contact)
    initiative = InitiativeFactory(published=True, champion=champion)
    champion.principles.add(PrincipleFactory())
    story, update = PracticeStoryFactory(contact=contact), UpdateFactory(published=True)
    PartnershipFactory()
    CallFactory()
    agency = AgencyNameFactory(abbreviation="SNZ", name_mi="Ihi Aotearoa").agency
    issue = DigestIssueFactory(approved=True, state="sent")
    NewsItemFactory(issue=issue, key=update.pk, slug=update.slug)
    shown = (champion, initiative, story, update, agency, issue)
    told_of = [reverse(view, args=[story.slug]) for view in ("tell-reuse", "ask-about-story")]
    details = [*(row.get_absolute_url() for row in shown), *told_of]
    token = signed_links.token("preferences", contact.pk, contact.mailbox_mark)
    own = ["stop", "correct", "address", "answers", "messages", "public", "download", "erasure"]
    links = [reverse(f"preferences-{what}", args=[token]) for what in own]
    links += [
        reverse(view, args=[signed_links.token(view, *facts)])
        for view, facts in {
            "confirm": [contact.pk, contact.mailbox_mark],
            "preferences": [contact.pk, contact.mailbox_mark],
            "undo": [contact.pk, contact.mailbox_mark, "1"],
            "address": [contact.pk, contact.mailbox_mark, "new@example.org"],
            "unsubscribe": [contact.pk, "keep_informed"],
            "publication": [champion.pk, contact.mailbox_mark],
        }.items()
    ]
    for path in [*FIXED, *details, *links, "/confirm/stale/", "/none-such/"]:
        yield path, client.get(path)
    yield "a form with mistakes", client.post("/express-interest/", form_data(name=""))
    yield "a link asked for", client.post("/preferences/", {"email": contact.email})


def urls(page: Element) -> list[str]:
    """Every address in the page, of a link or of something it loads."""
    return [e[name] for e in page.all() for name in ("href", "src", "action") if e[name]]


# --- every page ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_page_keeps_the_house_rules(client: Client) -> None:
    for path, response in public_pages(client):
        page = read(response)
        main = page.one("main")
        assert page.one("html")["lang"] == "en-NZ", path
        assert len(page.all("h1")) == 1, path
        assert page.one("title").text.endswith("– Kia Tūtahi Relationship Accord"), path
        assert (main["id"], page.all("a")[0]["href"]) == ("main", "#main"), path
        data = page.all("script", type="application/ld+json")  # which no browser runs
        assert [one for one in page.all("script", "iframe", "img", "style") if one not in data] == [], path
        assert [e.tag for e in page.all() if e["style"] or e["onclick"]] == [], path
        outside = {url for url in urls(page) if re.match(r"(\w+:)?//", url)}
        assert {url for url in outside if not url.startswith("http://testserver/")} <= ELSEWHERE, path
        assert re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", main.text.replace("name@example.org", "")) == [], path
        assert "private@example.org" not in response.content.decode(), path
        keys = [e["id"] for e in page.all() if e["id"]]
        assert sorted(keys) == sorted(set(keys)), path


@pytest.mark.django_db
def test_every_page_offers_a_way_to_contact_us_in_the_same_place(client: Client) -> None:
    for path, response in public_pages(client):
        links = read(response).one("nav", aria_label="Main").all("a")
        assert (links[-1]["href"], links[-1].text) == ("/contact/", "Contact us Whakapā mai"), path


@pytest.mark.django_db
def test_every_page_has_the_headers_of_a_safe_one(client: Client) -> None:
    for path, response in public_pages(client):
        directives = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
        assert directives == {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }, path
        assert {name: response[name] for name in SAFE} == SAFE, path


SAFE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}


@pytest.mark.django_db
def test_no_page_but_a_form_sets_a_cookie(client: Client) -> None:
    for path in FIXED:
        if path not in ("/preferences/", "/contact/"):
            client.get(path)
    assert dict(client.cookies) == {}
    CallFactory()
    memory.forget_all()
    client.get("/express-interest/")
    assert list(client.cookies) == ["csrftoken"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", FIXED)
def test_a_page_answers_with_nothing_loaded_at_all(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.head(path).content == b""


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_no_page_counts(client: Client) -> None:
    """Nor do the second pages of the lists, searched and filtered or not; home counts once a minute."""
    client.get("/")
    principle = PrincipleFactory()
    for _ in range(21):
        InitiativeFactory(published=True).principles.add(principle)
        UpdateFactory(published=True)
    lists = [
        "/updates/",
        "/champions/",
        "/champions/?q=garden&kind=organisation",
        "/initiatives/",
        f"/initiatives/?q=hall&principle={principle.slug}",
    ]
    with CaptureQueriesContext(connection) as captured:
        seconds = [
            urljoin(path, link["href"])
            for path in lists
            for link in read(client.get(path)).one("main").all("a")
            if link.text == "Next page"
        ]
        assert [client.get(path).status_code for path in seconds] == [200] * len(lists)
        assert {response.status_code for _, response in public_pages(client)} == {200, 404}
    counting = [entry["sql"] for entry in captured.captured_queries if "COUNT(" in entry["sql"].upper()]
    assert [sql for sql in counting if f"LIMIT {MOST_COUNTED + 1})" not in sql] == []


@pytest.mark.django_db
def test_te_reo_is_marked_as_such(client: Client) -> None:
    PrincipleFactory()
    marked = {e.text for path in FIXED for e in read(client.get(path)).all(lang="mi")}
    assert marked == {"Kia Tūtahi", "Whakapā mai", "Nau mai, haere mai", "Ngā mātāpono"}


# --- home and about --------------------------------------------------------------------------


@pytest.mark.django_db
def test_home_names_the_department_and_what_happens_with_an_answer(client: Client, call: Call) -> None:
    main = read(client.get("/")).one("main")
    assert main.one(class_="run-by").text == (
        "The Office for the Community and Voluntary Sector runs this portal."
        " It is part of the Department of Internal Affairs."
    )
    assert len(main.one(class_="undertakings").all("li")) == 4
    assert [a["href"] for a in main.all("a", class_="button")] == ["/express-interest/"]


@pytest.mark.django_db
def test_home_without_an_open_call_says_so(client: Client) -> None:
    CallFactory(closes_on=dt.date(2011, 11, 4))
    main = read(client.get("/")).one("main")
    assert [a["href"] for a in main.all("a", class_="button")] == ["/about/"]
    assert main.one(class_="aside").text == "The call for interest is closed."


@pytest.mark.django_db
def test_home_shows_the_three_latest(client: Client) -> None:
    start = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    for day in range(5):
        UpdateFactory(published=True, title=f"News {day}", published_at=start + dt.timedelta(days=day))
        InitiativeFactory(published=True, title=f"Deed {day}", published_at=start + dt.timedelta(days=day))
    titles = [h3.text for h3 in read(client.get("/")).one("main").all("h3")]
    assert titles == ["Deed 4", "Deed 3", "Deed 2", "News 4", "News 3", "News 2"]


@pytest.mark.django_db
def test_home_counts_what_was_promised_and_says_what_each_count_means(
    client: Client, clock: time_machine.Traveller
) -> None:
    eoi = received(at=NOON)
    clock.shift(dt.timedelta(days=7))
    eoi.undertakings.filter(kind="reply").update(kept_at=NOON, evidence_kind="form", evidence_key=eoi.pk)
    counts = read(client.get("/")).one("main").one("ul", class_="counts")
    assert [li.text for li in counts.all("li")] == ["1 kept on time", "0 kept late", "1 open and late"]
    about = read(client.get("/about/")).one("main")
    for link in counts.all("a"):
        page, _, place = str(link["href"]).partition("#")
        assert (page, link.text.split(" ", 1)[1]) == ("/about/", about.one("dt", id=place).text.lower())


@pytest.mark.django_db
def test_home_counts_once_a_minute(client: Client, clock: time_machine.Traveller) -> None:
    for count, seconds in (("0", 0), ("0", 59), ("1", 1)):
        clock.shift(seconds)
        shown = read(client.get("/")).one("ul", class_="counts").all("li")[-1].text
        assert shown == f"{count} open and late"
        if not Undertaking.objects.exists():
            received(at=NOON)
            Undertaking.objects.filter(kind="reply").update(first_due_on=dt.date(2026, 11, 13))


@pytest.mark.django_db
def test_about_states_the_principles_in_their_exact_words_and_order(client: Client) -> None:
    call_command("load_accord", verbosity=0)
    main = read(client.get("/about/")).one("main")
    assert [li.text for li in main.one("section", aria_labelledby="principles").all("li")] == [
        "we will respect Te Tiriti o Waitangi",
        "we have a collective responsibility to hear and respond to the voices of all",
        "we will act in good faith",
        "our work together will be built on trust and mutual respect",
    ]
    assert list(Principle.objects.values_list("slug", flat=True)) == [
        "te-tiriti",
        "voices-of-all",
        "good-faith",
        "trust-and-respect",
    ]
    assert main.one("blockquote").text == (
        "communities of Aotearoa New Zealand and the Government of New Zealand working together for a fair,"
        " inclusive and flourishing society"
    )
    assert len(main.one("section", aria_labelledby="agencies").all("li")) == 7


@pytest.mark.django_db
def test_loading_the_accord_again_changes_nothing(client: Client) -> None:
    call_command("load_accord", verbosity=0)
    before = client.get("/about/").content
    call_command("load_accord", verbosity=0)
    assert (client.get("/about/").content, Call.objects.count()) == (before, 2)


# --- machines --------------------------------------------------------------------------------


def test_security_txt_says_where_to_report(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "https://example.org/security"
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: https://example.org/security",
        "Expires: 2027-05-15T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: http://testserver/.well-known/security.txt",
    ]


# --- what went wrong -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/none-such/", "/champions/none-such/extra/"])
def test_an_unknown_address_has_a_page_of_ours_and_asks_no_database(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, read(response).one("h1").text) == (404, "Page not found")


def test_a_fault_of_ours_has_a_page_that_needs_no_database(
    client: Client, django_db_blocker: DjangoDbBlocker
) -> None:
    client.raise_request_exception = False
    with django_db_blocker.block():
        response = client.get("/champions/")
    page = read(response)
    assert (response.status_code, page.one("h1").text) == (500, "Something went wrong")
    assert page.one("html")["lang"] == "en-NZ"
