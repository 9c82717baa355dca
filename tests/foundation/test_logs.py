"""What a stranger sends costs one line of the log, never a traceback."""

import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from accord_portal.foundation.logs import MAX_CHARACTERS, OneLine
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
