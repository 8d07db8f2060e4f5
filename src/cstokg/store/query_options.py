"""How a query is to be answered, beside its text."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from cstokg.formats import Kind


class QueryOptions(NamedTuple):
    """How a query is to be answered, beside its text."""

    prefixes: Mapping[str, str] | None = None
    """Prefixes that hold where the query declares none of that name; None for the dataset's own."""
    base: str = ""
    """The IRI that relative ones are resolved against, where the query declares no BASE."""
    default_graphs: Sequence[str] | None = None
    """The default graph in place of FROM (SPARQL 1.1 Protocol 2.1.4): the union of these."""
    named_graphs: Sequence[str] | None = None
    """The named graphs in place of FROM NAMED."""
    beside: bytes = b""
    """Turtle with what the default graph has as well, where the query chooses no graphs."""
    formats: Mapping[Kind, str] = {}
    """For each kind of result the format it is wanted in; other kinds are answered as a result."""
    coding: str = ""
    """The content coding of what is written in a format: `gzip`, `zstd` or none."""
    max_rows: int | None = None
    """How many rows or triples an answer may have; where a service has a bound, its own counts."""
    services: Collection[str] = ()
    """The hosts (`name` or `name:port`) that SERVICE may ask; a service has its own."""
    job: str = ""
    """The id under which the query can be stopped, if it has one."""


DEFAULT_OPTIONS: Final = QueryOptions()
