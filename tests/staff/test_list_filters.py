"""A list is asked by its filters only, and each of them works."""

import pytest
from django.test import Client
from django.urls import reverse

from accord_portal.staff.models import LogLine
from tests.factories import (
    UserFactory,
)
from tests.staff.poisoned import REGISTERED, poisoned

pytestmark = pytest.mark.django_db

LETTERS = ["", "__startswith", "__icontains", "__regex", "__gt", "__isnull"]


@pytest.mark.parametrize("how", LETTERS)
@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("responses_contact", "email"),
        ("responses_contact", "telephone"),
        ("responses_contact", "postal_address"),
        ("responses_contact", "mailbox"),
        ("responses_contact", "merged_into__email"),
        ("responses_expressionofinterest", "email"),
        ("responses_expressionofinterest", "comments"),
        ("responses_expressionofinterest", "contact__email"),
        ("responses_recommendation", "email"),
        ("responses_recommendation", "recommender__email"),
        ("responses_erasure", "contact__telephone"),
        ("responses_duplicate", "first__email"),
        ("responses_undertaking", "contact__email"),
        ("responses_undertaking", "evidence_text"),
        ("champions_champion", "contact__email"),
        ("champions_initiative", "champion__contact__email"),
        ("foundation_outgoingmail", "to"),
        ("foundation_outgoingmail", "last_error"),
        ("staff_user", "password"),
        ("digests_digestissue", "deliveries__address"),
    ],
)
def test_a_list_is_asked_by_its_filters_only(client: Client, page: str, field: str, how: str) -> None:
    """Nobody, whatever they may do, needs another way; and each try is in the log."""
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    url = reverse(f"admin:{page}_changelist")
    assert client.get(url, {f"{field}{how}": "a"}).status_code == 400
    assert LogLine.objects.filter(act="refused", done_by=user, detail=url).count() == 1


WITHOUT_FILTERS = {
    *("champions.agency", "champions.principle", "champions.timelineevent"),
    "champions.accordtext",
    "digests.digestschedule",
    "responses.call",
}


@pytest.mark.parametrize("label", REGISTERED)
def test_the_filters_that_a_list_offers_work(client: Client, label: str) -> None:
    poisoned()
    client.force_login(UserFactory(is_superuser=True))
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")
    shown = client.get(url).context["cl"]
    offered = [choice["query_string"] for spec in shown.filter_specs for choice in spec.choices(shown)]
    assert (offered == []) == (label in WITHOUT_FILTERS)
    assert {asked: client.get(url + asked).status_code for asked in offered} == dict.fromkeys(offered, 200)
