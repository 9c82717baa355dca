"""Referring to an agency, on the page of a form."""

import pytest
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import referring
from responses.models import ExpressionOfInterest, Referral
from tests.factories import UserFactory, received
from tests.html import Element, read
from tests.staff.pages import act_url, filled_in, looked_at, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EOIS = "responses/expressionofinterest"
ABOUT = {"agency": "Sport New Zealand", "address": "kiaora@sport.example.org", "text": "Open the hall."}


@pytest.fixture
def officer(client: Client) -> User:
    user = UserFactory(is_triage_officer=True, name="Mere Staff")
    client.force_login(user)
    return user


def page(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(eoi.get_absolute_url()))


def test_the_text_begins_with_the_form_and_the_question_is_shown_first(client: Client, officer: User) -> None:
    eoi = received(organisation="Hapori Trust", comments="A hall, please", telephone="04 494 5718")
    shown = page(client, eoi)
    begun = str(shown.one("textarea", id="id_refer_text").text)
    for words in ("Aroha Ngata, Hapori Trust wrote", "A hall, please", "aroha@example.org, 04 494 5718"):
        assert words in begun
    url = act_url(EOIS, eoi.pk, "refer")
    data = {**filled_in(shown, url), **ABOUT}
    preview = read(client.post(url, data))
    assert "May we pass on your expression of interest?" in preview.text
    assert "Open the hall." not in str(preview.one("iframe")["srcdoc"])  # it stands behind the link
    assert [part.text for part in preview.all("h3")] == ["To whom", "Exactly what we would send"]
    assert preview.all("div", class_="said")[1].text == "Open the hall."
    assert Referral.objects.count() == 0
    looked_at(client, url, data)
    assert Referral.objects.get().text == "Open the hall."
    assert "waiting for the person’s answer" in page(client, eoi).one(class_="state").text


def test_what_is_missing_is_asked_for(client: Client, officer: User) -> None:
    eoi = received()
    url = act_url(EOIS, eoi.pk, "refer")
    data = {**filled_in(page(client, eoi), url), "agency": "", "address": "nowhere", "text": ""}
    found = refusals(read(client.post(url, data)))
    assert found[0] == "Enter the agency’s name, as the person knows it"
    assert len(found) == 3


def test_the_question_is_taken_back_by_a_button(client: Client, officer: User) -> None:
    eoi = received()
    referring.refer(eoi=eoi, seen=1, by=officer, **ABOUT)
    url = act_url(EOIS, eoi.pk, "withdraw")
    shown = page(client, eoi)
    assert [f for f in shown.all("form") if str(f["action"]).endswith("/refer/")] == []
    client.post(url, filled_in(shown, url))
    section = page(client, eoi).one("section", aria_labelledby="referrals")
    assert ("Taken back by staff" in section.text, section.all("form")) == (True, [])


def test_the_answer_and_the_fate_of_the_message_stand_there_until_read(client: Client, officer: User) -> None:
    eoi = received()
    referring.refer(eoi=eoi, seen=1, by=officer, **ABOUT)
    referring.agree(referral=Referral.objects.get())
    section = page(client, eoi).one("section", aria_labelledby="referrals")
    assert "Agreed, on its way" in section.text
    assert "By email: Waiting to be sent" in section.text
    url = act_url(EOIS, eoi.pk, "read_answer")
    client.post(url, filled_in(page(client, eoi), url))
    assert "Read by Mere Staff" in page(client, eoi).one("section", aria_labelledby="referrals").text


def test_a_question_that_did_not_arrive_says_so(client: Client, officer: User) -> None:
    eoi = received()
    referring.refer(eoi=eoi, seen=1, by=officer, **ABOUT)
    OutgoingMail.objects.filter(message="may_we_pass_it_on").update(state="failed")
    shown = page(client, eoi)
    assert "The question did not reach them" in shown.one("section", aria_labelledby="referrals").text
    assert "waiting for the person" not in shown.one(class_="state").text


def test_the_list_finds_who_was_asked(client: Client, officer: User) -> None:
    eoi, _other = received(), received(email="other@example.org")
    referring.refer(eoi=eoi, seen=1, by=officer, **ABOUT)
    answer = client.get(f"/staff/{EOIS}/", {"queue": "asked"})
    assert [row.pk for row in answer.context["cl"].result_list] == [eoi.pk]
