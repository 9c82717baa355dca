"""What forms closed as before is one of five outcomes now; what it was called stays on their timelines."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from responses.models import Activity, ExpressionOfInterest
from tests.migrating import last, migrate

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BEFORE = [("responses", "0015_what_was_moved"), ("staff", "0008_finding_in_the_log")]
NOW = {
    "noted": "nothing_asked",
    "meeting": "taken_up",
    "champion": "taken_up",
    "passed_on": "passed_on",
    "declined": "not_taken_up",
}


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    yield migrate(BEFORE)
    migrate(last())


def test_each_has_its_outcome_of_today_and_back(then: StateApps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("responses.migrations.0016_outcomes.AT_ONCE", 2)
    by = then.get_model("staff", "User").objects.create(email="mere@example.org").pk
    call = then.get_model("responses", "Call").objects.create(slug="call", opens_on=AT).pk
    contact = then.get_model("responses", "Contact").objects.create(name="Aroha").pk
    old = then.get_model("responses", "ExpressionOfInterest").objects
    said = dict.fromkeys(["keep_informed", "community_of_interest", "give_advice", "champion_accord"], False)
    typed = {"call_id": call, "contact_id": contact, "telephone": "04 494 5718", **said}
    ended = {"state": "closed", "closed_at": AT, "closed_by_id": by}
    for outcome in NOW:
        old.create(reference=outcome[:8], same_form_key=outcome, outcome=outcome, **typed, **ended)
    old.create(reference="open", same_form_key="open", **typed)
    then.get_model("responses", "Activity").objects.create(
        contact_id=contact, eoi=old.get(reference="meeting"), kind="closed", text="Invited to meet"
    )

    migrate(last())

    outcomes = ExpressionOfInterest.objects.order_by("pk").values_list("same_form_key", "outcome")
    assert dict(outcomes) == {**NOW, "open": ""}
    assert Activity.objects.values_list("text").get() == ("Invited to meet",)
    ExpressionOfInterest.objects.filter(same_form_key="noted").update(outcome="partly")

    migrate(BEFORE)

    again = dict(old.order_by("pk").values_list("same_form_key", "outcome"))
    assert again == {**{key: key for key in NOW}, "noted": "meeting", "champion": "meeting", "open": ""}
