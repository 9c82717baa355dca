"""What the page of figures costs the database, beside a million contacts, forms and what they are owed.

    python -m tests.benchmarks.figures --people 1000000

On an empty, migrated PostgreSQL database that DATABASE_URL names: seeds as `undertakings` does (not with
--seeded, where that was done), writes ten years of folded figures with as many lines that the sweep has
not folded as a busy minute leaves, and digests. Then says how many queries the page asks, and how long the
database took to plan and execute all of them: the median of some rounds, as PostgreSQL reports it.
"""

import argparse
import datetime as dt
import os
import re
import statistics
from typing import Any

import django

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=1000)
arguments.add_argument("--seeded", action="store_true")
ROUNDS = 30
YEARS = 10
UNFOLDED = 1_000  # lines


def fill() -> None:
    """Ten years of weeks and days, and a busy minute."""
    from django.db import connection

    from accord_portal.foundation import tallies, working_days
    from accord_portal.foundation.models import Tally
    from accord_portal.foundation.tallies import Part
    from responses.models import ExpressionOfInterest, Purpose

    Figure, this_week = Tally.Figure, tallies.week_of(working_days.today())
    weeks = [this_week - dt.timedelta(weeks=ago) for ago in range(52 * YEARS)]
    parts = [Part(Figure.ANSWERS, name, on) for name in ExpressionOfInterest.Channel.values for on in weeks]
    parts += [Part(Figure.ACKNOWLEDGED, name, on) for name in ("on_time", "late") for on in weeks]
    for purpose in Purpose.values:
        parts += [Part(figure, purpose) for figure in (Figure.SAID_YES, Figure.CONFIRMED, Figure.STILL_YES)]
        parts += [
            Part(Figure.TAKEN_BACK, purpose, on + dt.timedelta(days=n)) for on in weeks for n in range(7)
        ]
    tallies.add(dict.fromkeys(parts, 7))
    for _ in range(UNFOLDED):
        tallies.add({parts[0]: 1})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE foundation_tally")
    print(f"{len(parts):,} parts of figures, {UNFOLDED:,} lines not folded")


def ask() -> None:
    """The parts of the page, as somebody who sees all of them."""
    from django.db import connection

    from accord_portal.figures import panels
    from accord_portal.staff.models import User

    asked: list[tuple[str, Any]] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        panels(User(name="Reader", email="reader@example.org", is_reader=True), weeks=52)
    rounds = []
    with connection.cursor() as cursor:
        for _ in range(ROUNDS):
            spent = 0.0
            for sql, params in asked:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                spent += sum(map(float, re.findall(r"(?:Planning|Execution) Time: ([\d.]+) ms", plan)))
            rounds.append(spent)
    print(f"{len(asked)} queries, planned and executed in {statistics.median(rounds):.1f} ms")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
    django.setup()
    chosen = arguments.parse_args()
    if not chosen.seeded:
        from tests.benchmarks.undertakings import fill as fill_people

        fill_people(chosen.people, owed=True)
    fill()
    ask()
