"""A start without collected static files says so, and names the command."""

import json
import subprocess
import sys
from pathlib import Path

from accord_portal import static_files
from tests.production import ROOT, production

START = [sys.executable, "-c", "import accord_portal.wsgi"]


def test_tests_need_none() -> None:
    static_files.expect_collected()


def start(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command or START, cwd=ROOT, env=production(folder), capture_output=True, text=True, check=False
    )


def test_the_web_server_starts_with_every_file_or_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    without = start(tmp_path)
    assert without.returncode == 1
    assert without.stderr.strip().splitlines()[-1].endswith("Run: python manage.py collectstatic")
    assert start(tmp_path, sys.executable, "manage.py", "collectstatic", "--noinput").returncode == 0
    assert start(tmp_path).returncode == 0

    manifest = tmp_path / "static" / "staticfiles.json"
    files = json.loads(manifest.read_text())
    del files["paths"]["css/site.css"]
    manifest.write_text(json.dumps(files))
    of_an_older_version = start(tmp_path)
    assert of_an_older_version.returncode == 1
    assert "1 of " in of_an_older_version.stderr
    assert "css/site.css among them" in of_an_older_version.stderr
