"""Graphs to be validated, and what is said of them, as they are sent."""

from __future__ import annotations

from typing import Any

from cstokg.shacl.posted_graph import PostedGraph, Verdict
from cstokg.store import GraphResult

Header = list[Any]


def encode(message: PostedGraph | Verdict) -> tuple[Header, bytes]:
    """Return the two parts of a message: what says what it is, and its content."""
    match message:
        case PostedGraph(content, media_type, alone):
            return [media_type, alone], content
        case Verdict(conforms, triples, shapes, findings, report):
            return [conforms, triples, shapes, findings], report.payload


def decode(header: Header, payload: bytes) -> PostedGraph | Verdict:
    """Return the message of which these are the parts."""
    match header:
        case [str(media_type), bool(alone)]:
            return PostedGraph(payload, media_type, alone)
        case [bool(conforms), int(triples), int(shapes), [*findings]]:
            return Verdict(conforms, triples, shapes, findings, GraphResult(payload))
        case _:
            raise TypeError("not a message of a validation")
