"""What was owed before a message had a name of its own still goes out."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from tests.factories import OutgoingMailFactory


@pytest.mark.django_db(transaction=True)
def test_mail_that_was_owed_by_the_place_of_its_maker_is_owed_by_its_name() -> None:
    kept = {
        "responses.emails.please_confirm": "please_confirm",
        "champions.emails.asked_what_may_be_public": "asked_what_may_be_public",
        "accord_portal.staff.emails.address_changed": "account_address_changed",
        "accord_portal.digests.emails.test_of_issue": "test_of_issue",
    }
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([("foundation", "0005_doubts")])
        rows = [OutgoingMailFactory(message=place) for place in kept]
    finally:
        MigrationExecutor(connection).migrate(last)
    names = OutgoingMail.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert list(names.values_list("message", flat=True)) == list(kept.values())
    assert set(kept.values()) <= set(mail.kinds)
