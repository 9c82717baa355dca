"""What an SMTP server answers: one reply after another, each by its time, however they arrive."""

import re
import smtplib
import socket
import time
from typing import NamedTuple

MAX_REPLY_OCTETS = 65_536  # octets of one reply
CODE = re.compile(rb"\d{3}(?=[ \r\n-])")


class Reply(NamedTuple):
    """One reply: its code, -1 for what is none, and its words."""

    code: int
    said: bytes


class Replies:
    """The replies of one connection. What came with an earlier one is kept for the next."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._waiting = b""

    def next(self, seconds: float) -> Reply:
        """The next reply. A server that sends a letter now and then is waited for as long as a silent one.

        Raises TimeoutError, and SMTPServerDisconnected where the connection was closed.
        """
        until = time.monotonic() + seconds
        said: list[bytes] = []
        while True:
            line, found, self._waiting = self._waiting.partition(b"\n")
            if not found:
                self._waiting = line
                self._receive(until, sum(map(len, said)))
                continue
            code = CODE.match(line + b"\n")
            said.append(line[4:].strip(b" \t\r"))
            if code is None or line[3:4] != b"-":
                return Reply(int(code[0]) if code else -1, b"\n".join(said))

    def _receive(self, until: float, length: int) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        if length + len(self._waiting) > MAX_REPLY_OCTETS:
            raise smtplib.SMTPServerDisconnected("the answer has no end")
        self._sock.settimeout(left)
        got = self._sock.recv(MAX_REPLY_OCTETS)
        if not got:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        self._waiting += got
