"""The sweep for duplicates waits for who corrects a contact: on PostgreSQL, two at once."""

import pytest

from accord_portal.staff.models import User
from responses.contacts import acts, duplicates
from responses.models import Duplicate
from tests.at_once import while_not_over
from tests.factories import ContactFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def test_a_name_corrected_at_this_moment_is_looked_at(mere: User) -> None:
    one = ContactFactory(name="Hēmi Walker")
    duplicates.seek_new()
    two = ContactFactory(name="Aroha Ngata")
    while_not_over(
        lambda: acts.correct(
            contact=two,
            by=mere,
            name="Hēmi Walker",
            organisation="",
            telephone="",
            postal_address="",
            language="en",
        ),
        duplicates.seek_new,
    )
    duplicates.seek_new()
    assert list(Duplicate.objects.values_list("first", "second")) == [(one.pk, two.pk)]
