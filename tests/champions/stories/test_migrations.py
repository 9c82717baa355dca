"""Stories as they were, a title with a summary and a text, lose nothing on the way."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from champions.models import PracticeStory
from tests.migrating import last, migrate

BEFORE = [("champions", "0014_partnerships_required")]
AT = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    yield migrate(BEFORE)
    migrate(last())


def test_what_was_public_stays_so_and_says_that_nobody_gave_a_licence(then: StateApps) -> None:
    old = then.get_model("champions", "PracticeStory").objects
    words = {"summary": "Short", "body": "## Lessons\n\nLong"}
    old.create(title="One", slug="one", published_at=AT, **words)
    old.create(title="Two", slug="two", **words)
    migrate(last())
    one, two = PracticeStory.objects.order_by("slug")
    assert (one.state, one.published_at, one.written_at, one.licence) == ("published", AT, AT, "owner")
    assert one.licence_words == "Nobody has said yet how this may be used: ask before you copy it."
    assert (two.state, two.published_at, two.licence, two.licence_words) == ("draft", None, "", "")
    assert {(row.summary, row.body) for row in (one, two)} == {tuple(words.values())}
    PracticeStory.objects.filter(pk=one.pk).update(problem="Late", state="withdrawn")
    again = migrate(BEFORE).get_model("champions", "PracticeStory").objects.order_by("slug")
    assert list(again.values_list("published_at", "body")) == [
        (None, "## The problem\n\nLate\n\n## Lessons\n\nLong"),
        (None, "## Lessons\n\nLong"),
    ]
