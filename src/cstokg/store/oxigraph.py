"""The embedded store: Oxigraph, in memory."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from itertools import chain, combinations, islice
from pathlib import Path
from typing import Any, Final, Self

import pyoxigraph as ox

from cstokg.errors import (
    AnswerTooLargeError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    ServiceFailedError,
)
from cstokg.namespaces import RDF
from cstokg.store.parsing import parse, parse_content
from cstokg.store.query_options import DEFAULT_OPTIONS, QueryOptions
from cstokg.store.rdf11 import check_quad
from cstokg.store.results import BooleanResult, GraphResult, Result, SelectResult
from cstokg.store.row_limit import BoundedRows
from cstokg.store.sparql.dataset_clause import from_graphs, prologue, resolve
from cstokg.store.sparql.federation import refuse_other_services
from cstokg.store.sparql.graph_blocks import rewrite_graph_blocks
from cstokg.store.sparql.keywords import (
    check_update,
    uses_keyword,
)
from cstokg.store.sparql.lexer import tokens
from cstokg.store.sparql.limits import refuse_oversized
from cstokg.store.sparql.not_exists import rewrite_not_exists
from cstokg.store.sparql.query_rewriting import FUNCTIONS, name_columns, rewrite_query
from cstokg.store.sparql.syntax_errors import diagnose, diagnose_update
from cstokg.store.sparql.update_rewriting import (
    Operation,
    Reading,
    Rewritten,
    operations,
    refuse_shared_labels,
    rewrite,
)
from cstokg.store.sparql.versions import refuse_newer
from cstokg.store.sparql.zero_length_paths import rewrite_paths
from cstokg.store.terms import Triple, triple_from_rdflib, triple_to_rdflib

_GRAPH_SIZES: Final = """
SELECT ?graph (COUNT(*) AS ?size) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph
"""

_TYPE: Final = ox.NamedNode(RDF + "type")
_NAMES: Final = f"""
SELECT DISTINCT ?name {{ {{ ?s ?name ?o FILTER(?name != {_TYPE}) }} UNION {{ ?s {_TYPE} ?name }} }}
"""

_WITH_BLANK_NODES: Final = """
SELECT ?s ?p ?o ?graph { GRAPH ?graph { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }
"""

_NEW: Final = ox.NamedNode("urn:cstokg:new")
"""The graph of what the rules have not seen yet, while they are applied."""

_BLOCK: Final = 16 * 2**20
"""How many bytes of a dump are loaded at once."""

_FILL_UNION: Final = "INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"

_MARK: Final = "\ufeff"
"""The byte order mark, which some editors put before a text."""

_CUSTOM_FUNCTION: Final = re.compile(r"custom function (<[^>]*>) is not supported")
ABOUT_INDIVIDUALS: Final = re.compile(r"(?m)^  \?(\w+) (a|\?\w+) \?(\w+) \.$")
"""A pattern of a rule about individuals: on a line of its own, and of variables alone."""


class Store:
    """Named graphs that can be loaded, derived from and queried; the default graph is their union.

    No triple stands outside a named graph. The engine's own union is no set: a triple that two
    graphs say comes twice. So its default graph has each triple once, and every change keeps it so.
    `as_set=False` leaves that out, for work in between that asks for no numbers: it takes half the
    time and memory to fill.
    """

    def __init__(self, *, as_set: bool = True) -> None:
        self._store = ox.Store()
        self._as_set = as_set
        self._within: list[ox.NamedNode] | None = None
        self._merged: dict[tuple[frozenset[str], bool], ox.Store | None] = {}

    def load(self, content: bytes, path: Path, graph: str) -> None:
        """Add the content of a file of RDF to `graph`; its format is that of the extension.

        Blank nodes are kept apart from those of other files.
        Raises SourceError with the place of the first mistake.
        """
        name = ox.NamedNode(graph)
        self._add(_in_graph(triple, name) for triple in parse(content, path))

    def load_dump(self, nquads: bytes) -> None:
        """Put the quads of a `dump` into this store, which is empty."""
        for block in _blocks(nquads):  # so that few are in memory twice
            # The engine's own loader is several times as quick, but gives blank nodes new names.
            lines = block.splitlines(keepends=True) if b"_:" in block else [block]
            with_blank = b"".join(line for line in lines if b"_:" in line)
            self._store.bulk_extend(ox.parse(with_blank, format=ox.RdfFormat.N_QUADS))
            named = b"".join(line for line in lines if b"_:" not in line)
            # Its terms were checked when they were first read.
            self._store.load(named, ox.RdfFormat.N_QUADS, lenient=True)
        if self._as_set:
            self.keep_union()

    def keep_union(self) -> None:
        """Have each triple in the default graph once from now on, as `as_set` does."""
        self._merged.clear()
        self._as_set = True
        self._store.update(_FILL_UNION)

    def dump(self, graphs: Collection[str] | None = None) -> bytes:
        """Return `graphs`, or all, as sorted N-Quads."""
        return sorted_lines(self._quads(graphs))

    def dump_union(self, graphs: Collection[str] | None = None) -> bytes:
        """Return the distinct triples of `graphs`, or of all, as sorted N-Triples."""
        return sorted_lines({quad.triple for quad in self._quads(graphs)})

    def load_content(self, content: bytes, media_type: str, graph: str) -> None:
        """Add RDF in the format of `media_type` to `graph`, whose IRI is the base of its IRIs.

        Its blank nodes are new ones. Raises UnknownFormatError, and SourceError with the place of
        the first mistake.
        """
        name = _graph_name(graph)
        triples = list(parse_content(content, media_type, graph))  # all of it, or an error
        self._add(_in_graph(triple, name) for triple in triples)

    def remove_graph(self, graph: str) -> None:
        """Remove `graph`, if it is there."""
        quads = list(self._quads([graph]))
        self._store.remove_graph(_graph_name(graph))
        self._withdraw(quads)

    def copy(self, graphs: Collection[str] | None = None, *, as_set: bool = True) -> "Store":
        """Return a store with `graphs`, or all, in it, blank nodes with the same labels."""
        copy = Store(as_set=as_set)
        copy.extend(self, graphs)
        return copy

    def view(self, graphs: Iterable[str]) -> "Store":
        """Return this store as if it had `graphs` alone, only for reading; their union is no set.

        It shows what is written to this one from then on as well.
        """
        view = Store(as_set=False)
        view._store, view._within = self._store, [ox.NamedNode(graph) for graph in graphs]
        return view

    def extend(self, other: Self, graphs: Collection[str] | None = None) -> None:
        """Add the quads of `graphs`, or of all, of another store, blank nodes with their labels."""
        self._add(other._quads(graphs))

    def difference(self, other: Self, graphs: Collection[str] | None = None) -> tuple[bytes, bytes]:
        """Return what to remove from `graphs`, or all, and to add, for them to be as in `other`.

        Both are sorted N-Quads; blank nodes are compared by their labels.
        """
        return self._beyond(other, graphs), other._beyond(self, graphs)

    def amend(self, removed: bytes, added: bytes) -> None:
        """Take the quads `removed` out and put `added` in, both N-Quads as `difference` has."""
        self._remove(ox.parse(removed, format=ox.RdfFormat.N_QUADS))
        self._add(ox.parse(added, format=ox.RdfFormat.N_QUADS))

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> set[ox.Quad]:
        """Add triples of the engine's terms to `graph`; return those that it did not say."""
        name = ox.NamedNode(graph)
        new = {quad for triple in triples if (quad := _in_graph(triple, name)) not in self._store}
        self._add(new)
        return new

    def remove(self, graph: str, triples: Iterable[ox.Triple]) -> set[ox.Quad]:
        """Remove triples of the engine's terms from `graph`; return those that it said."""
        name = ox.NamedNode(graph)
        said = {quad for triple in triples if (quad := _in_graph(triple, name)) in self._store}
        self._remove(said)
        return said

    def replace(self, other: Self, graphs: Collection[str]) -> tuple[bytes, bytes]:
        """Make `graphs` what they are in `other`; return what was removed and added for it."""
        delta = self.difference(other, graphs)
        self.amend(*delta)
        return delta

    def update(
        self,
        text: str,
        *,
        default_graph: str,
        protected: Collection[str] = (),
        prefixes: Mapping[str, str] | None = None,
        base: str = "",
        using_graphs: Sequence[str] | None = None,
        using_named_graphs: Sequence[str] | None = None,
    ) -> tuple[bytes, bytes]:
        """Carry out a SPARQL 1.1 update on the named graphs; return what it removed and added.

        What it writes to the default graph goes to the graph `default_graph`. WHERE reads the
        union of all graphs, or those that USING and WITH choose, or `using_graphs` and
        `using_named_graphs` (SPARQL 1.1 Protocol 2.2.3). CLEAR and DROP of ALL or NAMED leave the
        graphs `protected` as they are. `prefixes` hold where the update declares none of that name,
        and `base` where it declares no BASE.
        The answer is as that of `difference`.

        After an error the store may have a part of it: work on a copy. Raises QuerySyntaxError
        with its place, QueryRefusedError for LOAD, SERVICE, and graphs chosen twice, and
        SourceError for texts that not every format of RDF can carry.
        """
        text = text.removeprefix(_MARK)
        refuse_newer(text)
        if base:
            again = partial(
                self.update,
                default_graph=default_graph,
                protected=protected,
                prefixes=prefixes,
                using_graphs=using_graphs,
                using_named_graphs=using_named_graphs,
            )
            try:
                return again(f"BASE <{base}>\n{text}")
            except QuerySyntaxError as error:
                if error.line == 1:  # of the base itself: the parser has gone no further
                    return again(text)
                raise error.one_line_up() from None
        declared = dict(prefixes or {})
        refuse_oversized(text)
        asked = None
        if using_graphs is not None or using_named_graphs is not None:
            chosen = [using_graphs or (), using_named_graphs or ()]
            asked = Reading(*([_graph_name(iri).value for iri in iris] for iris in chosen))
        removed: set[ox.Quad] = set()
        added: set[ox.Quad] = set()
        refuse_shared_labels(operations(text))
        for operation in operations(text):
            self._store.add_graph(ox.NamedNode(default_graph))  # it is always there
            rewritten = rewrite(
                operation,
                default_graph=default_graph,
                writable=[iri for iri in self.graph_names() if iri not in protected],
                asked=asked,
            )
            gone, new = self._make(operation, rewritten, declared)
            removed, added = (removed - new) | (gone - added), (added - gone) | (new - removed)
        for quad in added:
            check_quad(quad, "the update")
        return sorted_lines(removed), sorted_lines(added)

    def unsaid(self, nquads: bytes) -> bytes:
        """Return those triples of N-Quads that no graph has, as sorted N-Triples."""
        triples = {quad.triple for quad in ox.parse(nquads, format=ox.RdfFormat.N_QUADS)}
        return sorted_lines(triple for triple in triples if not self.says(triple))

    def insert(self, graph: str, triples: Iterable[Triple]) -> int:
        """Add those of `triples` that no graph says yet; return how many were new."""
        return self._add_new(map(triple_from_rdflib, triples), graph, None)

    def construct(self, query: str, graph: str, *, unless_in: Collection[str] | None = None) -> int:
        """Add the triples of a CONSTRUCT query to `graph` and return how many were new.

        New is what neither `graph` nor any of the graphs `unless_in` (all, by default) says yet.
        """
        return self._add_new(self.constructed(query), graph, unless_in)

    def close(self, rules: Sequence[str], graph: str, new: Collection[str]) -> set[ox.Triple]:
        """Add to `graph` what CONSTRUCT queries derive, until they find nothing more; return that.

        They are followed up from the triples of the graphs `new` on; of those that are in none of
        these they have found all before. So each query is asked once for each of its patterns about
        individuals, `?x a ?class .` or `?x ?property ?y .` on a line of its own, with that pattern
        met by what is new alone (semi-naive evaluation). All other patterns are about terms.
        """
        name = ox.NamedNode(graph)
        fresh = {quad.triple for quad in self._quads(new)}
        asked = [variant for rule in rules for variant in _variants(rule)]
        derived: set[ox.Triple] = set()
        while fresh:
            self._store.extend(_in_graph(triple, _NEW) for triple in fresh)
            found = {triple for query in asked for triple in self.constructed(query)}
            self._store.remove_graph(_NEW)
            fresh = {triple for triple in found if not self.says(triple)}
            self._add(_in_graph(triple, name) for triple in fresh)
            derived |= fresh
        return derived

    def discard(self, graph: str, query: str) -> int:
        """Take the triples of a CONSTRUCT query out of `graph`; return how many were there."""
        return len(self.remove(graph, self.constructed(query)))

    def label_blank_nodes(self) -> None:
        """Rename every blank node by its place in the graph, the same in every run (RDFC-1.0)."""
        # What has none tells nothing of them, and is most.
        answer: Any = self._store.query(_WITH_BLANK_NODES)
        quads = [ox.Quad(*row) for row in answer]
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        self._remove(quads)
        self._add(dataset)

    def graphs(self) -> dict[str, int]:
        """Return each graph's IRI and number of triples, sorted by IRI."""
        # A graph that was emptied is still known to the engine; here it is none.
        answer: Any = self._store.query(_GRAPH_SIZES)
        return dict(sorted((graph.value, int(size.value)) for graph, size in answer))

    def names(self) -> set[str]:
        """Return the predicates of the triples but `rdf:type`, and the classes that they name."""
        return {row["name"].value for row in self.rows(_NAMES)}

    def graph_names(self) -> list[str]:
        """Return the IRIs of the graphs, sorted, without counting what is in them."""
        names = (name for name in self._names() if next(self._quads([name.value]), None))
        return sorted(name.value for name in names)

    def mentions(self, graph: str, nodes: Collection[str]) -> bool:
        """Return True if `graph` has any of `nodes`, written as in N-Triples, at either end."""
        name = ox.NamedNode(graph)
        named = [ox.NamedNode(node[1:-1]) for node in nodes if node.startswith("<")]
        return any(
            any(self._store.quads_for_pattern(node, None, None, name))
            or any(self._store.quads_for_pattern(None, None, node, name))
            for node in named
        )

    def triples(self, graphs: Collection[str] | None = None) -> Iterator[Triple]:
        """Iterate over the distinct triples of `graphs`, or of all, in a stable order."""
        return map(triple_to_rdflib, sorted({q.triple for q in self._quads(graphs)}, key=str))

    def query(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Result:
        """Answer a SPARQL 1.1 query over the union of the named graphs.

        FROM picks among the graphs of the store; nothing is ever fetched. `options.formats`,
        `coding` and `job` are for the caller, who hands the answer on.

        Raises QuerySyntaxError with its place, QueryRefusedError for SERVICE and updates, or
        AnswerTooLargeError for an answer of more than `max_rows` rows or triples.
        """
        text = text.removeprefix(_MARK)
        try:
            return self._query(text, options)
        except QuerySyntaxError as error:
            if not options.base:
                raise
            found = error
        try:
            return self._query(f"BASE <{options.base}>\n{text}", options)
        except QuerySyntaxError as error:
            # One in the first line is of the base: the parser has gone no further.
            raise (found if error.line == 1 else error.one_line_up()) from None

    def _query(self, text: str, options: QueryOptions) -> Result:
        known = options.prefixes or {}
        refuse_oversized(text)
        refuse_newer(text)
        _refuse_service(text, known, options.services)
        chosen: dict[str, Any] = {}
        default: Sequence[str] = ()
        if options.default_graphs is not None or options.named_graphs is not None:
            # SPARQL 1.1 Query 13.2: with only named graphs given, the default graph is empty.
            default = list(dict.fromkeys(options.default_graphs or ()))
            chosen["named_graphs"] = [_graph_name(iri) for iri in options.named_graphs or ()]
        elif uses_keyword("FROM", text, known):
            default = from_graphs(text, known)
        engine = self._store
        if default or "named_graphs" in chosen:
            chosen["default_graph"] = [_graph_name(iri) for iri in default]
        else:
            chosen = self._read_graphs
        if len(default) > 1:
            names_graphs = bool(options.named_graphs) or uses_keyword("NAMED", text, known)
            merged = self._merge_of(default, names_graphs=names_graphs)
            if merged is not None:
                engine, chosen["default_graph"] = merged, ox.DefaultGraph()
        elif options.beside and self._as_set and not chosen:
            engine = self._with(options.beside)
        asks_union = self._as_set and not chosen and engine is self._store
        rewritten = self._rewritten(text, options, asks_union=asks_union)
        try:
            return to_result(_ask(engine, text, rewritten, known, chosen), options.max_rows)
        except SyntaxError:
            raise diagnose(text, known) from None
        except OSError as error:  # of another server; its page is no business of the client
            raise ServiceFailedError(str(error).partition("\n")[0]) from None
        except RuntimeError as error:
            raise _refusal(error) from None

    def holds(self, ask: str) -> bool:
        """Answer an ASK query of the project's own, which need not be looked at first."""
        return bool(self._store.query(ask, **self._read_graphs))

    def rows(self, select: str) -> Iterator[dict[str, Any]]:
        """Iterate over the solutions of a SELECT query of the project's own: the engine's terms."""
        answer: Any = self._store.query(select, **self._read_graphs)
        names = [variable.value for variable in answer.variables]
        for row in answer:
            yield {name: row[name] for name in names if row[name] is not None}

    def constructed(self, query: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT query of the project's own, in the engine's terms."""
        answer = self._store.query(query, **self._read_graphs)
        if not isinstance(answer, ox.QueryTriples):
            raise TypeError("a rule is a CONSTRUCT query")
        return list(answer)

    def match(
        self, subject: Any = None, predicate: Any = None, value: Any = None
    ) -> Iterator[ox.Triple]:
        """Iterate over the triples with these terms of the engine, any where there is none.

        One that two graphs say may come twice.
        """
        for graph in [ox.DefaultGraph()] if self._as_set else self._names():
            for quad in self._store.quads_for_pattern(subject, predicate, value, graph):
                yield quad.triple

    def linked(
        self, nodes: Iterable[str], predicates: Iterable[str], *, inverse: bool = False
    ) -> set[str]:
        """Return what `predicates` link nodes to, or from; all is written as in N-Triples."""
        names = [ox.NamedNode(name[1:-1]) for name in predicates]
        found: set[Any] = set()
        for node in map(_node, nodes):
            for name in names:
                ends = (None, name, node) if inverse else (node, name, None)
                found.update(t.subject if inverse else t.object for t in self.match(*ends))
        return set(map(str, found))

    def predicates(self, node: str) -> set[str]:
        """Return the predicates that a node has, all written as in N-Triples."""
        return {str(triple.predicate) for triple in self.match(_node(node))}

    def select(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> SelectResult:
        """Answer a SELECT query as `query` does; raises TypeError for another kind of query."""
        result = self.query(text, QueryOptions(prefixes=prefixes))
        if not isinstance(result, SelectResult):
            raise TypeError(f"not a SELECT query: {text}")
        return result

    def _add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads of named graphs, and their triples to the union."""
        self._merged.clear()
        if self._as_set:
            both = ((quad, ox.Quad(*quad.triple)) for quad in quads)
            quads = chain.from_iterable(both)
        self._store.bulk_extend(quads)

    def _remove(self, quads: Iterable[ox.Quad]) -> None:
        """Remove quads of named graphs, and from the union what no graph says any more."""
        quads = list(quads)
        for quad in quads:
            self._store.remove(quad)
        self._withdraw(quads)

    def _withdraw(self, quads: Iterable[ox.Quad]) -> None:
        """Take the triples of quads that were removed out of the union, if no graph has them."""
        self._merged.clear()
        if not self._as_set:
            return
        for triple in {quad.triple for quad in quads}:
            if len(list(islice(self._store.quads_for_pattern(*triple), 2))) == 1:
                self._store.remove(ox.Quad(*triple))

    def _merge_of(self, graphs: Collection[str], *, names_graphs: bool) -> ox.Store | None:
        """Return a store whose default graph is the merge of `graphs`, a set.

        It has all named graphs as well if `names_graphs`. None where no triple is in two of
        `graphs`: then the engine's own union of them is a set.
        """
        key = frozenset(graphs), names_graphs
        if key not in self._merged:
            merged = None
            names = [ox.NamedNode(graph) for graph in graphs]
            if any(self._overlap(first, second) for first, second in combinations(names, 2)):
                merged = ox.Store()
                merged.bulk_extend(ox.Quad(*quad.triple) for quad in self._quads(graphs))
                if names_graphs:
                    merged.bulk_extend(self._quads(None))
            self._merged[key] = merged
        return self._merged[key]

    def _with(self, turtle: bytes) -> ox.Store:
        """Return a copy whose default graph has the triples of `turtle` as well."""
        copy = ox.Store()
        copy.bulk_extend(self._store)
        copy.bulk_load(turtle, ox.RdfFormat.TURTLE)
        return copy

    def _rewritten(self, text: str, options: QueryOptions, *, asks_union: bool) -> str:
        """Return a query in the words that the engine answers rightly; itself where it does so."""
        known, named = options.prefixes or {}, options.named_graphs
        is_sure = asks_union and "GRAPH" not in text.upper()
        rewritten = rewrite_graph_blocks(
            rewrite_paths(
                rewrite_not_exists(
                    rewrite_query(name_columns(text, lambda: _in_scope(text, known)))
                ),
                lambda name: is_sure and self._mentions(name, text, known),
            ),
            self.graph_names if named is None else lambda: named,
        )
        if rewritten != text:
            # Its words, too, must not reach a network: what was a comment may be none any more.
            try:
                _refuse_service(rewritten, known, options.services)
            except QueryError:
                return text
        return rewritten

    def _mentions(self, name: str, query: str, prefixes: Mapping[str, str]) -> bool:
        """Return True if the union has the IRI that `name` is in a query, as subject or object."""
        with suppress(SyntaxError):
            for iri in resolve([name], prologue(query), prefixes) or ():
                term, union = ox.NamedNode(iri), ox.DefaultGraph()
                found = self._store.quads_for_pattern
                return any(
                    True
                    for _ in chain(found(term, None, None, union), found(None, None, term, union))
                )
        return False

    def _overlap(self, first: ox.NamedNode, second: ox.NamedNode) -> bool:
        """Return True if two graphs say the same triple."""
        same = f"ASK {{ GRAPH {first} {{ ?s ?p ?o }} GRAPH {second} {{ ?s ?p ?o }} }}"
        return bool(self._store.query(same))

    def _make(
        self, operation: Operation, rewritten: Rewritten, prefixes: dict[str, str]
    ) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """Carry out an operation; return the quads that it removed and added."""
        if rewritten.inserts:  # the quads are known without a look at the graphs
            refused, data = Store(), Store(as_set=False)
            refused._carry_out(operation, rewritten.text, prefixes)  # as it stands, if at all
            data._carry_out(operation, rewritten.inserts, prefixes)
            quads = set(data._quads(None))
            said = {quad for quad in quads if quad in self._store}
            if rewritten.deletes:
                self._remove(said)
                return said, set()
            self._add(quads - said)
            return set(), quads - said
        written = None
        with suppress(SyntaxError):  # which is told of when it is carried out
            written = resolve(rewritten.writes, operation.prologue, prefixes)
        before = set(self._quads(written))
        self._carry_out(operation, rewritten.text, prefixes)
        after = set(self._quads(written))
        self._withdraw(before - after)
        self._store.extend(ox.Quad(*quad.triple) for quad in after - before)
        return before - after, after - before

    def _carry_out(self, operation: Operation, text: str, prefixes: dict[str, str]) -> None:
        # The very text that the engine is handed: it must not have a word that fetches anything.
        for keyword, (problem, hint) in _FETCHING.items():
            if uses_keyword(keyword, text, prefixes, check_update):
                if _has_word(keyword, text):
                    raise QueryRefusedError(problem, hint=hint)
                raise diagnose_update(operation, prefixes)
        rewritten = rewrite_graph_blocks(
            rewrite_paths(rewrite_query(text), lambda _: False), self.graph_names
        )
        if any(uses_keyword(word, rewritten, prefixes, check_update) for word in _FETCHING):
            rewritten = text
        try:
            with suppress(SyntaxError):
                self._store.update(rewritten, prefixes=prefixes, **FUNCTIONS)
                return
            self._store.update(text, prefixes=prefixes)
        except SyntaxError:
            raise diagnose_update(operation, prefixes) from None
        except RuntimeError as error:
            raise _refusal(error) from None

    def _beyond(self, other: Self, graphs: Collection[str] | None) -> bytes:
        """Return as sorted N-Quads what is in `graphs`, or all, here and not in `other`."""
        return sorted_lines(quad for quad in self._quads(graphs) if quad not in other._store)

    @property
    def _read_graphs(self) -> dict[str, Any]:
        """What has the engine ask the graphs of this store, as one."""
        if self._within is not None:
            return {"default_graph": self._within, "named_graphs": self._within}
        return {} if self._as_set else {"use_default_graph_as_union": True}

    def _names(self) -> Iterable[ox.NamedNode | ox.BlankNode]:
        return self._store.named_graphs() if self._within is None else self._within

    def _quads(self, graphs: Collection[str] | None) -> Iterator[ox.Quad]:
        names = self._names() if graphs is None else map(_graph_name, graphs)
        return chain.from_iterable(
            self._store.quads_for_pattern(None, None, None, name) for name in names
        )

    def _add_new(
        self, triples: Iterable[ox.Triple], graph: str, unless_in: Collection[str] | None
    ) -> int:
        known = None if unless_in is None else [ox.NamedNode(iri) for iri in {*unless_in, graph}]
        name = ox.NamedNode(graph)
        new = {_in_graph(each, name) for each in set(triples) if not self.says(each, known)}
        self._add(new)
        return len(new)

    def says(self, triple: ox.Triple, graphs: Iterable[ox.NamedNode] | None = None) -> bool:
        """Return True if any of `graphs`, or any graph, has a triple of the engine's terms."""
        if graphs is None and self._as_set:
            return ox.Quad(*triple) in self._store
        subject, predicate, value = triple
        return any(
            ox.Quad(subject, predicate, value, name) in self._store
            for name in (self._names() if graphs is None else graphs)
        )


def _ask(
    engine: ox.Store,
    text: str,
    rewritten: str,
    prefixes: Mapping[str, str],
    chosen: dict[str, Any],
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Ask the engine, in other words if it takes them. Raises its SyntaxError."""
    if rewritten != text:
        with suppress(SyntaxError):
            return _ask_as_it_is(engine, rewritten, prefixes, {**chosen, **FUNCTIONS})
    return _ask_as_it_is(engine, text, prefixes, chosen)


def _ask_as_it_is(
    engine: ox.Store, text: str, prefixes: Mapping[str, str], chosen: dict[str, Any]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    if "PREFIX" in text:
        # A query that declares some mostly declares all, and finding out which of `prefixes`
        # may be meant takes as long as parsing.
        with suppress(SyntaxError):
            return engine.query(text, **chosen)
    return engine.query(text, prefixes=used_prefixes(prefixes, text), **chosen)


def _in_scope(text: str, prefixes: Mapping[str, str]) -> Sequence[str]:
    """Return the variables that a query has when it selects all; none of what is no query."""
    with suppress(SyntaxError, RuntimeError):
        found = _ask_as_it_is(ox.Store(), text, prefixes, {})
        if isinstance(found, ox.QuerySolutions):
            return [variable.value for variable in found.variables]
    return ()


def _variants(rule: str) -> Iterator[str]:
    """Iterate over a rule with each of its patterns about individuals met by what is new."""
    head, where, body = rule.partition("WHERE {")
    for pattern in ABOUT_INDIVIDUALS.finditer(body):
        met = f"  GRAPH {_NEW} {{ {pattern[0]} }}"
        others = f"{body[: pattern.start()]}{body[pattern.end() :]}"
        first = ABOUT_INDIVIDUALS.search(others)
        begin = first.start() if first else pattern.start()
        # Before the others: the engine asks for patterns in their order.
        yield f"{head}{where}{others[:begin]}{met}\n{others[begin:]}"
    if not ABOUT_INDIVIDUALS.search(body):
        yield rule


def used_prefixes(prefixes: Mapping[str, str], text: str) -> dict[str, str]:
    """Return those of `prefixes` that a query may use: the engine takes its time over each."""
    if "\\u" in text or "\\U" in text:  # SPARQL 1.1 Query 19.2: a name may be hidden in these
        return dict(prefixes)
    named = _followed_by_colon(tuple(prefixes))
    return {name: prefixes[name] for name, written in named if written in text}


@lru_cache(maxsize=16)
def _followed_by_colon(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, f"{name}:") for name in names]


def sorted_lines(statements: Iterable[ox.Quad | ox.Triple]) -> bytes:
    """Return statements as sorted N-Quads, or N-Triples."""
    return "".join(sorted(f"{statement} .\n" for statement in statements)).encode()


def _in_graph(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _node(text: str) -> Any:
    if text.startswith('"'):
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
        return quad.object
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text[1:-1])


def _blocks(lines: bytes) -> Iterator[bytes]:
    """Cut lines into blocks of some size, each of whole lines."""
    begin = 0
    while begin < len(lines):
        end = lines.find(b"\n", begin + _BLOCK) + 1 or len(lines)
        yield lines[begin:end]
        begin = end


def _graph_name(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise QueryRefusedError(f"{iri!r} is not the IRI of a graph") from None


def to_result(
    answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, max_rows: int | None
) -> Result:
    """Return what an engine answers. Raises AnswerTooLargeError."""
    if isinstance(answer, ox.QueryBoolean):
        return BooleanResult(bool(answer))
    if isinstance(answer, ox.QueryTriples):
        return GraphResult("".join(sorted(distinct_lines(answer, max_rows))).encode())
    variables = tuple([variable.value for variable in answer.variables])
    # Written piece by piece, which is faster than as one text.
    rows: Any = BytesIO() if max_rows is None else BoundedRows(max_rows)
    answer.serialize(rows, format=ox.QueryResultsFormat.JSON)
    return SelectResult(variables, rows.getvalue())


def distinct_lines(triples: Iterable[ox.Triple], max_rows: int | None) -> set[str]:
    """Return the distinct triples as lines of N-Triples. Raises AnswerTooLargeError."""
    lines = set()
    for triple in triples:
        lines.add(f"{triple} .\n")
        if max_rows is not None and len(lines) > max_rows:
            raise AnswerTooLargeError(max_rows)
    return lines


def _refuse_service(query: str, prefixes: Mapping[str, str], allowed: Collection[str]) -> None:
    if not uses_keyword("SERVICE", query, prefixes):
        return
    if allowed and refuse_other_services(query, prefixes, allowed):
        return
    if _has_word("SERVICE", query):
        problem, hint = _FETCHING["SERVICE"]
        raise QueryRefusedError(problem, hint=hint)
    raise diagnose(query, prefixes)


def _refusal(error: RuntimeError) -> QueryRefusedError:
    """Return the error for what the engine cannot evaluate, though it is SPARQL."""
    problem = str(error)
    if function := _CUSTOM_FUNCTION.search(problem):
        return QueryRefusedError(
            f"there is no function {function[1]}",
            hint="There are those of SPARQL 1.1, and the casts to xsd:boolean, xsd:date, "
            "xsd:dateTime, xsd:decimal, xsd:double, xsd:float, xsd:integer and xsd:string.",
        )
    return QueryRefusedError(f"this cannot be evaluated: {problem}")


def _has_word(keyword: str, text: str) -> bool:
    return any(token.kind == "word" and token.text.upper() == keyword for token in tokens(text))


_FETCHING: Final = {
    "SERVICE": (
        "SERVICE is refused: this dataset asks no other server",
        "Leave the SERVICE block out, and ask the other server by itself.",
    ),
    "LOAD": (
        "LOAD is refused: this dataset fetches nothing",
        "Fetch the file yourself, and send its content to the Graph Store with POST.",
    ),
}
"""The keywords that would reach a network or a file, each with why it is refused."""
