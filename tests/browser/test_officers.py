"""Officers at their day's work: from the morning's mail, two at once, and without the details of people."""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urldefrag, urljoin

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accord_portal.desk import morning
from accord_portal.staff.models import User
from champions.models import Champion
from responses.answers import triage
from responses.consent import switches
from responses.models import Activity, ExpressionOfInterest
from tests.factories import answered, received

from .conftest import PASSPHRASE, letters_to, link_in, see_it_and_send, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A_WORKING_MORNING = dt.datetime(2026, 11, 16, 9, tzinfo=timezone.get_default_timezone())


def somebody(name: str, **roles: bool) -> User:
    """A colleague with these roles."""
    address = f"{name.split()[0].lower()}@example.org"
    return User.objects.create_user(address, PASSPHRASE, name=name, **roles)


def late_form(name: str = "Mere Tūtahi") -> ExpressionOfInterest:
    """A form that should have been acknowledged long ago."""
    at = timezone.now() - dt.timedelta(days=30)
    return received("give_advice", name=name, email="mere@example.net", at=at)


def inner_links(page: Page) -> set[str]:
    """The addresses of the portal that the page leads to, without those to a place on it."""
    found = page.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    whole = {urldefrag(urljoin(page.url, href))[0] for href in found}
    return {url for url in whole if url.startswith(urljoin(page.url, "/"))}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_late_answer_is_acknowledged_from_the_morning_mail(
    portal: str, browser: Browser, scripts: bool
) -> None:
    ana, form = somebody("Ana Officer", is_triage_officer=True), late_form()
    triage.assign(eoi=form, seen=form.version, by=ana, to=ana)
    morning.send(A_WORKING_MORNING)
    (letter,) = letters_to(ana.email)
    assert letter.subject == "What waits for you: 2 late"

    page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page.goto(link_in(letter, "staff/responses"))
    page.get_by_label("Email address").fill(ana.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text(f"{form.reference}: Mere Tūtahi")
    page.get_by_label("What you tell them").fill("Thank you, Mere. We are sorry to be late.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    page.get_by_role("button", name="See it as it will arrive").first.click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".messagelist")).to_contain_text("Acknowledged.")
    page.get_by_role("link", name="Next one").click()
    assert page.locator(".messagelist").inner_text() == "That was the last one of these."
    kept = form.undertaking_of("acknowledge")
    assert kept is not None
    assert (kept.kept_by, kept.was_late) == (ana, True)
    assert len(letters_to("mere@example.net")) == 2
    page.close()


def test_from_the_desk_to_acknowledged_in_three_presses(portal: str, officer: User, page: Page) -> None:
    form = late_form()
    sign_in(page, portal, officer)
    page.get_by_role("link", name="Everybody’s").click()
    page.get_by_role("link", name="Mere Tūtahi").first.click()  # the first
    text = page.get_by_label("What you tell them")
    expect(text).to_be_in_viewport()
    text.fill("Kia ora")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    see_it_and_send(page, "acknowledge")  # the second and the third
    assert "Acknowledged." in page.locator(".messagelist").inner_text()
    kept = form.undertaking_of("acknowledge")
    assert kept is not None
    assert kept.kept_by == officer


def test_two_officers_take_the_same_item_and_one_is_told(
    portal: str, browser: Browser, stand_on: Callable[[Page, str], None]
) -> None:
    late_form()
    both = [
        somebody("Ana Officer", is_triage_officer=True),
        somebody("Bo Colleague", is_triage_officer=True),
    ]
    windows = [browser.new_context(viewport={"width": 390, "height": 844}) for _ in both]
    ana, bo = (window.new_page() for window in windows)
    for page, who in zip((ana, bo), both, strict=True):
        sign_in(page, portal, who)
        page.get_by_role("link", name="Everybody’s").click()
        page.get_by_role("link", name="Mere Tūtahi").first.click()
        page.get_by_label("What you tell them").fill(f"Kia ora from {who.name}")
        page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    see_it_and_send(ana, "acknowledge")
    assert "Acknowledged." in ana.locator(".messagelist").inner_text()

    bo.locator("#acknowledge").get_by_role("button", name="See it as it will arrive").click()
    summary = bo.locator(".error-summary:focus")
    expect(summary).to_be_in_viewport(ratio=1)
    assert "Ana Officer changed this meanwhile: Acknowledged" in summary.inner_text()
    assert "Kia ora from Bo Colleague" in bo.content()  # nothing typed is lost
    stand_on(bo, bo.locator("h1").last.inner_text())
    assert Activity.objects.filter(kind=Activity.Kind.ACKNOWLEDGED).count() == 1
    for window in windows:
        window.close()


def test_officers_without_details_work_a_whole_record_and_meet_no_wall(
    portal: str, officer: User, browser: Browser, stand_on: Callable[[Page, str], None]
) -> None:
    form = answered(
        "champion_accord",
        by=officer,
        name="Mere Tūtahi",
        organisation="Ngā Hau o Tāwhiri",
        email="mere@example.net",
        telephone="04 494 5718",
        initiatives="A shared garden",
        comments="Ring me on 04 494 5718",
    )
    switches.confirm(contact=form.contact)
    editor, approver = somebody("Rua Editor", is_editor=True), somebody("Kim Approver", is_approver=True)
    seen: set[str] = set()

    def look(page: Page, heading: str) -> None:
        stand_on(page, heading)
        text = page.content()
        assert re.search(r"mere@example\.net|494.?5718", text) is None
        seen.update(inner_links(page))

    page = browser.new_page(viewport={"width": 390, "height": 844})
    sign_in(page, portal, editor)
    page.goto(portal + form.get_absolute_url())
    look(page, f"{form.reference}: Mere Tūtahi")
    page.get_by_role("link", name="Register as champion").click()
    look(page, "Register as champion")
    page.get_by_label("Summary").fill("We bring people together.")
    page.get_by_role("button", name="Register as champion").click()
    look(page, "Ngā Hau o Tāwhiri")
    page.get_by_label("My name as a champion").check()
    page.locator("#id_agreed_how").select_option(index=1)
    page.get_by_role("button", name="Write down what they agreed").click()
    look(page, "Ngā Hau o Tāwhiri")
    page.get_by_role("link", name="Mere Tūtahi").first.click()
    look(page, "Mere Tūtahi (Ngā Hau o Tāwhiri)")
    champion = Champion.objects.get()
    for url in sorted(seen):
        answer = page.request.get(url, max_redirects=0)
        assert (url, answer.status) == (url, 200)
    page.close()

    seen.clear()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    sign_in(page, portal, approver)
    page.goto(f"{portal}/staff/champions/champion/{champion.pk}/change/")
    look(page, "Ngā Hau o Tāwhiri")
    page.get_by_role("link", name="Look at it, then publish").click()
    page.get_by_role("button", name="Publish").click()
    assert page.locator(".messagelist").inner_text() == "Published."
    look(page, "Ngā Hau o Tāwhiri")
    for url in sorted(seen):
        answer = page.request.get(url, max_redirects=0)
        assert (url, answer.status) == (url, 200)
    page.close()
