"""What an act mails is looked at before it goes; what goes is what was looked at."""

import re

import pytest
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff import previewing
from accord_portal.staff.models import User
from responses.answers import confirming, triage
from responses.models import Activity, ExpressionOfInterest
from tests.factories import received
from tests.html import Element, read
from tests.staff.pages import act_url, refusals, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EOIS = "responses/expressionofinterest"
TYPED = {"seen": "1", "text": "Kia ora.\n\n- **One**\n- Two", "is_full": "yes"}


@pytest.fixture
def eoi() -> ExpressionOfInterest:
    return received("keep_informed")


def look(client: Client, eoi: ExpressionOfInterest, **typed: str) -> Element:
    return read(client.post(act_url(EOIS, eoi.pk, "acknowledge"), {**TYPED, **typed}))


def send(client: Client, eoi: ExpressionOfInterest, shown: Element) -> Element:
    """Presses Send, with what a browser sends from the page that shows the message."""
    (form,) = shown.all("form", class_="act")
    boxes = {box["name"]: box["value"] or "" for box in form.all("input", type="hidden")}
    button = form.one("button", name="as_shown")
    url = str(form["action"])
    return read(client.post(url, {**boxes, "as_shown": str(button["value"])}, follow=True))


def written(eoi: ExpressionOfInterest) -> tuple[object, ...]:
    eoi = ExpressionOfInterest.objects.get(pk=eoi.pk)
    replies = OutgoingMail.objects.filter(message="reply").count()
    return eoi.version, eoi.acknowledged_at is not None, replies, eoi.activities.count()


def test_looking_changes_nothing(client: Client, superuser: User, eoi: ExpressionOfInterest) -> None:
    before = written(eoi)
    assert look(client, eoi).one("h1").text == "As it will arrive"
    assert written(eoi) == before == (1, False, 0, 1)


def test_what_is_sent_is_what_was_shown(client: Client, superuser: User, eoi: ExpressionOfInterest) -> None:
    shown = look(client, eoi)
    page = send(client, eoi, shown)
    assert page.one("ul", class_="messagelist").text == "Acknowledged."
    assert written(eoi) == (2, True, 1, 2)
    message = mail.made(OutgoingMail.objects.get(message="reply"))
    assert [row.text for row in shown.all("dd")] == ["aroha@example.org", str(message.subject)]
    masked = re.sub(previewing.OF_A_LINK, previewing.FOR_ITS_READER, str(message.body))
    assert shown.one("pre").text == " ".join(masked.split())
    inside = read(str(shown.one("iframe")["srcdoc"]))
    assert [item.text for item in inside.all("li")] == ["One", "Two"]
    html = read(str(message.alternatives[0][0]))
    assert inside.one("body").text == html.one("body").text


def test_the_readers_own_links_are_not_shown(
    client: Client, superuser: User, eoi: ExpressionOfInterest
) -> None:
    response = client.post(act_url(EOIS, eoi.pk, "acknowledge"), TYPED)
    assert re.findall(r"preferences/([^/]+)/", response.content.decode()) == ["their-own-link"] * 2


def test_the_style_of_the_message_is_allowed_by_its_nonce_only(
    client: Client, superuser: User, eoi: ExpressionOfInterest
) -> None:
    response = client.post(act_url(EOIS, eoi.pk, "acknowledge"), TYPED)
    inside = str(read(response).one("iframe")["srcdoc"])
    (nonce,) = set(re.findall(r'<style nonce="([^"]+)">', inside))
    assert "<style>" not in inside
    assert f"style-src 'self' 'nonce-{nonce}'" in response["Content-Security-Policy"]
    assert ' style="' not in inside


def test_what_changed_meanwhile_is_not_sent_and_what_was_typed_stands(
    client: Client, superuser: User, eoi: ExpressionOfInterest
) -> None:
    shown = look(client, eoi)
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    page = send(client, eoi, shown)
    assert refusals(page) == [previewing.NOT_AS_SHOWN]
    assert page.one("textarea", id="id_acknowledge_text").text == " ".join(TYPED["text"].split())
    assert written(eoi)[:3] == (1, False, 0)
    again = look(client, eoi)
    assert "Tēnā koe Aroha Ngata" in again.one("pre").text
    assert send(client, eoi, again).one("ul", class_="messagelist").text == "Acknowledged."


def test_another_text_is_not_sent_by_the_same_press(superuser: User, eoi: ExpressionOfInterest) -> None:
    def say(text: str) -> previewing.MailAct:
        return lambda: triage.acknowledge(eoi=eoi, seen=1, by=superuser, text=text, is_full=True)

    shown = previewing.rehearse(say("Kia ora"))
    with pytest.raises(ChangedMeanwhile):
        previewing.carry_out(say("Go away"), shown=shown.mark)
    assert not Activity.objects.filter(kind="acknowledged").exists()
    previewing.carry_out(say("Kia ora"), shown=shown.mark)
    assert Activity.objects.get(kind="acknowledged").text == "Kia ora"


def test_one_goes_back_to_what_was_typed(client: Client, superuser: User, eoi: ExpressionOfInterest) -> None:
    url = act_url(EOIS, eoi.pk, "acknowledge")
    typed = {**TYPED, "is_full": "no", "reply_on": "2026-11-30", "change": "yes"}
    page = read(client.post(url, typed))
    assert (refusals(page), page.one("title").text.startswith("Error")) == ([], False)
    form = page.one("form", action=url)
    assert form.one("textarea").text == " ".join(TYPED["text"].split())
    assert form.one("input", name="reply_on")["value"] == "2026-11-30"
    assert [box["value"] for box in form.all("input", name="is_full") if "checked" in box.attrs] == ["no"]


def test_whom_nobody_has_confirmed_it_greets_nobody_and_says_so(
    client: Client, superuser: User, eoi: ExpressionOfInterest
) -> None:
    assert any("does not greet them by name" in hint.text for hint in look(client, eoi).all(class_="hint"))
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert [hint for hint in look(client, eoi).all(class_="hint") if "greet" in hint.text] == []


def test_who_is_not_mailed_is_said_and_the_line_is_shown(client: Client, superuser: User) -> None:
    eoi = received(email="", telephone="04 494 5718")
    shown = look(client, eoi, text="Told her by telephone.")
    assert shown.one("h1").text == "Nothing is mailed"
    assert shown.one("blockquote").text == "Told her by telephone."
    assert shown.one("button", name="as_shown").text == "Write it down"
    send(client, eoi, shown)
    assert eoi.activities.get(kind="acknowledged").text == "Told her by telephone."


def test_who_may_not_see_addresses_sees_none(client: Client, eoi: ExpressionOfInterest) -> None:
    sign_in(client, "view_expressionofinterest", "change_expressionofinterest")
    assert "aroha@example.org" not in look(client, eoi).text
    assert look(client, eoi).all("dd")[0].text == "their mailbox"


def test_a_refusal_is_said_before_anything_is_shown(
    client: Client, superuser: User, eoi: ExpressionOfInterest
) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=superuser, text="Kia ora", is_full=True)
    assert refusals(look(client, eoi, seen="2")) == ["This has already been acknowledged."]
