"""Our asking after each initiative, once a quarter: owed to whom, kept by what, and when it ends."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse

from accord_portal import sweep
from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import emails, enrolment
from champions.initiatives import asking
from champions.models import Champion, Initiative
from responses.answers import confirming
from responses.consent import switches
from responses.contacts import acts
from responses.models import Activity, Contact, Involvement, Undertaking
from responses.undertakings import audit, owing
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    InvolvementFactory,
    received,
    subscriber,
)
from tests.html import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BEGAN = dt.datetime(2026, 9, 30, 11, 0, tzinfo=dt.UTC)  # 1 October in New Zealand
BEFORE = BEGAN - dt.timedelta(seconds=1)
Q4, LAST_DAY = dt.date(2026, 10, 1), dt.date(2026, 12, 31)


def person(
    *, confirmed_at: dt.datetime | None = BEFORE, recorded_by: User | None = None, **contact: Any
) -> Contact:
    """Somebody with a confirmed address and a Yes to championing, since then."""
    who = ContactFactory(**{"confirmed": True, "name": "Aroha", **contact})
    InvolvementFactory(
        contact=who,
        purpose="champion_accord",
        since_at=BEFORE,
        confirmed_at=confirmed_at,
        consent__recorded_by=recorded_by,
    )
    owing.settle(who)
    return who


def initiative(contact: Contact | None = None, **changes: Any) -> Initiative:
    """An initiative that is published since before the quarter, unless told otherwise."""
    champion = ChampionFactory(published=True, contact=contact or person())
    return InitiativeFactory(published=True, champion=champion, **{"registered_at": BEFORE, **changes})


def asked() -> list[Undertaking]:
    return list(Undertaking.objects.filter(kind="ask").order_by("pk"))


def owed(one: Initiative) -> Undertaking:
    """Our asking after it, owed this quarter."""
    assert asking.owe_the_quarter(NOON) == 1
    return asking.promises_about(one).get()


# --- from when, and to whom ----------------------------------------------------------------------


def test_it_is_owed_once_a_quarter_for_each_initiative(clock: time_machine.Traveller) -> None:
    one = initiative()
    other = InitiativeFactory(champion=one.champion, registered_at=BEFORE)
    for _ in range(2):
        assert sweep.tidy(NOON) == 0
    assert [(row.contact, row.about, row.quarter_on, row.first_due_on, row.since_at) for row in asked()] == [
        (one.champion.contact, key, Q4, LAST_DAY, NOON) for key in (one.pk, other.pk)
    ]
    january = dt.datetime(2027, 1, 4, 0, 0, tzinfo=dt.UTC)
    clock.move_to(january)
    assert (asking.owe_the_quarter(january), asking.owe_the_quarter(january)) == (2, 0)
    assert list(audit.differences()) == []


def test_an_asking_that_was_not_written_down_is_found() -> None:
    one = initiative()
    found = [(difference.contact, difference.what) for difference in audit.differences()]
    what = f"Ask how an initiative is going (initiative {one.pk}, 1 October 2026) is missing: it is owed"
    assert (one.champion.contact_id, what) in found
    assert asking.owe_the_quarter(NOON) == 1
    assert what not in [difference.what for difference in audit.differences()]


@pytest.mark.parametrize(("registered_at", "count"), [(BEFORE, 1), (BEGAN, 0)])
def test_it_is_owed_from_the_quarter_after_it_was_registered(registered_at: dt.datetime, count: int) -> None:
    initiative(registered_at=registered_at)
    assert asking.owe_the_quarter(NOON) == count


@pytest.mark.parametrize(("confirmed_at", "count"), [(BEFORE, 1), (BEGAN, 0), (None, 0)])
def test_it_is_owed_from_the_quarter_after_the_yes_counted(
    confirmed_at: dt.datetime | None, count: int
) -> None:
    initiative(person(confirmed_at=confirmed_at))
    assert asking.owe_the_quarter(NOON) == count


@pytest.mark.parametrize(("recorded", "count"), [(True, 1), (False, 0)])
def test_somebody_without_an_address_is_owed_it_by_what_staff_wrote_down(
    mere: User, recorded: bool, count: int
) -> None:
    by = mere if recorded else None
    who = person(confirmed_at=None, recorded_by=by, email="", confirmed=False, telephone="04 494 5718")
    initiative(who)
    assert asking.owe_the_quarter(NOON) == count


@pytest.mark.parametrize(
    "gone",
    [
        lambda one: Involvement.objects.update(ended_at=NOON),
        lambda one: Initiative.objects.update(state="withdrawn"),
        lambda one: Champion.objects.update(state="withdrawn"),
        lambda one: Contact.objects.update(restricted_at=NOON, restricted_because="asked"),
        lambda one: Contact.objects.update(restricted_at=NOON, restricted_because="erasure"),
    ],
    ids=["the Yes ended", "taken down", "all taken down", "left alone", "to be erased"],
)
def test_nobody_is_owed_it_who_is_not_to_be_asked(gone: Any) -> None:
    gone(initiative())
    assert asking.owe_the_quarter(NOON) == 0


def test_nobody_is_owed_it_of_whom_the_kept_record_wants_to_be_left_alone() -> None:
    one = initiative()
    kept = ContactFactory(restricted_at=NOON, restricted_because="asked")
    Contact.objects.filter(pk=one.champion.contact_id).update(merged_into=kept)
    assert asking.owe_the_quarter(NOON) == 0


def test_a_yes_to_something_else_owes_no_asking() -> None:
    initiative(subscriber("give_advice"))
    assert asking.owe_the_quarter(NOON) == 0


def test_nobody_is_promised_a_day_that_has_passed(clock: time_machine.Traveller) -> None:
    initiative()
    saturday = dt.datetime(2028, 9, 29, 23, 0, tzinfo=dt.UTC)  # 30 September in New Zealand
    clock.move_to(saturday)
    assert asking.owe_the_quarter(saturday) == 0
    assert asking.owe_the_quarter(saturday - dt.timedelta(days=1)) == 1


# --- kept ----------------------------------------------------------------------------------------


def test_asking_by_mail_keeps_it(mere: User, clock: time_machine.Traveller) -> None:
    one = initiative()
    row = owed(one)
    asking.ask(initiative=one, seen=0, by=mere)
    row.refresh_from_db()
    (message,) = OutgoingMail.objects.all()
    assert (row.kept_at, row.kept_by, row.evidence_kind, row.evidence_key, row.evidence_text) == (
        NOON,
        mere,
        "mail",
        message.pk,
        "Asked by email",
    )
    contact = one.champion.contact
    assert (message.to, message.recipient, message.message) == (contact.email, contact.pk, "how_is_it_going")
    (line,) = contact.activities.all()
    assert (line.kind, line.text, line.done_by) == (Activity.Kind.ASKED_AFTER, one.title, mere)
    clock.shift(60)
    mail.deliver_due()
    assert django_mail.outbox[0].to == [contact.email]
    assert list(audit.differences()) == []


def test_a_question_that_does_not_arrive_is_owed_again(mere: User) -> None:
    one = initiative()
    row = owed(one)
    asking.ask(initiative=one, seen=0, by=mere)
    mail.deliver_due()
    mail.came_back(OutgoingMail.objects.all())
    row.refresh_from_db()
    assert (row.kept_at, row.due_on) == (None, LAST_DAY)


def test_asking_keeps_what_is_late_of_an_earlier_quarter_too(
    mere: User, clock: time_machine.Traveller
) -> None:
    one = initiative()
    owed(one)
    january = dt.datetime(2027, 1, 4, 0, 0, tzinfo=dt.UTC)
    clock.move_to(january)
    asking.owe_the_quarter(january)
    asking.ask(initiative=one, seen=0, by=mere)
    assert [row.was_late for row in asked()] == [True, False]


def test_asking_after_one_initiative_keeps_no_other(mere: User) -> None:
    one = initiative()
    other = InitiativeFactory(champion=one.champion, registered_at=BEFORE)
    asking.owe_the_quarter(NOON)
    asking.ask(initiative=one, seen=0, by=mere)
    assert [row.about for row in asked() if row.is_open] == [other.pk]


def test_a_call_keeps_it_for_somebody_without_an_address(mere: User) -> None:
    one = initiative()
    row = owed(one)
    acts.record(contact=one.champion.contact, by=mere, kind="called", text="The hall is open.", keeps=[row])
    row.refresh_from_db()
    assert (row.kept_at, row.evidence_kind) == (NOON, "activity")


def test_two_presses_ask_once(mere: User) -> None:
    one = initiative()
    asking.ask(initiative=one, seen=0, by=mere)
    with pytest.raises(ChangedMeanwhile):
        asking.ask(initiative=one, seen=0, by=mere)
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        (lambda: Initiative.objects.update(state="withdrawn"), "taken down"),
        (lambda: Champion.objects.update(state="withdrawn"), "taken down"),
        (
            lambda: Contact.objects.update(email="", mailbox=None, email_confirmed_at=None),
            "may not mail them",
        ),
        (lambda: Contact.objects.update(restricted_at=NOON, restricted_because="asked"), "may not mail them"),
        (lambda: Contact.objects.update(never_again_at=NOON), "may not mail them"),
        (lambda: Involvement.objects.update(confirmed_at=None, ended_at=NOON), "may not mail them"),
    ],
)
def test_asking_is_refused_where_nobody_is_to_be_asked(mere: User, gone: Any, why: str) -> None:
    one = initiative()
    gone()
    with pytest.raises(NotPossible, match=why):
        asking.ask(initiative=Initiative.objects.get(pk=one.pk), seen=0, by=mere)
    assert OutgoingMail.objects.count() == 0


# --- ended ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_whom", ["staff", "the person"])
def test_taking_everything_down_ends_it_for_each_initiative(mere: User, by_whom: str) -> None:
    one = initiative()
    InitiativeFactory(champion=one.champion, registered_at=BEFORE)
    elsewhere = initiative()
    asking.owe_the_quarter(NOON)
    enrolment.withdraw(champion=one.champion, by=mere if by_whom == "staff" else None)
    assert [(row.about == elsewhere.pk, row.ended_because) for row in asked()] == [
        (False, "taken_down"),
        (False, "taken_down"),
        (True, ""),
    ]
    assert (asking.owe_the_quarter(NOON), list(audit.differences())) == (0, [])


def test_what_the_person_unticks_ends_it_for_that_initiative() -> None:
    one = initiative()
    other = InitiativeFactory(published=True, champion=one.champion, registered_at=BEFORE)
    asking.owe_the_quarter(NOON)
    enrolment.agree(champion=one.champion, name=True, summary=True, initiatives=[other.pk], how="By mail")
    assert [(row.about, row.ended_because) for row in asked()] == [(one.pk, "taken_down"), (other.pk, "")]


def test_taking_the_yes_back_ends_it() -> None:
    one = initiative()
    row = owed(one)
    switches.withdraw(contact=one.champion.contact, purposes=["champion_accord"], source="preference_page")
    row.refresh_from_db()
    assert row.ended_because == "withdrawn"


# --- the message ---------------------------------------------------------------------------------


def test_the_message_asks_and_names_the_initiative() -> None:
    one = initiative(title="Open the hall")
    message = emails.how_is_it_going(one.pk)
    assert message.subject == "How is your initiative going?"
    lines = message.body.splitlines()
    assert ("Tēnā koe Aroha" in lines, "The initiative: Open the hall" in lines) == (True, True)
    assert message.extra_headers["Auto-Submitted"] == "no"


@pytest.mark.parametrize(("confirms", "agreed", "named"), [(1, 0, True), (0, 0, False), (0, 1, True)])
def test_an_initiative_of_a_form_that_nobody_confirmed_is_not_named_until_ticked(
    confirms: int, agreed: int, named: bool
) -> None:
    who = person(email="aroha@example.org")
    eoi = received("champion_accord")
    if confirms:
        confirming.confirm(contact=who, eoi=eoi)
    champion = ChampionFactory(contact=who, eoi=eoi)
    one = InitiativeFactory(champion=champion, title="Open the hall", ticked=bool(agreed))
    assert ("Open the hall" in emails.how_is_it_going(one.pk).body) is named


@pytest.mark.parametrize(
    "gone", [{"email": "", "mailbox": None}, {"never_again_at": NOON}, {"restricted_because": "asked"}]
)
def test_the_message_is_not_sent_to_who_is_not_to_be_mailed(gone: dict[str, Any]) -> None:
    one = initiative(person(confirmed=False))
    restricted = {"restricted_at": NOON} if "restricted_because" in gone else {}
    Contact.objects.update(**gone, **restricted)
    with pytest.raises(mail.NoLongerWanted):
        emails.how_is_it_going(one.pk)


# --- the page ------------------------------------------------------------------------------------


def test_staff_ask_from_the_initiatives_page(client: Client, superuser: User) -> None:
    one = initiative()
    row = owed(one)
    url = reverse("admin:champions_initiative_change", args=[one.pk])
    page = read(client.get(url))
    assert "By Thursday 31 December 2026: owed" in page.text
    form = page.one("form", action=f"{url.removesuffix('change/')}act/ask/")
    shown = form.one("input", name="shown")["value"]
    for said in ("They are asked by mail.", "This was changed since you opened the page."):
        answer = client.post(str(form["action"]), {"shown": shown}, follow=True)
        assert said in read(answer).text
    assert OutgoingMail.objects.count() == 1
    row.refresh_from_db()
    assert "Asked by email, 16 November 2026" in read(client.get(url)).text


def test_who_cannot_be_mailed_is_asked_otherwise(client: Client, superuser: User) -> None:
    who = person(confirmed_at=None, email="", confirmed=False, telephone="04 494 5718")
    page = read(client.get(reverse("admin:champions_initiative_change", args=[initiative(who).pk])))
    contact = reverse("admin:responses_contact_change", args=[who.pk])
    assert "Ask how it is going" not in [button.text for button in page.all("button")]
    assert contact in [a["href"] for a in page.one(class_="acts").all("a")]
