"""A server's answers, however they arrive."""

import contextlib
import smtplib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from accord_portal.foundation.smtp_replies import MAX_REPLY_OCTETS, Replies


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Replies]]:
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield theirs, Replies(ours)


@pytest.mark.parametrize(
    ("sent", "replies"),
    [
        (b"250 ok\r\n", [(250, b"ok")]),
        (b"250 ok\n354 go on\r\n", [(250, b"ok"), (354, b"go on")]),
        (b"250-one\r\n250-two\r\n250 three\r\n421 bye\r\n", [(250, b"one\ntwo\nthree"), (421, b"bye")]),
        (b"250\r\n", [(250, b"")]),
        (b"what\r\n250 ok\r\n", [(-1, b""), (250, b"ok")]),
        (b"\r\n", [(-1, b"")]),
        (b"2500 ok\r\n", [(-1, b"ok")]),
    ],
)
@pytest.mark.parametrize("a_time", [1, 1000])
def test_each_reply_is_read_once_and_whole(
    ends: tuple[socket.socket, Replies], sent: bytes, replies: list[tuple[int, bytes]], a_time: int
) -> None:
    theirs, ours = ends

    def send() -> None:
        for at in range(0, len(sent), a_time):
            theirs.sendall(sent[at : at + a_time])

    thread = threading.Thread(target=send)
    thread.start()
    assert [tuple(ours.next(5)) for _ in replies] == replies
    thread.join()


def test_half_an_answer_is_none(ends: tuple[socket.socket, Replies]) -> None:
    theirs, ours = ends
    theirs.sendall(b"250 o")
    theirs.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        ours.next(5)


def test_silence_is_waited_for_so_long(ends: tuple[socket.socket, Replies]) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        ends[1].next(0.1)
    assert time.monotonic() - began < 2


def test_a_letter_now_and_then_is_waited_for_no_longer(ends: tuple[socket.socket, Replies]) -> None:
    theirs, ours = ends
    over = threading.Event()

    def dribble() -> None:
        while not over.wait(0.05):
            theirs.sendall(b"2")

    thread = threading.Thread(target=dribble)
    thread.start()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        ours.next(0.3)
    assert time.monotonic() - began < 2
    over.set()
    thread.join()


@pytest.mark.parametrize("line", [b"2" * 1000, b"250-" + b"x" * 996 + b"\n"])
def test_an_answer_without_an_end_is_left(ends: tuple[socket.socket, Replies], line: bytes) -> None:
    theirs, ours = ends

    def pour() -> None:
        for _ in range(3 * MAX_REPLY_OCTETS // 1000):
            theirs.sendall(line)

    thread = threading.Thread(target=pour)
    thread.start()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="no end"):
        ours.next(5)
    ours._sock.settimeout(0.05)  # its last line may have been read already
    while thread.is_alive():
        with contextlib.suppress(TimeoutError):
            ours._sock.recv(MAX_REPLY_OCTETS)
