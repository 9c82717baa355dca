"""Django's SMTP backend, driven step by step: whoever sends learns at which step it failed.

RFC 5321, section 4.2.5: a message is the receiver's once the final dot is answered with 250. So nobody
knows whether it arrived only where the dot was sent and no answer came. Section 4.5.3.2.6 asks for more
patience there than anywhere else, since giving up early leads to second copies.
"""

import re
import smtplib
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from threading import Event, Timer
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

from .transport import NotSent, Verdict, answer

BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")


class Step(Enum):
    """Where in the conversation with the server we are."""

    CONNECT = "connecting and signing in"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "the message before its final dot"
    DOT = "the final dot"


class EmailBackend(smtp.EmailBackend):
    """Hands over one message at a time, on one connection that is made anew where the server closed it."""

    connection: Any
    _partial_connection: Any  # one that did not get as far as signing in

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hands the messages over; how many. Raises NotSent at the first that fails."""
        was_open = self.connection is not None
        try:
            return sum(self.hand_over(message, lambda: True) for message in email_messages)
        except NotSent:
            if not self.fail_silently:
                raise
            return 0
        finally:
            if not was_open:
                self.close()

    def open(self) -> bool:
        """Connects and signs in, unless that is done. Raises NotSent."""
        if self.connection:
            return False
        with self._at(Step.CONNECT):
            super().open()
            if self.connection is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            self.connection.ehlo_or_helo_if_needed()
            # The dot is a packet of its own: it must not wait until the one before it is acknowledged.
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return True

    def close(self) -> None:
        """Says goodbye, and does not mind how the server takes it: what was accepted stays accepted."""
        if self.connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self.connection.sock:
                    self.connection.sock.settimeout(2)
                self.connection.quit()
        self._drop()

    def hand_over(self, message: EmailMessage, intent: Callable[[], bool]) -> bool:
        """Hands one message to one recipient over; False where `intent` said no, and nothing was sent.

        `intent` is asked when nothing but the final dot is left to send. Raises NotSent.
        """
        with self._at(Step.CONTENT):
            encoding = message.encoding or settings.DEFAULT_CHARSET
            sender = sanitize_address(message.from_email, encoding)
            (recipient,) = (sanitize_address(to, encoding) for to in message.recipients())
            content = BEGINS_WITH_A_DOT.sub(b"..", message.message().as_bytes(linesep="\r\n"))
        if not self._sender_is_taken(sender):
            self._sender_is_taken(sender)
        with self._at(Step.RECIPIENT):
            self._say(f"RCPT TO:{smtplib.quoteaddr(recipient)}")
        with self._at(Step.CONTENT):
            self._say("DATA", yes=range(354, 355))
            self.connection.send(content if content.endswith(b"\r\n") else content + b"\r\n")
        if not self._is_meant(intent):
            return False
        with self._at(Step.DOT), self._patience(3 * (self.timeout or 20)):
            self._say(".")
        return True

    def _sender_is_taken(self, sender: str) -> bool:
        """Begins a message; False where an old connection turned out to be closed, and was dropped."""
        fresh = self.open()
        try:
            with self._at(Step.SENDER):
                self._say(f"MAIL FROM:{smtplib.quoteaddr(sender)}")
        except NotSent:
            if fresh or self.connection:
                raise
            return False
        return True

    def _is_meant(self, intent: Callable[[], bool]) -> bool:
        """Asks `intent`; without the dot the server forgets the message once we are gone."""
        meant = False
        try:
            meant = intent()
        finally:
            if not meant:
                self._drop()
        return meant

    def _say(self, command: str, yes: range = range(200, 300)) -> None:
        """One command and its answer. Raises SMTPResponseException unless that is a yes."""
        code, said = self.connection.docmd(command)
        if code not in yes:
            raise smtplib.SMTPResponseException(code, said)

    @contextmanager
    def _at(self, step: Step) -> Iterator[None]:
        """Turns what goes wrong at this step into NotSent, and leaves no connection that cannot be used."""
        try:
            yield
        except smtplib.SMTPResponseException as refused:
            self._begin_again(refused.smtp_code)
            said = answer(refused.smtp_code, refused.smtp_error)
            raise NotSent(_refusal(step, refused.smtp_code), said) from refused
        except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
            self._drop()
            raise NotSent(
                _breakdown(step, error), f"{type(error).__name__}: {error}, at {step.value}"
            ) from error

    def _begin_again(self, code: int) -> None:
        """Forgets the message that was refused; leaves a server that said goodbye, or nonsense."""
        try:
            if self.connection is None or code == 421 or not 400 <= code < 600:
                raise smtplib.SMTPServerDisconnected
            self._say("RSET")
        except OSError:
            self._drop()

    def _drop(self) -> None:
        """Closes the connection without a word."""
        for connection in (self.connection, self._partial_connection):
            if connection is not None:
                connection.close()
        self.connection = self._partial_connection = None

    @contextmanager
    def _patience(self, seconds: float) -> Iterator[None]:
        """Waits so long and no longer, even for a server that sends a letter now and then."""
        sock = self.connection.sock
        sock.settimeout(seconds)
        expired = Event()
        timer = Timer(seconds, _shut, [sock, expired])
        timer.daemon = True
        timer.start()
        try:
            yield
            if expired.is_set():  # half an answer is none
                raise TimeoutError("the answer took too long")
        finally:
            timer.cancel()
            with suppress(OSError):
                sock.settimeout(self.timeout)


def _shut(sock: socket.socket, expired: Event) -> None:
    expired.set()
    with suppress(OSError):  # it may be already closed
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _refusal(step: Step, code: int) -> Verdict:
    """What a refusal means: until a recipient is named it is about us, and 421 always is."""
    if code == 421:
        return Verdict.LATER
    if not 400 <= code < 600:
        return Verdict.IN_DOUBT if step is Step.DOT else Verdict.LATER
    if step in (Step.CONNECT, Step.SENDER):
        return Verdict.LATER if code < 500 else Verdict.REFUSES_US
    return Verdict.PERSON_LATER if code < 500 else Verdict.PERSON_NEVER


def _breakdown(step: Step, error: Exception) -> Verdict:
    """What it means that a step came to no end."""
    if step is Step.DOT:
        return Verdict.IN_DOUBT
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return Verdict.REFUSES_US  # no STARTTLS, or no way to sign in that both know
    if isinstance(error, ValueError):  # it cannot be said in this protocol at all
        return Verdict.REFUSES_US if step is Step.SENDER else Verdict.PERSON_NEVER
    return Verdict.LATER
