"""Consent that was recorded before there were wordings is told which words it answered."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from accord_portal.foundation.models import OutgoingMail
from responses import audit
from responses.models import Consent, ConsentWording, Involvement
from responses.models.wording import IN_2011, WORDINGS_OF_2011

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BEFORE = [("responses", "0002_search")]


def migrate(to: list[tuple[str, str]]) -> StateApps:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return executor.loader.project_state(to).apps


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate(BEFORE)
    migrate(last)


SAID = [
    ("keep_informed", "given", "web_form"),
    ("give_advice", "declined", "web_form"),
    ("keep_informed", "confirmed", "confirmation_link"),
    ("keep_informed", "given", "web_form"),  # again: the first Yes stands
    ("champion_accord", "given", "preference_page"),
    ("champion_accord", "withdrawn", "one_click"),
    ("champion_accord", "given", "web_form"),
    ("community_of_interest", "given", "preference_page"),
    ("community_of_interest", "declined", "web_form"),  # counted for nothing; now it waits for the mailbox
    ("community_of_interest", "declined", "web_form"),
]


def test_what_was_recorded_before_is_evidence_now(then: StateApps) -> None:
    old = {name: then.get_model("responses", name) for name in ("Contact", "Consent", "Involvement")}
    contact = old["Contact"].objects.create(
        name="Aroha Ngata", email="aroha@example.org", mailbox="aroha@example.org", search_folded="aroha"
    )
    days = [AT + number * dt.timedelta(days=1) for number in range(len(SAID))]
    for day, (purpose, decision, source) in zip(days, SAID, strict=True):
        old["Consent"].objects.create(
            contact=contact, purpose=purpose, decision=decision, source=source, recorded_at=day
        )
    for purpose, since, confirmed in [
        ("keep_informed", days[0], days[2]),
        ("champion_accord", days[6], None),
        ("community_of_interest", days[7], days[7]),
    ]:
        old["Involvement"].objects.create(
            contact=contact, purpose=purpose, since_at=since, confirmed_at=confirmed
        )

    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    wordings = ConsentWording.objects.values_list("purpose", "language", "version", "text", "from_at")
    assert sorted(wordings) == sorted((p, "en", 1, text, IN_2011) for p, text in WORDINGS_OF_2011.items())
    lines = Consent.objects.select_related("wording").order_by("pk")
    assert [(line.purpose, line.decision, line.source) for line in lines] == SAID
    assert [line.wording.purpose for line in lines] == [line.purpose for line in lines]
    gave = Involvement.objects.values_list("purpose", "consent", "off_asked_at")
    assert sorted(gave) == [
        ("champion_accord", lines[6].pk, None),
        ("community_of_interest", lines[7].pk, days[8]),
        ("keep_informed", lines[0].pk, None),
    ]
    assert list(audit.disagreements()) == []


def test_mail_that_was_owed_before_knows_whose_it_is(then: StateApps) -> None:
    old = {n: then.get_model("responses", n) for n in ("Contact", "Call", "ExpressionOfInterest")}
    contact = old["Contact"].objects.create(name="Aroha", email="a@example.org", mailbox="a@example.org")
    eoi = old["ExpressionOfInterest"].objects.create(
        call=old["Call"].objects.create(slug="call", title="Call", opens_on=AT),
        contact=contact,
        name="Aroha",
        email="a@example.org",
        due_on=AT,
        same_form_key="k",
        **dict.fromkeys(["keep_informed", "community_of_interest", "give_advice", "champion_accord"], False),
    )
    owed = OutgoingMail.objects.create(
        message="responses.emails.acknowledgement", to="a@example.org", facts={"eoi_id": eoi.pk}
    )
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    owed.refresh_from_db()
    assert owed.recipient == contact.pk
