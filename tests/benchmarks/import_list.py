"""Brings in a list of made-up people: seconds and peak memory of looking at it and of bringing it in.

    python -m tests.benchmarks.import_list --people 120000 --kind csv|xlsx
    DATABASE_URL=postgres://… python -m tests.benchmarks.import_list

Works in a database of its own making, or in the empty one that DATABASE_URL names. Each person has a
Yes to some of the four questions; one in fifty has no address but a telephone number, one in a
hundred stands in the list twice, one in a hundred has an error. Brings the same list in twice.
"""

import argparse
import csv
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=120_000)
arguments.add_argument("--kind", choices=["csv", "xlsx"], default="csv")
HEADING = ["Full name", "Organisation", "E-mail", "Phone", "Postal address", "Keep informed"]
HEADING += ["Community of interest", "Give advice", "Champion the Accord", "Shoe size"]


def main() -> int:
    options = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="accord-import-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
        "DEMO": "true",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "for this run only",
        "LOG_LEVEL": "ERROR",
    }
    path = folder / f"list.{options.kind}"
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(path, options.people))
    writer.start()
    writer.join()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accord_portal.staff.models import User

    call_command("migrate", verbosity=0)
    officer = User.objects.create_user(f"officer{time.time():.0f}@example.org", name="Officer")
    approver = User.objects.create_user(f"approver{time.time():.0f}@example.org", name="Approver")
    megabytes = path.stat().st_size / 1024 / 1024
    print(
        f"{connection.vendor}, {options.kind}, {options.people:,} rows, {megabytes:.1f} MB; at first {peak()}"
    )
    for turn in ("first", "again"):
        bring_in(path, officer, approver, turn)
    return 0


def bring_in(path: Path, officer: "User", approver: "User", turn: str) -> None:  # noqa: F821
    from django.core.files.uploadedfile import UploadedFile

    from responses.importing import steps
    from responses.models import Consent, Contact

    with path.open("rb") as file:
        sent = UploadedFile(file, name=path.name, size=path.stat().st_size)
        found = steps.upload(
            file=sent, source="Made up", basis="express", basis_detail="Asked in 2011", by=officer
        )
    begun = time.monotonic()
    steps.go_on(found.pk)
    found.refresh_from_db()
    print(f"{turn}: read through in {time.monotonic() - begun:.1f} s, peak {peak()}", flush=True)
    holds = [column["holds"] or "" for column in found.columns]
    steps.match(contact_import=found, holds=holds, by=officer)
    steps.go_on(found.pk)
    looked = time.monotonic()
    print(f"{turn}: read through and looked at in {looked - begun:.1f} s, peak {peak()}", flush=True)
    found.refresh_from_db()
    assert found.state == "checked", found.trouble
    steps.approve(contact_import=found, by=approver)
    slowest = 0.0
    while found.state != "done":
        turn_begun = time.monotonic()
        steps.go_on(found.pk)
        found.refresh_from_db()
        slowest = max(slowest, time.monotonic() - turn_begun)
    spent = time.monotonic() - looked
    print(f"{turn}: brought in in {spent:.1f} s, longest turn {slowest:.1f} s, peak {peak()}; {found.fates}")
    print(f"{Contact.objects.count():,} contacts, {Consent.objects.count():,} consent lines")


def peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def write(path: Path, people: int) -> None:
    """Writes the list; in a process of its own, so that its memory does not count."""
    from tests import workbooks

    if path.suffix == ".xlsx":
        with path.open("wb") as file:
            workbooks.zipped(workbooks.parts([HEADING, *rows(people)]), file)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows(people)])


def rows(people: int) -> Iterator[list[str]]:
    from tests.benchmarks.seed_contacts import person

    chance = random.Random(2011)
    for number in range(people):
        name, organisation, telephone = person(number, people, chance)
        email = f"person{number}@example.org"
        match number % 100:
            case 7:
                email = f"person{number - 1}@example.org"
            case 17:
                email = "nobody at all"
            case 33 | 66:
                email, telephone = "", f"04 {200 + number % 700} {number % 10_000:04}"
        yeses = ["Yes" if chance.random() < share else "no" for share in (0.7, 0.3, 0.1, 0.1)]
        yield [name, organisation, email, telephone, f"{number} High Street", *yeses, str(number % 15)]


if __name__ == "__main__":
    sys.exit(main())
