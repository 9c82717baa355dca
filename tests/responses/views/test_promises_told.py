"""The button by which somebody lets us tell others what became of their initiative."""

import pytest
from django.test import Client

from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import Decision, ExpressionOfInterest
from tests.clock import NOON
from tests.factories import UserFactory, received
from tests.html import Element
from tests.responses.views.own_pages import main, own

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
YES, NO = "You may tell others about this", "Do not tell others about this"


@pytest.fixture
def mere(db: None) -> User:
    return UserFactory()


def decided(mere: User, **typed: str) -> ExpressionOfInterest:
    eoi = received(initiatives="- Open the hall. On Sundays too.\n- Plant trees", **typed)
    triage.decide(eoi=eoi, seen=1, by=mere, number=1, outcome="partly", text="One hall of two.")
    return eoi


def button(page: Element) -> tuple[str, dict[str, str]]:
    """What the one button says, and what it sends."""
    form = page.one("form", method="post")
    pressed = form.one("button")
    return pressed.text, {
        "decision": str(form.one("input", name="decision")["value"]),
        str(pressed["name"]): str(pressed["value"]),
    }


def test_only_what_is_decided_has_the_button_with_the_words_that_would_be_told(
    client: Client, mere: User
) -> None:
    page = main(client.get(own(decided(mere).contact, "promises")))
    assert button(page)[0] == YES
    assert page.one("form", method="post").one("p").text == (
        "If you agree, our news tells others this, and not who you are: “Open the hall.”"
        " Taken up in part. One hall of two."
    )


def test_pressing_agrees_pressing_again_takes_it_back_and_an_old_page_changes_nothing_twice(
    client: Client, mere: User
) -> None:
    eoi = decided(mere)
    path = own(eoi.contact, "promises")
    _, agrees = button(main(client.get(path)))
    for _ in range(2):
        response = client.post(path, agrees)
        assert (response.status_code, response["Location"]) == (303, f"{path}?saved")
        assert eoi.decisions.get().told_agreed_at == NOON
    page = main(client.get(f"{path}?saved"))
    assert page.one(class_="done").text == "Your change is saved."
    says, takes_back = button(page)
    assert says == NO
    for _ in range(2):
        assert client.post(path, takes_back).status_code == 303
    assert eoi.decisions.get().told_agreed_at is None
    assert eoi.activities.filter(kind="agreed").count() == 2
    assert button(main(client.get(path)))[0] == YES


def test_a_link_decides_for_its_own_mailbox_only(client: Client, mere: User) -> None:
    eoi, other = decided(mere), received(email="other@example.org")
    _, agrees = button(main(client.get(own(eoi.contact, "promises"))))
    assert client.post(own(other.contact, "promises"), agrees).status_code == 200
    assert Decision.objects.get().told_agreed_at is None


@pytest.mark.parametrize("sent", [{}, {"decision": "x"}, {"tell": "perhaps"}, {"decision": "9" * 30}])
def test_what_no_button_sends_changes_nothing(client: Client, mere: User, sent: dict[str, str]) -> None:
    eoi = decided(mere)
    pressed = {"decision": str(eoi.decisions.get().pk), "tell": "yes", **sent} if sent else {}
    assert client.post(own(eoi.contact, "promises"), pressed).status_code == 200
    assert eoi.decisions.get().told_agreed_at is None


def test_the_button_is_no_others_to_press(mere: User) -> None:
    eoi = decided(mere)
    pressed = {"decision": str(eoi.decisions.get().pk), "tell": "yes"}
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(own(eoi.contact, "promises"), pressed).status_code == 403
    assert eoi.decisions.get().told_agreed_at is None
