"""How long a digest to very many people takes us, and how much memory: frozen, then handed over.

    smtp-sink -c 127.0.0.1:24025 256      # of Postfix
    DATABASE_URL=… python -m tests.benchmarks.digest_million 127.0.0.1:24025 --people 2000
    DATABASE_URL=… python -m tests.benchmarks.digest_million 127.0.0.1:24025 --people 1000000

Each in a database of its own that is migrated and empty: it is filled with so many who said Yes and confirmed
it. What is printed is this process's own: seconds on the wall and of work, and its peak of memory, to be
compared between few people and many.
"""

import argparse
import os
import resource
import subprocess
import sys

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("server")
arguments.add_argument("--people", type=int, default=2000)
arguments.add_argument("--fill", action="store_true", help="this only; otherwise where nobody is there")


def main() -> int:
    options = arguments.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
        "DEMO": "true",
        "LOG_LEVEL": "ERROR",
        "EMAIL_URL": f"smtp://{options.server}",
    }
    import django

    django.setup()
    from accord_portal.digests.sending import deliver, freezing
    from responses.models import Contact

    from .digest_smtp import approved_issue, spent

    if options.fill:
        return fill(options.people)
    if not Contact.objects.exists():  # by another process: what it needs is not to count
        subprocess.run([sys.executable, "-m", __spec__.name, *sys.argv[1:], "--fill"], check=True)
    issue, batches = approved_issue(), list[int]()
    before = peak()
    frozen = spent(lambda: batches.extend(freezing.freeze(issue.pk)))
    after = peak()
    sent = spent(lambda: [deliver.send_batch(batch) for batch in batches])
    issue.refresh_from_db()
    n = issue.accepted
    print(f"{n:,} of {issue.recipients:,} handed over; {issue.state}")
    for what, (took, worked) in {"frozen": frozen, "sent": sent}.items():
        each = f"{1e6 * worked / n:.0f} µs each"
        print(f"{what}: {took:.1f} s, {n / took:,.0f} a second; {worked:.1f} s of CPU, {each}")
    print(f"peak: {before} MB before, {after} MB frozen, {peak()} MB sent")
    return int(n != issue.recipients)


def peak() -> int:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fill(people: int) -> int:
    """So many, in the order that their keys have."""
    from django.db import connection, transaction

    from responses.consent import wordings
    from responses.models import Contact, Involvement

    from . import seed_contacts

    wordings.load()
    seed_contacts.SHARES = {"keep_informed": 1.0}
    for start in range(0, people, seed_contacts.CHUNK):
        with transaction.atomic():
            seed_contacts.write(range(start, min(start + seed_contacts.CHUNK, people)), people)
    Contact.objects.filter(email_confirmed_at=None).update(email_confirmed_at=seed_contacts.START)
    Involvement.objects.filter(confirmed_at=None).update(confirmed_at=seed_contacts.START)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return 0


if __name__ == "__main__":
    sys.exit(main())
