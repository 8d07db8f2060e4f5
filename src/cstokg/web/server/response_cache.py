"""Answers that are kept for clients that ask the same again (RFC 9111 calls it a shared cache).

An answer is kept by the version of the dataset, its address and host, and the headers that answers
vary by. A version has a new name after each change, so that nothing kept is ever stale.
"""

from typing import Final, NamedTuple

from cachetools import LRUCache

from cstokg.dataset.query_service import QueryService
from cstokg.web.ops.telemetry import Observed
from cstokg.web.server.asgi_types import Headers, Scope

Key = tuple[object, ...]

VARYING: Final = (b"host", b"accept", b"accept-encoding", b"accept-language")
"""The headers that tell one answer to an address from another; Vary names no other."""

_KNOWN: Final = frozenset(name.decode() for name in VARYING)

# A request with one of these wants more than the answer, or is answered otherwise.
_SPECIAL: Final = frozenset(
    (
        *(b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"),
        *(b"authorization", b"range", b"x-query-id"),
    )
)
_LARGEST: Final = 32
"""The largest answer that is kept is that part of the cache."""

_OVERHEAD: Final = 2048
"""About how many bytes the names and headers of an answer take."""


class Kept(NamedTuple):
    """A whole answer with status 200, and what the log and the metrics say of it."""

    headers: Headers
    body: bytes
    observed: Observed


class ResponseCache:
    """Keeps answers of up to `capacity` bytes together; those used last are the last to go."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: LRUCache[Key, Kept] = LRUCache(
            capacity, getsizeof=lambda kept: len(kept.body) + _OVERHEAD
        )

    def key(self, scope: Scope, service: QueryService) -> Key | None:
        """Return the key of a request's answer; None if none is kept for such a request."""
        if scope["method"] != "GET" or not self._capacity:
            return None
        found: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in VARYING:  # more than one of a name counts as their list (RFC 9110, 5.2)
                found[name] = found[name] + b"," + value if name in found else value
            elif name in _SPECIAL:
                return None
        asked = scope["raw_path"], scope["query_string"], *map(found.get, VARYING)
        return service.version, service.state, *asked

    def get(self, key: Key) -> Kept | None:
        """Return the answer that is kept under `key`."""
        return self._kept.get(key)

    def put(self, key: Key, kept: Kept) -> None:
        """Keep an answer, unless it is too large or its headers forbid it."""
        if len(kept.body) * _LARGEST > self._capacity:
            return
        for name, value in kept.headers:
            if name == b"cache-control" and b"no-store" in value:
                return
            if name == b"vary" and not _KNOWN.issuperset(value.decode().lower().split(", ")):
                return
        self._kept[key] = kept
