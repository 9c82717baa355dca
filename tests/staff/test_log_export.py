"""The log as a file, and the lines of a time."""

import csv
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.staff import log_export
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from tests.factories import UserFactory
from tests.html import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LOG, EXPORT = "/staff/staff/logline/", "/staff/staff/logline/export/"


@pytest.fixture
def ada(client: Client) -> User:
    ada = UserFactory(name="Ada Administrator", email="ada@example.org", is_administrator=True)
    client.force_login(ada)
    return ada


def downloaded(client: Client, query: str = "") -> list[list[str]]:
    answer = client.post(EXPORT + query)
    assert answer["Content-Disposition"] == 'attachment; filename="log-2026-11-16.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_holds_what_the_list_shows_and_nothing_in_it_runs(client: Client, ada: User) -> None:
    mere = UserFactory(name="Mere Staff", email="mere@example.org")
    line = log(LogLine.Act.REFUSED, "page", by=mere, detail="=1+1")
    log(LogLine.Act.VIEWED, mere, by=ada)
    heading, *rows = downloaded(client, f"?done_by={mere.pk}")
    assert heading == log_export.LOG_HEADING
    when = "2026-11-16T12:00:00+13:00"
    assert rows == [[str(line.pk), when, "mere@example.org", "Was refused a page", "page", "", "'=1+1", ""]]


def test_it_goes_by_the_chunk_and_says_so_in_the_log(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_export, "LINES_A_QUERY", 2)
    for _ in range(4):
        log(LogLine.Act.VIEWED, ada, by=ada)
    with CaptureQueriesContext(connection) as captured:
        rows = list(log_export.pieces(LogLine.objects.all()))
    assert (len(captured), len(rows)) == (3, 3)
    assert len(downloaded(client)) == 6  # the heading, and the line of the download itself
    assert LogLine.objects.filter(act="exported", kind="staff.logline", done_by=ada).count() == 1


def test_who_may_not_read_the_log_downloads_nothing_and_a_link_downloads_nothing(client: Client) -> None:
    client.force_login(UserFactory(is_reader=True, is_approver=True))
    assert client.post(EXPORT).status_code == 403
    client.force_login(UserFactory(is_administrator=True))
    assert client.get(EXPORT).status_code == 405
    assert not LogLine.objects.filter(act="exported").exists()


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("1", ["now"]),
        ("7", ["now", "6 days"]),
        ("2026-11", ["now", "6 days", "15 days"]),
        ("2026-10", ["31"]),
    ],
)
def test_lines_are_found_by_when(
    client: Client, ada: User, clock: time_machine.Traveller, when: str, found: list[str]
) -> None:
    noon = "2026-11-16T12:00:00+13:00"
    for words, at in {
        "31": "2026-10-31T23:59:59+13:00",
        "15 days": "2026-11-01T00:00:00+13:00",
        "6 days": "2026-11-10T12:00:00+13:00",
        "now": noon,
    }.items():
        LogLine.objects.create(act="viewed", kind="page", detail=words, happened_at=at)
    page = read(client.get(LOG, {"when": when}))
    assert [cell.text for cell in page.all(class_="field-more")] == found
    assert f"?when={when}" in str(page.one("form", class_="tools")["action"])


@pytest.mark.parametrize("when", ["2026-13", "x", "30", "20260-1"])
def test_what_is_no_time_finds_nothing(client: Client, ada: User, when: str) -> None:
    log(LogLine.Act.VIEWED, ada, by=ada)
    assert "Nothing is found that way" in read(client.get(LOG, {"when": when})).text
