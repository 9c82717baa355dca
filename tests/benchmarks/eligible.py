"""How fast the people who may get a digest can be read, as freezing reads them: by keyset, in flat memory.

    python -m tests.benchmarks.eligible [--rounds 3]

On a database that `seed_contacts` filled.
"""

import argparse
import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
django.setup()

from django.db import connection, reset_queries  # noqa: E402

from accord_portal.digests.sending.deliver import MAX_FROZEN_AT_ONCE  # noqa: E402
from responses.models import Involvement, Purpose  # noqa: E402


def read(purpose: str) -> int:
    """Reads every eligible person once; how many."""
    number, last = 0, 0
    people = Involvement.objects.permitting(purpose).order_by("contact_id")
    columns = ("contact_id", "contact__email", "contact__mailbox")
    while chunk := list(people.filter(contact__gt=last).values_list(*columns)[:MAX_FROZEN_AT_ONCE]):
        number, last = number + len(chunk), chunk[-1][0]
        reset_queries()
    return number


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    connection.ensure_connection()
    print(f"{connection.vendor}: {peak():.0f} MB before")
    for _ in range(options.rounds):
        for purpose in Purpose.values:
            began = time.perf_counter()
            number = read(purpose)
            seconds = time.perf_counter() - began
            took = f"{seconds:7.2f} s {number / seconds:>9.0f} a second"
            print(f"{purpose:24}{number:>9} people {took}, peak {peak():.0f} MB")


if __name__ == "__main__":
    main()
