"""Two administrators at the same moment: on PostgreSQL."""

import pytest
from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import accounts
from accord_portal.staff.models import User
from tests.at_once import while_not_over
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def step_down(administrator: User, by: User) -> None:
    with transaction.atomic():
        accounts.expect_may_change(administrator, roles=[], signs_in=True, by=by)
        User.objects.filter(pk=administrator.pk).update(is_administrator=False)


def test_of_two_who_take_the_role_from_each_other_one_stays() -> None:
    one, two = UserFactory(is_administrator=True), UserFactory(is_administrator=True)
    first, second = while_not_over(lambda: step_down(two, by=one), lambda: step_down(one, by=two))
    assert (first, type(second)) == (None, NotPossible)
    assert User.objects.administrators().get() == one
