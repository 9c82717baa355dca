"""The web server's worker: a request is received whole before it is worked on. Slow clients hold up nobody.

Gunicorn's own workers read a request while they work on it: a client that sends half of one has a worker
(`sync`) or a thread (`gthread`) to itself, for half a minute or for ever. Here one thread, the leader, waits
for all clients at once and answers whoever is whole. Where an answer takes longer than `PATIENCE`, another
thread takes the lead: a quick answer costs no change of threads, and a slow one holds up no other. With every
thread at work the leader still says that the process is alive; the rest wait.

It ends no TLS and keeps no connection open after an answer: both are the part of the proxy in front.
"""

import contextlib
import errno
import re
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from django.db import connections
from gunicorn import util
from gunicorn.workers.sync import SyncWorker

PATIENCE = 0.1  # seconds
SENDING_SECONDS = 20.0  # for a client to send its request
UPLOAD_SECONDS = 600.0  # for a body that is not received whole first: the application says who may send one
ANSWER_SECONDS = 30.0  # for a client to take a piece of its answer
LINGER_SECONDS = 2.0  # for a client to take the answer to what was not read to its end (RFC 9112, 9.6)
MAX_HEAD_BYTES = 64 * 1024  # bytes
MAX_REQUEST_BYTES = 600 * 1024  # bytes; more than the application reads of a stranger
READ_BYTES = 64 * 1024  # bytes

END_OF_HEAD = b"\r\n\r\n"
END_OF_CHUNKS = b"\r\n0\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,20})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
ALIVE = re.compile(rb"(?:GET|HEAD) /health/ ")


class Client:
    """One connection: what has come of its request, and a socket to whoever answers it."""

    def __init__(
        self, sock: socket.socket, address: Any, listener: socket.socket, linger: Callable[["Client"], None]
    ) -> None:
        self.sock, self.address, self.listener, self.linger = sock, address, listener, linger
        self.deadline = time.monotonic() + SENDING_SECONDS
        self.received = bytearray()
        self.whole = False  # nothing more is expected of it
        self.answered = False
        self._body_at = 0  # once the head is here
        self._ends_at = 0
        self._in_chunks = False

    # --- while its request is on its way -------------------------------------------------------

    def receive(self) -> bool:
        """Takes what has come; whether it can be answered. Raises OSError where the client is done with."""
        try:
            piece = self.sock.recv(READ_BYTES)
        except BlockingIOError:
            return False
        if not piece:
            raise ConnectionResetError
        if self.answered:  # what it still sends is not wanted
            return False
        searched = max(0, len(self.received) - len(END_OF_HEAD))
        self.received += piece
        if not self._body_at and not self._read_head(searched):
            return False
        if self._in_chunks:
            self.whole = self.received.endswith(END_OF_CHUNKS, self._body_at - 2)
            return self.whole or len(self.received) > MAX_REQUEST_BYTES
        self.whole = len(self.received) >= self._ends_at
        return self.whole or self._ends_at > MAX_REQUEST_BYTES

    def _read_head(self, searched: int) -> bool:
        end = self.received.find(END_OF_HEAD, searched)
        if end < 0:
            if len(self.received) > MAX_HEAD_BYTES:
                util.write_error(self.sock, 431, "Request Header Fields Too Large", "")
                raise ConnectionAbortedError
            return False
        head = bytes(self.received[: end + 2])
        length = LENGTH.search(head)
        self._body_at = end + len(END_OF_HEAD)
        self._ends_at = self._body_at + (int(length[1]) if length else 0)
        self._in_chunks = bool(CHUNKED.search(head))
        if len(self.received) < self._ends_at <= MAX_REQUEST_BYTES and EXPECTS.search(head):
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def is_late(self, now: float) -> bool:
        return self.deadline < now

    def give_up(self) -> None:
        """Closes the connection of a client that took too long, with a word if it had begun."""
        if self.received and not self.answered:
            with contextlib.suppress(OSError):
                util.write_error(self.sock, 408, "Request Timeout", "")
        self.sock.close()

    # --- the socket that whoever answers it works with -----------------------------------------

    def work(self) -> None:
        """From now on a thread waits for it."""
        self.sock.settimeout(ANSWER_SECONDS)
        if not self.whole:
            self.deadline = time.monotonic() + UPLOAD_SECONDS

    def recv(self, size: int) -> bytes:
        if self.received:
            piece = bytes(self.received[:size])
            del self.received[:size]
            return piece
        left = self.deadline - time.monotonic()
        if self.whole or self.answered or left <= 0:
            return b""
        self.sock.settimeout(min(left, ANSWER_SECONDS))
        try:
            return self.sock.recv(size)
        except TimeoutError:
            return b""

    def sendall(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "The client does not take its answer.") from None

    def shutdown(self, how: int) -> None:
        self.sock.shutdown(how)
        self.answered = True

    def close(self) -> None:
        """Closes the connection; one that may still be sending is first given time to hear the answer."""
        if self.answered and not self.whole:
            self.received.clear()
            self.linger(self)
        else:
            self.sock.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


class BufferingWorker(SyncWorker):
    """See above. `threads` is how many slow answers are worked on at once, beside the leader's quick ones."""

    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application: Any = self.wsgi

        def in_threads(environ: dict[str, Any], start_response: Any) -> Any:
            environ["wsgi.multithread"] = True
            return application(environ, start_response)

        self.wsgi = in_threads

    def run(self) -> None:
        """Keeps the process: hands over the lead, tells gunicorn that all is well, and ends in peace."""
        self.lock = threading.Lock()  # over the clients, the lead and who waits
        self.poller = selectors.DefaultSelector()
        self.clients: dict[Client, None] = {}  # those not received whole, the first to come first
        self.waiting: deque[Client] = deque()  # those for whom no thread is free
        self.slow = 0  # threads that gave up the lead for an answer that takes long
        self.full_since: float | None = None
        self.over = False
        for listener in self.sockets:
            listener.setblocking(False)
            with contextlib.suppress(AttributeError, OSError):  # where the system can: not woken for nothing
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
            self.poller.register(listener, selectors.EVENT_READ)
        self._lead()
        while self.alive and self.is_parent_alive() and self.leader.is_alive():
            self._hand_over()
            full_for = time.monotonic() - self.full_since if self.full_since else 0
            if not self.timeout or full_for < self.timeout:
                self.notify()  # else every thread is stuck: gunicorn starts another process
            time.sleep(PATIENCE / 2)
        self._end()

    def _end(self) -> None:
        """Takes no more clients, and gives those there are the time that gunicorn gives."""
        self.alive = False
        for listener in self.sockets:
            self.poller.unregister(listener)
        now = time.monotonic()
        with self.lock:
            for client in self.clients:
                client.deadline = min(client.deadline, now + LINGER_SECONDS)
        while self._is_busy() and time.monotonic() < now + self.cfg.graceful_timeout:
            self._hand_over()
            self.notify()
            time.sleep(PATIENCE / 2)
        self.over = True

    def _is_busy(self) -> bool:
        return bool(self.clients or self.waiting or self.slow or self.busy_since)

    # --- the lead ------------------------------------------------------------------------------

    def _lead(self) -> None:
        self.busy_since: float | None = None
        self.leader = threading.Thread(target=self._take_the_lead, daemon=True)
        self.leader.start()

    def _take_the_lead(self) -> None:
        """All that a thread does. Its database connections, which no other thread has, end with it."""
        try:
            self._serve()
        finally:
            connections.close_all()

    def _hand_over(self) -> None:
        with self.lock:
            if self.busy_since and time.monotonic() - self.busy_since > PATIENCE:
                self.slow += 1
                self.full_since = time.monotonic() if self.slow >= self.cfg.threads else None
                self._lead()

    def _serve(self) -> None:
        """Leads: waits for clients and answers them, until somebody else does."""
        swept = time.monotonic()
        while not self.over:
            for key, _ in self.poller.select(timeout=1):
                client = self._received(key.data) if key.data else self._accepted(key.fileobj)
                if client and not self._answer(client):
                    return
            if time.monotonic() > swept + 1:
                swept = time.monotonic()
                self._give_up_late(swept)

    def _accepted(self, listener: Any) -> Client | None:
        """A new client, if its request has come whole already; otherwise it is waited for."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                time.sleep(PATIENCE)
            return None
        sock.setblocking(False)
        client = Client(sock, address, listener, self._linger)
        try:
            if client.receive():
                return client
        except OSError:
            sock.close()
            return None
        with self.lock:
            if len(self.clients) >= self.cfg.worker_connections:
                self._forget(next(iter(self.clients))).give_up()
            self._wait_for(client)
        return None

    def _received(self, client: Client) -> Client | None:
        """The client, if its request has now come whole."""
        if client not in self.clients:  # it was given up since
            return None
        try:
            ready = client.receive()
        except OSError:
            with self.lock:
                self._forget(client).sock.close()
            return None
        if not ready:
            return None
        with self.lock:
            return self._forget(client)

    def _answer(self, client: Client) -> bool:
        """Answers it, or has it wait where every thread is at work; whether this thread still leads."""
        with self.lock:
            if self.slow >= self.cfg.threads and not ALIVE.match(client.received):
                if len(self.waiting) < self.cfg.worker_connections:
                    self.waiting.append(client)
                else:
                    client.sock.close()
                return True
            self.busy_since = time.monotonic()
        self._work(client)
        with self.lock:
            if self.leader is threading.current_thread():
                self.busy_since = None
                return True
        self._work_for_those_who_wait()
        return False

    def _work_for_those_who_wait(self) -> None:
        while True:
            with self.lock:
                self.full_since = None
                if not self.waiting:
                    self.slow -= 1
                    return
                client = self.waiting.popleft()
                self.full_since = time.monotonic()
            self._work(client)

    def _work(self, client: Client) -> None:
        client.work()
        self.handle(client.listener, client, client.address)

    # --- clients that are waited for -----------------------------------------------------------

    def _wait_for(self, client: Client) -> None:
        self.clients[client] = None
        self.poller.register(client.sock, selectors.EVENT_READ, client)

    def _forget(self, client: Client) -> Client:
        del self.clients[client]
        self.poller.unregister(client.sock)
        return client

    def _linger(self, client: Client) -> None:
        client.sock.setblocking(False)
        client.deadline = time.monotonic() + LINGER_SECONDS
        with self.lock:
            self._wait_for(client)

    def _give_up_late(self, now: float) -> None:
        with self.lock:
            for client in [client for client in self.clients if client.is_late(now)]:
                self._forget(client).give_up()
