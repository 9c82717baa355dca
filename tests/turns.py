"""Two who act on the same rows at once, each with a connection to PostgreSQL of their own."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connection, transaction

Act = Callable[[], Any]


def while_not_over(first: Act, second: Act) -> tuple[Any, Any]:
    """What came of both, where `second` began before the transaction of `first` was over: results or errors.

    `first` is over as soon as `second` waits for it, or is done without.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            one = first()
            began: list[int] = []
            other = pool.submit(_act, second, began)
            while not other.done() and not (began and _waits(began[0])):
                time.sleep(0.01)
        with suppress(Exception):
            return one, other.result(timeout=20)
        return one, other.exception()


def _act(act: Act, began: list[int]) -> Any:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            began += cursor.fetchone() or ()
        return act()
    finally:
        connection.close()


def _waits(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted)", [pid])
        ((waits,),) = cursor.fetchall()
    return bool(waits)
