"""Follow-ups: for a contact or about any record, given, done with a result, and erased with the person."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accord_portal.foundation import clock as portal_clock
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from responses import personal_data
from responses.answers import following_up, letters, recommending
from responses.contacts import merging
from responses.models import Activity, Contact, FollowUp, Letter, LetterLine, Recommendation
from responses.privacy import blanking
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, RecommendationFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
CALL = {"what": "Call her back", "due_on": TODAY}


def a_letter(**said: str) -> Letter:
    said = {"name": "Aroha", "email": "aroha@example.org", "telephone": "", "message": "When?", **said}
    return letters.receive(**said)


def timeline(contact: Contact) -> list[tuple[str, str, str]]:
    lines = Activity.objects.filter(contact=contact).select_related("done_by").order_by("pk")
    return [(line.kind, line.text, str(line.done_by)) for line in lines]


def test_a_follow_up_is_owed_until_it_is_done(ana: User, bo: User, clock: time_machine.Traveller) -> None:
    contact = ContactFactory()
    task = following_up.add(about=contact, by=ana, owner=bo, **CALL)
    assert (task.contact, task.about_kind, task.created_by, task.is_late) == (contact, "", ana, False)
    clock.shift(dt.timedelta(days=1))
    assert task.is_late
    following_up.give(follow_up=task, by=ana, to=ana)
    assert list(FollowUp.objects.outstanding().owned_by(ana)) == [task]
    following_up.done(follow_up=task, by=bo, result="She comes on Monday")
    with pytest.raises(ChangedMeanwhile):
        following_up.done(follow_up=task, by=ana, result="Nobody answered")
    task.refresh_from_db()
    with pytest.raises(ChangedMeanwhile):
        following_up.give(follow_up=task, by=ana, to=bo)
    assert (task.done_by, task.done_at, task.is_late) == (bo, NOON + dt.timedelta(days=1), False)
    assert (task.owner, task.result) == (ana, "She comes on Monday")
    assert (list(FollowUp.objects.outstanding()), list(FollowUp.objects.done())) == ([], [task])
    assert timeline(contact) == [
        ("follow_up", "Bo Colleague, by 16 November 2026: Call her back", "Ana Officer"),
        ("follow_up", "Given to Ana Officer: Call her back", "Ana Officer"),
        ("follow_up", "Done: Call her back\nShe comes on Monday", "Bo Colleague"),
    ]


def test_of_two_who_give_it_away_one_is_told_that_the_other_was_quicker(
    mere: User, ana: User, bo: User
) -> None:
    task = following_up.add(about=ContactFactory(), by=mere, owner=mere, **CALL)
    seen_by_both = FollowUp.objects.get(pk=task.pk)
    following_up.give(follow_up=task, by=mere, to=ana)
    with pytest.raises(ChangedMeanwhile, match="somebody else has it by now"):
        following_up.give(follow_up=seen_by_both, by=bo, to=bo)
    assert FollowUp.objects.get().owner == ana


def test_nothing_is_promised_for_a_day_that_has_passed(ana: User) -> None:
    with pytest.raises(NotPossible, match="today or a later day"):
        following_up.add(
            about=ContactFactory(), by=ana, what="Call", due_on=TODAY - dt.timedelta(1), owner=ana
        )


@pytest.mark.parametrize("gone", ["merged", "erased"])
def test_nobody_is_followed_up_who_is_nobody_any_more(ana: User, gone: str) -> None:
    contact = ContactFactory()
    if gone == "merged":
        merging.merge(kept=ContactFactory(), other=contact, by=ana)
    else:
        Contact.objects.update(erased_at=NOON, name="", email="", mailbox=None)
    with pytest.raises(NotPossible, match=gone):
        following_up.add(about=contact, by=ana, owner=ana, **CALL)
    assert FollowUp.objects.count() == 0


def test_about_a_form_a_note_or_a_champion_it_stands_with_the_contact(ana: User) -> None:
    champion = ChampionFactory()
    form = received()
    note = Activity.objects.create(contact=form.contact, kind="note", text="She asked for the minutes")
    kept = ContactFactory()
    merging.merge(kept=kept, other=form.contact, by=ana)
    for record, person in ((champion, champion.contact), (form, kept), (note, kept)):
        row = following_up.add(about=record, by=ana, owner=ana, **CALL)
        assert (row.contact, row.about_key) == (person, record.pk)
        assert list(FollowUp.objects.about(record)) == [row]
        assert timeline(person)[-1][1] == "Ana Officer, by 16 November 2026: Call her back"


def test_about_a_letter_it_stands_with_the_letter(ana: User) -> None:
    letter = a_letter()
    task = following_up.add(about=letter, by=ana, owner=ana, **CALL)
    following_up.done(follow_up=task, by=ana, result="Sent")
    assert (task.contact, task.whom) == (None, "Letter")
    assert list(LetterLine.objects.order_by("pk").values_list("text", flat=True)) == [
        "Follow-up: Ana Officer, by 16 November 2026: Call her back",
        "Follow-up: Done: Call her back\nSent",
    ]


def test_what_is_to_be_done_about_somebody_recommended_goes_with_them(ana: User) -> None:
    row = RecommendationFactory()
    task = following_up.add(about=row, by=ana, what="Ask Sefina’s office", due_on=TODAY, owner=ana)
    assert (task.contact, Activity.objects.count()) == (None, 0)
    recommending.decline(recommendation=row, because="Known", by=ana)
    task.refresh_from_db()
    assert (task.what, list(FollowUp.objects.outstanding())) == ("", [])
    with pytest.raises(NotPossible, match="who it was is not kept"):
        following_up.add(about=Recommendation.objects.get(), by=ana, owner=ana, **CALL)


def test_it_is_held_of_the_person_and_erased_with_them(ana: User) -> None:
    contact = received(email="aroha@example.org").contact
    mine = [
        following_up.add(about=contact, by=ana, owner=ana, **CALL),
        following_up.add(about=a_letter(), by=ana, owner=ana, **CALL),
    ]
    others = following_up.add(about=a_letter(email="bo@example.org"), by=ana, owner=ana, **CALL)
    planned = personal_data.held([contact.pk])["What we plan to do"]
    assert [row["What"] for row in planned] == ["Call her back", "Call her back"]
    blanking.erase([contact.pk])
    assert list(FollowUp.objects.outstanding()) == [others]
    assert {row.what for row in FollowUp.objects.filter(pk__in=[row.pk for row in mine])} == {""}


def test_it_is_about_somebody_or_a_record(ana: User) -> None:
    for wrong in ({}, {"about_kind": "letter"}, {"contact": ContactFactory(), "about_key": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.create(owner=ana, created_at=portal_clock.now(), **CALL, **wrong)
