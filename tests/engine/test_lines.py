"""Jobs and lines find each other, whatever engines do: here the tests are the engines."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from cstokg.engine import lines, protocol
from cstokg.engine.board import Board
from cstokg.engine.budget import Budget
from cstokg.engine.client import Engines
from cstokg.engine.lines import Call, Lines
from tests.loops import running_loop

from cstokg.errors import QueryCancelledError, WorkerLostError, WorkersBusyError
from cstokg.store import BooleanResult, SelectResult, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstokg.engine.protocol import Message

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="engines are on Linux alone")

PATIENCE = 5.0
TICK = 0.5
QUICK = 0.4
JOB = protocol.Query("ASK { }", None, None, None, {})
YES = BooleanResult(value=True)


class Parent:
    """Offers engines that only exist as the other ends of their lines."""

    def __init__(self, stack: ExitStack, patience: float = PATIENCE) -> None:
        self.board = Board()
        self._stack = stack
        self.loop = stack.enter_context(running_loop())
        self._offer, self.offers = (
            stack.enter_context(end)
            for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        )
        self.undone: list[tuple[int, Exception]] = []
        self.error: Exception | None = RuntimeError("undone")
        self.lines = Lines(self.offers, self.board, patience, patience, self._diagnose)
        self.loop.call_soon_threadsafe(self.lines.run_in, self.loop)
        stack.callback(self.settle)  # the engines are gone by then, and so are their lines

    def _diagnose(self, place: int, error: Exception) -> Exception | None:
        self.undone.append((place, error))
        return self.error

    def offer(self, place: int) -> socket.socket:
        """Offer an engine of the present version; return its end of the talk."""
        talk, its_talk = socket.socketpair()
        leash, its_leash = socket.socketpair()
        self._stack.enter_context(its_talk)
        self._stack.enter_context(its_leash)
        its_talk.settimeout(PATIENCE)
        with talk, leash:
            offer = protocol.OFFER.pack(place, self.board.version)
            protocol.hand_over(self._offer, offer, talk.fileno(), leash.fileno())
        return its_talk

    def ask(self, job: Message = JOB) -> Future[Any]:
        """Have a job done; return when it was handed to an engine, or waits."""
        answer: Future[Any] = Future()
        self.loop.call_soon_threadsafe(
            self.lines.begin, Call(protocol.pack(job), answer, lambda message: message)
        )
        self.settle()
        return answer

    def is_looked_for(self, engine: socket.socket) -> bool:
        """Have `engine` do a job; return whether the loop looked for its reply and nothing else."""
        answer: Future[Any] = Future()
        looked = Event()

        def ask() -> None:
            self.lines.begin(Call(protocol.pack(JOB), answer, lambda message: message))
            self.lines.look()
            looked.set()

        self.loop.call_soon_threadsafe(ask)
        protocol.receive(engine)
        looking = not looked.wait(0.1)
        protocol.send(engine, YES)
        assert answer.result(PATIENCE) == YES
        return looking

    def settle(self) -> None:
        """Wait until the loop has seen all that has come by now."""

        async def turn() -> None:
            for _ in range(3):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(turn(), self.loop).result(PATIENCE)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def parent(stack: ExitStack) -> Parent:
    return Parent(stack)


def numbered_jobs(number: int) -> list[protocol.Query]:
    """Return so many jobs that can be told from each other."""
    return [protocol.Query(f"ASK {{ {each} }}", None, None, None, {}) for each in range(number)]


def is_idle(talk: socket.socket) -> bool:
    """Return whether nothing came to an engine."""
    talk.setblocking(False)
    try:
        talk.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        talk.settimeout(PATIENCE)
    return False


def test_a_job_is_done(parent: Parent) -> None:
    engine = parent.offer(1)
    answer = parent.ask()
    assert protocol.receive(engine) == JOB
    protocol.send(engine, YES)
    assert answer.result(PATIENCE) == YES


def test_the_engine_that_rests_since_the_shortest_time_comes_first(parent: Parent) -> None:
    engines = [parent.offer(place) for place in (1, 2)]
    parent.settle()
    answers = [parent.ask(), parent.ask()]
    for engine, answer in zip(engines, answers[::-1], strict=True):
        protocol.receive(engine)
        protocol.send(engine, YES)
        answer.result(PATIENCE)
    parent.ask()
    assert is_idle(engines[0])
    assert protocol.receive(engines[1]) == JOB


def test_who_waits_is_next_in_the_order_of_coming(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_AHEAD", 0)
    jobs = numbered_jobs(3)
    answers = [parent.ask(job) for job in jobs]
    assert parent.board.waiting == 3
    engine = parent.offer(1)
    for number, (job, answer) in enumerate(zip(jobs, answers, strict=True)):
        assert protocol.receive(engine) == job
        assert parent.board.waiting == 2 - number
        protocol.send(engine, BooleanResult(value=number == 1))
        assert answer.result(PATIENCE) == BooleanResult(value=number == 1)


def test_who_waits_in_vain_is_told_and_waits_no_longer(stack: ExitStack) -> None:
    parent = Parent(stack, patience=0.1)
    begin = time.monotonic()
    with pytest.raises(WorkersBusyError, match=r"0\.1 seconds"):
        parent.ask().result(PATIENCE)
    assert 0.1 <= time.monotonic() - begin < 1
    parent.settle()
    assert parent.board.waiting == 0
    assert is_idle(parent.offer(7))


def test_too_many_do_not_wait(parent: Parent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 1)
    first = parent.ask()
    with pytest.raises(WorkersBusyError, match="1 other queries wait"):
        parent.ask().result(PATIENCE)
    engine = parent.offer(5)
    protocol.receive(engine)
    protocol.send(engine, YES)
    assert first.result(PATIENCE) == YES


def test_who_gives_up_ends_the_engine(parent: Parent) -> None:
    engine = parent.offer(1)
    answer = parent.ask()
    protocol.receive(engine)
    answer.cancel()
    assert engine.recv(1) == b""


def test_who_gives_up_waiting_takes_nobodys_line(parent: Parent) -> None:
    answer = parent.ask()
    answer.cancel()
    assert is_idle(parent.offer(4))
    parent.settle()
    assert parent.board.waiting == 0


def test_an_engine_that_says_nothing_is_given_up(stack: ExitStack) -> None:
    parent = Parent(stack, patience=0.1)
    engine = parent.offer(3)
    with pytest.raises(RuntimeError, match="undone"):
        parent.ask().result(PATIENCE)
    ((place, error),) = parent.undone
    assert (place, type(error)) == (3, TimeoutError)
    protocol.receive(engine)
    assert engine.recv(1) == b""


def test_the_last_words_of_an_engine_are_heard(parent: Parent) -> None:
    engine = parent.offer(3)
    answer = parent.ask()
    protocol.receive(engine)
    engine.sendall(b"memory allocation of 12 bytes failed")
    engine.close()
    with pytest.raises(RuntimeError, match="undone"):
        answer.result(PATIENCE)
    ((place, error),) = parent.undone
    assert place == 3
    assert isinstance(error, protocol.ConnectionClosedError)
    assert error.rest == b"memory allocation of 12 bytes failed"


def test_a_job_that_was_not_begun_goes_to_another_engine(parent: Parent) -> None:
    parent.error = None
    first = parent.offer(1)
    answer = parent.ask()
    first.close()
    second = parent.offer(2)
    assert protocol.receive(second) == JOB
    protocol.send(second, YES)
    assert answer.result(PATIENCE) == YES


def test_a_job_does_not_go_to_engines_without_end(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_ATTEMPTS", 2)
    parent.error = None
    answer = parent.ask()
    for place in (1, 2):
        engine = parent.offer(place)
        protocol.receive(engine)
        engine.close()
    with pytest.raises(WorkerLostError):
        answer.result(PATIENCE)


def test_an_engine_that_ends_while_it_rests_is_asked_nothing(parent: Parent) -> None:
    living, dead = parent.offer(1), parent.offer(2)
    dead.close()
    parent.settle()
    answer = parent.ask()
    assert protocol.receive(living) == JOB
    protocol.send(living, YES)
    assert answer.result(PATIENCE) == YES
    assert not parent.undone


def test_what_is_no_message_is_an_error_for_who_waits(parent: Parent) -> None:
    engine = parent.offer(1)
    answer = parent.ask()
    protocol.receive(engine)
    engine.sendall(protocol.HEAD.pack(protocol.MARK, False, 3, 0) + b"???")
    with pytest.raises(RuntimeError, match="undone"):
        answer.result(PATIENCE)
    assert isinstance(parent.undone[0][1], ValueError)
    assert engine.recv(1) == b""


@pytest.mark.parametrize("size", [10, 70_000, 3_000_000])
def test_jobs_and_replies_of_any_size_come_whole(parent: Parent, size: int) -> None:
    engine = parent.offer(1)
    engine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for _ in range(2):
        job = protocol.Conversion(SelectResult(("x",), b"j" * size), "csv")
        answer = parent.ask(job)
        assert protocol.receive(engine) == job
        reply = Written("select", "csv", b"r" * size)
        protocol.send(engine, reply)
        assert answer.result(PATIENCE) == reply


def test_the_last_reply_of_an_engine_ends_its_line(parent: Parent) -> None:
    engine = parent.offer(1)
    answer = parent.ask()
    protocol.receive(engine)
    protocol.send(engine, YES, last=True)
    assert answer.result(PATIENCE) == YES
    assert engine.recv(1) == b""


def test_an_engine_of_an_earlier_version_is_ended(parent: Parent) -> None:
    old = parent.offer(1)
    answer = parent.ask()
    protocol.receive(old)
    parent.board.advance()
    protocol.send(old, YES)
    assert answer.result(PATIENCE) == YES
    assert old.recv(1) == b""
    new = parent.offer(2)
    parent.ask()
    assert protocol.receive(new) == JOB


def test_the_offer_of_a_later_version_ends_those_that_rest(parent: Parent) -> None:
    old = [parent.offer(1), parent.offer(2)]
    parent.settle()
    parent.board.advance()
    parent.offer(3)
    parent.settle()
    for talk in old:
        assert talk.recv(1) == b""


def test_one_query_after_the_other_is_looked_for(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_PROCESSORS", 2)
    monkeypatch.setattr(lines, "_SHORTLY", PATIENCE)
    engine = parent.offer(1)
    assert not parent.is_looked_for(engine)  # nobody knows yet how many ask at once
    time.sleep(0.2)
    assert parent.is_looked_for(engine)


def test_where_more_are_at_work_none_is_looked_for(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_PROCESSORS", 2)
    monkeypatch.setattr(lines, "_SHORTLY", PATIENCE)
    engine, other = parent.offer(1), parent.offer(2)
    parent.settle()
    parent.ask()
    protocol.receive(other)
    time.sleep(0.2)
    assert not parent.is_looked_for(engine)


class Quick:
    """An engine that has been quick lately, and so is handed more jobs than one."""

    def __init__(self, parent: Parent, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lines, "_QUICK", QUICK)
        monkeypatch.setattr(lines, "_TICK", TICK)
        self.talk = parent.offer(1)
        self._incoming = protocol.Incoming()
        begin, had_next = time.monotonic(), False
        while not had_next:
            assert time.monotonic() - begin < PATIENCE
            answers = [parent.ask(), parent.ask()]
            self.take()
            had_next = self.has_next()
            self.reply()
            self.take()
            self.reply()
            assert [answer.result(PATIENCE) for answer in answers] == [YES, YES]

    def has_next(self) -> bool:
        """Return whether another job is there."""
        return bool(self._incoming.ahead) or not is_idle(self.talk)

    def take(self) -> Message:
        """Take the next job."""
        return self._incoming.wait(self.talk)

    def reply(self, value: bool = True, *, last: bool = False) -> None:
        """Reply to a job."""
        protocol.send(self.talk, BooleanResult(value), last=last)


@pytest.fixture
def quick(parent: Parent, monkeypatch: pytest.MonkeyPatch) -> Quick:
    return Quick(parent, monkeypatch)


def test_an_engine_that_is_quick_has_its_next_jobs_before_it_replies(
    parent: Parent, quick: Quick
) -> None:
    jobs = numbered_jobs(6)
    answers = [parent.ask(job) for job in jobs]
    assert [quick.take() for _ in range(4)] == jobs[:4]
    assert not quick.has_next()
    assert parent.board.waiting == 2
    for number in range(4):
        quick.reply(number % 2 == 0)
    assert [quick.take() for _ in range(2)] == jobs[4:]
    for number in range(4, 6):
        quick.reply(number % 2 == 0)
    values = [answer.result(PATIENCE).value for answer in answers]
    assert values == [True, False, True, False, True, False]


def test_the_next_job_goes_to_the_engine_that_has_fewest(parent: Parent, quick: Quick) -> None:
    parent.ask()
    quick.take()
    other = parent.offer(2)
    parent.settle()
    for job in numbered_jobs(3):
        parent.ask(job)
    incoming = protocol.Incoming()
    taken = [incoming.wait(other), quick.take(), incoming.wait(other)]
    assert taken == numbered_jobs(3)


def test_where_jobs_take_longer_none_is_handed_out_early(parent: Parent) -> None:
    engine = parent.offer(1)
    for _ in range(5):
        answers = [parent.ask(), parent.ask()]
        for answer in answers:
            protocol.receive(engine)
            time.sleep(0.02)
            assert is_idle(engine)
            protocol.send(engine, YES)
            answer.result(PATIENCE)


def test_what_is_behind_a_job_that_takes_long_is_done_by_another_engine(
    parent: Parent, quick: Quick
) -> None:
    jobs = numbered_jobs(3)
    answers = [parent.ask(job) for job in jobs]
    assert [quick.take() for _ in jobs] == jobs
    time.sleep(3 * TICK)
    assert parent.board.waiting == 2
    other = parent.offer(2)
    for job, answer in zip(jobs[1:], answers[1:], strict=True):
        assert protocol.receive(other) == job
        protocol.send(other, YES)
        assert answer.result(PATIENCE) == YES
    # It cannot know that, and does them as well.
    for value in (True, False, False):
        quick.reply(value)
    assert [answer.result(PATIENCE).value for answer in answers] == [True, True, True]
    other.close()
    parent.settle()
    answer = parent.ask()
    assert quick.take() == JOB
    quick.reply()
    assert answer.result(PATIENCE) == YES


@pytest.mark.parametrize("end", ["its last reply", "its death", "nobody waits"])
def test_what_is_behind_the_last_job_of_an_engine_is_done_by_another(
    parent: Parent, quick: Quick, end: str
) -> None:
    jobs = numbered_jobs(3)
    answers = [parent.ask(job) for job in jobs]
    assert [quick.take() for _ in jobs] == jobs
    if end == "its last reply":
        quick.reply(last=True)
        assert answers[0].result(PATIENCE) == YES
    elif end == "its death":
        quick.talk.close()
        with pytest.raises(RuntimeError, match="undone"):
            answers[0].result(PATIENCE)
    else:
        answers[0].cancel()
        assert quick.talk.recv(1) == b""
    other = parent.offer(2)
    incoming = protocol.Incoming()
    for job, answer in zip(jobs[1:], answers[1:], strict=True):
        assert incoming.wait(other) == job
        protocol.send(other, YES)
        assert answer.result(PATIENCE) == YES


def test_an_engine_of_an_earlier_version_does_what_it_was_handed_and_ends(
    parent: Parent, quick: Quick
) -> None:
    answers = [parent.ask(), parent.ask()]
    parent.board.advance()
    later = parent.ask()
    assert [quick.take(), quick.take()] == [JOB, JOB]
    quick.reply()
    quick.reply()
    assert [answer.result(PATIENCE) for answer in answers] == [YES, YES]
    assert quick.talk.recv(1) == b""
    new = parent.offer(2)
    assert protocol.receive(new) == JOB
    protocol.send(new, YES)
    assert later.result(PATIENCE) == YES


def test_what_is_asked_under_a_name_can_be_stopped(parent: Parent) -> None:
    engines = Engines(parent.offers, parent.board, Budget(PATIENCE, 2**20, 100, frozenset()))
    parent.loop.call_soon_threadsafe(engines.run_in, parent.loop)
    engine = parent.offer(1)

    def stop() -> None:
        protocol.receive(engine)
        assert engines.cancellation.stop("inner")
        assert engine.recv(1) == b""

    with ThreadPoolExecutor(1) as pool, engines.cancellation.named("outer"):
        stopping = pool.submit(stop)
        with engines.cancellation.named("inner"), pytest.raises(QueryCancelledError):
            engines.query(JOB)
        stopping.result(PATIENCE)
        with pytest.raises(QueryCancelledError):  # what is asked afterwards, too
            engines.query(JOB)


def test_offers_that_nobody_took_can_be_taken_back() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    one, other = socket.socketpair()
    with ours, theirs, one:
        with other:
            for _ in range(3):
                protocol.hand_over(ours, protocol.OFFER.pack(1, 1), other.fileno(), other.fileno())
        taken = list(protocol.take_all(theirs))
        assert [len(descriptors) for _, descriptors in taken] == [2, 2, 2]
        for _, descriptors in taken:
            for descriptor in descriptors:
                socket.socket(fileno=descriptor).close()
        assert one.recv(1) == b""  # no other end is left open
        assert not list(protocol.take_all(theirs))
        ours.close()
        assert list(protocol.take_all(theirs)) == [(b"", [])]
