"""The lists that lead to the records: what they cost, show and find."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    DigestIssueFactory,
    InitiativeFactory,
    OutgoingMailFactory,
    UpdateFactory,
    UserFactory,
    closed_unanswered,
    merged,
    received,
)

pytestmark = pytest.mark.django_db

EOIS, CHAMPIONS = "responses/expressionofinterest", "champions/champion"

ISSUES, UPDATES, MAIL = "digests/digestissue", "digests/update", "foundation/outgoingmail"


def owed(n: int) -> object:
    """A row with everything beside it: a merged contact, a form and an owner."""
    eoi = received(name=f"Hēmi {n}", email=f"{n}@example.org")
    eoi.undertakings.filter(kind="reply").delete()
    merged(eoi.contact, into=ContactFactory())
    return triage.assign(eoi=eoi, seen=1, by=UserFactory(), to=UserFactory())


LISTS: dict[str, Callable[[int], object]] = {
    EOIS: lambda n: triage.assign(
        eoi=received(name=f"Hēmi {n}", email=f"{n}@example.org"), seen=1, by=UserFactory(), to=UserFactory()
    ),
    "responses/contact": lambda n: ContactFactory(),
    "responses/undertaking": owed,
    CHAMPIONS: lambda n: ChampionFactory(published=True),
    "champions/initiative": lambda n: InitiativeFactory(published=True),
    ISSUES: lambda n: DigestIssueFactory(approved=True),
    UPDATES: lambda n: UpdateFactory(published=True),
    MAIL: lambda n: OutgoingMailFactory(to=f"{n}@example.org"),
}


@pytest.mark.parametrize("record", LISTS)
def test_a_list_costs_the_same_however_long_it_is(client: Client, superuser: User, record: str) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            listed = client.get(f"/staff/{record}/").context["cl"].result_list
        return len(listed), len(queries)

    LISTS[record](0)
    client.get(f"/staff/{record}/")
    rows, once = cost()
    LISTS[record](1)
    LISTS[record](2)
    assert (rows, cost()[1]) == (1, once)
    assert OutgoingMail.objects.count() == 3 if record.endswith("mail") else cost()[0] == 3


def listed(client: Client, record: str, **query: str) -> list[Any]:
    return list(client.get(f"/staff/{record}/", query).context["cl"].result_list)


def test_the_queues_show_what_they_say(client: Client, superuser: User) -> None:
    now = timezone.now()
    fresh = received(at=now)
    late = received(name="Late", email="late@example.org", at=now - timezone.timedelta(days=30))
    mine = received("champion_accord", name="Mine", email="mine@example.org", initiatives="a hall", at=now)
    triage.acknowledge(eoi=mine, seen=1, by=superuser, text="Kia ora", is_full=True)
    triage.assign(eoi=mine, seen=2, by=superuser, to=superuser)
    spam = received("champion_accord", name="Spam", email="spam@example.org", initiatives="buy", at=now)
    triage.mark_as_spam(eoi=spam, seen=1, by=superuser)
    closed = received(name="Closed", email="closed@example.org", at=now - timezone.timedelta(days=30))
    triage.assign(eoi=closed, seen=1, by=superuser, to=superuser)
    closed_unanswered(closed, by=superuser)
    assert listed(client, EOIS, queue="awaiting") == [late, fresh]
    assert listed(client, EOIS, queue="late") == [late]
    assert listed(client, EOIS, queue="mine") == [mine]
    assert listed(client, EOIS, queue="champions") == [mine]
    assert listed(client, EOIS, queue="unanswered") == [closed]
    assert len(listed(client, EOIS)) == 5


@pytest.mark.parametrize("words", ["ngati tumai", "NGĀTI", "tumai", "Tūmai"])
def test_search_in_the_lists_minds_no_macrons(client: Client, superuser: User, words: str) -> None:
    found = received(name="Tūmai Walker", organisation="Ngāti Tūmai", email="t@example.org")
    champion = ChampionFactory(contact=found.contact, name="Ngāti Tūmai", search_folded="ngati tumai")
    initiative = InitiativeFactory(champion=champion)
    received(name="Hēmi", email="h@example.org")
    ChampionFactory()
    InitiativeFactory()
    assert listed(client, EOIS, q=words) == [found]
    assert listed(client, "responses/contact", q=words) == [found.contact]
    assert listed(client, CHAMPIONS, q=words) == [champion]
    assert listed(client, "champions/initiative", q=words) == [initiative]
