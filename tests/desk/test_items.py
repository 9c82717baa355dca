"""What stands on the desk: each kind, in one order, for whoever may see it."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accord_portal.desk.choice import Place, View
from accord_portal.desk.counting import New, count, in_words
from accord_portal.desk.items import named, page
from accord_portal.desk.looks import Mark
from accord_portal.desk.models import Claim, Snooze
from accord_portal.desk.selecting import kinds_seen
from accord_portal.foundation import clock as portal_clock
from accord_portal.foundation import working_days
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, letters, referring, triage
from responses.consent import switches
from responses.contacts import duplicates
from responses.models import Erasure, FollowUp, Letter, Undertaking
from responses.privacy import erasing
from responses.undertakings import moving
from tests.asked import EnquiryFactory, ReferralFactory
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    ContactImportFactory,
    DigestIssueFactory,
    OutgoingMailFactory,
    PracticeStoryFactory,
    RecommendationFactory,
    UpdateFactory,
    UserFactory,
    permitted,
    received,
)
from tests.partnerships import PartnershipFactory
from tests.register import ProgressReportFactory, RelayFactory, ReuseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
A_DAY = dt.timedelta(days=1)
ALL, MINE = View("all"), View("mine")


@pytest.fixture
def manager() -> User:
    """Somebody who may see everything."""
    return UserFactory(every_role=True, name="Mere Staff")


def letter(at: dt.datetime = NOON, **changes: str) -> Letter:
    """A letter that came at this instant."""
    said = {"name": "Hēmi", "email": "", "telephone": "04 123", "message": "\n  Kia ora\nA hall?", **changes}
    with portal_clock.set_to(at):
        return letters.receive(**said)


def one_of_each(owner: User) -> None:
    """A row of every kind, all of today or due later."""
    received()
    EnquiryFactory(answer="Yes", answered_at=NOON)
    ReferralFactory(state="declined", answered_at=NOON)
    letter()
    FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TODAY, owner=owner)
    OutgoingMailFactory(state="failed")
    Erasure.objects.create(contact=ContactFactory(), state="asked")
    RecommendationFactory()
    ChampionFactory(ticked=True)
    ProgressReportFactory()
    PartnershipFactory(published_at=None)
    PartnershipFactory(active=True, review_on=TODAY + 90 * A_DAY)
    PartnershipFactory(active=True, review_on=TODAY + 91 * A_DAY)
    PracticeStoryFactory(state="in_review", submitted_at=NOON, submitted_by=owner)
    RelayFactory(confirmed=True)
    ReuseFactory()
    PracticeStoryFactory(published_at=None)
    UpdateFactory()
    DigestIssueFactory()
    ContactImportFactory(state="matching")
    duplicates.suggest(contact=ContactFactory(), other=ContactFactory(), by=owner)


def kinds(items: list) -> list[str]:
    return [item.kind for item in items]


def test_each_kind_stands_on_the_desk_by_the_day_it_is_due(manager: User) -> None:
    one_of_each(manager)
    assert [(item.kind, item.day) for item in page(manager, ALL, limit=50)] == [
        ("enquiry", TODAY),
        ("referral", TODAY),
        ("follow_up", TODAY),
        ("mail", TODAY),
        ("erasure", TODAY),
        ("recommendation", TODAY),
        ("champion", TODAY),
        ("partnership", TODAY),
        ("report", TODAY),
        ("story", TODAY),
        ("relay", TODAY),
        ("reuse", TODAY),
        ("story_draft", TODAY),
        ("update", TODAY),
        ("digest", TODAY),
        ("import", TODAY),
        ("duplicate", TODAY),
        ("form", dt.date(2026, 11, 19)),
        ("letter", dt.date(2026, 11, 19)),
        ("undertaking", dt.date(2026, 12, 14)),
        ("review", dt.date(2027, 2, 14)),
    ]


def test_who_began_what_takes_two_people_is_told_that_it_waits_for_somebody_else(
    manager: User, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    DigestIssueFactory(composed_by=manager)
    ContactImportFactory(uploaded_by=manager, state="checked")
    erasing.propose(contact=ContactFactory(), why="They asked", by=manager)
    assert [item.what for item in page(manager, ALL, limit=9)] == [
        "You proposed the erasure: somebody else must carry it out",
        "You composed or changed the draft: somebody else must approve it",
        "You prepared the list: somebody else must bring it in",
    ]
    assert [item.what for item in page(UserFactory(is_superuser=True), ALL, limit=9)] == [
        "Carry out the erasure, or decline it",
        "Approve the draft, or compose it anew",
        "Bring the list in, or cancel it",
    ]


def test_a_form_and_its_acknowledgement_are_one_item_with_the_answers_at_a_glance(manager: User) -> None:
    written = {"initiatives": "A garden\nfor all", "comments": "Ring me", "organisation": "Hapori Trust"}
    form = received("champion_accord", at=NOON - 14 * A_DAY, **written)
    item, *_ = page(manager, View("all", ("form",)), limit=9)
    assert (item.title, item.organisation, item.what) == (
        "Aroha Ngata",
        "Hapori Trust",
        "Acknowledge the answers",
    )
    assert item.marks == [
        Mark("Keep informed", False),
        Mark("Community of interest", False),
        Mark("Give advice", False),
        Mark("Champion the Accord", True),
    ]
    assert item.lines == [("Initiatives", "A garden"), ("Comments", "Ring me")]
    assert item.url == f"{form.get_absolute_url()}#acknowledge"
    assert (item.age, item.lateness) == ("came 14 days ago", "7 working days late")
    assert (item.day, item.due_on, item.is_late) == (dt.date(2026, 11, 5), dt.date(2026, 11, 5), True)


def test_what_was_moved_is_late_under_the_day_promised_first(manager: User) -> None:
    reply = received(at=NOON - 40 * A_DAY).undertaking_of("reply")
    assert reply is not None
    later = dt.date(2026, 11, 30)
    moving.move(undertaking=reply, seen=reply.due_on, to=later, because="We ask", by=manager)
    item, *_ = page(manager, View("all", ("undertaking",)), limit=9)
    assert (item.key, item.day, item.due_on) == (reply.pk, reply.first_due_on, later)
    assert (item.is_late, item.note) == (True, "Promised first for 5 November 2026")


def test_an_acknowledgement_that_did_not_arrive_is_owed_again_at_once(manager: User) -> None:
    form = received(at=NOON)
    Undertaking.objects.filter(eoi=form).update(evidence_kind="mail", evidence_key=1)
    (item,) = page(manager, View("all", ("form",)), limit=9)
    assert item.note == "Owed again: our message did not arrive"


def test_what_a_person_answered_waits_for_whoever_asked_and_what_they_owe_us_is_said(manager: User) -> None:
    form = received(name="Aroha Ngata")
    enquiring.ask(eoi=form, seen=1, by=manager, text="Which hall?\nThe big one?")
    reply, *_ = page(manager, ALL, limit=9)
    assert (reply.kind, reply.note) == ("undertaking", "Asked on 16 November 2026, waiting for their answer")
    enquiring.answer(enquiry=form.enquiries.get(), text="\nThe big one")
    item, reply = page(manager, ALL, limit=9)
    assert (item.title, item.what, item.owner) == ("Aroha Ngata", "Read what they answered", manager)
    assert item.lines == [("Asked", "Which hall?"), ("Answered", "The big one")]
    assert (item.url, reply.note) == (f"{form.get_absolute_url()}#enquiries", "")
    assert kinds(page(manager, View("mine"), limit=9)) == ["enquiry"]


def test_what_came_of_a_referral_waits_and_says_whether_the_agency_has_it(manager: User) -> None:
    row = ReferralFactory(eoi=received(at=NOON - A_DAY), asked_by=manager)
    referring.agree(referral=row)
    seen = View("mine", ("referral",))
    (item,) = page(manager, seen, limit=9)
    assert (item.title, item.what) == ("Aroha Ngata", "See what came of the referral: Agreed, on its way")
    assert (item.lines, item.note) == ([("Agency", "Sport New Zealand")], "")
    OutgoingMail.objects.filter(message="passed_on").update(state="failed")
    (item,) = page(manager, seen, limit=9)
    assert item.note == "Our message to the agency did not arrive"


def test_a_letter_shows_its_first_line_and_is_gone_when_answered(manager: User) -> None:
    row = letter(name="Hēmi")
    (item,) = page(manager, View("all", ("letter",)), limit=9)
    assert (item.title, item.lines) == ("Hēmi", [("", "Kia ora")])
    letters.answer(letter=row, seen=0, by=manager, text="Kia ora")
    assert page(manager, ALL, limit=9) == []


def test_a_long_first_line_is_cut(manager: User) -> None:
    letter(message="a" * 500)
    (item,) = page(manager, ALL, limit=9)
    assert item.lines == [("", f"{'a' * 159}…")]


def test_mine_nobodys_and_everybodys(mere: User, manager: User) -> None:
    mine, _ = received(), received(email="other@example.org")
    triage.assign(eoi=mine, seen=1, by=mere, to=manager)
    failed = [OutgoingMailFactory(state="failed"), OutgoingMailFactory(state="in_doubt")]
    Claim.objects.create(kind="mail", key=failed[0].pk, owner=manager, claimed_by=manager)
    Claim.objects.create(kind="letter", key=failed[1].pk, owner=manager, claimed_by=manager)
    assert kinds(page(manager, View("mine"), limit=50)) == ["mail", "form", "undertaking"]
    assert kinds(page(manager, View("nobodys"), limit=50)) == ["mail", "form", "undertaking"]
    assert len(page(manager, ALL, limit=50)) == 6
    assert [item.owner for item in page(manager, View("all", ("mail",)), limit=5)] == [manager, None]


def test_only_the_kinds_that_somebody_may_see(manager: User) -> None:
    one_of_each(manager)
    reads_letters = permitted("responses.view_letter")
    assert kinds(page(reads_letters, ALL, limit=50)) == ["letter"]
    assert [source.kind for source in kinds_seen(reads_letters)] == ["letter"]
    assert page(UserFactory(), ALL, limit=50) == []
    assert named(["form.1", "nonsense", "x.1"], reads_letters) == []


def test_the_address_of_a_message_is_for_those_who_may_see_it(manager: User) -> None:
    OutgoingMailFactory(state="failed", to="aroha@example.org")
    (seen,) = page(manager, ALL, limit=5)
    (masked,) = page(permitted("foundation.view_outgoingmail"), ALL, limit=5)
    assert (seen.lines, masked.lines) == ([("To", "aroha@example.org")], [])


def test_pages_meet_without_a_gap_and_without_a_row_twice(manager: User) -> None:
    one_of_each(manager)
    for number in range(3):
        received(email=f"late{number}@example.org", at=NOON - 14 * A_DAY)
        OutgoingMailFactory(state="failed")
        letter(at=NOON - number * A_DAY, message=str(number))
    every = page(manager, ALL, limit=99)
    assert len(every) == 33
    for size in (1, 2, 5):
        found, after = [], None
        while rows := page(manager, ALL, after=after, limit=size):
            found += rows
            after = Place(rows[-1].day, rows[-1].kind, rows[-1].key)
        assert [item.name for item in found] == [item.name for item in every]


def test_what_sleeps_is_off_the_desk_until_its_day_and_late_all_the_same(
    manager: User, clock: time_machine.Traveller
) -> None:
    form = received(at=NOON - 14 * A_DAY)
    acknowledgement = form.undertaking_of("acknowledge")
    assert acknowledgement is not None
    about = {"kind": "form", "key": acknowledgement.pk}
    sleeping = Snooze.objects.create(**about, until_on=TODAY + A_DAY, because="Away", snoozed_by=manager)
    forms = View("all", ("form",))
    assert page(manager, forms, limit=5) == []
    assert count(manager, ALL).numbers.late == 1
    assert [item.snoozed for item in named([f"form.{acknowledgement.pk}"], manager)] == [sleeping]
    clock.shift(A_DAY)
    (back,) = page(manager, forms, limit=5)
    assert (back.snoozed, back.snoozed and back.snoozed.is_over) == (sleeping, True)


def test_until_a_day(manager: User) -> None:
    one_of_each(manager)
    received(email="late@example.org", at=NOON - 14 * A_DAY)
    until_today = page(manager, ALL, until=TODAY, limit=99)
    assert (len(until_today), {item.day <= TODAY for item in until_today}) == (18, {True})
    assert kinds(page(manager, ALL, until=TODAY - A_DAY, limit=99)) == ["form"]
    assert kinds(page(manager, MINE, limit=99)) == ["follow_up"]


def test_numbers_late_due_today_and_new(manager: User) -> None:
    one_of_each(manager)
    received(email="late@example.org", at=NOON - 14 * A_DAY)
    assert count(manager, ALL, new=New(NOON - A_DAY, NOON)).numbers == (1, 17, 21)
    assert count(manager, ALL, new=New(NOON, NOON)).numbers == (1, 17, 0)
    assert count(manager, MINE).numbers == (0, 1, 0)


def test_numbers_stop_at_a_hundred(manager: User) -> None:
    OutgoingMailFactory.create_batch(102, state="failed")
    assert count(manager, ALL).numbers.due_today == 101
    assert (in_words(100), in_words(101)) == ("100", "more than 100")


def test_a_page_costs_the_same_with_one_and_with_three_rows_of_each(manager: User) -> None:
    def queries() -> int:
        manager.refresh_from_db()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(manager, ALL, limit=50)
        return len(asked)

    one_of_each(manager)
    with_one = queries()
    for number in range(2):
        received("champion_accord", email=f"p{number}@example.org", initiatives="A garden")
        letter(message=str(number))
        FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TODAY, owner=manager)
        duplicates.suggest(contact=ContactFactory(), other=ContactFactory(), by=manager)
        Erasure.objects.create(contact=ContactFactory(), state="asked")
        RecommendationFactory(email=f"r{number}@example.org")
    assert queries() == with_one == 35


def test_places_and_views_are_read_from_addresses_and_nonsense_is_left_out() -> None:
    place = Place(TODAY, "form", 12)
    assert Place.read(place.code) == place
    for nonsense in ("", "2026-11-16", "2026-11-16.form", "x.form.1", "2026-11-16.x.1", "2026-11-16.form.0"):
        assert Place.read(nonsense) is None
    assert View.read("all:form,letter") == View("all", ("form", "letter"))
    assert View.read("all:form,letter").code == "all:form,letter"
    assert View.read("x:y") == View.read("") == View("mine")


def test_everything_late_or_due_stands_under_its_right_day(
    manager: User, clock: time_machine.Traveller
) -> None:
    form = received("give_advice")
    switches.confirm(contact=form.contact)
    owed = list(Undertaking.objects.open().exclude(contact=None))
    assert len(owed) == 3
    last = max(row.due_on for row in owed)
    while (today := working_days.today()) <= last + A_DAY:
        items = {item.key: item for item in page(manager, ALL, limit=50)}
        stand = {row.pk: (row.is_late, row.first_due_on if row.is_late else row.due_on) for row in owed}
        assert {key: (item.is_late, item.day) for key, item in items.items()} == stand
        assert count(manager, ALL).numbers[:2] == (
            sum(row.first_due_on < today for row in owed),
            sum(row.due_on == today for row in owed),
        )
        clock.shift(A_DAY)
