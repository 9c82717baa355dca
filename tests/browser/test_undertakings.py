"""Promises are kept by calls where there is a telephone only, and anew where a message came back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import intake
from responses.models import Call, Undertaking
from tests.factories import CallFactory, answers, received

from .conftest import letters_to, see_it_and_send, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def owed(page: Page) -> list[str]:
    """What the page says of each undertaking that it shows."""
    rows = page.get_by_role("region", name="What we owe them").get_by_role("listitem")
    return [" ".join(text.split()) for text in rows.all_inner_texts()]


def test_a_telephone_only_persons_promises_are_kept_by_calls(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    eoi = intake.receive(
        call=Call.objects.first() or CallFactory(),
        answers=answers(
            "give_advice",
            "champion_accord",
            name="Hēmi Walker",
            email="",
            telephone="04 494 5718",
            initiatives="Open the hall on Sundays",
        ),
        channel="telephone",
        by=officer,
    )
    kinds = ["acknowledge", "reply", "decide", "invite", "talk"]
    assert sorted(Undertaking.objects.open().values_list("kind", flat=True)) == sorted(kinds)
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/responses/undertaking/")
    stand_on(page, "What we owe people")
    page.get_by_role("rowheader", name="Acknowledge the answers").get_by_role("link").click()
    stand_on(page, "Acknowledge the answers: Hēmi Walker")
    page.get_by_role("link", name="Acknowledge it on the page of the form").click()
    stand_on(page, f"{eoi.reference}: Hēmi Walker")

    page.get_by_label("What you tell them").fill("Rang him: we call again by the end of next week.")
    day = page.get_by_label("By which day will the full answer come?")
    assert day.is_hidden()
    page.get_by_role("group", name="Is this the full answer?").get_by_label("No").check()
    assert day.is_visible()
    page.get_by_role("button", name="See it as it will arrive").first.click()
    stand_on(page, "Nothing is mailed")
    page.get_by_role("button", name="Write it down").click()
    stand_on(page, f"{eoi.reference}: Hēmi Walker")
    page.get_by_label("What you tell them").fill("Rang him with the whole answer.")
    page.get_by_role("button", name="See it as it will arrive").first.click()
    page.get_by_role("button", name="Write it down").click()
    decide = page.locator("#decide")
    decide.get_by_label("Taken up", exact=True).check()
    decide.get_by_label("Why").fill("The hall is ours.")
    decide.get_by_role("button", name="See it as it will arrive").click()
    page.get_by_role("button", name="Write it down").click()
    assert [row.partition(":")[2].split()[0] for row in owed(page)] == ["kept"] * 3

    page.get_by_role("link", name="Everything about this contact").click()
    stand_on(page, "Hēmi Walker")
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_text("Record a call, a letter or a meeting").click()
    page.get_by_label("Telephone call").check()
    page.get_by_label("What was said").fill("Talked about the hall. He comes to the meeting in March.")
    for promise in ("Have a conversation", "Invite to a meeting"):
        page.get_by_label(promise).check()
    stand_on(page, "Hēmi Walker")
    page.get_by_role("button", name="Write it down").click()
    stand_on(page, "Hēmi Walker")
    assert owed(page)[0] == "Nothing is owed to them now."
    assert set(Undertaking.objects.kept().values_list("kind", "evidence_kind")) == {
        (kind, "activity") for kind in kinds
    }
    page.get_by_text("What was kept, or is not owed any more: 5").click()
    stand_on(page, "Hēmi Walker")
    page.get_by_role("link", name="Telephone call,").first.click()
    assert page.url.endswith("#timeline")


def test_a_message_that_comes_back_reopens_what_it_had_kept_and_is_answered_again(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    eoi = received("keep_informed", name="Mere Tūtahi", email="mere@example.org")
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.get_by_label("What you tell them").fill("Yes, gladly.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    see_it_and_send(page, "acknowledge")
    assert len(letters_to("mere@example.org")) == 2

    page.goto(portal + eoi.get_absolute_url())
    page.get_by_role("link", name="Acknowledged by email").first.click()
    message = OutgoingMail.objects.get(message="reply")
    stand_on(page, str(message))
    page.set_viewport_size({"width": 320, "height": 640})
    stand_on(page, str(message))
    page.get_by_role("button", name="It came back").click()
    stand_on(page, str(message))
    said = page.locator(".messagelist").inner_text()
    assert said == "It counts as failed, and what it had kept is owed again."
    eoi.refresh_from_db()
    assert (eoi.state, eoi.acknowledged_at) == ("awaiting_triage", None)

    page.goto(portal + eoi.get_absolute_url())
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")
    assert ["our message did not arrive, so it is owed again" in row for row in owed(page)] == [True, True]
    page.get_by_label("What you tell them").fill("Rang her: the mailbox is full. Told her all of it.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    see_it_and_send(page, "acknowledge")
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")
    assert [row.partition(":")[2].split()[0] for row in owed(page)] == ["kept"] * 2
    page.goto(f"{portal}/staff/?whose=all")
    stand_on(page, "Desk")
    assert page.locator(".desk-numbers").inner_text().startswith("Nothing is late")


def test_the_day_of_the_full_answer_is_promised_on_a_phone_without_scripts(
    portal: str, officer: User, browser: Browser
) -> None:
    eoi = received(name="Mere Tūtahi", email="mere@example.org")
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.get_by_label("What you tell them").fill("Thank you. We are asking the owner of the hall.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("No").check()
    day = page.get_by_label("By which day will the full answer come?")
    day.fill("2001-01-01")
    page.get_by_role("button", name="See it as it will arrive").first.click()
    assert day.is_visible()
    assert "Choose a day from today to a year ahead." in page.locator("#acknowledge").inner_text()
    promised = eoi.undertakings.get(kind="reply").due_on
    day.fill(promised.isoformat())
    see_it_and_send(page, "acknowledge")
    assert page.locator(".messagelist").inner_text() == "Acknowledged."
    assert list(eoi.undertakings.open().values_list("kind", "due_on")) == [("reply", promised)]
    page.close()
