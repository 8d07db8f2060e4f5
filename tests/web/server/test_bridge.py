"""What a client sends reaches the application as it was sent, and what it answers the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Response, request
from tests.loops import running_loop
from tests.web.asgi_client import AsgiClient, scope

from cstokg.web.application import create_app
from cstokg.web.server.front import Front

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator

    from cstokg import Dataset

    Serve = Callable[[Callable[[], Any]], AsgiClient]


@pytest.fixture
def serve(small_dataset: Dataset) -> Iterator[Serve]:
    """Serve what a function answers at /here, for any method."""

    def client_of(answer: Callable[[], Any], loop: AbstractEventLoop) -> AsgiClient:
        app = create_app(small_dataset)
        app.add_url_rule("/here", view_func=answer, methods=["GET", "POST", "PUT"])
        return AsgiClient(Front(app), loop)

    with running_loop() as loop:
        yield lambda answer: client_of(answer, loop)


def test_a_body_in_pieces_is_read_whole(serve: Serve) -> None:
    client = serve(lambda: Response(request.get_data()[::-1]))
    pieces = [b"a" * 30_000, b"", b"b" * 30_000, b"c"]
    answer = client.send(scope("/here", {}, {}, "POST"), pieces)
    assert answer.body == b"".join(pieces)[::-1]


def test_a_body_that_nobody_reads_is_no_hindrance(serve: Serve) -> None:
    client = serve(lambda: Response("done"))
    answer = client.send(scope("/here", {}, {}, "PUT"), [b"x" * 100_000], more=True)
    assert answer.body == b"done"


def test_bytes_of_an_address_stay_as_they_are(serve: Serve) -> None:
    client = serve(lambda: Response(request.environ["QUERY_STRING"].encode("latin-1")))
    asked = scope("/here", {}, {})
    asked["query_string"] = b"x=%D0%B6\xd0\xb6%ff\xff"
    assert client.send(asked).body == asked["query_string"]


def test_headers_come_by_their_names(serve: Serve) -> None:
    client = serve(lambda: {key: str(value) for key, value in request.environ.items()})
    asked = scope("/here", {"Content-Type": "text/plain"}, {})
    asked["headers"] += [(b"x-more", b"1"), (b"x-more", b"2"), (b"x_more", b"3"), (b"x-\xe4", b"")]
    environ = client.send(asked).body.decode()
    assert '"HTTP_X_MORE":"1,2"' in environ  # not what would pass for it
    assert '"CONTENT_TYPE":"text/plain"' in environ
    assert '"SERVER_PROTOCOL":"HTTP/1.1"' in environ


def test_an_answer_in_pieces_comes_whole_and_is_closed_once(serve: Serve) -> None:
    closed = []

    def answer() -> Response:
        response = Response(b"%06d" % number for number in range(100_000))
        response.call_on_close(lambda: closed.append(1))
        return response

    found = serve(answer).get("/here")
    assert found.body == b"".join(b"%06d" % number for number in range(100_000))
    assert found.whole
    assert closed == [1]


def test_an_answer_that_fails_in_the_midst_is_not_ended_as_if_it_were_whole(serve: Serve) -> None:
    closed = []

    def pieces() -> Iterator[bytes]:
        yield b"x" * 200_000
        yield b"y" * 200_000
        raise RuntimeError("a fault")

    def answer() -> Response:
        response = Response(pieces())
        response.call_on_close(lambda: closed.append(1))
        return response

    client = serve(answer)
    with pytest.raises(RuntimeError, match="a fault"):  # the server cuts the connection
        client.get("/here")
    assert client.said[-1]["more_body"] is True
    assert closed == [1]


def test_a_client_that_leaves_with_half_a_body_is_answered_nothing(serve: Serve) -> None:
    client = serve(lambda: Response(request.get_data()))
    client.leave(scope("/here", {}, {}, "POST"), b"half")
    assert not client.said
