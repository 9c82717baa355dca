"""Whatever happens, and in whatever order: what is owed is what was promised and not done, once a person."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accord_portal.foundation import transport
from responses.models import Undertaking
from responses.undertakings import audit
from tests.responses.undertakings.duties import Owed
from tests.responses.undertakings.happenings import ADDRESSES, IDEAS, SPELLINGS, VERDICTS, World, text_of

pytestmark = pytest.mark.django_db
BEGINNING = dt.datetime(2026, 12, 14, 22, 0, tzinfo=dt.UTC)

YES = ["give_advice", "champion_accord"]
FIRST = [
    *(("answer", n, YES, [(n % 2, 0)]) for n in range(len(ADDRESSES))),
    *(("confirm", n) for n, address in enumerate(ADDRESSES) if address),
]

people = st.sampled_from(range(len(ADDRESSES)))
purposes = st.sampled_from(YES)
some_yes = st.lists(purposes, unique=True)
idea = st.tuples(st.sampled_from(range(len(IDEAS))), st.sampled_from(range(len(SPELLINGS))))
some_ideas = st.lists(idea, max_size=3)
days = st.sampled_from([1, 5, 30, 90])
numbers = st.sampled_from([0, 1, 2])
often = [
    st.tuples(st.just("answer"), people, some_yes, some_ideas),
    st.tuples(st.just("change"), people, some_yes, some_ideas),
    st.tuples(st.just("confirm"), people),
    st.tuples(st.just("switch"), people, purposes, st.booleans()),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("invite"), people),
    st.tuples(st.just("ring"), people, numbers),
    st.tuples(st.just("move"), people, numbers, days),
    st.tuples(st.just("acknowledge"), people, st.booleans(), days),
    st.tuples(st.just("decide"), people, st.sampled_from([1, 2])),
    st.tuples(st.just("post"), st.sampled_from(range(len(VERDICTS)))),
    st.tuples(st.just("triage"), people, st.sampled_from(["spam", "close", "reopen", "assign"])),
]
seldom = [
    st.tuples(st.just("on_request"), people, purposes, st.booleans()),
    st.tuples(st.just("restrict"), people),
    st.tuples(st.just("release"), people),
    st.tuples(st.just("ask_to_be_erased"), people),
    st.tuples(st.just("propose"), people),
    st.tuples(st.just("decide_about_erasing"), people, st.booleans()),
    st.tuples(st.just("unmerge"), people),
    st.tuples(st.just("reply"), people),
    st.tuples(st.just("time_passes"), days),
    st.tuples(st.just("comes_back")),
    st.tuples(st.just("try_again")),
    st.tuples(st.just("treat_as_sent")),
]
happenings = st.one_of(*often, *often, *seldom)


def written(rows: Any) -> list[Owed]:
    """Rows, to compare with what was promised."""
    return sorted(
        Owed(row.kind, row.contact_id, row.eoi_id or 0, text_of(row), row.first_due_on, row.due_on)
        for row in rows.select_related("eoi")
    )


def as_promised(world: World) -> None:
    """What is written is what was promised; the audit, which asks the code, finds the same."""
    assert written(Undertaking.objects.open()) == world.promises.owed()
    assert written(Undertaking.objects.kept()) == world.promises.kept()
    assert not Undertaking.objects.kept().exclude(ended_at=None).exists()
    assert list(audit.differences()) == []


def all_happen(acts: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    """One thing after another; each leaves what is written as promised."""
    with time_machine.travel(BEGINNING, tick=False) as traveller, transaction.atomic():
        world = World(traveller)
        monkeypatch.setattr(transport, "hand_over", world.hand_over)
        for act, *rest in [*FIRST, *acts]:
            world.do(act, *rest)
            as_promised(world)
        transaction.set_rollback(True)


@settings(
    max_examples=settings.default.max_examples // 10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink what fails takes longer than to read it
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(happenings, min_size=12, max_size=30))
def test_what_is_owed_is_what_was_promised_and_not_done(
    acts: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    all_happen(acts, monkeypatch)
