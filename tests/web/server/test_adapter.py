"""What a client sends reaches the application as it was sent, and what it answers the client."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Response, request
from tests.loops import running_loop
from tests.processes import wait_until
from tests.web.asgi_client import AsgiClient, scope

from cstokg import Dataset
from cstokg.execution.cancellation import current_cancellation
from cstokg.store import SerializedResult
from cstokg.store.serialization import LARGE, Spool, spool
from cstokg.web.application import MAX_BODY, create_app
from cstokg.web.http.responses import respond
from cstokg.web.server import adapter
from cstokg.web.server.adapter import Application
from cstokg.web.server.asgi_types import Scope

Serve = Callable[..., AsgiClient]

QUERY = {"Content-Type": "application/sparql-query"}
BODY = b"x" * 100_000
ANSWER = b"y" * (LARGE + 1)


@pytest.fixture
def serve(small_dataset: Dataset) -> Iterator[Serve]:
    """Serve a dataset, and what a function answers at /here, for any method."""

    def client_of(loop: AbstractEventLoop, answer: Callable[[], Any]) -> AsgiClient:
        app = create_app(small_dataset)
        app.add_url_rule("/here", view_func=answer, methods=["GET", "POST", "PUT"])
        return AsgiClient(Application(app), loop)

    with running_loop() as loop:
        yield lambda answer=Response: client_of(loop, answer)


def post(path: str = "/here", **headers: str) -> Scope:
    return scope(path, {**QUERY, **headers}, method="POST")


def large_answer() -> Response:
    """Answer as the endpoint does with a large result of a worker."""
    made = spool(SerializedResult("select", "csv", ANSWER))
    assert isinstance(made.content, Spool)
    return respond(made, "text/csv")


def is_answered(client: AsgiClient) -> bool:
    return client.get("/healthz").status == client.send(post("/sparql"), b"ASK {}").status == 200


def test_a_body_in_pieces_is_read_whole(serve: Serve) -> None:
    client = serve(lambda: Response(request.get_data()[::-1]))
    pieces = [b"a" * 30_000, b"", b"b" * 30_000, b"c" * 30_000]
    assert client.send(post(), *pieces).body == b"".join(pieces)[::-1]


def test_bytes_of_an_address_stay_as_they_are(serve: Serve) -> None:
    client = serve(lambda: Response(request.environ["QUERY_STRING"].encode("latin-1")))
    asked = scope("/here")
    asked["query_string"] = b"x=%D0%B6\xd0\xb6%ff\xff"
    assert client.send(asked).body == asked["query_string"]


def test_a_path_that_is_not_utf_8_is_not_found(serve: Serve) -> None:
    asked = scope("/page/state/?")
    asked["raw_path"] = b"/page/state/%FF%FE"
    assert serve().send(asked).status == 404


def test_headers_come_by_their_names(serve: Serve) -> None:
    client = serve(lambda: {key: str(value) for key, value in request.environ.items()})
    asked = scope("/here", {"Content-Type": "text/plain"})
    asked["headers"] += [(b"x-more", b"1"), (b"x-more", b"2"), (b"x_more", b"3"), (b"x-\xe4", b"")]
    environ = client.send(asked).json()
    assert environ["HTTP_X_MORE"] == "1,2"  # not what would pass for it
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"


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


def test_an_answer_that_fails_in_the_midst_is_not_begun(serve: Serve) -> None:
    closed = []

    def pieces() -> Iterator[bytes]:
        yield b"x" * 200_000
        raise RuntimeError("a fault")

    def answer() -> Response:
        response = Response(pieces())
        response.call_on_close(lambda: closed.append(1))
        return response

    exchange = serve(answer).begin(scope("/here"))
    with pytest.raises(RuntimeError, match="a fault"):  # the server answers 500
        exchange.wait()
    assert exchange.said == []
    assert closed == [1]


def test_head_is_answered_without_the_content(serve: Serve) -> None:
    head = serve(large_answer).send(scope("/here", method="HEAD"))
    assert head.headers["content-length"] == str(len(ANSWER))
    assert (head.body, head.whole) == (b"", True)


def test_a_body_that_is_cut_is_refused(serve: Serve) -> None:
    exchange = serve().begin(post())
    exchange.put(b"half", more=True)
    exchange.leave()
    answer = exchange.answer()
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert "cut" in answer.json()["detail"]


def test_a_client_that_leaves_ends_what_its_request_waits_for(serve: Serve) -> None:
    def answer() -> Response:
        cancellation = current_cancellation()
        wait_until(lambda: cancellation.cancelled, "the client's leaving")
        return Response("in vain")

    client = serve(answer)
    for asked in (scope("/here"), post()):
        exchange = client.begin(asked)
        exchange.put(b"")
        exchange.leave()
        exchange.wait()


@pytest.mark.parametrize("begun", [b"ASK", b"ASK { }" + BODY], ids=["small", "large"])
def test_a_body_that_comes_too_slowly_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(adapter, "_HEAD_START", 0.01)
    monkeypatch.setattr(adapter, "_RATE", 10**9)
    exchange = serve().begin(post("/sparql"))
    exchange.put(begun, more=True)
    answer = exchange.answer()
    assert (answer.status, answer.media_type) == (408, "application/problem+json")
    assert "did not come in time" in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused_and_read_to_its_end(serve: Serve) -> None:
    pieces = [BODY] * (2 * MAX_BODY // len(BODY))
    size = str(sum(map(len, pieces)))
    for headers in ({}, {"Content-Length": size}):  # in chunks, it does not say its size
        exchange = serve().begin(post("/sparql", **headers))
        for piece in pieces:
            exchange.put(piece, more=True)
        exchange.put(b"")
        answer = exchange.answer()
        assert (answer.status, answer.media_type) == (413, "application/problem+json")
        assert exchange.unread.empty()


def test_of_a_body_without_end_only_some_is_read(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_READ_AWAY", MAX_BODY)
    exchange = serve().begin(post("/sparql"))
    for _ in range(5 * MAX_BODY // len(BODY)):
        exchange.put(BODY, more=True)
    assert exchange.answer().status == 413


def test_who_is_slow_keeps_no_thread(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_THREADS", 1)
    client = serve(large_answer)
    sending = [client.begin(post("/sparql")) for _ in range(20)]
    for number, exchange in enumerate(sending):
        exchange.put(BODY if number % 2 else b"ASK", more=True)
    reading = client.begin(scope("/here"), takes=1)
    wait_until(lambda: len(reading.said) == 2, "the first piece")
    assert is_answered(client)
    for exchange in sending:
        exchange.leave()
        assert exchange.answer().status == 400
    reading.leave()


def test_many_large_bodies_at_once_are_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_BODIES", 1)
    client = serve(lambda: Response(str(len(request.get_data()))))
    first, second = client.begin(post()), client.begin(post())
    first.put(BODY, more=True)
    wait_until(first.unread.empty, "the beginning of the body")
    second.put(BODY, more=True)
    refused = second.answer()
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert "GET" in refused.json()["detail"]
    assert is_answered(client)  # a small body has no need of a place
    first.put(BODY)
    assert first.answer().text == str(2 * len(BODY))
    assert client.send(post(), BODY).text == str(len(BODY))  # there is a place again


def test_many_large_answers_at_once_are_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_STREAMS", 1)
    monkeypatch.setattr(adapter, "_STANDSTILL", 2.0)
    client = serve(large_answer)
    first = client.begin(scope("/here"), takes=1)
    wait_until(lambda: len(first.said) == 2, "the first piece")
    refused = client.get("/here")
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert is_answered(client)
    assert not first.answer().whole  # who takes nothing is left
    for method in ("HEAD", "GET", "HEAD", "GET"):
        answer = client.send(scope("/here", method=method))
        assert (answer.status, answer.whole) == (200, True)
    assert answer.body == ANSWER
