"""Consent that was recorded before there were wordings is told which words it answered."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations.state import StateApps

from accord_portal.foundation.models import OutgoingMail
from champions.models import Champion
from responses.consent import audit, ledger
from responses.models import (
    Consent,
    ConsentWording,
    Contact,
    ContactImport,
    ExpressionOfInterest,
    ImportRow,
    Involvement,
)
from responses.models.wording import IN_2011, WORDINGS_OF_2011
from tests.factories import ChampionFactory, UserFactory
from tests.migrating import last, migrate

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BEFORE = [("responses", "0002_search")]


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    yield migrate(BEFORE)
    migrate(last())


@pytest.fixture
def lately(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were before texts were folded as they are now."""
    yield migrate([("responses", "0016_outcomes"), ("champions", "0006_champion_since")])
    migrate(last())


SAID_TO = ["keep_informed", "community_of_interest", "give_advice", "champion_accord"]
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

    migrate(last())

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
        message="acknowledgement", to="a@example.org", facts={"eoi_id": eoi.pk}
    )
    migrate(last())
    owed.refresh_from_db()
    assert owed.recipient == contact.pk


def test_lists_looked_at_under_the_rules_of_then_are_not_brought_in(transactional_db: None) -> None:
    try:
        then = migrate([("responses", "0006_only_grows")])
        lists, row = (then.get_model("responses", name).objects for name in ("ContactImport", "ImportRow"))
        by = UserFactory()
        for state in ("checking", "checked", "done"):
            made = lists.create(
                file_name="l.csv", source="s", basis="none", state=state, uploaded_by_id=by.pk
            )
            said = {"values": {"yes": ["keep_informed"]}, "mailbox": "a@example.org", "likeness": "l"}
            row.create(contact_import=made, number=2, fate="new", **said)
    finally:
        migrate(last())
    stand = [(found.state, bool(found.finished_at)) for found in ContactImport.objects.order_by("pk")]
    assert stand == [("uploaded", False), ("cancelled", True), ("done", False)]
    left = ImportRow.objects.order_by("pk").values_list(
        "contact_import__state", "values", "mailbox", "likeness"
    )
    assert list(left) == [
        ("cancelled", {}, "", ""),
        ("done", {"yes": ["keep_informed"]}, "a@example.org", "l"),
    ]


TOGETHER = [("responses", "0009_letters")]
KEPT, OTHER = "kept", "other"
MERGED_ON = AT + dt.timedelta(days=5)
Line = tuple[str, str, str, int]  # whose, decision, source, on which day
A_YES = [("given", "web_form", 0), ("confirmed", "confirmation_link", 1)]


def yes_of(whose: str) -> list[Line]:
    return [(whose, *line) for line in A_YES]


@pytest.fixture
def together(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were when the lines of all records of a person stood with the kept one."""
    yield migrate(TOGETHER)
    migrate(last())


@pytest.mark.parametrize(
    ("lines", "copied", "stand"),
    [
        # What the other said is not the kept one's any more
        (yes_of(OTHER), 0, {OTHER: "on"}),
        (yes_of(OTHER) + yes_of(KEPT), 0, {KEPT: "on", OTHER: "on"}),
        # A No that was written with the kept one, from whichever mailbox
        ([*yes_of(OTHER), (KEPT, "withdrawn", "one_click", 6)], 1, {OTHER: "off"}),
        ([*yes_of(OTHER), (KEPT, "declined", "preference_page", 6)], 1, {OTHER: "off"}),
        (
            [*yes_of(OTHER), *yes_of(KEPT), (OTHER, "withdrawn", "one_click", 6)],
            1,
            {KEPT: "off", OTHER: "off"},
        ),
        # Not one that was said before they were one, nor one of a form, which anybody can send
        ([*yes_of(OTHER), *yes_of(KEPT), (KEPT, "withdrawn", "one_click", 4)], 0, {KEPT: "off", OTHER: "on"}),
        ([*yes_of(OTHER), (KEPT, "declined", "web_form", 6)], 0, {OTHER: "on"}),
        # Nor where the other's own mailbox has said Yes since
        (
            [*yes_of(OTHER), (KEPT, "withdrawn", "one_click", 6), (OTHER, "given", "preference_page", 7)],
            0,
            {OTHER: "on"},
        ),
    ],
)
def test_each_record_that_was_merged_stands_as_its_own_lines_add_up(
    together: StateApps, lines: list[Line], copied: int, stand: dict[str, str]
) -> None:
    family = merged_then(together, KEPT, OTHER)
    written = [add(together, family[whose], "champion_accord", *line) for whose, *line in lines]
    hand_over(together, family[KEPT], written)
    migrate(last())
    assert standing_of(family) == stand
    assert list(audit.disagreements()) == []
    assert Consent.objects.count() == len(lines) + copied
    for line in Consent.objects.filter(message__startswith="Taken back while one with contact "):
        assert (line.decision, line.recorded_at) == ("withdrawn", AT + dt.timedelta(days=6))


def test_a_champion_who_was_hidden_by_a_no_stays_hidden(together: StateApps) -> None:
    family = merged_then(together, KEPT, OTHER)
    lines = [*yes_of(OTHER), (KEPT, "withdrawn", "preference_page", 6)]
    written = [add(together, family[whose], "champion_accord", *line) for whose, *line in lines]
    hand_over(together, family[KEPT], written)
    migrate(last())
    contact = Contact.objects.get(pk=family[OTHER].pk)
    ChampionFactory(contact=contact, published=True, agreed_at=MERGED_ON)
    assert Champion.objects.hidden_by_a_no().count() == 1
    assert Champion.objects.published().count() == 0


def test_a_no_is_no_older_than_the_merge_that_made_two_records_one(together: StateApps) -> None:
    """The other was merged into a second one on day 5, and that one into the kept one on day 8."""
    family = merged_then(together, "second", OTHER)
    family[KEPT] = record(together, KEPT)
    merge(together, family[KEPT], family["second"], MERGED_ON + dt.timedelta(days=3))
    family[OTHER].merged_into = family[KEPT]
    family[OTHER].save()
    written = [add(together, family[OTHER], "keep_informed", *line) for line in A_YES]
    written += [add(together, family[OTHER], "give_advice", *line) for line in A_YES]
    add(together, family[KEPT], "keep_informed", "withdrawn", "one_click", 6)
    add(together, family[KEPT], "give_advice", "withdrawn", "one_click", 9)
    migrate(last())
    held = Involvement.objects.values_list("contact", "purpose", "ended_at")
    assert sorted(held) == [
        (family[OTHER].pk, "give_advice", AT + dt.timedelta(days=9)),
        (family[OTHER].pk, "keep_informed", None),
    ]
    assert list(audit.disagreements()) == []


def record(then: StateApps, name: str) -> Any:
    email = f"{name}@example.org"
    return then.get_model("responses", "Contact").objects.create(
        name=name, email=email, mailbox=email, email_confirmed_at=AT, search_folded=name
    )


def merge(then: StateApps, kept: Any, other: Any, at: dt.datetime) -> None:
    other.merged_into = kept
    other.save()
    by = UserFactory()
    then.get_model("responses", "Merge").objects.create(
        kept=kept, other=other, merged_at=at, merged_by_id=by.pk
    )


def merged_then(then: StateApps, kept: str, other: str) -> dict[str, Any]:
    family = {name: record(then, name) for name in (kept, other)}
    merge(then, family[kept], family[other], MERGED_ON)
    return family


def add(then: StateApps, contact: Any, purpose: str, decision: str, source: str, day: int) -> Any:
    wordings = then.get_model("responses", "ConsentWording").objects
    wording, _ = wordings.get_or_create(
        purpose=purpose, language="en", version=1, defaults={"text": purpose, "from_at": IN_2011}
    )
    return then.get_model("responses", "Consent").objects.create(
        contact=contact,
        purpose=purpose,
        decision=decision,
        source=source,
        wording=wording,
        recorded_at=AT + dt.timedelta(days=day),
    )


def hand_over(then: StateApps, kept: Any, lines: list[Any]) -> None:
    """As a merge did: the kept one has what the lines of all of them add up to."""
    for purpose, state in ledger.total(lines).items():
        then.get_model("responses", "Involvement").objects.create(
            contact=kept,
            purpose=purpose,
            consent_id=state.consent,
            since_at=state.since_at,
            confirmed_at=state.confirmed_at,
            ended_at=state.ended_at,
        )


def standing_of(family: dict[str, Any]) -> dict[str, str]:
    held = {i.contact_id: i.stands for i in Involvement.objects.all()}
    return {name: held[contact.pk] for name, contact in family.items() if contact.pk in held}


def test_text_kept_before_is_found_in_any_spelling(lately: StateApps) -> None:
    model = {
        name: lately.get_model("responses", name) for name in ("Call", "Contact", "ExpressionOfInterest")
    }
    contact = model["Contact"].objects.create(
        name="王小明",
        organisation="Well\u2013being",
        telephone="494 5718",
        search_folded="王小明 well\u2013being 494 5718",
        name_key="王小明|well\u2013being",
    )
    call = model["Call"].objects.create(title="Call", slug="call", opens_on=AT.date())
    form = {
        name: model["ExpressionOfInterest"].objects.create(
            call=call,
            contact=contact,
            reference=name,
            name="" if name == "ERASED22" else "Aroha",
            telephone="" if name == "ERASED22" else "(04) 494 5718",
            same_form_key=name,
            **dict.fromkeys(SAID_TO, False),
            search_folded="" if name == "ERASED22" else "aroha (04) 494 5718",
            erased_at=AT if name == "ERASED22" else None,
        )
        for name in ("ABCD2222", "ERASED22")
    }
    champions = lately.get_model("champions", "Champion").objects
    champions.create(
        contact=contact,
        registered_by_id=UserFactory().pk,
        name="A",
        slug="a",
        search_folded="王小明 a\u2014b",
    )

    migrate(last())

    contact_now = Contact.objects.get()
    assert (contact_now.search_folded, contact_now.name_key) == (
        "王小明 well-being 494 5718 4945718 小明 明",
        "王小明|well-being",
    )
    assert [ExpressionOfInterest.objects.get(pk=row.pk).search_folded for row in form.values()] == [
        "abcd2222 aroha (04) 494 5718 44945718",
        "",
    ]
    assert Champion.objects.get().search_folded == "王小明 a-b 小明 明"
