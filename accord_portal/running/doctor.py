"""Looks the whole portal over: `manage.py doctor` prints what is wrong."""

from collections.abc import Callable, Iterator

from . import ailments

WITHOUT_DATABASE: dict[str, Callable[[], ailments.Trouble | None]] = {
    "Keys": ailments.keys,
    "Settings": ailments.configuration,
    "Static files": ailments.collected,
    "Mail server": ailments.mail_server,
    "Database": ailments.database,
}
WITH_DATABASE: dict[str, Callable[[], ailments.Trouble | None]] = {
    "Migrations": ailments.migrations,
    "Clock": ailments.clocks,
    "Disk": ailments.disk,
    "Worker": ailments.worker,
    "Queue": ailments.queue,
    "Mail": ailments.mail_that_failed,
    "Backup": ailments.backup,
}


def examined() -> Iterator[tuple[str, ailments.Trouble | None]]:
    """Each check by its name, and what is wrong. Without a database only those that need none."""
    for name, check in WITHOUT_DATABASE.items():
        found = _of(check)
        yield name, found
    if found:
        return
    for name, check in WITH_DATABASE.items():
        found = _of(check)
        yield name, found
        if name == "Migrations" and found:  # the rest ask tables that may not be there
            return


def _of(check: Callable[[], ailments.Trouble | None]) -> ailments.Trouble | None:
    try:
        return check()
    except Exception as error:  # a doctor who faints helps nobody
        return ailments.Trouble(
            f"This could not be looked at: {type(error).__name__}: {error}", "Its words may help."
        )
