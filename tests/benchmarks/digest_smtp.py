"""How fast a digest goes out over SMTP, beside a loop of messages that were made before.

    DATABASE_URL=… python -m tests.benchmarks.digest_smtp HOST:PORT --people 10000 --rounds 3

Against any server that takes everything (Postfix's `smtp-sink`, say), in turns within one process: the loop
is smtplib's `sendmail` with one message of the same size for all; `django` makes each message and hands it to
Django's `send_messages`. Without `pipelining` the server is taken at less than its word. Works in the
database that DATABASE_URL names, which it migrates and fills.
"""

import argparse
import os
import resource
import smtplib
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

Spent = tuple[float, float]  # seconds on the wall, seconds of work

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("server")
arguments.add_argument("--people", type=int, default=10_000)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--window", type=int, default=0, help="instead of DIGEST_WINDOW")
arguments.add_argument("--profile", action="store_true", help="where the portal's own time goes, once")


def main() -> int:
    options = arguments.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
        "DEMO": "true",
        "LOG_LEVEL": "ERROR",
        "EMAIL_URL": f"smtp://{options.server}",
    }
    if options.window:
        os.environ["DIGEST_WINDOW"] = str(options.window)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    people(options.people)
    if options.profile:
        profile(options.people)
        return 0
    ways: dict[str, Callable[[int], Spent]] = {
        "loop of one message": loop,
        "portal": portal,
        "portal without pipelining": without_pipelining,
        "django": by_django,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(options.rounds):
        for name in list(ways) if number % 2 == 0 else reversed(ways):
            n = options.people if name != "django" else min(2000, options.people)
            took, worked = ways[name](n)
            rates[name].append(n / took)
            cpu[name].append(worked / n)
    base = statistics.median(rates["loop of one message"])
    print(f"{settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}, {options.people} people,")
    print(f"windows of {settings.DIGEST_WINDOW}, batches of {settings.DIGEST_BATCH_SIZE}")
    for name, found in rates.items():
        middle = statistics.median(found)
        print(
            f"{name}: {middle:.0f} a second ({min(found):.0f} to {max(found):.0f}), {middle / base:.2f},"
            f" {1e6 * statistics.median(cpu[name]):.0f} µs of CPU"
        )
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


def people(number: int) -> None:
    """So many who said Yes and confirmed it."""
    from responses.models import Involvement
    from tests.factories import subscriber

    for one in range(Involvement.objects.permitting("keep_informed").count(), number):
        subscriber(email=f"reader{one}@example.org", name=f"Reader {one}")


def approved_issue() -> Any:
    from accord_portal.digests.models import DigestIssue
    from tests.factories import DigestIssueFactory, UserFactory

    period = f"{time.time():.6f}"
    by = UserFactory(email=f"officer{period}@example.org")
    issue = DigestIssueFactory(period=period, composed_by=by, introduction="News. " * 120)
    text, html = rendered(issue)
    DigestIssue.objects.filter(pk=issue.pk).update(
        text=text, html=html, subject="Kia Tūtahi Accord: news", state="approved", approved_by=by,
        approved_at=issue.composed_at,
    )  # fmt: skip
    issue.refresh_from_db()
    return issue


def rendered(issue: Any) -> tuple[str, str]:
    """Eight pieces of news."""
    from accord_portal.digests import content
    from accord_portal.digests.models import NewsItem

    said = "A consortium of three partners asks for an expression of interest from communities. " * 3
    items = [
        NewsItem(
            issue=issue, kind="update", key=n, title=f"New project number {n}", summary=said, slug=f"p{n}"
        )
        for n in range(8)
    ]
    made = content._rendered(issue, items)
    return made.text, made.html


def spent(do: Callable[[], object]) -> Spent:
    """Seconds on the wall, and of this process's own work."""
    began, worked = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - began, time.process_time() - worked


def portal(number: int) -> Spent:
    """Freezing is left out, as the other ways have none."""
    from accord_portal.digests.sending import deliver, freezing

    issue = approved_issue()
    batches = freezing.freeze(issue.pk)
    took = spent(lambda: [deliver.send_batch(batch) for batch in batches])
    issue.refresh_from_db()
    assert issue.accepted == number, (issue.accepted, issue.trouble, issue.state)
    return took


def without_pipelining(number: int) -> Spent:
    from accord_portal.foundation.smtp_backend import EmailBackend

    at_once = EmailBackend._at_once
    EmailBackend._at_once = EmailBackend._step_by_step  # type: ignore[method-assign]
    try:
        return portal(number)
    finally:
        EmailBackend._at_once = at_once  # type: ignore[method-assign]


def loop(number: int) -> Spent:
    from django.conf import settings

    message = some_message(0).message().as_bytes(linesep="\r\n")
    people = [f"reader{one}@example.org" for one in range(number)]
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        server.ehlo()
        return spent(lambda: [server.sendmail("news@example.org", [to], message) for to in people])


def by_django(number: int) -> Spent:
    from django.core.mail import get_connection

    connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
    some_message(0)
    connection.open()
    took = spent(lambda: connection.send_messages([some_message(one) for one in range(number)]))
    connection.close()
    return took


_issue: list[Any] = []


def some_message(one: int) -> Any:
    from django.core.mail import EmailMultiAlternatives

    if not _issue:
        _issue.append(approved_issue())
    text, html = _issue[0].text, _issue[0].html
    message = EmailMultiAlternatives("News", text, "news@example.org", [f"reader{one}@example.org"])
    message.attach_alternative(html, "text/html")
    return message


def profile(number: int) -> None:
    import cProfile
    import pstats

    with cProfile.Profile() as found:
        took = portal(number)
    print(f"{number / took[0]:.0f} a second while it is looked at")
    pstats.Stats(found).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    sys.exit(main())
