"""Which two accounts are two people, and what is said where somebody else must decide."""

import datetime as dt

import pytest

from accord_portal.foundation import clock
from accord_portal.staff.models import LogLine
from accord_portal.staff.two_people import are_two_people, why_another
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", ["account_added", "account_changed", "address_changed"])
@pytest.mark.parametrize("days", [0, 29, 31])
def test_who_made_or_changed_an_account_is_not_another_person_for_thirty_days(act: str, days: int) -> None:
    one, two, third = UserFactory(), UserFactory(), UserFactory()
    assert are_two_people(one, two)
    with clock.set_to(clock.now() - dt.timedelta(days=days)):
        LogLine.objects.create(act=act, kind="staff.user", key=two.pk, done_by=one)
    assert are_two_people(one, two) == are_two_people(two, one) == (days > 30)
    assert are_two_people(third, two) == (days > 30 or act != "address_changed")
    assert not are_two_people(one, one)


def test_who_changes_their_own_address_stays_themselves() -> None:
    one, two = UserFactory(), UserFactory()
    LogLine.objects.create(act="address_changed", kind="staff.user", key=two.pk, done_by=two)
    assert are_two_people(one, two)


def test_it_is_said_why_somebody_else_must_decide() -> None:
    mere, ana, bo = (UserFactory(name=name) for name in ("Mere", "Ana", "Bo"))
    words = {"did": "proposed", "must": "carry it out"}
    assert why_another([mere, None, ana], by=bo, **words) == ""
    assert why_another([mere, ana], by=ana, **words) == "You proposed this: somebody else must carry it out."
    LogLine.objects.create(act="account_changed", kind="staff.user", key=bo.pk, done_by=ana)
    assert why_another([mere, ana], by=bo, **words) == (
        "In the last 30 days your account or that of Ana was made or changed by the other of you,"
        " or got another address: a third person must carry it out."
    )
