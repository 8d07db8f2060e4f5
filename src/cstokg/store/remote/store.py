"""Named graphs on another server, queried and written over HTTP."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, Self
from uuid import uuid4

import pyoxigraph as ox

from cstokg.errors import (
    QueryRefusedError,
    QuerySyntaxError,
    StorageError,
    StoreUnavailableError,
    WorkersBusyError,
)
from cstokg.namespaces import META_GRAPH, UNION_GRAPH, VOID
from cstokg.store.oxigraph import Store, distinct_lines, to_result, used_prefixes
from cstokg.store.parsing import graph_of
from cstokg.store.query_options import DEFAULT_OPTIONS, QueryOptions
from cstokg.store.remote.connection import Connection, Endpoint, Reply
from cstokg.store.remote.differences import dialect_of, read_names
from cstokg.store.remote.updates import (
    MARK,
    has_blank_node,
    in_parts,
    in_union,
    marked,
    one_update,
)
from cstokg.store.results import BooleanResult, GraphResult, Result
from cstokg.store.sparql.keywords import uses_keyword

_JSON: Final = "application/sparql-results+json"
_NTRIPLES: Final = "application/n-triples"
_GRAPHS: Final = f"""
SELECT ?graph ?size WHERE {{
  GRAPH <{META_GRAPH}> {{ ?dataset <{VOID}subset> ?graph . ?graph <{VOID}triples> ?size }}
}}
"""
_RETRY_AFTER: Final = 1
_WRITTEN_MEANWHILE: Final = "another server has written meanwhile, and nothing of this is made"


class RemoteStore(Store):
    """The named graphs of a SPARQL 1.1 server; its default graph is their union.

    In its own memory nothing is kept: there a query is only tried, so that what is refused, and
    what is no query, is so here as in the embedded store, and nothing else reaches the server.
    """

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        super().__init__()
        self.endpoint = endpoint
        self._connection = Connection(endpoint, seconds)
        self._dialect = dialect_of("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def query(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Result:
        """Answer a query as `Store.query` does. Raises StoreUnavailableError as well."""
        try:
            tried = super().query(text, options._replace(base=""))
        except QuerySyntaxError:
            if not options.base:
                raise
            tried = super().query(text, options)
            text = f"BASE <{options.base}>\n{text}"
        known = options.prefixes or {}
        read = self._dataset(text, options, known)
        if options.beside and ("default-graph-uri", UNION_GRAPH) in read:
            return tried  # what it asks for is there, and nowhere in the dataset
        declared = "".join(
            f"PREFIX {name}: <{iri}>\n" for name, iri in used_prefixes(known, text).items()
        )
        form = [("query", declared + text), *read]
        is_graph = isinstance(tried, GraphResult)
        reply = self._ask(form, _NTRIPLES if is_graph else _JSON)
        try:
            if is_graph:
                lines = distinct_lines(_triples(reply), options.max_rows)
                return GraphResult("".join(sorted(lines)).encode())
            rows = _results(reply)
            is_ask = isinstance(tried, BooleanResult)
            return BooleanResult(_is_yes(rows)) if is_ask else to_result(rows, options.max_rows)
        except (SyntaxError, ValueError) as error:
            raise StoreUnavailableError(
                self.endpoint.query, f"its answer cannot be read: {error}"
            ) from error

    def copy(self, graphs: Collection[str] | None = None, *, as_set: bool = True) -> Store:
        """Return an embedded store with `graphs`, or all; blank nodes have the server's labels.

        Raises StorageError where the server gives less of a graph than it is said to have.
        """
        copy = Store(as_set=as_set)
        sizes = self.graphs()
        read = []
        for graph in [*sizes, META_GRAPH] if graphs is None else graphs:
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            triples = list(_triples(self._ask([("query", query)], _NTRIPLES)))
            # Virtuoso's ResultSetMaxRows, or a limit of another name, cuts answers silently.
            if len(triples) != sizes.get(graph, len(triples)):
                raise StorageError(
                    f"the server gives {len(triples)} of {sizes[graph]} triples of {graph}",
                    hint="Take away its limit of rows (Virtuoso: ResultSetMaxRows).",
                )
            read += [f"{triple} <{graph}> .\n".encode() for triple in triples]
        copy.load_dump(b"".join(read))
        return copy

    def graphs(self) -> dict[str, int]:
        """Return the IRI of each graph but `meta`, which says so, and its number of triples."""
        return dict(sorted((graph, int(size)) for graph, size in self.texts(_GRAPHS)))

    def holds(self, ask: str) -> bool:
        """Answer an ASK query about named graphs, which need not be looked at first."""
        return _is_yes(_results(self._ask([("query", ask)], _JSON)))

    def texts(self, select: str) -> list[list[str]]:
        """Answer a SELECT query about named graphs as texts, empty for what is unbound."""
        rows = _results(self._ask([("query", select)], _JSON))
        return [["" if term is None else term.value for term in row] for row in rows]

    def commit(
        self, before: Store, after: Store, removed: bytes, added: bytes, *, when: str, then: str
    ) -> None:
        """Make a change, and the merge of all graphs what it is afterwards.

        It was worked out in memory: `removed` and `added` are the N-Quads of named graphs in which
        `before` and `after` differ. It is made only where the pattern `when` holds; `then` is one
        that holds afterwards. What was written is read back.

        Raises WorkersBusyError where another server has written meanwhile, and StorageError where
        the server refuses it or keeps it otherwise, or where nobody can tell what became of it.
        """
        gone, new, renewed = _quads(before, after, removed, added)
        mark = f'"{uuid4()}"'
        begun = [f"{MARK} {mark} <{META_GRAPH}> .".encode()]
        taken = one_update(marked(mark), begun, ())
        none = f"FILTER NOT EXISTS {{ {marked('?change')} }}"
        alone = f"FILTER NOT EXISTS {{ {marked('?other')} FILTER(?other != {mark}) }}"
        is_long = False
        try:
            begin = one_update(f"{when} {none}", (), begun)
            self._send(begin, f"{when} {marked(mark)} {alone}")
            if is_long := len(gone) + len(new) > self._dialect.at_once:
                for update in in_parts(mark, gone, new, renewed, self._dialect.part):
                    reply = self._connection.update(update)
                    if reply.status >= 400 and self._dialect.no_failure not in reply.reason:
                        raise _refused(reply)
                self._send(taken, then)
            else:
                self._send(one_update(marked(mark), [*begun, *gone], new, renewed), then)
        except (StorageError, WorkersBusyError):
            if not is_long:
                with suppress(StoreUnavailableError):
                    self._connection.update(taken)
            raise
        self._compare(after, {graph_of(line) for line in (removed + added).splitlines()})

    def _compare(self, wanted: Store, graphs: Collection[str]) -> None:
        """Raise StorageError where the server keeps `graphs` otherwise, but for blank nodes."""
        lost, _ = wanted.difference(self.copy(graphs), graphs)
        wrong = [line.decode() for line in lost.splitlines() if not has_blank_node(line)]
        counted = self.texts(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{UNION_GRAPH}> {{ ?s ?p ?o }} }}")
        count = wanted.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").to_dicts()[0]["n"]
        if counted != [[str(count)]]:
            wrong.append(f"the merge of all graphs has {counted[0][0]} triples, not {count}")
        if wrong:
            raise StorageError(f"the change is made, but not kept as it was written: {wrong[0]}")

    def _send(self, update: str, then: str) -> None:
        """Send an update after which the pattern `then` holds, and see what became of it."""
        made = f"ASK {{ {then} }}"
        try:
            reply = self._connection.update(update)
        except StoreUnavailableError as error:
            with suppress(StoreUnavailableError):
                if self.holds(made):
                    return
            raise StorageError(
                f"the change was not acknowledged, and may be made or not: {error.problem}",
                hint="Look whether it was made before you send it again.",
            ) from error
        if self.holds(made):
            return
        if reply.status >= 400:
            raise _refused(reply)
        raise WorkersBusyError(_WRITTEN_MEANWHILE, retry_after=_RETRY_AFTER)

    def _ask(self, form: list[tuple[str, str]], accept: str) -> Reply:
        """Return the answer in the format `accept`, with status 200."""
        reply = self._connection.query(form, accept)
        self._dialect = dialect_of(reply.headers.get("Server", ""))
        if reply.status == 400:
            problem = f"the server that keeps the dataset takes this for no query: {reply.reason}"
            raise QueryRefusedError(problem)
        if (media_type := reply.headers.get_content_type()) != accept:
            problem = f"it answers with {media_type}, as no SPARQL endpoint does"
            raise StoreUnavailableError(self.endpoint.query, problem)
        return reply

    def _dataset(
        self, text: str, options: QueryOptions, prefixes: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """Return the parameters that say which graphs a query reads (Protocol, 2.1.4)."""
        default, named = options.default_graphs, options.named_graphs
        if default is None and named is None:
            if uses_keyword("FROM", text, prefixes):
                return []
            default = [UNION_GRAPH]
            named = [*self.graphs(), META_GRAPH] if "GRAPH" in text.upper() else ()
        return [
            *(("default-graph-uri", iri) for iri in default or ()),
            *(("named-graph-uri", iri) for iri in named or ()),
        ]


def _quads(
    before: Store, after: Store, removed: bytes, added: bytes
) -> tuple[list[bytes], list[bytes], list[str]]:
    """Return the quads to take out and to put in for a change, and for the merge of all graphs.

    Where blank nodes are among them, all triples with such are put in, and the graphs are named
    that they are to be taken out of.
    """
    gone = (removed + in_union(after.unsaid(removed))).splitlines()
    new = (added + in_union(before.unsaid(added))).splitlines()
    if not any(map(has_blank_node, (removed + added).splitlines())):
        return gone, new, []
    lines = after.dump().splitlines(keepends=True)
    blank = b"".join(line for line in lines if has_blank_node(line))
    blank += in_union(Store().unsaid(blank))
    gone = [line for line in gone if not has_blank_node(line)]
    new = [line for line in new if not has_blank_node(line)]
    return gone, new + blank.splitlines(), [*before.graph_names(), UNION_GRAPH]


def _triples(reply: Reply) -> Iterator[ox.Triple]:
    return (quad.triple for quad in ox.parse(reply.content, format=ox.RdfFormat.N_TRIPLES))


def _results(reply: Reply) -> Any:
    return ox.parse_query_results(read_names(reply.content), format=ox.QueryResultsFormat.JSON)


def _is_yes(answer: Any) -> bool:
    """Return the answer of an ASK query, which Virtuoso has as a row with 1, or as none."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    return any(row[0].value == "1" for row in answer)


def _refused(reply: Reply) -> StorageError:
    return StorageError(
        "the server that keeps the dataset refuses the change, with status "
        f"{reply.status}: {reply.reason}"
    )
