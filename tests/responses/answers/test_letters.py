"""Contact us: a short form that makes a letter on the desk, and what staff do with it."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, connections, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.telephones import TO_RING
from accord_portal.staff.models import LogLine, User
from responses import personal_data
from responses.answers import letters
from responses.forms.letter import LetterForm
from responses.models import Activity, Contact, Letter, LetterLine
from responses.people import suppressions
from responses.views.letters import RECEIPT_SALT
from tests.factories import ContactFactory, UserFactory, permitted, subscriber
from tests.html import Element, read

pytestmark = pytest.mark.django_db
PAGE = "/contact/"
NOON = dt.datetime(2026, 11, 17, 23, 0, tzinfo=dt.UTC)  # Wednesday 18 November in New Zealand
TYPED = {
    "name": "You won, claim at https://prize.example",
    "email": "victim@example.org",
    "telephone": "04 494 5718",
    "message": "Click https://prize.example now",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def written(**changes: str) -> Letter:
    return letters.receive(**{**TYPED, **changes})


def summary(page: Element) -> dict[str, str]:
    """The errors at the top, each by where its link leads."""
    return {a["href"] or "": a.text for a in page.one(class_="error-summary").all("a")}


# --- the page --------------------------------------------------------------------------------


def test_the_page_says_how_to_reach_us_and_has_an_empty_form(client: Client, settings: Settings) -> None:
    settings.OFFICE_TELEPHONE, settings.OFFICE_POSTAL_ADDRESS = "04 495 7200", "PO Box 805\nWellington 6140"
    page = read(client.get(PAGE)).one("main")
    form = page.one("form", method="post")
    assert {(c["name"], c["type"] or c.tag) for c in form.all("input", "textarea")} == {
        ("csrfmiddlewaretoken", "hidden"),
        ("name", "text"),
        ("email", "email"),
        ("telephone", "tel"),
        ("message", "textarea"),
        ("website", "text"),
        ("started", "hidden"),
    }
    assert [c["name"] for c in form.all("input") if c["value"] and c["type"] != "hidden"] == []
    controls = {c["name"]: c for c in form.all("input", "textarea")}
    assert [controls[name]["autocomplete"] for name in ("name", "email", "telephone")] == [
        "name",
        "email",
        "tel",
    ]
    assert "04 495 7200" in page.text
    assert "PO Box 805 Wellington 6140" in page.one("address").text
    notice, button = form.one(class_="notice"), form.one("button")
    assert form.all("section", "button") == [notice, button]
    assert "Official Information Act" in notice.text
    assert button.text == "Send my message"


def test_a_letter_is_kept_and_its_receipt_shown(client: Client) -> None:
    response = client.post(PAGE, {**TYPED, "telephone": "", "name": "  Aroha   Nga\u0304ta "})
    letter = Letter.objects.get()
    assert (letter.name, letter.email, letter.message) == ("Aroha Ngāta", TYPED["email"], TYPED["message"])
    assert (letter.state, letter.received_at, letter.due_on) == ("awaiting", NOON, dt.date(2026, 11, 23))
    assert response.status_code == 303
    page = read(client.get(response["Location"])).one("main")
    assert letter.reference in page.text
    assert "You will hear from us by Monday 23 November 2026" in page.text
    assert "Aroha" not in page.text


@pytest.mark.parametrize(
    "receipt",
    ["", "x", signing.dumps("NONESUCH", salt=RECEIPT_SALT), signing.dumps("NONESUCH", salt="a")],
    ids=["none", "not signed", "of no letter", "of another kind"],
)
def test_a_receipt_that_is_none_thanks_all_the_same(client: Client, receipt: str) -> None:
    response = client.get("/contact/received/", {"receipt": receipt})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert read(response).one("h1").text == "We have received your message"


def test_a_receipt_ends_after_an_hour(client: Client, clock: Any) -> None:
    there = client.post(PAGE, TYPED)["Location"]
    reference = Letter.objects.get().reference
    assert reference in client.get(there).content.decode()
    clock.shift(dt.timedelta(hours=1, seconds=1))
    assert reference not in client.get(there).content.decode()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, {"#id_name": "Enter your name"}),
        ({"name": "\u200b"}, {"#id_name": "Enter your name"}),
        ({"message": " \n "}, {"#id_message": "Write what it is about"}),
        ({"email": "", "telephone": ""}, {"#id_email": "Enter an email address or a telephone number"}),
        (
            {"email": "", "telephone": "n/a"},
            {"#id_telephone": TO_RING},
        ),
        ({"message": "a" * 10_001}, {"#id_message": "Use 10000 characters or fewer, not 10001"}),
        ({"website": "x"}, {"#id_website": "Leave this box empty: it is there to catch robots"}),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, str], errors: dict[str, str]
) -> None:
    sent = {**TYPED, **changes}
    page = read(client.post(PAGE, sent))
    assert summary(page) == errors
    assert page.one("title").text.startswith("Error: ")
    values = {c["name"]: c["value"] or "" for c in page.all("input")}
    kept = {name: values[name] for name in ("name", "email", "telephone")}
    assert kept == {name: sent[name] for name in kept}
    assert page.one("textarea", name="message").text.strip() == sent["message"].strip()
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("email", ["", "a@example.org"])
@pytest.mark.parametrize("telephone", ["", "12", "04 494 5718", "021 123 4567, ask for Aroha"])
def test_a_way_to_answer_is_needed_and_a_lone_number_can_be_rung(email: str, telephone: str) -> None:
    form = LetterForm({"name": "A", "message": "B", "email": email, "telephone": telephone})
    assert form.is_valid() is bool(email or len(telephone) > 2)


def test_robots_are_too_quick_and_people_try_again(client: Client, settings: Settings, clock: Any) -> None:
    settings.FORM_MIN_SECONDS = 2
    page = read(client.post(PAGE, {**TYPED, "started": "not ours"}))
    assert page.one(class_="error-summary").text.endswith("that was very quick")
    started = page.one("input", name="started")["value"] or ""
    clock.shift(2)
    assert client.post(PAGE, {**TYPED, "started": started}).status_code == 303


def test_one_limit_holds_with_the_other_doors_and_gives_the_words_back(
    client: Client, settings: Settings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 2
    client.post("/preferences/", {"email": "a@example.org"})
    assert client.post(PAGE, TYPED).status_code == 303
    response = client.post(PAGE, {**TYPED, "message": "Another <b>"})
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    form = read(response).one("form")
    assert {c["name"]: c["value"] for c in form.all("input") if c["name"] in TYPED} == {
        **TYPED,
        "message": "Another <b>",
    }
    assert form["action"] == PAGE
    assert Letter.objects.count() == 1


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_form(name: str, email: str, telephone: str, message: str) -> None:
    form = LetterForm({"name": name, "email": email, "telephone": telephone, "message": message})
    if form.is_valid():
        with transaction.atomic():
            assert letters.receive(**form.letter()).reference
            transaction.set_rollback(True)


# --- receiving -------------------------------------------------------------------------------


def test_the_same_letter_within_the_hour_is_the_same(clock: Any) -> None:
    first = written()
    assert written() == first
    clock.shift(dt.timedelta(minutes=59))
    assert written() == first
    clock.shift(dt.timedelta(hours=2))
    assert written() != first
    assert written(message="Something else") not in Letter.objects.filter(message=TYPED["message"])
    assert OutgoingMail.objects.count() == 3


def test_a_letter_makes_nobody_a_contact_and_stands_on_no_timeline() -> None:
    known = subscriber(email=TYPED["email"])
    activities = Activity.objects.count()
    written()
    assert (list(Contact.objects.all()), Activity.objects.count()) == ([known], activities)


def test_word_of_it_carries_nothing_that_was_typed() -> None:
    letter = written()
    owed = OutgoingMail.objects.get()
    assert (owed.to, owed.recipient, owed.facts) == (TYPED["email"], None, {"letter_id": letter.pk})
    assert says(owed) == (f"We have received your message: {letter.reference}", [])
    assert "by Monday 23 November 2026" in made(owed).body


def made(owed: OutgoingMail) -> mail.Message:
    make: Callable[..., mail.Message] = getattr(letters.emails, owed.message.rpartition(".")[2])
    return make(**owed.facts)


def says(owed: OutgoingMail) -> tuple[str, list[str]]:
    """The subject, and what was typed that stands anywhere in the message."""
    message = made(owed)
    whole = f"{message.message().as_string()} {message.body} {message.alternatives[0].content}"
    return str(message.subject), [
        text for text in (TYPED["name"], TYPED["message"], "prize") if text in whole
    ]


def test_what_staff_answer_names_nobody_and_quotes_nothing() -> None:
    letter = written()
    letters.answer(letter=letter, seen=0, by=UserFactory(), text="We open on Monday.")
    owed = OutgoingMail.objects.latest("pk")
    assert says(owed) == (f"Our answer: {letter.reference}", [])
    assert "We open on Monday." in made(owed).body


def never_again() -> None:
    suppressions.never_again(mailbox=TYPED["email"])


def restricted() -> None:
    ContactFactory(email=TYPED["email"], restricted_at=NOON, restricted_because="asked")


def merged_into_restricted() -> None:
    kept = ContactFactory(restricted_at=NOON, restricted_because="asked")
    ContactFactory(email=TYPED["email"], merged_into=kept)


@pytest.mark.parametrize("wish", [never_again, restricted, merged_into_restricted])
def test_who_wants_to_be_left_alone_is_mailed_nothing(wish: Callable[[], None]) -> None:
    wish()
    letter = written(email="VICTIM@example.org")
    letters.answer(letter=letter, seen=0, by=UserFactory(), text="Rang them.")
    assert OutgoingMail.objects.count() == 0
    assert LetterLine.objects.get().text == "Rang them."


def test_a_letter_without_an_address_is_mailed_nothing() -> None:
    letters.answer(letter=written(email=""), seen=0, by=UserFactory(), text="Rang them.")
    assert OutgoingMail.objects.count() == 0


# --- what staff do ---------------------------------------------------------------------------


def test_the_acts_and_what_each_leaves() -> None:
    letter, mere, bo = written(), UserFactory(name="Mere Staff"), UserFactory(name="Bo Colleague")
    letters.assign(letter=letter, seen=0, by=mere, to=bo)
    letters.note(letter=letter, by=bo, text="Looked it up.")
    letters.answer(letter=letter, seen=2, by=bo, text="Yes.")
    letters.answer(letter=letter, seen=3, by=mere, text="And no.")
    letters.close(letter=letter, seen=4, by=mere, text="Told them.")
    letter.refresh_from_db()
    assert (letter.state, letter.assigned_to, letter.answered_by, letter.closed_by) == (
        "closed",
        bo,
        bo,
        mere,
    )
    letters.reopen(letter=letter, seen=5, by=bo, text="They wrote back.")
    letter.refresh_from_db()
    assert (letter.state, letter.closed_at) == ("in_hand", None)
    assert list(letter.lines.order_by("pk").values_list("kind", "text", "done_by")) == [
        ("assigned", "To Bo Colleague", mere.pk),
        ("note", "Looked it up.", bo.pk),
        ("answered", "Yes.", bo.pk),
        ("answered", "And no.", mere.pk),
        ("closed", "Told them.", mere.pk),
        ("reopened", "They wrote back.", bo.pk),
    ]


def test_who_was_never_answered_waits_again_after_spam() -> None:
    letter, mere = written(), UserFactory()
    letters.mark_as_spam(letter=letter, seen=0, by=mere)
    assert Letter.objects.awaiting_an_answer().count() == 0
    letters.reopen(letter=letter, seen=1, by=mere, text="A person after all.")
    assert list(Letter.objects.awaiting_an_answer()) == [letter]


@pytest.mark.parametrize("act", [letters.answer, letters.close, letters.mark_as_spam])
def test_what_is_over_is_not_done_again(act: Callable[..., None]) -> None:
    letter, mere = written(), UserFactory()
    letters.close(letter=letter, seen=0, by=mere, text="Done.")
    words = {} if act is letters.mark_as_spam else {"text": "Again"}
    with pytest.raises(NotPossible, match="closed already"):
        act(letter=letter, seen=1, by=mere, **words)
    assert LetterLine.objects.count() == 1


ON_WHAT_WAS_SEEN: list[Callable[..., None]] = [
    partial(letters.answer, text="Yes."),
    partial(letters.close, text="Told them."),
    letters.mark_as_spam,
]


@pytest.mark.parametrize("act", [*ON_WHAT_WAS_SEEN, lambda **given: letters.assign(**given, to=given["by"])])
def test_whoever_saw_less_than_was_done_writes_nothing(act: Callable[..., None]) -> None:
    letter, mere = written(), UserFactory(name="Mere Staff")
    letters.note(letter=letter, by=mere, text="Rang them: all is settled.")
    before = OutgoingMail.objects.count()
    with pytest.raises(ChangedMeanwhile, match="Mere Staff changed this meanwhile: Note, 18 November 2026"):
        act(letter=letter, seen=0, by=mere)
    with pytest.raises(ChangedMeanwhile):
        act(letter=letter, seen=2, by=mere)
    assert (LetterLine.objects.count(), OutgoingMail.objects.count()) == (1, before)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_mailed() -> None:
    letter, mere, bo = written(), UserFactory(), UserFactory()
    together = Barrier(2)

    def press(by: User) -> bool:
        together.wait()
        try:
            letters.answer(letter=letter, seen=0, by=by, text="We open on Monday.")
        except ChangedMeanwhile:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, [mere, bo])) == [False, True]
    assert LetterLine.objects.filter(kind="answered").count() == 1
    assert OutgoingMail.objects.filter(message__endswith="letter_answer").count() == 1


@pytest.mark.parametrize("change", [lambda rows: rows.update(text="Otherwise"), lambda rows: rows.delete()])
def test_lines_are_only_added(change: Callable[[Any], object]) -> None:
    letters.note(letter=written(), by=UserFactory(), text="As it was.")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        change(LetterLine.objects.all())
    assert LetterLine.objects.get().text == "As it was."


def test_the_queue_is_the_soonest_promised_first_and_knows_the_late(clock: Any) -> None:
    old, new = written(), None
    clock.shift(dt.timedelta(days=2))
    new = written(message="Newer")
    assert list(Letter.objects.awaiting_an_answer()) == [old, new]
    assert list(Letter.objects.late(dt.date(2026, 11, 23))) == []
    assert list(Letter.objects.late(dt.date(2026, 11, 24))) == [old]


# --- the staff pages -------------------------------------------------------------------------

READ = ["responses.view_letter"]
DETAILS = "responses.see_contact_details"


def page_of(client: Client, letter: Letter, *permissions: str) -> Element:
    client.force_login(permitted(*permissions))
    return read(client.get(letter.get_absolute_url()))


def found(client: Client, words: str) -> int:
    page = read(client.get("/staff/responses/letter/", {"q": words}))
    return len(page.all("th", class_="field-reference"))


@pytest.mark.parametrize("sees", [True, False])
def test_addresses_and_numbers_are_for_those_who_may_see_them(client: Client, sees: bool) -> None:
    letter = written()
    letters.note(letter=letter, by=UserFactory(), text="Ring 021 123 4567")
    powers = [*READ, "responses.change_letter", *([DETAILS] if sees else [])]
    text = page_of(client, letter, *powers).text
    assert [TYPED["email"] in text, TYPED["telephone"] in text] == [sees, sees]
    assert TYPED["message"] in text
    assert ("Ring 021 123 4567" in text, "[number hidden]" in text) == (sees, not sees)
    for words in ("victim", "494 5718", "victim@example.org"):
        found = read(client.get("/staff/responses/letter/", {"q": words})).all("th", class_="field-reference")
        assert len(found) == int(sees), words
    page = read(client.get("/staff/responses/letter/", {"q": letter.reference}))
    assert len(page.all("th", class_="field-reference")) == 1
    assert LogLine.objects.get().act == "viewed"


@pytest.mark.parametrize("sees", [True, False])
@pytest.mark.parametrize("name", ["mere@example.org", "Mere, 021 123 4567", "Mere <mere@example.org>"])
def test_an_address_typed_as_a_name_is_for_those_who_may_see_it(
    client: Client, name: str, sees: bool
) -> None:
    letter = written(name=name)
    typed = "021 123 4567" if "021" in name else "mere@example.org"
    page = page_of(client, letter, *READ, *([DETAILS] if sees else []))
    texts = [page.text, *(read(client.get(there)).text for there in ("/staff/responses/letter/", "/staff/"))]
    assert [typed in text for text in texts] == [sees] * 3
    assert [("hidden]" in text) for text in texts] == [not sees] * 3
    assert found(client, letter.reference) == 1


def test_who_may_only_read_presses_nothing(client: Client) -> None:
    letter = written()
    page = page_of(client, letter, *READ)
    assert "You may read this, and not change it." in page.text
    assert page.all("form", class_="act") == []
    assert client.post(f"/staff/responses/letter/{letter.pk}/act/spam/", {"shown": "0"}).status_code == 403
    assert LetterLine.objects.count() == 0


def test_each_act_is_a_button_and_two_people_do_not_tread_on_each_other(admin_client: Client) -> None:
    letter = written()
    there = f"/staff/responses/letter/{letter.pk}/"
    shown = {"shown": "0"}
    assert admin_client.post(f"{there}act/answer/", {**shown, "text": "Yes."}).status_code == 302
    page = read(admin_client.post(f"{there}act/answer/", {**shown, "text": "My own answer"}))
    assert "changed since you opened the page" in page.one(class_="refused").text
    assert page.one("textarea", name="text", id="id_answer_text").text.strip() == "My own answer"
    assert LetterLine.objects.count() == 1
    page = read(admin_client.get(letter.get_absolute_url()))
    assert "names nobody and does not quote the letter" in page.text
    assert admin_client.post(f"{there}act/close/", {"shown": "1", "text": "Told."}).status_code == 302
    page = read(admin_client.post(f"{there}act/answer/", {"shown": "2", "text": "Late answer"}))
    assert ("This is closed already." in page.text, "Late answer" in page.text) == (True, True)


def test_the_desk_shows_who_waits(client: Client, clock: Any) -> None:
    letter = written(name="Aroha Ngata")
    clock.shift(dt.timedelta(days=9))
    client.force_login(permitted("responses.view_letter"))
    page = read(client.get("/staff/"))
    section = page.one("section", aria_labelledby="letters")
    assert section.one("h2").text == "Letters awaiting an answer: 1"
    assert (section.one("li").text, section.one("li").one("a")["href"]) == (
        "Aroha Ngata , promised by 23 November 2026 Late, nobody has it",
        letter.get_absolute_url(),
    )
    client.force_login(permitted("responses.view_contact"))
    assert client.get("/staff/").content.count(b"Letters awaiting") == 0


def test_one_letter_costs_what_many_do(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        letters.assign(letter=written(message=f"Letter {number}"), seen=0, by=UserFactory(), to=UserFactory())
    with django_assert_max_num_queries(12):
        admin_client.get("/staff/responses/letter/")


# --- what is held ----------------------------------------------------------------------------


def test_a_letter_is_shown_to_whoever_has_the_mailbox_and_not_by_the_number(client: Client) -> None:
    person = subscriber(email=TYPED["email"], telephone=TYPED["telephone"])
    letter = written(email="Victim@EXAMPLE.org")
    letters.note(letter=letter, by=UserFactory(), text="Rang back.")
    letters.answer(letter=letter, seen=1, by=UserFactory(), text="Yes.")
    written(email="somebody.else@example.org")
    held = personal_data.held([person.pk])
    assert [row["Reference"] for row in held["What you wrote to us"]] == [letter.reference]
    assert [(row["What"], row["Note"]) for row in held["What we did with it"]] == [
        ("Note", "Rang back."),
        ("Answered", "Yes."),
    ]
