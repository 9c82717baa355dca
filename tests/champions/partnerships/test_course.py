"""The course of a partnership: the status it takes, its reviews, and what must be written down before."""

import datetime as dt

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import Revision, User
from champions.models import Partnership
from champions.partnerships import course
from tests.at_once import while_not_over
from tests.partnerships import PartnershipFactory

MAY, JUNE, TODAY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 11, 16)
NEXT = dt.date(2027, 11, 16)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def move(partnership: Partnership, by: User, status: str, since_on: dt.date) -> None:
    course.move(partnership=partnership, by=by, status=status, since_on=since_on)
    partnership.refresh_from_db()


def review(partnership: Partnership, by: User, since_on: dt.date, next_on: dt.date = NEXT) -> None:
    course.review(
        partnership=partnership, by=by, reviewed_on=since_on, finding="It goes well.", next_on=next_on
    )
    partnership.refresh_from_db()


def test_each_status_has_its_day_and_the_first_signature_is_the_date_of_agreement(mere: User) -> None:
    partnership = PartnershipFactory(status="drafting")
    move(partnership, mere, "signed", MAY)
    move(partnership, mere, "ended", JUNE)
    steps = [(str(step), step.since_on, step.recorded_by) for step in partnership.steps.all()]
    assert steps == [("Ended", JUNE, mere), ("Signed", MAY, mere)]
    assert (partnership.status, partnership.signed_on) == ("ended", MAY)
    assert Revision.objects.count() == 2


def test_the_status_it_has_is_written_down_once(mere: User) -> None:
    partnership = PartnershipFactory(status="signed")
    move(partnership, mere, "signed", MAY)
    with pytest.raises(NotPossible, match="It stands there already: Signed"):
        move(partnership, mere, "signed", JUNE)


def test_no_step_lies_before_the_last(mere: User) -> None:
    partnership = PartnershipFactory(status="drafting")
    move(partnership, mere, "signed", JUNE)
    with pytest.raises(NotPossible, match="Its last step was on 1 June 2026"):
        move(partnership, mere, "ended", MAY)


def test_what_an_active_one_lacks_is_named(mere: User) -> None:
    partnership = PartnershipFactory(parties=["Hapori Trust"])
    with pytest.raises(NotPossible) as refused:
        move(partnership, mere, "active", JUNE)
    assert str(refused.value) == (
        "Before it is active, write down the review day, how it is reviewed, two parties, what is done when"
        " people change, what is done when circumstances change."
    )
    assert not partnership.steps.exists()


def test_only_what_is_active_comes_under_review(mere: User) -> None:
    partnership = PartnershipFactory(active=True, status="signed")
    with pytest.raises(NotPossible, match="Only an active partnership"):
        move(partnership, mere, "under_review", JUNE)
    move(partnership, mere, "active", JUNE)
    move(partnership, mere, "under_review", JUNE)
    assert partnership.status == "under_review"


def test_a_review_makes_it_active_until_the_next_day(mere: User) -> None:
    partnership = PartnershipFactory(active=True, status="under_review", review_on=JUNE)
    assert partnership.is_overdue
    review(partnership, mere, TODAY)
    (step,) = partnership.steps.all()
    assert (str(step), step.since_on, step.due_on, step.note) == ("Reviewed", TODAY, JUNE, "It goes well.")
    assert (partnership.status, partnership.review_on, partnership.is_overdue) == (
        "active",
        NEXT,
        False,
    )


@pytest.mark.parametrize("next_on", [JUNE, TODAY])
def test_the_next_review_is_to_come(mere: User, next_on: dt.date) -> None:
    partnership = PartnershipFactory(active=True)
    with pytest.raises(NotPossible, match="a day to come"):
        review(partnership, mere, JUNE, next_on)


def test_what_is_not_at_work_is_not_reviewed(mere: User) -> None:
    with pytest.raises(NotPossible, match="active or under review"):
        review(PartnershipFactory(), mere, TODAY)


def test_work_comes_along_and_what_it_said_is_kept(mere: User) -> None:
    partnership = PartnershipFactory()
    item = partnership.work_items.create(what="Check the pumps", due_on=JUNE)
    assert item.is_late
    course.progress(partnership=partnership, by=mere, item=item, state="done")
    item.refresh_from_db()
    assert (item.state, item.is_late) == ("done", False)
    assert Revision.objects.get().before == {"state": "to_do"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_reviews_at_once_the_second_sees_the_first(mere: User) -> None:
    partnership = PartnershipFactory(active=True, review_on=JUNE)
    _, refused = while_not_over(
        lambda: review(partnership, mere, TODAY), lambda: review(partnership, mere, JUNE)
    )
    assert str(refused) == "Its last step was on 16 November 2026: choose that day or a later one."
    assert partnership.steps.count() == 1
