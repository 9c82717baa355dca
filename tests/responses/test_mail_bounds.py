"""How much mail strangers can cause: bounded by the client who asks and by the mailbox it goes to."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail as django_mail
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import clock, mail, rate_limit
from accord_portal.foundation.models import MailboxCount, OutgoingMail
from responses.answers import letters, recommending
from responses.consent import reminding, switches
from responses.contacts import addresses
from responses.models import Call, Contact, Recommendation
from responses.people.links import preferences_url, recommend_url, recommend_url_of
from tests.database import holding
from tests.factories import RecommendationFactory, UserFactory, form_data, received, subscriber
from tests.html import read

pytestmark = pytest.mark.django_db
NOON = "2026-11-16T12:00:00+00:00"
NEW = "new@example.org"
TAMA = {"name_1": "Tama", "email_1": "tama@example.org", "why_1": "He asked.", "told_1": "yes"}


# --- from one client -------------------------------------------------------------------------


def send_form(client: Client, n: int) -> HttpResponse:
    return client.post(reverse("express-interest"), form_data(email=f"person{n}@example.org"))


def ask_for_link(client: Client, n: int) -> HttpResponse:
    return client.post(reverse("preferences-link"), {"email": f"person{n}@example.org"})


def ask_new_address(client: Client, n: int) -> HttpResponse:
    person = Contact.objects.get(email="aroha@example.org")
    return client.post(f"{preferences_url(person)}address/", {"email": f"person{n}@example.org"})


def recommend(client: Client, n: int) -> HttpResponse:
    person = Contact.objects.get(email="aroha@example.org")
    return client.post(recommend_url(person), {**TAMA, "email_1": f"person{n}@example.org"})


def recommend_from_a_receipt(client: Client, n: int) -> HttpResponse:
    eoi = Contact.objects.get(email="aroha@example.org").eois.get()
    return client.post(recommend_url_of(eoi), {**TAMA, "email_1": f"person{n}@example.org"})


def write_letter(client: Client, n: int) -> HttpResponse:
    letter = {"name": "Tama", "email": f"person{n}@example.org", "message": "When do you open?"}
    return client.post(reverse("contact"), letter)


DOORS: list[Callable[[Client, int], HttpResponse]] = [
    send_form,
    ask_for_link,
    ask_new_address,
    recommend,
    recommend_from_a_receipt,
    write_letter,
]


@pytest.fixture
def aroha(call: Call) -> Contact:
    person = subscriber(email="aroha@example.org")
    received()
    return person


def kept() -> tuple[int, int, int]:
    return Contact.objects.count(), OutgoingMail.objects.count(), Recommendation.objects.count()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_counts_for_every_other(
    client: Client, aroha: Contact, settings: LazySettings, door: Callable[[Client, int], HttpResponse]
) -> None:
    settings.FORM_POSTS_PER_HOUR = len(DOORS)
    with time_machine.travel(NOON, tick=False) as traveller:
        codes = [each(client, n).status_code for n, each in enumerate(DOORS)]
        before = kept()
        refused = door(client, 7)
        assert kept() == before
        assert door(client, 7).status_code == 429
        traveller.shift(3600)
        assert door(client, 8).status_code in (200, 303)
    assert codes == [303, 200, 200, 200, 200, 303]
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_whoever_must_wait_keeps_what_was_typed(
    client: Client, aroha: Contact, settings: LazySettings, door: Callable[[Client, int], HttpResponse]
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    with time_machine.travel(NOON, tick=False):
        send_form(client, 1)
        refused = door(client, 7)
    page = read(refused).one("main")
    boxes = {box.attrs.get("name"): box.attrs.get("value") for box in page.all("input")}
    assert "person7@example.org" in (boxes.get("email"), boxes.get("email_1"))
    assert "hour" in page.text


def test_forty_addresses_of_one_network_are_one_client(
    client: Client, call: Call, settings: LazySettings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 30
    with time_machine.travel(NOON, tick=False):
        codes = [
            client.post(
                reverse("express-interest"),
                form_data(email=f"person{n}@example.org"),
                REMOTE_ADDR=f"2001:db8:1:2::{n:x}",
            ).status_code
            for n in range(40)
        ]
    assert codes == [303] * 30 + [429] * 10


def test_what_is_refused_for_what_was_typed_is_not_counted(
    client: Client, aroha: Contact, settings: LazySettings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            assert client.post(f"{preferences_url(aroha)}address/", {"email": "x"}).status_code == 200
            assert client.post(recommend_url(aroha), {"name_1": "Tama"}).status_code == 200
        assert ask_new_address(client, 1).status_code == 200


# --- to one mailbox --------------------------------------------------------------------------

State = OutgoingMail.State


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def sent_to() -> list[str]:
    return [letter.to[0] for letter in django_mail.outbox]


def states() -> dict[str, int]:
    rows = list(OutgoingMail.objects.values_list("state", flat=True))
    return {state: rows.count(state) for state in sorted(set(rows))}


SPELLINGS = {
    "case": ["victim@example.org", "Victim@Example.ORG", "VICTIM@example.org"],
    "dots": ["vic.tim@gmail.com", "v.i.c.t.i.m@gmail.com", "victim@gmail.com"],
    "plus": ["victim+1@example.org", "victim+2@example.org", "victim+prize@example.org"],
    "two names of one provider": ["victim@gmail.com", "victim@googlemail.com", "VIC.tim+x@GoogleMail.com"],
    "a domain in Unicode and in ASCII": ["victim@bücher.example", "victim@xn--bcher-kva.example"],
    "composed and not": [unicodedata.normalize(form, "tāne@example.org") for form in ("NFC", "NFD")],
    "composed and not, in the domain": [
        unicodedata.normalize(form, "victim@pōneke.example") for form in ("NFC", "NFD")
    ],
}


@pytest.mark.parametrize("spellings", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_a_mailbox_counts_as_one(spellings: list[str], at_noon: None) -> None:
    granted = [rate_limit.may_have_more(a, a_day=len(spellings)) for a in [*spellings, *spellings]]
    assert granted == [True] * len(spellings) + [False] * len(spellings)
    assert MailboxCount.objects.get().messages == len(spellings)


@pytest.mark.parametrize(
    "other", ["victims@example.org", "victim@example.com", "victim@mail.example.org", "x@example.org"]
)
def test_another_mailbox_is_counted_apart(other: str) -> None:
    assert [rate_limit.may_have_more(a, a_day=1) for a in ("victim@example.org", other)] == [True, True]


def test_thirty_five_forms_with_forty_one_spellings_reach_a_mailbox_five_times(
    call: Call, at_noon: None
) -> None:
    spellings = [f"vic.tim+{n}@gmail.com" for n in range(21)] + [
        f"V{'.' * (n % 2)}ictim+{n}@googlemail.com" for n in range(20)
    ]
    for number in range(35):
        received(email=spellings[number], comments=str(number))
    mail.deliver_due()
    assert (len(sent_to()), states()) == (5, {State.HELD: 30, State.SENT: 5})
    held = OutgoingMail.objects.filter(state=State.HELD)
    assert set(held.values_list("last_error", "attempts", "sent_at")) == {
        ("5 messages that anybody can cause went to this mailbox today.", 1, None)
    }


def test_eight_people_cannot_ask_one_address_twenty_four_times(at_noon: None) -> None:
    for _ in range(8):
        person = subscriber()
        for _ in range(3):
            addresses.ask_to_change(contact=person, address="victim@example.org")
    mail.deliver_due()
    assert (sent_to(), states()) == (["victim@example.org"] * 3, {State.HELD: 21, State.SENT: 3})


def test_letters_in_somebody_elses_name_are_held_back(at_noon: None) -> None:
    for number in range(9):
        letters.receive(name="A", email="victim@example.org", telephone="", message=str(number))
    mail.deliver_due()
    assert (sent_to(), states()) == (["victim@example.org"] * 3, {State.HELD: 6, State.SENT: 3})


def test_what_could_not_be_made_at_first_is_counted_when_it_can_and_only_then(
    at_noon: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    """Each of five tries a message: it cannot be made, then the server is down, then it goes."""
    for number in range(5):
        letters.receive(name="A", email="victim@example.org", telephone="", message=str(number))
    with monkeypatch.context() as patch:
        patch.setattr(mail, "bodies", lambda *given: 1 / 0)
        mail.deliver_due()
    assert MailboxCount.objects.count() == 0
    at_noon.shift(dt.timedelta(minutes=2))
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.foundation.outbox.Refusing"
    mail.deliver_due()
    assert (states(), MailboxCount.objects.get().messages) == ({State.HELD: 2, State.QUEUED: 3}, 3)
    at_noon.shift(dt.timedelta(hours=1))
    settings.EMAIL_BACKEND = working
    mail.deliver_due()
    assert (sent_to(), states()) == (["victim@example.org"] * 3, {State.HELD: 2, State.SENT: 3})
    assert MailboxCount.objects.get().messages == 3


def test_all_doors_together_reach_a_mailbox_eight_times_a_day(
    call: Call, at_noon: time_machine.Traveller
) -> None:
    for number in range(9):
        received("keep_informed", email="victim@example.org", comments=str(number))
    for _ in range(9):
        addresses.ask_to_change(contact=subscriber(), address="victim+1@example.org")
        addresses.mail_link(address="victim@example.org")
    for number in range(3):
        row = RecommendationFactory(email=f"victim+r{number}@example.org")
        recommending.approve(recommendation=row, by=UserFactory())
    mail.deliver_due()
    at_noon.shift(dt.timedelta(hours=1))
    assert reminding.remind(clock.now() + dt.timedelta(days=3)) == 1
    mail.deliver_due()
    assert len(sent_to()) == 8
    kinds = OutgoingMail.objects.filter(state=State.SENT).values_list("message", flat=True)
    assert "preferences_link" in set(kinds)


def test_whoever_fills_a_mailbox_leaves_it_its_link(call: Call, at_noon: None) -> None:
    for number in range(9):
        received(email="victim@example.org", comments=str(number))
    for _ in range(9):
        addresses.ask_to_change(contact=subscriber(), address="victim@example.org")
    mail.deliver_due()
    addresses.mail_link(address="victim@example.org")
    mail.deliver_due()
    assert django_mail.outbox[-1].subject == "Your link to what we hold about you"


def test_what_its_own_reader_causes_is_not_bounded(at_noon: None) -> None:
    person = subscriber(email="victim@example.org")
    for number in range(20):
        switches.set_switches(contact=person, wanted={"keep_informed": bool(number % 2)})
    mail.deliver_due()
    assert len(sent_to()) == 20


def test_the_next_day_begins_anew_in_wellington(call: Call) -> None:
    with time_machine.travel("2026-11-16T10:59:00+00:00", tick=False) as traveller:  # 23:59 there
        assert [rate_limit.may_have_more("v@example.org", a_day=1) for _ in range(2)] == [True, False]
        traveller.shift(60)
        assert [rate_limit.may_have_more("v@example.org", a_day=1) for _ in range(2)] == [True, False]


def test_counts_of_a_day_are_erased_the_day_after(at_noon: time_machine.Traveller) -> None:
    rate_limit.may_have_more("v@example.org", a_day=1)
    assert holding("v@example.org") == []
    assert rate_limit.forget(clock.now()) == 0
    at_noon.shift(dt.timedelta(days=1))
    assert rate_limit.forget(clock.now()) == 1


def test_what_was_held_back_goes_another_day_where_staff_say_so(
    call: Call, at_noon: time_machine.Traveller
) -> None:
    for number in range(6):
        received(email="victim@example.org", comments=str(number))
    mail.deliver_due()
    held = OutgoingMail.objects.filter(state=State.HELD)
    assert (held.count(), mail.try_again(held.all()), mail.deliver_due(), held.count()) == (1, 1, 1, 1)
    at_noon.shift(dt.timedelta(days=1))
    assert (mail.deliver_due(), mail.try_again(held.all()), mail.deliver_due()) == (0, 1, 1)
    assert (states(), len(sent_to())) == ({State.SENT: 6}, 6)


def test_a_message_that_is_tried_again_counts_once(
    call: Call, at_noon: time_machine.Traveller, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "tests.foundation.outbox.Refusing"
    received(email="victim@example.org")
    for _ in range(4):
        mail.deliver_due()
        at_noon.shift(dt.timedelta(hours=1))
    assert MailboxCount.objects.get().messages == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_count_at_the_same_moment_pass_no_more() -> None:
    def ask(_: int) -> bool:
        try:
            return rate_limit.may_have_more("victim@example.org", a_day=5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(24))) == 5


def test_staff_see_what_was_held_back_and_why(call: Call, admin_client: Client, at_noon: None) -> None:
    for number in range(6):
        received(email="victim@example.org", comments=str(number))
    mail.deliver_due()
    desk = read(admin_client.get(reverse("admin:index"))).one("main")
    (link,) = [a for a in desk.all("a") if a.text == "Held back this week: 1"]
    assert link["href"] == f"{reverse('admin:foundation_outgoingmail_changelist')}?state__exact=held"
    held = OutgoingMail.objects.get(state=State.HELD)
    page = read(admin_client.get(reverse("admin:foundation_outgoingmail_change", args=[held.pk])))
    assert "Held back: too many to this mailbox that day" in page.one("main").text
    assert "5 messages that anybody can cause went to this mailbox today." in page.one("main").text
    assert "Try again" in [b.text for b in page.all("button")]
