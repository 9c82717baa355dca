"""A form that arrives after its session ended is kept, and comes back to whoever wrote it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accord_portal.digests.models import Update
from accord_portal.staff import kept_forms
from accord_portal.staff.models import KeptForm, User
from responses.models import Activity, ExpressionOfInterest
from tests.factories import UpdateFactory, received
from tests.html import Element, read
from tests.staff.late import come_back, follow, send, sign_in, signed_in, token_in
from tests.staff.pages import act_url, filled_in, page_of, refusals

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
EOI = "responses/expressionofinterest"
NOTE = 'She rang. "Kia ora" <b> & Tūtahi\nTwo lines.'
SAID = "You were signed out before this was sent. Nothing was lost."


@pytest.fixture
def eoi(clock: time_machine.Traveller) -> ExpressionOfInterest:
    return received(name="Ana Example")


@pytest.fixture
def window(mere: User, eoi: ExpressionOfInterest) -> Client:
    return signed_in(mere.email)


def late_note(
    client: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller, **meanwhile: Any
) -> HttpResponse:
    """The answer to a note that was begun in time, and sent an hour later; what became of the account."""
    at, url = page_of(EOI, eoi.pk), act_url(EOI, eoi.pk, "note")
    page = client.get(at)
    clock.shift(HOUR)
    User.objects.update(**{"is_active": True, **meanwhile})
    return send(client, url, {**filled_in(read(page), url), "text": NOTE}, page, at)


def form_in(page: HttpResponse, url: str) -> Element:
    return read(page).one("form", action=url)


def test_a_note_that_came_too_late_stands_in_its_form_again_and_is_sent(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    url = act_url(EOI, eoi.pk, "note")
    answer = late_note(window, eoi, clock)
    kept = KeptForm.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/staff/login/?next=/staff/kept/{kept.pk}/")
    assert "What you wrote is kept for an hour" in read(window.get(answer["Location"])).text
    page = come_back(window, answer, mere.email)
    assert read(page).one(id="kept").text.startswith(SAID)
    assert form_in(page, url).one("textarea").text == " ".join(NOTE.split())
    assert "&lt;b&gt; &amp; Tūtahi" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not Activity.objects.filter(kind="note").exists()
    fields = {box["name"]: box["value"] for box in form_in(page, url).all("input", type="hidden")}
    send(window, url, {**fields, "text": NOTE}, page, "/staff/")
    assert Activity.objects.get(kind="note").text == NOTE
    assert not KeptForm.objects.exists()


def test_it_may_be_looked_at_again_until_it_is_sent_or_its_hour_is_over(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    page = come_back(window, late_note(window, eoi, clock), mere.email)
    here = f"{page_of(EOI, eoi.pk)}?kept={KeptForm.objects.get().pk}"
    assert read(window.get(here)).all(id="kept")
    for _ in range(4):
        clock.shift(15 * MINUTE)
        page = window.get(here)
    assert (page.status_code, read(page).all(id="kept")) == (200, [])
    assert window.get(f"/staff/kept/{KeptForm.objects.get().pk}/").status_code == 404
    assert kept_forms.forget(dt.datetime.now(dt.UTC)) == 1


def test_another_who_signs_in_in_the_same_browser_gets_nothing(
    window: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    other = User.objects.create_superuser("other@example.org", "stand together by the sea", name="Other")
    answer = late_note(window, eoi, clock)
    page = come_back(window, answer, other.email)
    assert (page.status_code, "She rang" in page.content.decode()) == (404, False)
    key = KeptForm.objects.get().pk
    opened = window.get(f"{page_of(EOI, eoi.pk)}?kept={key}")
    assert "She rang" not in opened.content.decode()
    again = window.post("/staff/desk/views/", {"kept": key, "csrfmiddlewaretoken": token_in(opened)})
    assert (again.status_code, KeptForm.objects.count()) == (200, 1)


def test_two_tabs_are_both_kept_whatever_was_opened_between(
    window: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    at, url = page_of(EOI, eoi.pk), act_url(EOI, eoi.pk, "note")
    page = window.get(at)
    clock.shift(HOUR)
    assert window.get("/staff/figures/").status_code == 302
    for _ in range(2):
        send(window, url, {"text": NOTE}, page, at)
    assert KeptForm.objects.count() == 2


def test_it_is_kept_overnight_and_after_a_working_day(
    window: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    at, url = page_of(EOI, eoi.pk), act_url(EOI, eoi.pk, "note")
    for _ in range(40):
        page = window.get(at)
        clock.shift(15 * MINUTE)
    send(window, url, {"text": NOTE}, page, at)  # the ten hours are over, the twenty minutes are not
    clock.shift(16 * HOUR)
    send(window, url, {"text": NOTE}, page, at)
    assert KeptForm.objects.count() == 2


def test_nothing_is_kept_of_a_session_that_somebody_ended(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    late_note(window, eoi, clock, password=make_password("another passphrase than before"))
    assert KeptForm.objects.count() == 0


def test_nothing_is_kept_of_who_may_not_sign_in_any_more(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    late_note(window, eoi, clock, is_active=False)
    assert KeptForm.objects.count() == 0


def test_nor_of_whoever_gave_a_passphrase_and_no_second_factor(
    window: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller, settings: object
) -> None:
    at, url = page_of(EOI, eoi.pk), act_url(EOI, eoi.pk, "note")
    page = window.get(at)
    clock.shift(HOUR)
    settings.SECOND_FACTOR = True  # type: ignore[attr-defined]
    send(window, url, {"text": NOTE}, page, at)
    assert KeptForm.objects.count() == 0


def test_nor_of_a_form_that_another_website_sends(
    window: Client, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    answer = window.post(act_url(EOI, eoi.pk, "note"), {"text": NOTE})
    assert (answer.status_code, KeptForm.objects.count()) == (403, 0)


@pytest.mark.parametrize("path", ["password_change/", "second-factor/", "second-factor/codes.txt", "logout/"])
def test_what_belongs_to_signing_in_is_never_kept(
    window: Client, clock: time_machine.Traveller, path: str
) -> None:
    page = window.get("/staff/figures/")
    clock.shift(HOUR)
    answer = send(window, f"/staff/{path}", {"old_password": "x", "code": "123456"}, page, "/staff/")
    assert (answer.status_code, KeptForm.objects.count()) == (302, 0)


def test_a_passphrase_and_a_file_are_left_out(
    window: Client, mere: User, clock: time_machine.Traveller
) -> None:
    page = window.get("/staff/champions/accordtext/add/")
    clock.shift(HOUR)
    sent = {"title": "The Accord", "new_passphrase": "x", "password1": "y"}
    url = "/staff/champions/accordtext/add/"
    answer = send(window, url, {**sent, "file": SimpleUploadedFile("a.pdf", b"%PDF")}, page, url)
    typed = kept_forms.of(mere, KeptForm.objects.get().pk)
    assert typed == (url, url, {"title": ["The Accord"]}, True)
    page = come_back(window, answer, mere.email)
    assert "Files are not kept: choose yours again." in read(page).one(id="kept").text


def test_a_form_of_the_admin_comes_back_with_the_mark_of_what_it_showed(
    window: Client, mere: User, clock: time_machine.Traveller
) -> None:
    update = UpdateFactory(title="News of the hall")
    at = page_of("digests/update", update.pk)
    page = window.get(at)
    shown = {box["name"]: box["value"] or "" for box in read(page).one(class_="sheet").all("input")}
    clock.shift(HOUR)
    Update.objects.filter(pk=update.pk).update(title="Somebody else's words")
    answer = send(window, at, {**shown, "title": "My own words", "_save": ""}, page, at)
    page = come_back(window, answer, mere.email)
    form = read(page).one(class_="sheet")
    assert form.one("input", name="title")["value"] == "My own words"
    boxes = [*form.all("input"), *form.all("textarea")]
    fields = {box["name"]: box["value"] or "words" for box in boxes if box["type"] != "checkbox"}
    assert fields["seen"] == shown["seen"]
    refused = send(window, form["action"] or "", fields, page, at)
    assert "changed this since you opened it" in refusals(read(refused))[0]


def test_where_the_form_is_gone_the_words_stand_on_a_page_of_their_own(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    page = window.get("/staff/figures/")
    clock.shift(HOUR)
    url = "/staff/desk/snooze/"
    fields = {"sure": "yes", "item": "letter-1", "because": NOTE}
    page = come_back(window, send(window, url, fields, page, url), mere.email)
    assert (page.status_code, read(page).one("h1").text) == (200, "Not sent yet")
    assert read(page).one("blockquote").text == " ".join(NOTE.split())
    hidden = {box["name"]: box["value"] for box in form_in(page, url).all("input", type="hidden")}
    assert {**fields, "kept": str(KeptForm.objects.get().pk)}.items() <= hidden.items()


def test_it_stays_while_what_it_is_sent_to_is_not_there(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    page = come_back(window, late_note(window, eoi, clock), mere.email)
    key = KeptForm.objects.get().pk
    answer = send(
        window,
        "/staff/responses/expressionofinterest/99/act/note/",
        {"kept": key, "text": NOTE},
        page,
        "/staff/",
    )
    assert (answer.status_code, KeptForm.objects.count()) == (404, 1)


def test_what_is_too_late_twice_is_kept_once(
    window: Client, mere: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    url = act_url(EOI, eoi.pk, "note")
    page = come_back(window, late_note(window, eoi, clock), mere.email)
    clock.shift(HOUR)
    fields = {box["name"]: box["value"] for box in form_in(page, url).all("input", type="hidden")}
    here = f"{page_of(EOI, eoi.pk)}?kept={fields['kept']}"
    answer = send(window, url, {**fields, "text": "More of it"}, page, here)
    page = come_back(window, answer, mere.email)
    assert form_in(page, url).one("textarea").text == "More of it"
    assert KeptForm.objects.count() == 1


def test_what_is_too_long_is_said_at_once(
    window: Client,
    mere: User,
    eoi: ExpressionOfInterest,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_forms, "MAX_FORM_CHARACTERS", 20)
    answer = late_note(window, eoi, clock)
    assert answer["Location"] == "/staff/login/?next=/staff/kept/0/"
    page = window.get(answer["Location"])
    assert "it is too long for us to keep" in read(page).text
    page = follow(window, sign_in(window, mere.email, token_in(page), "/staff/kept/0/"))
    assert (page.status_code, "too long for us to keep" in read(page).text) == (404, True)


def test_each_form_says_until_when_it_may_be_sent(window: Client, eoi: ExpressionOfInterest) -> None:
    said = "Send this before 12:20pm, or you will be asked to sign in again; what you wrote is kept."
    page = read(window.get(page_of(EOI, eoi.pk)))
    form = page.one("form", action=act_url(EOI, eoi.pk, "note"))
    assert said in form.text
    assert said in read(window.get("/staff/digests/update/add/")).text
    assert said in read(window.get("/staff/desk/mail/")).text
    upload = read(window.get("/staff/responses/contactimport/add/")).text
    assert "what you wrote is kept, but no file." in upload
