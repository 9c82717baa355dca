"""Mail servers to send through: what each was handed is kept, and how each fails is told beforehand."""

from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accord_portal.foundation import eml_backend


class Killed(BaseException):
    """The worker is killed here: no handler of ours sees it."""


class Server(BaseEmailBackend):
    """A server like SMTP's: it takes a message or says no, and cannot be asked about it later."""

    taken: ClassVar[list[str]] = []
    at_open: ClassVar[BaseException | None] = None
    before: ClassVar[dict[str, BaseException]] = {}  # by address: raised instead of taking the message
    after: ClassVar[dict[str, BaseException]] = {}  # by address: raised when it has taken the message

    @classmethod
    def forget(cls) -> None:
        cls.taken, cls.at_open, cls.before, cls.after = [], None, {}, {}

    def open(self) -> bool:
        if self.at_open:
            raise self.at_open
        return True

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            (address,) = message.to
            if address in self.before:
                raise self.before[address]
            self.taken.append(address)
            if address in self.after:
                raise self.after[address]
        return len(messages)


class Files(eml_backend.EmailBackend):
    """Our own files, with a worker that is killed before or after it has written one."""

    before: ClassVar[set[str]] = set()
    after: ClassVar[set[str]] = set()
    written: ClassVar[list[str]] = []

    @classmethod
    def forget(cls) -> None:
        cls.before, cls.after, cls.written = set(), set(), []

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            (address,) = message.to
            if address in self.before:
                raise Killed
            super().send_messages([message])
            self.written.append(address)
            if address in self.after:
                raise Killed
        return len(messages)
