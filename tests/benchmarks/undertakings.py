"""How long the database takes to say what is owed, of a small database beside a large one; and the backfill.

    python -m tests.benchmarks.undertakings --people 1000000

On an empty, migrated PostgreSQL database that DATABASE_URL names: writes so many contacts with a form each
and three undertakings a form by SQL, then asks what staff and people ask, each some times: the median of the
execution time that PostgreSQL reports. With --backfill it writes no undertakings but lets the backfill
do so, stops it once and goes on; says seconds and peak memory.
"""

import argparse
import datetime as dt
import os
import re
import resource
import statistics
import time
from itertools import islice

import django

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=1000)
arguments.add_argument("--backfill", action="store_true")
ROUNDS = 15
A_PAGE = 50

PEOPLE = """
INSERT INTO responses_contact (id, name, organisation, email, mailbox, email_confirmed_at, telephone,
    telephone_e164, postal_address, language, created_at, restricted_because, search_folded, name_key,
    mailbox_key, duplicates_sought_at)
SELECT n, 'Person ' || n, '', 'p' || n || '@example.org', 'p' || n || '@example.org', now(), '', '', '', 'en',
    now(), '', 'person ' || n, 'person' || n, 'p' || n, now() FROM generate_series(1, %(people)s) AS n
"""
FORMS = """
INSERT INTO responses_expressionofinterest (id, reference, call_id, contact_id, channel, name, organisation,
    email, telephone, keep_informed, community_of_interest, give_advice, champion_accord, initiatives,
    comments, privacy_notice_version, received_at, same_form_key, search_folded, state, version, outcome,
    closed_at, closed_by_id)
SELECT n, lpad(to_hex(n), 8, '0'), %(call)s, n, 'web', 'Person ' || n, '', 'p' || n || '@example.org', '',
    true, false, false, true, 'A shared garden', '', '2026-11', came, 'key ' || n, 'person ' || n, state, 1,
    CASE state WHEN 'closed' THEN 'taken_up' ELSE '' END,
    CASE state WHEN 'closed' THEN came + interval '9 days' END,
    CASE state WHEN 'closed' THEN %(staff)s END
FROM generate_series(1, %(people)s) AS n,
    LATERAL (SELECT now() - interval '400 days' * ((%(people)s - n)::float / %(people)s) AS came) AS times,
    LATERAL (SELECT CASE WHEN n %% 10 = 0 THEN 'awaiting_triage' WHEN n %% 10 < 3 THEN 'in_hand'
        ELSE 'closed' END AS state) AS states
"""
OWED = """
INSERT INTO responses_undertaking (kind, contact_id, eoi_id, about, audience, since_at, first_due_on, due_on,
    is_backfilled, kept_at, evidence_kind, evidence_key, evidence_text, ended_because, owner_id)
SELECT kind, n, n, CASE kind WHEN 'decide' THEN 1 ELSE 0 END, '', received_at, day, day, false,
    CASE WHEN n %% 10 > 0 THEN least(now(), received_at + interval '1 day' * took) END,
    CASE WHEN n %% 10 = 0 THEN '' ELSE 'form' END, CASE WHEN n %% 10 > 0 THEN n END, '', '', NULL
FROM responses_expressionofinterest, unnest(ARRAY['acknowledge', 'reply', 'decide']) AS kind,
    LATERAL (SELECT id AS n) AS numbers,
    LATERAL (SELECT CASE n %% 50 WHEN 1 THEN 9 ELSE 3 END AS took) AS times,
    LATERAL (SELECT CASE n %% 10 WHEN 0 THEN current_date - 20 + (n %% 400)::int
        ELSE received_at::date + 7 END AS day) AS days
"""


def execution_ms(queryset: object) -> float:
    """The median of what PostgreSQL says the query took, in milliseconds."""
    found = []
    for _ in range(ROUNDS):
        plan = queryset.explain(analyze=True, timing=False)  # type: ignore[attr-defined]
        found.append(float(re.search(r"Execution Time: ([\d.]+) ms", plan)[1]))  # type: ignore[index]
    return statistics.median(found)


def fill(people: int, *statements: str) -> None:
    """Has the statements write the rows of so many people, contacts 1 to `people`."""
    from django.db import connection

    from accord_portal.staff.models import User
    from responses.models import Call

    opened = {"title": "Benchmark", "opens_on": dt.date(2026, 1, 1)}
    call, _ = Call.objects.get_or_create(slug="benchmark", defaults=opened)
    staff = User.objects.first() or User.objects.create_superuser("benchmark@example.org", name="Benchmark")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"people": people, "call": call.pk, "staff": staff.pk})
        for table in ("contact", "expressionofinterest", "undertaking"):
            cursor.execute(f"VACUUM ANALYZE responses_{table}")


def ask(people: int) -> None:
    """What a person is owed, what is due today, what is late with whom."""
    from accord_portal.foundation import working_days
    from responses.models import ExpressionOfInterest, Undertaking

    today = working_days.today()
    rows = Undertaking.objects.select_related("contact", "eoi", "owner")
    asked = {
        "a person’s own": rows.of_people([people // 2]),
        "due today": rows.due_on(today)[:A_PAGE],
        "late, with whom": rows.late(today)[:A_PAGE],
        "open, by day": rows.open()[:A_PAGE],
        "to be acknowledged": ExpressionOfInterest.objects.awaiting_triage()[:A_PAGE],
    }
    for name, queryset in asked.items():
        print(f"{people:>9,} people, {name}: {execution_ms(queryset):.2f} ms")


def backfill() -> None:
    """Half of it, stopped; then the rest."""
    from responses.undertakings.backfilling import backfill as filling

    begin = time.monotonic()
    first = list(islice(filling(), 5))
    came = sum(rows for _, rows in first) + sum(rows for _, rows in filling(after=first[-1][0]))
    again = sum(rows for _, rows in filling())
    seconds = time.monotonic() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{came:,} undertakings, {again} when begun anew; {seconds:.0f} s in all, peak {peak:.0f} MB")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
    django.setup()
    chosen = arguments.parse_args()
    fill(chosen.people, PEOPLE, FORMS, *([] if chosen.backfill else [OWED]))
    backfill() if chosen.backfill else ask(chosen.people)
