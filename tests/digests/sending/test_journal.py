"""What a dead worker jotted down: believed where it was written, once the writer is gone."""

import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
from pytest_django import Settings

from accord_portal.digests.sending import journal
from accord_portal.digests.sending.journal import Found, Journal, Left
from tests.clock import NOON


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "handing-over"


def died() -> uuid.UUID:
    """A worker that wrote to four people: 1 was taken, 2 refused, 3 is open, and 4 was never begun."""
    lease = uuid.uuid4()
    notes = Journal(lease)
    for key, accepted in [(1, True), (2, False)]:
        notes.going(key)
        notes.answered(key, accepted)
    notes.going(3)
    notes.close(is_recorded=False)
    return lease


def left(lease: uuid.UUID | None) -> list[Left]:
    found = Found(lease)
    return [found.left(key) for key in (1, 2, 3, 4)]


def test_only_what_was_going_is_in_doubt(folder: Path) -> None:
    lease = died()
    assert left(lease) == [Left.ACCEPTED, Left.NOT_BEGUN, Left.IN_DOUBT, Left.NOT_BEGUN]
    Found(lease).forget()
    assert list(folder.iterdir()) == []


def test_what_nobody_came_back_for_goes_after_a_month(folder: Path) -> None:
    old, new = died(), died()
    long_ago = (NOON - dt.timedelta(days=31)).timestamp()
    os.utime(folder / str(old), (long_ago, long_ago))
    os.utime(folder / str(new), (NOON.timestamp(), NOON.timestamp()))
    journal.forget_old(NOON)
    assert [path.name for path in folder.iterdir()] == [str(new)]


def test_without_a_folder_there_is_nothing_to_forget() -> None:
    journal.forget_old(NOON)


def test_while_the_writer_lives_it_says_nothing() -> None:
    lease = uuid.uuid4()
    notes = Journal(lease)
    assert left(lease) == [Left.IN_DOUBT] * 4
    notes.close(is_recorded=False)
    assert left(lease) == [Left.NOT_BEGUN] * 4


def test_what_was_written_before_the_machine_went_off_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lease = died()
    monkeypatch.setattr(journal, "_this_run", lambda: "another")
    assert left(lease) == [Left.IN_DOUBT] * 4


def test_a_machine_that_cannot_tell_its_runs_apart_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_this_run", lambda: "")
    assert left(died()) == [Left.IN_DOUBT] * 4


@pytest.mark.parametrize("lease", [None, uuid.uuid4()])
def test_without_one_everybody_is_in_doubt(lease: uuid.UUID | None) -> None:
    assert left(lease) == [Left.IN_DOUBT] * 4


def test_what_is_not_a_journal_is_not_believed(folder: Path) -> None:
    lease = died()
    (folder / str(lease)).write_text(f"{journal._this_run()}\nnonsense\n")
    assert left(lease) == [Left.IN_DOUBT] * 4


def test_after_an_orderly_turn_nothing_is_left(folder: Path) -> None:
    notes = Journal(uuid.uuid4())
    notes.going(1)
    notes.close(is_recorded=True)
    notes.close(is_recorded=True)
    assert list(folder.iterdir()) == []


def test_where_none_can_be_written_sending_goes_on(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    notes = Journal(uuid.uuid4())
    notes.going(1)
    notes.answered(1, True)
    notes.close(is_recorded=True)


def test_a_line_cut_short_lets_nothing_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Journal(uuid.uuid4())
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:1]))
    with pytest.raises(OSError, match="cut short"):
        notes.going(1)
    monkeypatch.undo()
    notes.close(is_recorded=True)
