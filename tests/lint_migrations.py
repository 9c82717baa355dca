"""Reads what each new migration would do to a database in use: python -m tests.lint_migrations

A statement that locks a large table, or that the code still running cannot live with, ends it with an
error. It reads the SQL for PostgreSQL, so DATABASE_URL has to name one; nothing is written there.
"""

import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.db import connection
from django_migration_linter import MigrationLinter

# Of each app the last migration that is not read, nor any before it: they were written before the portal
# held anybody, so no large table has still to go through them.
BASE = {"foundation": 5, "staff": 5, "desk": 0, "digests": 5, "champions": 6, "responses": 10}
# Later ones that are excused, by app and name, each with the reason.
EXCUSED: dict[tuple[str, str], str] = {
    ("digests", "0013_an_index_by_message"): (
        "An index of what providers said in half a year: some seconds for a million, in which webhooks wait."
    ),
    ("responses", "0011_undertakings"): (
        "New tables, which nobody waits for; that a form needs no day takes a lock for a moment."
    ),
    ("responses", "0013_one_truth"): (
        "Columns are dropped that older code reads: stop, migrate, start, as docs/deployment.md says. It"
        " takes a moment, whatever the number of forms."
    ),
    ("responses", "0020_lists_at_a_million"): (
        "Indexes of forms and undertakings: while they are built (some 10 seconds for a million forms with"
        " three undertakings each) nothing is written there."
    ),
    ("responses", "0025_follow_ups_about_any_record"): (
        "An index of the follow-ups about a record, of which there is none yet: it takes a moment."
    ),
    ("responses", "0027_closed_without_an_answer"): (
        "An index of the few acknowledgements owed of closed forms: the table is read once, some two seconds"
        " for three million rows, while nothing is written there."
    ),
    ("digests", "0012_changed_in_place"): (
        "Two indexes are dropped: a lock for a moment, whatever the number of deliveries."
    ),
    ("champions", "0012_partnerships_whole"): (
        "A column is renamed that older code reads: stop, migrate, start. There are few partnerships."
    ),
    ("champions", "0014_partnerships_required"): (
        "Columns are dropped that older code reads: stop, migrate, start. There are few partnerships."
    ),
    ("champions", "0016_stories_whole"): (
        "Columns with the database's own defaults, and foreign keys: there are few practice stories."
    ),
    ("champions", "0018_stories_required"): (
        "Constraints that are checked once: there are few practice stories."
    ),
    ("staff", "0006_roles"): (
        "Required columns, which older code does not fill: stop, migrate, start. There are few accounts."
    ),
    ("staff", "0007_no_raw_permissions"): (
        "Columns and tables are dropped that older code reads: stop, migrate, start. There are few accounts."
    ),
    ("staff", "0008_finding_in_the_log"): (
        "Indexes of the log: while they are built (a second for a million lines) nothing is written to it."
    ),
}
# What a variable in a data migration is called endangers no database.
NOT_ASKED = ["RUNPYTHON_MODEL_VARIABLE_NAME", "RUNPYTHON_ARGS_NAMING_CONVENTION"]


def new_migrations() -> list[tuple[str, str]]:
    """App and name of each migration after the base that is not excused."""
    return [
        (app, path.stem)
        for app, last in BASE.items()
        for path in sorted((Path(apps.get_app_config(app).path) / "migrations").glob("[0-9]*.py"))
        if int(path.stem[:4]) > last and (app, path.stem) not in EXCUSED
    ]


def main() -> int:
    """The exit status: 1 if one of them would do harm."""
    new = new_migrations()
    if new and connection.vendor != "postgresql":
        sys.stderr.write(f"Not read, since DATABASE_URL names no PostgreSQL: {len(new)} new migrations.\n")
        return 0
    linter = MigrationLinter(
        no_cache=True, exclude_migration_tests=NOT_ASKED, all_warnings_as_errors=True, quiet=["ignore"]
    )
    for app, name in new:
        linter.lint_all_migrations(app_label=app, migration_name=name)
    return int(linter.has_errors)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
    django.setup()
    sys.exit(main())
