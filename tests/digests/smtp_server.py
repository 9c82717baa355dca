"""An SMTP server on loopback that does what it is told at each step: refuse, hang up, be silent or slow."""

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from typing import Any

STEPS = ["connect", "ehlo", "mail", "rcpt", "data", "content", "dot", "quit"]
YES = {"connect": "220 here", "data": "354 go on", "quit": "221 bye"}


class SmtpServer(socketserver.ThreadingTCPServer):
    """Says yes unless `script` says otherwise, by step, by step and recipient, or ("third", step).

    What it is told is an answer ("451 later"), "close", "silence", or "slow 0.5 250 ok".
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, script: dict[Any, str], extensions: str) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.script, self.extensions = script, extensions
        self.got: list[tuple[str, str]] = []  # recipient and Message-ID of each message up to its dot
        self.taken: list[tuple[str, str]] = []  # those that were answered with a yes
        self.sessions = self.empty = 0
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def people(self) -> list[str]:
        """The part before the @ of each recipient whose message came up to its dot."""
        return [address.partition("@")[0] for address, _ in self.got]


class HangUp(Exception):
    """The server ends the session here."""


class Session(socketserver.StreamRequestHandler):
    server: SmtpServer
    taken_here = 0
    named = False  # somebody to take the message for

    def handle(self) -> None:
        self.server.sessions += 1
        with suppress(HangUp, OSError):
            self.talk()

    def answer(self, step: str, to: str = "") -> bool:
        """Does what the script says; whether that was a yes."""
        script = self.server.script
        third = script.get(("third", step)) if self.taken_here == 2 else ""
        said = third or script.get((step, to)) or script.get(step) or YES.get(step, "250 ok")
        if said.startswith("slow "):
            _, seconds, said = said.split(" ", 2)
            time.sleep(float(seconds))
        if said == "close":
            raise HangUp
        if said == "silence":
            self.server.over.wait(30)
            raise HangUp
        yes = said[0] in "23"
        if yes and step == "dot":
            self.server.taken.append(self.server.got[-1])
            self.taken_here += 1
        if yes and step == "ehlo":
            said = "\r\n".join([f"250-{name}" for name in ["here", *self.server.extensions.split()]] + [said])
        self.wfile.write(f"{said}\r\n".encode())
        return yes

    def talk(self) -> None:
        self.answer("connect")
        to = ""
        while line := self.rfile.readline():
            verb = line[:4].strip().lower().decode()
            if verb == "rcpt":
                to = re.search(rb"<(.*)>", line)[1].decode()  # type: ignore[index]
                self.named = self.answer("rcpt", to)
            elif verb == "data":
                if self.answer("data", to):
                    self.take(to)
            elif verb in ("ehlo", "mail", "quit"):
                self.answer(verb, to)
            else:
                self.wfile.write(b"250 ok\r\n")
            if verb == "quit":
                raise HangUp

    def take(self, to: str) -> None:
        content = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or self.server.script.get(("content", to)) or self.server.script.get("content"):
                self.answer("content", to)
                raise HangUp
            content += line
        if not self.named:  # RFC 2920, section 3.1: DATA came with a recipient that was refused
            self.server.empty += 1
            assert content == b""
            self.wfile.write(b"554 no valid recipients\r\n")
            return
        self.named = False
        message_id = str(message_from_bytes(content)["Message-ID"])
        self.server.got.append((to, message_id))
        self.answer("dot", to)


@contextmanager
def serving(script: dict[Any, str] | None = None, extensions: str = "") -> Iterator[SmtpServer]:
    """A server that runs while the block does, with these extensions of SMTP."""
    server = SmtpServer(script or {}, extensions)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
