"""What one process remembers for a minute, so that not every request works it out anew."""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from . import clock

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
A_MINUTE = 60  # seconds
_remembering: list["ForAMinute[Any, Any]"] = []


class ForAMinute(Generic[Asked, Answer]):
    """A decorator: what the function answers is remembered until the clock's next full minute.

    The answer itself is handed out each time, not a copy: nobody may change it.
    """

    def __init__(self, work_out: Callable[Asked, Answer]) -> None:
        @lru_cache(maxsize=16)
        def remembered(_minute: int, *args: Any, **kwargs: Any) -> Answer:
            return work_out(*args, **kwargs)

        self._remembered: Any = remembered
        update_wrapper(self, work_out)
        _remembering.append(self)

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        answer: Answer = self._remembered(int(clock.now().timestamp()) // A_MINUTE, *args, **kwargs)
        return answer

    def forget(self) -> None:
        """The next caller in this process gets it worked out anew; other processes within the minute."""
        self._remembered.cache_clear()


def forget_all() -> None:
    """Forgets everything that this process remembers."""
    for remembering in _remembering:
        remembering.forget()
