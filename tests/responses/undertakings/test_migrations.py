"""What forms said of their acknowledgement becomes what they are owed, and turns back into it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations.state import StateApps

from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import backfilling
from tests.factories import UserFactory
from tests.migrating import last, migrate
from tests.responses.undertakings.promises import differences, standing

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DUE_ON = dt.date(2026, 3, 5)
BEFORE = [("responses", "0010_each_its_own")]
ASKED = {"restricted_at": AT + DAY, "restricted_because": "asked"}
ANSWERED, ENDED = {"acknowledged_at": AT + DAY}, {"closed_at": AT + DAY}
CLOSED = {"state": "closed", "outcome": "noted", **ENDED}

# Of each form: what its contact was, what it was itself, how it is owed after, and since when it is not.
FORMS: dict[str, tuple[dict[str, object], dict[str, object], str, dt.datetime | None]] = {
    "awaiting": ({}, {}, "open", None),
    "acknowledged": ({}, {"state": "in_hand", **ANSWERED}, "kept", None),
    "acknowledged without a line": ({}, {"state": "in_hand", **ANSWERED}, "kept", None),
    "acknowledged and closed": ({}, {**CLOSED, **ANSWERED}, "kept", None),
    "closed without an answer": ({}, CLOSED, "open", None),
    "spam": ({}, {"state": "spam", **ENDED}, "spam", AT + DAY),
    "acknowledged spam": ({}, {"state": "spam", **ENDED, **ANSWERED}, "kept", None),
    "replaced": ({}, {"state": "replaced"}, "replaced", AT + 2 * DAY),
    "newer": ({}, {"received_at": AT + 2 * DAY}, "open", None),
    "erased": (
        {"name": "", "telephone": "", "erased_at": AT + 3 * DAY},
        {"erased_at": AT + 3 * DAY},
        "erased",
        AT + 3 * DAY,
    ),
    "left alone": (ASKED, {}, "restricted", AT + DAY),
    "to be erased": ({**ASKED, "restricted_because": "erasure"}, {}, "restricted", AT + DAY),
    "without a basis": ({**ASKED, "restricted_because": "no_basis"}, {}, "open", None),
    "wrote since": (ASKED, {"received_at": AT + 2 * DAY}, "open", None),
    "merged into who is left alone": ({"merged_into": "left alone"}, {}, "restricted", AT + DAY),
    "merged, and wrote since": (
        {"merged_into": "left alone"},
        {"received_at": AT + 2 * DAY},
        "open",
        None,
    ),
}


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were when a form itself said when it was to be acknowledged, and when it was."""
    yield migrate(BEFORE)
    migrate(last())


def write(then: StateApps) -> dict[str, Any]:
    """A form of each kind, by its name."""
    contacts, forms, call = (
        then.get_model("responses", name).objects for name in ("Contact", "ExpressionOfInterest", "Call")
    )
    call, by, people, written = call.create(slug="c", title="C", opens_on=AT), UserFactory(), {}, {}
    no = dict.fromkeys(["keep_informed", "community_of_interest", "give_advice", "champion_accord"], False)
    for name, (person, said, _, _) in FORMS.items():
        if "merged_into" in person:
            person = {"merged_into": people[person["merged_into"]]}
        people[name] = contacts.create(**{"name": name, "telephone": "04 494 5718", **person})
        actors = {f"{act}_by_id": by.pk for act in ("acknowledged", "closed") if f"{act}_at" in said}
        described = {"received_at": AT, "due_on": DUE_ON, "same_form_key": name}
        written[name] = forms.create(
            call=call,
            contact=people[name],
            telephone="04 494 5718",
            assigned_to_id=by.pk,
            **{**no, **described, **said, **actors},
        )
    written["newer"].replaces = written["replaced"]
    written["newer"].contact = written["replaced"].contact
    written["newer"].save()
    lines = then.get_model("responses", "Activity").objects
    for _ in range(2):
        for name in ("acknowledged", "acknowledged and closed", "acknowledged spam"):
            lines.create(contact=people[name], eoi=written[name], kind="acknowledged", done_by_id=by.pk)
    return written


def said_by_forms(forms: Any) -> list[tuple[object, ...]]:
    fields = ["pk", "due_on", "acknowledged_at", "acknowledged_by"]
    return list(forms.order_by("pk").values_list(*fields))


def test_each_form_is_owed_its_acknowledgement_as_it_was_promised_and_kept(then: StateApps) -> None:
    written = write(then)
    migrate(last())
    rows = {row.eoi_id: row for row in Undertaking.objects.all()}
    assert len(rows) == len(FORMS)
    for name, (_, said, stands, ended_at) in FORMS.items():
        row, form = rows[written[name].pk], written[name]
        assert (row.kind, standing(row), row.ended_at) == ("acknowledge", stands, ended_at), name
        assert (row.contact_id, row.since_at) == (form.contact_id, form.received_at)
        assert (row.first_due_on, row.due_on, row.is_backfilled) == (DUE_ON, DUE_ON, False)
        assert (row.owner_id, row.kept_by_id) == (form.assigned_to_id, form.acknowledged_by_id)
        assert row.kept_at == said.get("acknowledged_at")
    form = ExpressionOfInterest.objects.get(pk=written["acknowledged"].pk)
    row = rows[form.pk]
    assert (row.evidence_kind, row.evidence_key) == ("activity", form.activities.order_by("-pk")[0].pk)
    assert row.evidence_text == "Acknowledged, as noted on the timeline"
    row = rows[written["acknowledged without a line"].pk]
    assert (row.evidence_kind, row.evidence_key) == ("form", row.eoi_id)
    assert {(r.evidence_kind, r.evidence_key) for r in rows.values() if not r.kept_at} == {("", None)}
    unanswered = [form.pk for form in ExpressionOfInterest.objects.closed_without_an_answer()]
    assert unanswered == [written["closed without an answer"].pk]
    list(backfilling.backfill())
    assert differences() == []


def test_turned_back_each_form_says_again_what_it_said(then: StateApps) -> None:
    write(then)
    before = said_by_forms(then.get_model("responses", "ExpressionOfInterest").objects)
    migrate(last())
    migrate(BEFORE)
    assert said_by_forms(then.get_model("responses", "ExpressionOfInterest").objects) == before


def test_turned_back_a_form_whose_acknowledgement_newer_answers_took_over_has_a_day_still(
    then: StateApps,
) -> None:
    key = write(then)["awaiting"].pk
    migrate(last())
    Undertaking.objects.filter(eoi=key).delete()
    migrate(BEFORE)
    form = then.get_model("responses", "ExpressionOfInterest").objects.get(pk=key)
    assert (form.due_on, form.acknowledged_at) == (AT.date(), None)
    assert Contact.objects.count() == len(FORMS)
