"""Changes, what became of them, and why they were refused, as they are sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from cstokg.dataset.changes import Change, Delta, DropGraph, PostGraph, PutGraph, SparqlUpdate
from cstokg.errors import (
    ReadOnlyGraphError,
    ShapeViolationError,
    SourceError,
    StorageError,
    StorageFullError,
    StoreDamagedError,
    StoreInUseError,
    UnknownFormatError,
    UnknownGraphError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Proposal:
    """What a change comes to, and the graph that it puts content into, if it is one."""

    delta: Delta
    filled: str | None


@dataclass(frozen=True)
class Version:
    """A version of the dataset, as far as it is another one than the first."""

    number: int
    revision: str
    triples: Mapping[str, int]
    prefixes: Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """A change was made: how many quads it added and removed, and the version that came of it."""

    added: int
    removed: int
    created: bool
    version: Version


Refusal = (
    ReadOnlyGraphError
    | ShapeViolationError
    | SourceError
    | StorageError
    | UnknownFormatError
    | UnknownGraphError
)
"""Why a change was not made, besides the errors of queries."""

Header = dict[str, Any]

_REFUSALS: Final[dict[str, tuple[type[Refusal], tuple[str, ...], tuple[str, ...]]]] = {
    "computed": (ReadOnlyGraphError, ("graph",), ()),
    "content": (SourceError, ("path", "problem"), ("line", "column", "hint")),
    "full": (StorageFullError, ("message",), ("hint",)),
    "in use": (StoreInUseError, ("message",), ("hint",)),
    "damaged": (StoreDamagedError, ("message",), ("hint",)),
    "storage": (StorageError, ("message",), ("hint",)),  # behind those that are one as well
    "no format": (UnknownFormatError, ("name", "known"), ()),
    "no graph": (UnknownGraphError, ("name", "known"), ()),
}
"""The class of each refusal, and its attributes that are arguments, by position and by name."""


def encode(message: Change | Proposal | Version | Made | Refusal) -> tuple[Header, bytes]:
    """Return the two parts of a message: what says what it is, and its content."""
    match message:
        case Proposal(Delta(removed, added), filled):
            return {"removed": len(removed), "filled": filled}, removed + added
        case Version():
            return {"version": asdict(message)}, b""
        case Made():
            return {"made": asdict(message)}, b""
        case ShapeViolationError(report=report, findings=findings):
            return {"violated": findings}, report
        case Exception():
            return _encode_refusal(message), b""
        case _:
            return _encode_change(message)


def decode(header: Header, payload: bytes) -> Change | Proposal | Version | Made | Refusal:
    """Return the message of which these are the parts."""
    match header:
        case {"removed": int(length), "filled": filled}:
            return Proposal(Delta(payload[:length], payload[length:]), filled)
        case {"version": dict(version)}:
            return Version(**version)
        case {"made": dict(made)}:
            return Made(**{**made, "version": Version(**made["version"])})
        case {"violated": [*findings]}:
            return ShapeViolationError(payload, findings)
        case {"refusal": str(name), "arguments": [*arguments], "options": dict(options)}:
            return _REFUSALS[name][0](*arguments, **options)
        case _:
            return _decode_change(header, payload)


def _encode_refusal(error: Refusal) -> Header:
    for name, (kind, arguments, options) in _REFUSALS.items():
        if isinstance(error, kind):
            return {
                "refusal": name,
                "arguments": [getattr(error, each) for each in arguments],
                "options": {each: getattr(error, each) for each in options},
            }
    raise TypeError(f"not a refusal: {error!r}")


def _encode_change(change: Change) -> tuple[Header, bytes]:
    match change:
        case SparqlUpdate(text, using_graphs, using_named_graphs):
            return {"update": [text, using_graphs, using_named_graphs]}, b""
        case PutGraph(graph, content, media_type):
            return {"put": [graph, media_type]}, content
        case PostGraph(graph, content, media_type):
            return {"post": [graph, media_type]}, content
        case DropGraph(graph):
            return {"drop": graph}, b""


def _decode_change(header: Header, payload: bytes) -> Change:
    match header:
        case {"update": [str(text), using_graphs, using_named_graphs]}:
            return SparqlUpdate(text, _names(using_graphs), _names(using_named_graphs))
        case {"put": [str(graph), str(media_type)]}:
            return PutGraph(graph, payload, media_type)
        case {"post": [str(graph), str(media_type)]}:
            return PostGraph(graph, payload, media_type)
        case {"drop": str(graph)}:
            return DropGraph(graph)
        case _:
            raise TypeError(f"not a message: {list(header)}")


def _names(graphs: list[str] | None) -> tuple[str, ...] | None:
    return None if graphs is None else tuple(graphs)
