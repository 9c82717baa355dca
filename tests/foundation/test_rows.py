import uuid

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation import rows
from accord_portal.foundation.models import OutgoingMail
from responses.models import Contact
from tests.clock import NOON
from tests.factories import ContactFactory, OutgoingMailFactory

UUID = uuid.UUID(int=7)
pytestmark = pytest.mark.django_db


def owed(**fields: object) -> OutgoingMail:
    return OutgoingMail(message="m", to="aroha@example.org", facts={"name": "Tūmai", "n": 1}, **fields)


def test_a_row_is_what_it_would_be_if_django_had_saved_it() -> None:
    short, long = owed(queued_at=NOON, not_before_at=NOON), owed(queued_at=NOON, not_before_at=NOON)
    assert rows.add(short) is True
    long.save()
    differ = {"id", "uuid"}
    values = [
        {key: value for key, value in row.items() if key not in differ}
        for row in OutgoingMail.objects.order_by("pk").values()
    ]
    assert values[0] == values[1]
    assert OutgoingMail.objects.get(pk=short.pk).uuid == short.uuid


def test_a_row_by_its_columns_is_what_its_model_would_have_made() -> None:
    made = OutgoingMail(message="m", to="aroha@example.org", uuid=UUID, queued_at=NOON, not_before_at=NOON)
    new = rows.new(
        OutgoingMail, message="m", to="aroha@example.org", uuid=UUID, queued_at=NOON, not_before_at=NOON
    )
    assert {**vars(new), "_state": 0} == {**vars(made), "_state": 0}
    assert vars(new._state) == vars(made._state)
    assert rows.new(OutgoingMail).facts is not rows.new(OutgoingMail).facts
    assert rows.add(new) is True
    assert OutgoingMail.objects.get().uuid == UUID


def test_what_is_no_column_is_refused() -> None:
    with pytest.raises(TypeError, match="OutgoingMail has no column subjects, whom"):
        rows.new(OutgoingMail, subjects="Kia ora", whom=1)


def test_rows_get_their_keys_in_order_and_can_be_saved_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    new = [owed(subject=str(number)) for number in range(3)]
    with django_assert_num_queries(1):
        assert rows.add(*new) is True
    assert [OutgoingMail.objects.get(pk=row.pk).subject for row in new] == ["0", "1", "2"]
    new[0].subject = "changed"
    new[0].save()
    assert OutgoingMail.objects.count() == 3


def test_a_row_that_is_there_already_is_left_out_without_an_error() -> None:
    there = OutgoingMailFactory()
    with transaction.atomic():
        assert rows.add(owed(uuid=there.uuid)) is False
        assert rows.add(owed()) is True
    assert OutgoingMail.objects.count() == 2


def test_a_foreign_key_is_written_by_its_object() -> None:
    contact = ContactFactory()
    line = contact.activities.model(contact=contact, kind="note", text="Kia ora")
    rows.add(line)
    assert list(Contact.objects.get().activities.all()) == [line]
