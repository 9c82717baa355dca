"""90, 30 and 0 days before a review: once each, by mail where a Yes permits it, and staff see the desk."""

import datetime as dt

import pytest

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from champions.models import Partnership, ReviewReminder
from champions.partnerships import course, emails, ladder
from responses.models import Purpose
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, subscriber
from tests.partnerships import PartnershipFactory, PartyFactory

TODAY = dt.date(2026, 11, 16)
DAY = dt.timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def in_days(days: int, **about: object) -> Partnership:
    return PartnershipFactory(active=True, review_on=TODAY + days * DAY, **about)


def reminded() -> list[tuple[int, bool]]:
    return list(ReviewReminder.objects.order_by("pk").values_list("days_before", "is_mailed"))


@pytest.mark.parametrize(
    ("days", "rung"), [(91, None), (90, 90), (31, 90), (30, 30), (1, 30), (0, 0), (-400, 0)]
)
def test_each_day_has_its_rung(days: int, rung: int | None) -> None:
    assert ladder.rung(TODAY + days * DAY, TODAY) == rung
    in_days(days)
    assert ladder.remind(NOON) == (rung is not None)
    assert reminded() == ([] if rung is None else [(rung, False)])


def test_each_rung_is_reached_once() -> None:
    in_days(90)
    for days in (0, 0, 59, 60, 89, 90, 120):
        ladder.remind(NOON + days * DAY)
    assert reminded() == [(90, False), (30, False), (0, False)]


def test_a_new_day_begins_a_new_ladder(mere: object) -> None:
    partnership = in_days(10)
    ladder.remind(NOON)
    next_on = TODAY + 80 * DAY
    course.review(partnership=partnership, by=mere, reviewed_on=TODAY, finding="Well.", next_on=next_on)
    ladder.remind(NOON)
    assert reminded() == [(30, False), (90, False)]


@pytest.mark.parametrize("status", ["signed", "ended"])
def test_what_is_not_at_work_is_not_reviewed(status: str) -> None:
    in_days(0, status=status)
    assert ladder.remind(NOON) == 0


def test_whoever_leads_is_mailed_where_their_yes_permits_it() -> None:
    person = subscriber(Purpose.CHAMPION_ACCORD)
    partnership = in_days(30)
    PartyFactory(partnership=partnership, leads=True, champion=ChampionFactory(contact=person))
    ladder.remind(NOON)
    ladder.remind(NOON)
    owed = OutgoingMail.objects.get()
    assert (owed.message, owed.to) == ("partnership_is_reviewed", person.email)
    assert reminded() == [(30, True)]
    assert person.activities.get().text == "Reminded of the review of a partnership"


def test_nobody_is_mailed_without_a_yes_to_that() -> None:
    partnership = in_days(30)
    PartyFactory(
        partnership=partnership, leads=True, contact=subscriber(Purpose.KEEP_INFORMED), name="Office"
    )
    ladder.remind(NOON)
    assert (OutgoingMail.objects.count(), reminded()) == (0, [(30, False)])


def test_the_message_names_the_partnership_to_whoever_confirmed_and_goes_to_nobody_else() -> None:
    person = subscriber(Purpose.CHAMPION_ACCORD, name="Aroha")
    partnership = in_days(30, title="Two rivers")
    body = str(emails.partnership_is_reviewed(partnership.pk, person.pk).body)
    assert "Tēnā koe Aroha" in body.splitlines()
    assert "It is called Two rivers." in body
    assert "Its review is due on 16 December 2026." in body
    assert "\nBoth chairs meet.\n" in body
    for other in (ContactFactory(), subscriber(Purpose.KEEP_INFORMED)):
        with pytest.raises(mail.NoLongerWanted):
            emails.partnership_is_reviewed(partnership.pk, other.pk)
    Partnership.objects.update(status="ended")
    with pytest.raises(mail.NoLongerWanted):
        emails.partnership_is_reviewed(partnership.pk, person.pk)
