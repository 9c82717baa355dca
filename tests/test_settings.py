"""What no environment can turn on by accident."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.production import ROOT, production

SAY = [sys.executable, "-c", "from django.conf import settings; print(settings.SECOND_FACTOR)"]


def started(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**production(folder), **environment}
    return subprocess.run(SAY, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_asks_for_the_second_factor_and_no_setting_says_otherwise(tmp_path: Path) -> None:
    assert started(tmp_path, SECOND_FACTOR="false").stdout.strip() == "True"


@pytest.mark.parametrize("what", ["DEMO", "DEBUG"])
def test_a_demo_does_without_and_never_stands_where_people_come_to(tmp_path: Path, what: str) -> None:
    refused = started(tmp_path, **{what: "true"})
    assert refused.returncode == 1
    assert f"{what} is on, and BASE_URL says https" in refused.stderr
    laptop = started(tmp_path, **{what: "true"}, BASE_URL="http://127.0.0.1:8000")
    assert laptop.stdout.strip() == "False"
