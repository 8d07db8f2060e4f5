from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

import pytest
from cstokg.engine import protocol

from cstokg.dataset.changes import PutGraph
from cstokg.shacl.posted_graph import PostedGraph
from cstokg.store import BooleanResult, Written
from cstokg.store.serialization import put_aside

if TYPE_CHECKING:
    from cstokg.engine.protocol import Message

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="engines are on Linux alone")


@pytest.mark.parametrize(
    "job",
    [
        protocol.Query("ASK { }", None, None, ["urn:g"], {}),
        protocol.Query("ASK { } #" + "x" * 70_000, {"a": "urn:a"}, None, None, {"ask": "xml"}),
        PutGraph("urn:g", b"#" * 1_000_000, "text/turtle"),
        PostedGraph(b"#" * 1_000_000, "text/turtle", alone=True),
    ],
    ids=["small", "large", "change", "posted"],
)
def test_a_job_is_there_before_whoever_does_it(job: Message) -> None:
    # Were it to arrive later, word of it could end an engine that has read it already.
    submit, take = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours, theirs = socket.socketpair()
    with submit, take, ours:
        with theirs:
            protocol.submit(submit, b"name", ours, theirs, job)
        name, descriptors, _, _ = socket.recv_fds(take, 4, protocol.MAX_DESCRIPTORS)
        assert name == b"name"
        with socket.socket(fileno=descriptors[0]) as connection:
            connection.setblocking(False)
            assert protocol.take(connection, descriptors[1:]) == job
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_a_message_is_looked_for_where_the_one_before_came_shortly() -> None:
    ours, theirs = socket.socketpair()
    incoming = protocol.Incoming()

    def processor_time_of_waiting(seconds: float) -> float:
        sender = Timer(seconds, protocol.send, (theirs, BooleanResult(value=True)))
        sender.start()
        begin = time.thread_time()
        assert incoming.wait(ours, shortly=1.0) == BooleanResult(value=True)
        return time.thread_time() - begin

    with ours, theirs:
        assert processor_time_of_waiting(0.2) < 0.02  # nobody knows yet how long it takes
        assert processor_time_of_waiting(0.2) > 0.02
        assert processor_time_of_waiting(1.2) > 0.02
        assert processor_time_of_waiting(0.2) < 0.02  # the one before took long


@pytest.mark.parametrize("large", [False, True], ids=["small", "with files"])
def test_of_messages_that_are_read_at_once_each_comes_whole(large: bool) -> None:
    results = [
        put_aside(Written("select", "csv", letter * (1_000_000 if large else 10)))
        for letter in (b"a", b"b", b"c")
    ]
    ours, theirs = socket.socketpair()
    incoming = protocol.Incoming()
    with ours, theirs:
        for result in results:
            theirs.sendall(b"a warning\n")
            protocol.send(theirs, result)
        for result in results:
            reply = incoming.wait(ours)
            assert isinstance(reply, Written)
            assert reply.read() == result.read()
        theirs.sendall(b"last words")
        theirs.close()
        with pytest.raises(protocol.ConnectionClosedError) as error:
            incoming.wait(ours)
        assert error.value.rest == b"last words"


@pytest.mark.parametrize("pieces", [1, 7, 100])
def test_messages_may_come_in_any_pieces(pieces: int) -> None:
    sent = [Written("select", "csv", bytes([number]) * 200) for number in range(5)]
    content = b"".join(map(protocol.pack, sent))
    ours, theirs = socket.socketpair()
    incoming = protocol.Incoming()
    with ours, theirs:
        ours.setblocking(False)
        received = []
        for start in range(0, len(content), pieces):
            theirs.sendall(content[start : start + pieces])
            with suppress(BlockingIOError):
                while True:
                    reply = incoming.read(ours)
                    if reply is not None:
                        received.append(reply.message)
    assert received == sent


def test_a_large_result_comes_as_a_file() -> None:
    sent = put_aside(Written("select", "csv", b"x" * 1_000_000))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        protocol.send(theirs, sent, last=True)
        reply = protocol.Incoming().read(ours)
    assert reply is not None
    assert reply.last
    assert isinstance(reply.message, Written)
    assert not isinstance(reply.message.content, bytes)
    assert reply.message.read() == sent.read()


def test_a_result_whose_file_did_not_come_is_none() -> None:
    sent = put_aside(Written("select", "csv", b"x" * 1_000_000))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(protocol.pack(sent))  # as the kernel hands it to who has too many open
        with pytest.raises(protocol.TooManyFilesError):
            protocol.receive(ours)
