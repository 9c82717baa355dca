"""What `deploy/` says of the portal holds."""

import re
import runpy
from typing import Any

from django.core.management import get_commands

from tests.production import ROOT

DEPLOY = ROOT / "deploy"


def test_units_and_services_run_commands_that_there_are() -> None:
    files = [*(DEPLOY / "systemd").glob("*.service"), DEPLOY / "compose.yaml", DEPLOY / "backup-drill.sh"]
    text = "\n".join(path.read_text() for path in files)
    commands = set(re.findall(r"manage\.py\"?,? \"?([a-z_]+)", text))
    assert commands >= {"worker", "metrics", "backup", "migrate", "load_accord", "restore", "check_consents"}
    assert commands - get_commands().keys() == set()


def test_every_process_is_walled_in() -> None:
    for path in (DEPLOY / "systemd").glob("*.service"):
        lines = set(path.read_text().splitlines())
        walls = {"NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "UMask=0077"}
        assert walls | {"User=accord-portal"} <= lines, path.name
    image = (DEPLOY / "Containerfile").read_text()
    assert re.findall(r"^USER (.+)$", image, re.MULTILINE) == ["10001"]


def test_the_page_of_a_portal_that_is_away_needs_nothing() -> None:
    assert re.findall(r"\b(?:src|href|url|style|script)\b", (DEPLOY / "away.html").read_text()) == []


def test_the_bill_of_materials_is_the_lock() -> None:
    sbom = runpy.run_path(str(DEPLOY / "sbom.py"))
    lock = (ROOT / "requirements.txt").read_text()
    made: dict[str, Any] = sbom["bill"](ROOT / "requirements.txt")
    components = made["components"]
    pinned = dict(re.findall(r"^([\w.-]+)==([^ ;\\]+)", lock, re.MULTILINE))
    assert {part["name"]: part["version"] for part in components} == pinned
    hashes = [one["content"] for part in components for one in part["externalReferences"][0]["hashes"]]
    assert len(hashes) == lock.count("--hash=sha256:")
    assert next(part for part in components if part["name"] == "django")["licenses"] == [
        {"license": {"name": "BSD-3-Clause"}}
    ]
