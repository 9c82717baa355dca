"""Django's SMTP backend, driven step by step: whoever sends learns at which step it failed.

RFC 5321, section 4.2.5: a message is the receiver's once the final dot is answered with 250. So nobody
knows whether it arrived only where the dot was sent and no answer came. Section 4.5.3.2.6 asks for more
patience there than anywhere else, since giving up early leads to second copies.
"""

import re
import smtplib
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

from .smtp_replies import Replies, Reply
from .transport import Envelope
from .verdicts import ABOUT_THE_PERSON, NotSent, Verdict, answer

BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")
YES, GO_ON = range(200, 300), range(354, 355)
CAN_BE_SAID = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>\x00-\x1f\x7f]+")


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
    _replies: Replies
    # Servers that left us without an answer when the next message was begun already: they get one at a time,
    # since hanging up on what they have not read may take an answer with it that was on its way.
    _hung_up: ClassVar[set[tuple[str, int]]] = set()

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
            self._replies = Replies(self.connection.sock)
        return True

    def close(self) -> None:
        """Says goodbye, and does not mind how the server takes it: what was accepted stays accepted."""
        if self.connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self.connection.sock:
                    self._send(b"QUIT\r\n")
                    self._replies.next(2)
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
            self._say("DATA", yes=GO_ON)
            self._send(content if content.endswith(b"\r\n") else content + b"\r\n")
        if not self._is_meant(intent):
            return False
        with self._at(Step.DOT):
            self._say(".", seconds=self._patience)
        return True

    def hand_over_all(
        self, envelopes: Iterable[Envelope], may_go: Callable[[Envelope], bool]
    ) -> Iterator[tuple[Envelope, NotSent | None]]:
        """Hands many over on this connection: see `transport.hand_over_all`.

        Where the server takes several commands at once (RFC 2920), a message travels with the commands of the
        next: one answer is waited for where there were four.
        """
        try:
            if self.connection.has_extn("pipelining") and (self.host, self.port) not in self._hung_up:
                yield from self._at_once(envelopes, may_go)
            else:
                yield from self._step_by_step(envelopes, may_go)
        except GeneratorExit:  # the next message is begun perhaps: without its dot the server forgets it
            self._drop()
            raise

    def _step_by_step(
        self, envelopes: Iterable[Envelope], may_go: Callable[[Envelope], bool]
    ) -> Iterator[tuple[Envelope, NotSent | None]]:
        for envelope in envelopes:
            try:
                sender, recipient, content = self._commands(envelope)
                with self._at(Step.SENDER):
                    self._say(sender)
                with self._at(Step.RECIPIENT):
                    self._say(recipient)
                with self._at(Step.CONTENT):
                    self._say("DATA", yes=GO_ON)
                if not self._is_meant(partial(may_go, envelope)):
                    return
                with self._at(Step.CONTENT):  # the dot is last: where this fails, it has not left
                    self._send(content)
                with self._at(Step.DOT):
                    self._expect(YES, self._patience)
            except NotSent as no:
                yield envelope, no
                if self.connection is None or no.verdict not in ABOUT_THE_PERSON:
                    return
            else:
                yield envelope, None

    def _at_once(
        self, envelopes: Iterable[Envelope], may_go: Callable[[Envelope], bool]
    ) -> Iterator[tuple[Envelope, NotSent | None]]:
        last: Envelope | None = None  # told to the server; its content travels with what follows
        content = b""
        for envelope in envelopes:
            try:
                sender, recipient, next_content = self._commands(envelope)
            except NotSent as no:
                yield envelope, no
                continue
            if last and not self._is_meant(partial(may_go, last)):
                return
            group = f"{sender}\r\n{recipient}\r\nDATA\r\n".encode()
            no_to_last = self._answered(content + group, is_dot=bool(last))
            if last:
                yield last, no_to_last
            if self.connection is None:
                yield envelope, NotSent(Verdict.LATER, str(no_to_last))
                return
            last, content = None, b""
            try:
                self._group_is_taken()
            except NotSent as no:
                yield envelope, no
                if self.connection is None or no.verdict not in ABOUT_THE_PERSON:
                    return
            else:
                last, content = envelope, next_content
        if last and self._is_meant(partial(may_go, last)):
            yield last, self._answered(content, is_dot=True)

    def _commands(self, envelope: Envelope) -> tuple[str, str, bytes]:
        """What is said for one message, and its content with the final dot. Raises NotSent."""
        to = envelope.recipient
        if not CAN_BE_SAID.fullmatch(to):
            raise NotSent(Verdict.PERSON_NEVER, f"{to!r} is no address that a mail server can be told")
        utf8 = "" if to.isascii() else " SMTPUTF8"
        if utf8 and not self.connection.has_extn("smtputf8"):
            raise NotSent(Verdict.PERSON_NEVER, "The server takes no address with such letters (SMTPUTF8)")
        try:
            content = envelope.content()
        except ValueError as error:
            raise NotSent(Verdict.PERSON_NEVER, f"The message could not be made: {error}") from error
        return f"MAIL FROM:<{envelope.sender}>{utf8}", f"RCPT TO:<{to}>", content + b".\r\n"

    def _answered(self, said: bytes, *, is_dot: bool) -> NotSent | None:
        """Sends this and reads what became of the message whose dot is in it; what went wrong, if any."""
        try:
            self._send(said)
            if is_dot:
                self._expect(YES, self._patience)
        except (OSError, ValueError) as error:
            failed = self._failed(Step.DOT if is_dot else Step.SENDER, error, begins_again=False)
            if failed.verdict is Verdict.IN_DOUBT:
                self._hung_up.add((self.host, self.port))
            return failed
        return None

    def _group_is_taken(self) -> None:
        """Reads the answers to MAIL, RCPT and DATA that were sent together. Raises NotSent."""
        refused: tuple[Step, Reply] | None = None
        reply = Reply(-1, b"")
        for step, yes in ((Step.SENDER, YES), (Step.RECIPIENT, YES), (Step.CONTENT, GO_ON)):
            try:
                reply = self._replies.next(self._seconds)
            except OSError as error:
                failed = self._failed(step, error, begins_again=False)
                if refused is None:
                    raise failed from error
                break
            if reply.code not in yes and refused is None:
                refused = step, reply
        if refused is None:
            return
        step, no = refused
        with self._at(step):
            if reply.code in GO_ON and self.connection is not None:
                if step is not Step.RECIPIENT:
                    self._drop()
                else:  # RFC 2920, section 3.1: with nobody to get it, the message ends at once
                    self._send(b".\r\n")
                    self._replies.next(self._seconds)
            raise smtplib.SMTPResponseException(no.code, no.said)

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

    @property
    def _seconds(self) -> float:
        """How long a step may take."""
        return float(self.timeout or 20)

    @property
    def _patience(self) -> float:
        """How long the answer to a whole message may take."""
        return 3 * self._seconds

    def _send(self, said: bytes) -> None:
        self.connection.sock.settimeout(self._seconds)
        self.connection.sock.sendall(said)

    def _say(self, command: str, yes: range = YES, seconds: float | None = None) -> None:
        """One command and its answer. Raises SMTPResponseException unless that is a yes."""
        if "\r" in command or "\n" in command:
            raise ValueError("a command is one line")
        self._send(f"{command}\r\n".encode())
        self._expect(yes, seconds or self._seconds)

    def _expect(self, yes: range, seconds: float) -> None:
        reply = self._replies.next(seconds)
        if reply.code not in yes:
            raise smtplib.SMTPResponseException(reply.code, reply.said)

    @contextmanager
    def _at(self, step: Step, *, begins_again: bool = True) -> Iterator[None]:
        """Turns what goes wrong at this step into NotSent, and leaves no connection that cannot be used.

        After a refusal the message is forgotten, unless more was said already.
        """
        try:
            yield
        except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
            raise self._failed(step, error, begins_again=begins_again) from error

    def _failed(self, step: Step, error: OSError | ValueError, *, begins_again: bool) -> NotSent:
        """See `_at`."""
        if isinstance(error, smtplib.SMTPResponseException):
            self._begin_again(error.smtp_code, with_reset=begins_again)
            return NotSent(_refusal(step, error.smtp_code), answer(error.smtp_code, error.smtp_error))
        self._drop()
        return NotSent(_breakdown(step, error), f"{type(error).__name__}: {error}, at {step.value}")

    def _begin_again(self, code: int, *, with_reset: bool) -> None:
        """Forgets the message that was refused; leaves a server that said goodbye, or nonsense."""
        try:
            if self.connection is None or code == 421 or not 400 <= code < 600:
                raise smtplib.SMTPServerDisconnected
            if with_reset:
                self._say("RSET")
        except (OSError, AttributeError):
            self._drop()

    def _drop(self) -> None:
        """Closes the connection without a word."""
        for connection in (self.connection, self._partial_connection):
            if connection is not None:
                connection.close()
        self.connection = self._partial_connection = None


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
