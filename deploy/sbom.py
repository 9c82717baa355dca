"""Writes what the portal is made of: a bill of materials (CycloneDX 1.6, JSON) of the packages in the lock.

`make sbom` writes it to var/sbom.cdx.json and lists each licence. Names, versions and hashes are the lock's;
licences are what the installed packages say of themselves.
"""

import json
import re
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Each package with its version and the hashes of its files."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if pinned := PINNED.match(line):
            name, version = pinned.groups()
            found[name] = (version, [])
        if name and (hashed := HASH.search(line)):
            found[name][1].append(hashed[1])
    return found


def licence(name: str) -> str:
    """In the package's own words; "" where it is not installed here, or says nothing."""
    try:
        said: Message = metadata(name)  # type: ignore[assignment]
    except PackageNotFoundError:
        return ""
    classified = [
        c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    short = (said["License"] or "").strip()
    return said["License-Expression"] or ", ".join(classified) or (short if len(short) < 60 else "")


def bill(lock: Path) -> dict[str, object]:
    """The whole of it, the same each time for one lock."""
    components = []
    for name, (version, hashes) in sorted(locked(lock).items()):
        component: dict[str, object] = {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"pkg:pypi/{name}@{version}",
                    "hashes": [{"alg": "SHA-256", "content": content} for content in hashes],
                }
            ],
        }
        if said := licence(name):
            component["licenses"] = [{"license": {"name": said}}]
        components.append(component)
    about = {"component": {"type": "application", "bom-ref": "accord-portal", "name": "accord-portal"}}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": about,
        "components": components,
    }


if __name__ == "__main__":
    made = bill(ROOT / "requirements.txt")
    to = Path(sys.argv[1])
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(made, indent=1) + "\n")
    for name, (version, _) in sorted(locked(ROOT / "requirements.txt").items()):
        sys.stdout.write(f"{name:28}{version:14}{licence(name) or 'not installed here'}\n")
