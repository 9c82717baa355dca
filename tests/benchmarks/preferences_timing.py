"""Whether the clock tells who is known: the answer of `/preferences/` for each kind of address, in turn.

    DATABASE_URL=… DEBUG=true python -m tests.benchmarks.preferences_timing [--each 200]

In one process and without a network, where a difference would show most; on the database of DATABASE_URL, in
rows that are taken back at the end. Prints the median and the middle half, and how often a kind was slower.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from responses.people import suppressions  # noqa: E402
from tests.factories import ContactFactory, subscriber  # noqa: E402

KINDS: dict[str, Callable[[str], object]] = {
    "unknown": lambda address: None,
    "known": lambda address: subscriber(email=address),
    "not confirmed": lambda address: ContactFactory(email=address),
    "merged": lambda address: ContactFactory(email=address, merged_into=subscriber()),
    "restricted": lambda address: subscriber(
        email=address, restricted_at=timezone.now(), restricted_because="asked"
    ),
    "never again": lambda address: suppressions.never_again(mailbox=address),
}


def measure(each: int) -> dict[str, list[float]]:
    """Milliseconds of each request, the kinds mixed at random."""
    asked = [(kind, f"{kind.replace(' ', '-')}{n}@example.org") for kind in KINDS for n in range(each)]
    for kind, address in asked:
        KINDS[kind](address)
    random.Random(7).shuffle(asked)
    client, took = Client(headers={"host": settings.ALLOWED_HOSTS[0]}), {kind: [] for kind in KINDS}
    for n in range(20):  # warm
        client.post("/preferences/", {"email": f"warm{n}@example.org"})
    for kind, address in asked:
        begun = time.perf_counter()
        response = client.post("/preferences/", {"email": address})
        took[kind].append((time.perf_counter() - begun) * 1000)
        assert response.status_code == 200, response.status_code
    return took


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=200, help="requests of each kind")
    options = parser.parse_args()
    settings.FORM_POSTS_PER_HOUR = 1_000_000
    with transaction.atomic():
        took = measure(options.each)
        transaction.set_rollback(True)
    unknown = took["unknown"]
    for kind, times in took.items():
        low, median, high = statistics.quantiles(times, n=4)
        slower = statistics.mean(a > b for a, b in zip(times, unknown, strict=True))
        print(f"{kind:14} {median:.2f} ms ({low:.2f} to {high:.2f}), slower than unknown {slower:.0%}")


if __name__ == "__main__":
    main()
