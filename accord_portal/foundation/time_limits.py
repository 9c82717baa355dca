"""How long this process waits for its database: each kind of process says it once, when it starts."""

from django.db import connections


def hold_to(*, statement: int, lock: int, idle: int) -> None:
    """Has PostgreSQL end what lasts longer, in seconds, on every connection opened from now on; 0: no limit.

    `statement` is one statement, `lock` its wait for a lock, `idle` a transaction in which nothing happens.
    What DATABASE_URL itself asks for goes before. On SQLite it changes nothing.
    """
    database = connections.settings["default"]
    if not database["ENGINE"].endswith("postgresql"):
        return
    limits = {
        "statement_timeout": statement,
        "lock_timeout": lock,
        "idle_in_transaction_session_timeout": idle,
    }
    ours = [f"-c {name}={seconds * 1000}" for name, seconds in limits.items()]
    database["OPTIONS"]["options"] = " ".join([*ours, database["OPTIONS"].get("options", "")]).strip()
