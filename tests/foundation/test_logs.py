"""What a stranger sends costs one line of the log, never a traceback; and no line names a person."""

import json
import logging
import logging.config
import sys

import pytest
from django.conf import settings
from django.test import Client

from accord_portal.foundation.logs import MAX_CHARACTERS, JsonLine, Line, OneLine, request_id, without_people
from tests.factories import UserFactory

LINE = OneLine("{levelname} {name}: {message}", style="{")


def written(message: str, *args: object, error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return LINE.format(logging.LogRecord("django.security", logging.ERROR, "", 1, message, args, exc_info))


def test_a_record_is_one_line_without_its_traceback() -> None:
    with pytest.raises(ValueError, match="lines") as caught:
        raise ValueError("two\nlines")
    line = written("Refused: %s", caught.value, error=caught.value)
    assert line == r"ERROR django.security: Refused: two\nlines"


@pytest.mark.parametrize("typed", ["a\nERROR all is lost", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "\u202eb"])
def test_nobody_writes_lines_of_their_own(typed: str) -> None:
    line = written("Refused: %s", typed)
    assert line.isprintable()
    assert line.isascii()


def test_a_long_one_is_cut() -> None:
    assert (len(written("a" * 9000)), written("a" * 9000)[-2:]) == (MAX_CHARACTERS, "a…")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("/", "elsewhere.example"),
        ("/", "a b"),
        ("/express-interest/", "e" * 5000 + ".example"),
        ("/staff/staff/user/?password__startswith=pbkdf2", "testserver"),
        ("/static/%2e%2e/%2e%2e/manage.py", "elsewhere.example"),
    ],
)
def test_a_refused_request_is_one_line(
    client: Client, capsys: pytest.CaptureFixture[str], address: str, host: str
) -> None:
    client.force_login(UserFactory(is_superuser=True))
    logging.config.dictConfig(settings.LOGGING)  # its handlers write to what this test reads
    assert client.get(address, HTTP_HOST=host).status_code == 400
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert len(lines[0]) <= MAX_CHARACTERS


QUOTED = """new row for relation "responses_contact" violates check constraint "some_name"
DETAIL:  Failing row contains (7, Aroha Ngata,

 second line of an address, 021 123 4567).


The above exception was the direct cause of the following exception:
"""
UUID = "12345678-1234-4321-8765-123456789012"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Row 7 of import 3 is put aside", "Row 7 of import 3 is put aside"),
        ("550 <aroha@example.org>: no such user", "550 <[address hidden]>: no such user"),
        ("rang 021 123 4567", "rang [number hidden]"),
        (f"Task id={UUID} a@b.nz", f"Task id={UUID} [address hidden]"),
        (
            QUOTED,
            QUOTED[: QUOTED.index("DETAIL")] + "DETAIL: left out\n" + QUOTED[QUOTED.index("The above") :],
        ),
    ],
)
def test_nobody_is_named(text: str, wanted: str) -> None:
    assert without_people(text) == wanted


def record(message: str, error: BaseException) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return logging.LogRecord("accord_portal.sweep", logging.ERROR, "", 1, message, (), sys.exc_info())


def test_neither_by_a_traceback() -> None:
    lines = (
        Line("{levelname} {message}", style="{")
        .format(record("To a@b.nz", ValueError("021 123 4567")))
        .splitlines()
    )
    assert (lines[0], lines[-1]) == ("ERROR To [address hidden]", "ValueError: [number hidden]")


def test_a_line_for_machines_is_one_object() -> None:
    token = request_id.set("1f2e")
    try:
        line = JsonLine().format(record("To a@b.nz\nall is lost", ValueError("021 123 4567")))
    finally:
        request_id.reset(token)
    assert len(line.splitlines()) == 1
    said = json.loads(line)
    trace = said.pop("exc_info")
    assert trace.splitlines()[-1] == "ValueError: [number hidden]"
    assert said.pop("time")[-6:] == "+00:00"
    assert said == {
        "level": "ERROR",
        "logger": "accord_portal.sweep",
        "message": "To [address hidden]\nall is lost",
        "request_id": "1f2e",
    }


def test_no_line_holds_the_request_itself() -> None:
    line = logging.makeLogRecord({"msg": "wrong", "request": "<GET /preferences/secret>"})
    assert "secret" not in JsonLine().format(line)


def test_nor_by_what_a_stranger_asked_for() -> None:
    assert written("Refused: ?email__startswith=%s", "aroha@example.org") == (
        "ERROR django.security: Refused: [address hidden]"
    )
