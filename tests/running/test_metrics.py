"""Prometheus is told what was measured, in its own format, and nothing of anybody."""

import re
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accord_portal.foundation import beats
from accord_portal.foundation.models import Beat
from accord_portal.running import metrics
from accord_portal.running.measures import Measures
from tests.factories import OutgoingMailFactory

pytestmark = pytest.mark.django_db

DEPLOY = Path(__file__).parents[2] / "deploy"
LINE = re.compile(r"# (HELP|TYPE) accord_[a-z_]+ .+|accord_[a-z_]+ [0-9.e+]+")


def test_each_measure_has_a_line_and_its_meaning(clock: object) -> None:
    OutgoingMailFactory()
    beats.beat(Beat.Process.WORKER)
    lines = metrics.exposition().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert {"accord_up 1", "accord_mail_waiting 1", "accord_worker_silent_seconds 0"} <= set(lines)
    assert "accord_backup_age_seconds" not in "\n".join(lines)
    assert set(metrics.MEANINGS) == set(Measures._fields)


def test_without_a_database_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("no")

    monkeypatch.setattr(metrics, "measured", refuse)
    monkeypatch.setattr(metrics.connections, "close_all", lambda: None)
    assert metrics.exposition().splitlines()[-1] == "accord_up 0"


def test_it_is_served_at_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "exposition", lambda: "accord_up 1\n")
    with metrics.serve("127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = []
        for path in ("/metrics", "/"):
            asking = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            asking.request("GET", path)
            answer = asking.getresponse()
            found.append((answer.status, answer.read()[:11]))
            asking.close()
        with pytest.raises(CommandError, match="cannot be used: Address already in use"):
            call_command("metrics", "--port", str(server.server_port))
        server.shutdown()
    assert found[0] == (200, b"accord_up 1")
    assert found[1][0] == 404


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_rules_and_dashboard_ask_for_what_there_is(name: str) -> None:
    asked = set(re.findall(r"\baccord_([a-z_]+)\b", (DEPLOY / "prometheus" / name).read_text()))
    assert asked <= {"up", *Measures._fields}
    assert len(asked) >= 10
