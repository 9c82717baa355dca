"""The words of the four questions: versions that only grow, and which of them somebody was shown."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation import memory
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from responses.consent import wordings
from responses.models import ConsentWording, Purpose
from responses.models.wording import IN_2011, WORDINGS_OF_2011
from tests.clock import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def keys(language: str = "en") -> dict[str, int]:
    return {purpose: words.key for purpose, words in wordings.current(language).items()}


# --- what is in force ------------------------------------------------------------------------


def test_the_words_of_2011_are_the_first_version() -> None:
    assert wordings.texts() == WORDINGS_OF_2011
    assert list(wordings.texts()) == Purpose.values
    rows = ConsentWording.objects.values_list("language", "version", "from_at", "written_by")
    assert list(rows) == [("en", 1, IN_2011, None)] * 4


def test_loading_the_words_of_2011_again_changes_nothing() -> None:
    wordings.load()
    assert ConsentWording.objects.count() == 4


def test_what_is_not_in_force_yet_is_not_asked(clock: time_machine.Traveller) -> None:
    soon = NOON + dt.timedelta(hours=1)
    ConsentWording.objects.create(purpose="give_advice", version=2, text="May we ask you?", from_at=soon)
    assert wordings.texts() == WORDINGS_OF_2011
    clock.move_to(soon)
    wordings.forget()
    assert wordings.texts()["give_advice"] == "May we ask you?"


def test_the_words_are_read_once_a_minute(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        for _ in range(3):
            wordings.current()
    clock.shift(memory.A_MINUTE)
    with django_assert_num_queries(1):
        wordings.current()


# --- rewording -------------------------------------------------------------------------------


def test_rewording_adds_a_version_and_keeps_the_old_one(mere: User) -> None:
    before = keys()
    new = wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=mere)
    assert (new.version, new.from_at, new.written_by) == (2, NOON, mere)
    assert keys() == {**before, "give_advice": new.pk}
    assert wordings.texts() == {**WORDINGS_OF_2011, "give_advice": "May we ask you?"}
    assert ConsentWording.objects.get(pk=before["give_advice"]).text == WORDINGS_OF_2011["give_advice"]
    assert str(new) == "Give advice, version 2"


def test_the_words_in_force_are_no_new_version(mere: User) -> None:
    text = WORDINGS_OF_2011["give_advice"]
    with pytest.raises(NotPossible, match=r"^These words are already in use\.$"):
        wordings.reword(purpose="give_advice", language="en", text=text, by=mere)
    wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=mere)
    assert wordings.reword(purpose="give_advice", language="en", text=text, by=mere).version == 3


def test_two_who_reword_at_once_do_not_overwrite_one_another(mere: User) -> None:
    quicker = [ConsentWording(purpose="give_advice", version=2, text="Quicker")]

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT") and quicker:
            quicker.pop().save()
        return execute(sql, *rest)

    asked = {"purpose": "give_advice", "language": "en", "text": "May we?", "by": mere}
    with connection.execute_wrapper(meanwhile), pytest.raises(ChangedMeanwhile, match="meanwhile"):
        wordings.reword(**asked)


def test_each_language_has_its_own_versions_and_falls_back_to_english(mere: User) -> None:
    text = "Tēnā koa, whakamōhiotia mai."
    assert wordings.texts("mi") == WORDINGS_OF_2011
    new = wordings.reword(purpose="keep_informed", language="mi", text=text, by=mere)
    assert new.version == 1
    wordings.reword(purpose="keep_informed", language="en", text="Tell me the news.", by=mere)
    assert wordings.texts("mi") == {**WORDINGS_OF_2011, "keep_informed": text}
    assert wordings.texts() == {**WORDINGS_OF_2011, "keep_informed": "Tell me the news."}


# --- which were shown ------------------------------------------------------------------------


def test_a_mark_says_which_words_were_shown(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    marked = wordings.mark(wordings.current())
    assert marked == "-".join(str(key) for key in keys().values())
    with django_assert_num_queries(0):
        assert wordings.shown(marked) == keys()


def test_a_mark_of_older_words_is_honoured(mere: User) -> None:
    before, marked = keys(), wordings.mark(wordings.current())
    wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=mere)
    assert wordings.shown(marked) == before != keys()


def test_a_mark_made_in_another_language_is_honoured(mere: User) -> None:
    wordings.reword(purpose="keep_informed", language="mi", text="Tēnā koa.", by=mere)
    assert wordings.shown(wordings.mark(wordings.current("mi")), "en") == keys("mi")


@pytest.mark.parametrize(
    "marked",
    [
        "",
        "-",
        "rubbish",
        "1-2-3",
        "{0}-{1}-{2}",
        "{0}-{1}-{2}-{2}",
        "{0}-{1}-{2}-{3}-{3}",
        "{0}-{1}-{2}-999999",
        "{0}-{1}-{2}-" + "9" * 30,
        "{0}-{1}-{2}-²",
        "{0}-{1}-{2}--{3}",
        "1-" * 500_000,
    ],
    ids=lambda marked: marked[:20],
)
def test_a_mark_that_cannot_be_read_means_the_words_in_force(marked: str) -> None:
    now = keys()
    assert wordings.shown(marked.format(*now.values())) == now


def test_a_process_that_kept_older_words_reads_newer_ones_within_the_minute(
    mere: User, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordings.current()
    with monkeypatch.context() as another_process:
        another_process.setattr(wordings, "forget", lambda: None)
        wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=mere)
    assert wordings.texts() == WORDINGS_OF_2011
    clock.shift(memory.A_MINUTE)
    assert wordings.texts()["give_advice"] == "May we ask you?"
