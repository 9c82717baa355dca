"""How lines of consent add up: no database, the same lines always make the same sum."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.consent import ledger
from responses.consent.ledger import ConsentState
from responses.models import Consent, Involvement, Purpose

Decision, Source = Consent.Decision, Consent.Source
BEFORE = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)
NOW = BEFORE + dt.timedelta(days=1)
GIVEN, CONFIRMED, DECLINED, WITHDRAWN, LAPSED, SPAM = Decision.values
OF_THE_MAILBOX = ["preference_page", "confirmation_link"]


def line(decision: str, source: str = "web_form", *, key: int = 9, purpose: str = "give_advice") -> Consent:
    return Consent(pk=key, purpose=purpose, decision=decision, source=source, recorded_at=NOW)


NOTHING = None
WAITS = ConsentState(1, BEFORE)
COUNTS = replace(WAITS, confirmed_at=BEFORE)
ASKED_OFF = replace(COUNTS, off_asked_at=BEFORE)
ENDED = replace(WAITS, ended_at=BEFORE)
NEW, NEW_AND_COUNTS = ConsentState(9, NOW), ConsentState(9, NOW, confirmed_at=NOW)
OVER = replace(WAITS, ended_at=NOW)


# --- one more line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "source", "sums"),
    [
        # what stood before:            nothing, waits, counts, off asked, ended
        (GIVEN, "web_form", [NEW, WAITS, COUNTS, COUNTS, NEW]),
        (GIVEN, "import", [NEW, WAITS, COUNTS, COUNTS, NEW]),
        (GIVEN, "on_request", [NEW, WAITS, COUNTS, COUNTS, NEW]),
        (GIVEN, "preference_page", [NEW_AND_COUNTS, NEW_AND_COUNTS, COUNTS, COUNTS, NEW_AND_COUNTS]),
        (
            CONFIRMED,
            "confirmation_link",
            [NOTHING, replace(WAITS, confirmed_at=NOW), COUNTS, ASKED_OFF, ENDED],
        ),
        (
            DECLINED,
            "web_form",
            [NOTHING, OVER, replace(COUNTS, off_asked_at=NOW), ASKED_OFF, ENDED],
        ),
        (DECLINED, "paper", [NOTHING, OVER, replace(COUNTS, off_asked_at=NOW), ASKED_OFF, ENDED]),
        (DECLINED, "preference_page", [NOTHING, OVER, OVER, OVER, ENDED]),
        *[(WITHDRAWN, source, [NOTHING, OVER, OVER, OVER, ENDED]) for source in Source.values],
        (LAPSED, "portal", [NOTHING, OVER, COUNTS, ASKED_OFF, ENDED]),
        (SPAM, "staff", [NOTHING, OVER, COUNTS, COUNTS, ENDED]),
    ],
)
def test_what_one_more_line_makes_of_what_stood(
    decision: str, source: str, sums: list[ConsentState | None]
) -> None:
    before = [NOTHING, WAITS, COUNTS, ASKED_OFF, ENDED]
    assert [ledger.add(state, line(decision, source)) for state in before] == sums


def test_only_a_yes_that_has_not_ended_is_one() -> None:
    assert [state.is_yes for state in (WAITS, COUNTS, ASKED_OFF, ENDED)] == [True, True, True, False]


def test_an_involvement_says_what_was_written() -> None:
    row = Involvement(consent_id=1, since_at=BEFORE, confirmed_at=BEFORE, off_asked_at=BEFORE)
    assert ledger.written(row) == ASKED_OFF


# --- all lines -------------------------------------------------------------------------------


def test_each_purpose_adds_up_by_itself() -> None:
    lines = [
        line(GIVEN, key=1),
        line(DECLINED, key=2, purpose="keep_informed"),
        line(GIVEN, key=3, purpose="champion_accord"),
        line(CONFIRMED, "confirmation_link", key=4),
    ]
    assert ledger.total(lines) == {
        "give_advice": ConsentState(1, NOW, confirmed_at=NOW),
        "champion_accord": ConsentState(3, NOW),
    }
    assert ledger.total([]) == {}


def test_the_order_matters() -> None:
    yes, no = line(GIVEN, key=1), line(WITHDRAWN, key=2)
    assert ledger.total([yes, no])["give_advice"].is_yes is False
    assert ledger.total([no, yes])["give_advice"].is_yes is True


LINES = st.lists(
    st.builds(
        Consent,
        purpose=st.sampled_from(Purpose.values[:2]),
        decision=st.sampled_from(Decision.values),
        source=st.sampled_from(Source.values),
    ),
    max_size=12,
)


def numbered(lines: list[Consent]) -> list[Consent]:
    """Each line a minute after the one before."""
    for number, each in enumerate(lines, 1):
        each.pk, each.recorded_at = number, BEFORE + dt.timedelta(minutes=number)
    return lines


@given(LINES)
def test_no_sum_is_one_the_database_would_refuse(lines: list[Consent]) -> None:
    lines = numbered(lines)
    for state in ledger.total(lines).values():
        assert not (state.confirmed_at and state.ended_at)
        assert not state.off_asked_at or (state.confirmed_at and not state.ended_at)
        gave = lines[state.consent - 1]
        assert (gave.decision, gave.recorded_at) == (GIVEN, state.since_at)


@given(LINES, st.sampled_from(["web_form", "email", "telephone", "paper"]))
def test_a_no_on_a_form_never_ends_a_confirmed_yes(lines: list[Consent], source: str) -> None:
    lines = numbered([*lines, Consent(purpose="give_advice", decision=DECLINED, source=source)])
    before, after = (ledger.total(part).get("give_advice") for part in (lines[:-1], lines))
    if before and before.confirmed_at:
        assert after == replace(before, off_asked_at=before.off_asked_at or lines[-1].recorded_at)
    else:
        assert after is None or not after.is_yes


@given(LINES, st.sampled_from(Source.values))
def test_taken_back_is_ended_whoever_wrote_it(lines: list[Consent], source: str) -> None:
    lines = numbered([*lines, Consent(purpose="give_advice", decision=WITHDRAWN, source=source)])
    after = ledger.total(lines).get("give_advice")
    assert after is None or not after.is_yes


@given(LINES)
def test_nothing_counts_that_no_mailbox_said(lines: list[Consent]) -> None:
    lines = numbered(lines)
    for purpose, state in ledger.total(lines).items():
        if state.confirmed_at:
            assert [
                each
                for each in lines[state.consent - 1 :]
                if each.purpose == purpose
                and each.recorded_at == state.confirmed_at
                and (each.decision == CONFIRMED or each.source in OF_THE_MAILBOX)
            ]


@given(LINES, LINES)
def test_what_was_added_up_can_be_added_to(first: list[Consent], then: list[Consent]) -> None:
    lines = numbered([*first, *then])
    sums: dict[str, ConsentState | None] = dict(ledger.total(lines[: len(first)]))
    for each in lines[len(first) :]:
        sums[each.purpose] = ledger.add(sums.get(each.purpose), each)
    assert {purpose: state for purpose, state in sums.items() if state} == ledger.total(lines)
