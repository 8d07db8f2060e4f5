from __future__ import annotations

import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from cstokg.engine import lines, protocol
from cstokg.engine.board import Board
from cstokg.engine.cancellation import Cancellation
from cstokg.engine.lines import Line, Lines
from cstokg.errors import EnginesBusyError, QueryCancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="engines are on Linux alone")

PATIENCE = 5.0


class Parent:
    """Offers engines that only exist as the other ends of their lines."""

    def __init__(self, stack: ExitStack) -> None:
        self.board = Board()
        self._stack = stack
        self._offer, offers = (
            stack.enter_context(end)
            for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        )
        self.lines = Lines(offers, self.board, 1.0)
        stack.callback(self._end)
        self.cancellation = Cancellation()

    def offer(self, place: int) -> socket.socket:
        """Offer an engine of the present version; return its end of the talk."""
        talk, its_talk = socket.socketpair()
        leash, its_leash = socket.socketpair()
        self._stack.enter_context(its_talk)
        self._stack.enter_context(its_leash)
        with talk, leash:
            offer = protocol.OFFER.pack(place, self.board.version)
            protocol.hand_over(self._offer, offer, talk.fileno(), leash.fileno())
        return its_talk

    def take(self, seconds: float = PATIENCE) -> Line:
        line = self.lines.take(seconds, self.cancellation)
        self._stack.callback(line.close)
        return line

    def _end(self) -> None:
        self._offer.close()
        for thread in threading.enumerate():
            if thread.name == "offers":
                thread.join()

    def wait_until(self, waiting: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.board.waiting != waiting:
            assert time.monotonic() < deadline
            time.sleep(0.002)


@pytest.fixture
def parent() -> Iterator[Parent]:
    with ExitStack() as stack:
        yield Parent(stack)


def test_the_line_that_rests_since_the_shortest_time_comes_first(parent: Parent) -> None:
    for place in (1, 2):
        parent.offer(place)
    first, second = (parent.take() for _ in range(2))
    parent.lines.give_back(second)
    parent.lines.give_back(first)
    assert [parent.take(), parent.take()] == [first, second]


def test_who_waits_gets_the_next_line_in_the_order_of_coming(parent: Parent) -> None:
    places = []

    def take() -> None:
        places.append(parent.take().place)

    with ThreadPoolExecutor(3) as pool:
        for number in (1, 2, 3):
            pool.submit(take)
            parent.wait_until(number)
        for number in (1, 2, 3):
            parent.offer(number)
            parent.wait_until(3 - number)
            while len(places) < number:
                time.sleep(0.002)
    assert places == [1, 2, 3]


def test_who_waits_in_vain_is_told_and_waits_no_longer(parent: Parent) -> None:
    begin = time.monotonic()
    with pytest.raises(EnginesBusyError, match=r"0\.1 seconds"):
        parent.take(0.1)
    assert 0.1 <= time.monotonic() - begin < 1
    assert parent.board.waiting == 0
    parent.offer(7)
    assert parent.take().place == 7


def test_too_many_do_not_wait(parent: Parent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(parent.take)
        parent.wait_until(1)
        with pytest.raises(EnginesBusyError, match="1 other queries wait"):
            parent.take()
        parent.offer(5)
        assert first.result(timeout=PATIENCE).place == 5


def test_who_waits_can_be_stopped(parent: Parent) -> None:
    def wait() -> None:
        with parent.cancellation.named("a-name"):
            parent.take()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        parent.wait_until(1)
        assert parent.cancellation.stop("a-name")
        with pytest.raises(QueryCancelledError):
            waiting.result(timeout=1)
    assert parent.board.waiting == 0


def test_who_was_stopped_before_waiting_takes_nobodys_line(parent: Parent) -> None:
    with parent.cancellation.named("a-name"):
        parent.cancellation.stop("a-name")
        with pytest.raises(QueryCancelledError):
            parent.take()
    assert parent.board.waiting == 0
    parent.offer(4)
    assert parent.take(1.0).place == 4


def test_an_engine_of_an_earlier_version_is_ended(parent: Parent) -> None:
    old = parent.offer(1)
    line = parent.take()
    parent.board.advance()
    parent.lines.give_back(line)
    assert old.recv(1) == b""
    parent.offer(2)
    assert parent.take().place == 2


def test_the_offer_of_a_later_version_ends_those_that_rest(parent: Parent) -> None:
    old = [parent.offer(1), parent.offer(2)]
    taken = [parent.take() for _ in old]
    for line in taken:
        parent.lines.give_back(line)
    parent.board.advance()
    parent.offer(3)
    for talk in old:
        talk.settimeout(PATIENCE)
        assert talk.recv(1) == b""
    assert parent.take().place == 3


def test_offers_that_nobody_took_can_be_taken_back() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    one, other = socket.socketpair()
    with ours, theirs, one:
        with other:
            for _ in range(3):
                protocol.hand_over(ours, protocol.OFFER.pack(1, 1), other.fileno(), other.fileno())
        descriptors = list(protocol.take_back(theirs))
        assert len(descriptors) == 6
        for descriptor in descriptors:
            socket.socket(fileno=descriptor).close()
        assert one.recv(1) == b""  # no other end is left open
        assert not list(protocol.take_back(theirs))
