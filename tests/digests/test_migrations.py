"""What was told before there were rows of it is read from the issues."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accord_portal.digests import compose
from accord_portal.digests.models import Audience, Doubt, NewsItem, Update
from tests.clock import NOON
from tests.factories import ChampionFactory, InitiativeFactory, UserFactory, subscriber

pytestmark = pytest.mark.django_db

INFORMED, COMMUNITY = Audience.KEEP_INFORMED, Audience.COMMUNITY_OF_INTEREST

BEFORE = [("digests", "0003_update_length")]

TEXT = """News of the Accord

Tēnā koe [[name]]

Last time: old news
http://testserver/updates/only-in-the-introduction/



UPDATES

Kia Tūtahi & friends
A year. And http://testserver/updates/not-this-one/ in it
http://testserver/updates/kia-tutahi-friends/

Told and erased
http://testserver/updates/no-longer-there/


NEW CHAMPIONS

Hapori Trust
We garden.
http://testserver/champions/hapori-trust/

[erased]


NEW INITIATIVES

Open the hall
Hapori Trust: Anyone may book the hall.
http://testserver/initiatives/open-the-hall/


Ngā mihi
"""

INTRODUCTION = "Last time: old news\nhttp://testserver/updates/only-in-the-introduction/"


def migrate(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return executor.loader.project_state(to).apps


@pytest.mark.django_db(transaction=True)
def test_what_was_told_before_there_were_rows_is_read_from_the_issues() -> None:
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        then = migrate(BEFORE)
        model = {name: then.get_model("digests", name) for name in ("Update", "DigestIssue")}
        by = UserFactory()
        made = ChampionFactory(name="Hapori Trust", published=True, published_at=NOON)
        initiative = InitiativeFactory(
            published=True, champion=made, title="Open the hall", published_at=NOON
        )
        updates = {}
        for title, audience in [
            ("Kia Tūtahi & friends", INFORMED),
            ("Only in the introduction", INFORMED),
            ("Not this one", INFORMED),
            ("Beside the draft", COMMUNITY),
        ]:
            compose.name_update(update := Update(title=title))
            row = model["Update"](
                title=title, slug=update.slug, audience=audience, published_at=NOON, published_by_id=by.pk
            )
            row.save()
            updates[title] = row.pk
        span = {
            "covers_from_at": NOON - dt.timedelta(days=9),
            "covers_until_at": NOON,
            "composed_by_id": by.pk,
        }
        approved = {"approved_at": NOON, "approved_by_id": by.pk, "state": "sent"}
        model["DigestIssue"].objects.create(
            audience=INFORMED, period="1", subject="s", text=TEXT, html="h", introduction=INTRODUCTION,
            **span, **approved,
        )  # fmt: skip
        model["DigestIssue"].objects.create(audience=INFORMED, period="2", state="cancelled", **span)
        late = {**span, "covers_from_at": NOON}
        model["DigestIssue"].objects.create(audience=INFORMED, period="3", **late)
        model["DigestIssue"].objects.create(audience=COMMUNITY, period="1", **span)
    finally:
        migrate(last)
    columns = ["issue__period", "audience", "kind", "key", "title", "summary"]
    rows = list(NewsItem.objects.order_by("pk").values_list(*columns))
    friends = updates["Kia Tūtahi & friends"]
    assert rows[:3] == [
        ("1", INFORMED, "update", friends, "Kia Tūtahi & friends", TEXT.split("\n")[12]),
        ("1", INFORMED, "champion", made.pk, "Hapori Trust", "We garden."),
        (
            "1",
            INFORMED,
            "initiative",
            initiative.pk,
            "Open the hall",
            "Hapori Trust: Anyone may book the hall.",
        ),
    ]
    assert [row[:4] for row in rows[3:]] == [("1", COMMUNITY, "update", key) for key in updates.values()] + [
        ("1", COMMUNITY, "champion", made.pk),
        ("1", COMMUNITY, "initiative", initiative.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_whoever_was_in_doubt_already_is_found_by_a_row() -> None:
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        then = migrate([("digests", "0016_schedules")])
        model = {name: then.get_model("digests", name) for name in ("Batch", "Delivery", "DigestIssue")}
        by, person, other = UserFactory(), subscriber(), subscriber()
        issue = model["DigestIssue"].objects.create(
            audience=INFORMED, period="1", subject="s", text="t", html="h", state="sent", in_doubt=1,
            composed_by_id=by.pk, approved_at=NOON, approved_by_id=by.pk,
        )  # fmt: skip
        batch = model["Batch"].objects.create(
            issue=issue, number=1, state="done", not_before_at=NOON, submitted_at=NOON
        )
        for contact, state in ((person, "held"), (other, "accepted")):
            model["Delivery"].objects.create(
                issue=issue, batch=batch, contact_id=contact.pk, state=state, address_hash=state
            )
    finally:
        migrate(last)
    assert list(Doubt.objects.values_list("delivery__contact", "issue", "since_at", "ended_at")) == [
        (person.pk, issue.pk, NOON, None)
    ]
