"""The database as it was at an earlier migration, and back."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps


def migrate(to: list[tuple[str, str]]) -> StateApps:
    """Takes the database there; the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return executor.loader.project_state(to).apps


def last() -> list[tuple[str, str]]:
    """Where it stands in the end: the last migration of each app."""
    return MigrationExecutor(connection).loader.graph.leaf_nodes()
