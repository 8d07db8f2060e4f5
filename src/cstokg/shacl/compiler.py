"""SHACL shapes as SPARQL queries that find what may break them.

`compile_shapes` makes one query a shape. It answers with the shape's focus nodes that may not
conform: every node that pyshacl would report is among them, and almost no other. Where no query
finds anything, nothing is wrong; where one does, pyshacl validates only what was found (`narrow`).
What the compiler does not know raises UnsupportedShapeError, and pyshacl validates everything.

Reference: W3C Shapes Constraint Language (SHACL), https://www.w3.org/TR/shacl/. The store is asked
through its queries alone; blank nodes of the shapes never get into one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as AnyCollection
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
"""The target declarations that are understood (SHACL 2.1.3)."""

_MAX_COUNT: Final = 4
"""Up to how many values are counted: each more makes a query longer by all those before it."""

_NODE_KINDS: Final = {
    SH.IRI: "isIRI(?node)",
    SH.BlankNode: "isBlank(?node)",
    SH.Literal: "isLiteral(?node)",
    SH.BlankNodeOrIRI: "!isLiteral(?node)",
    SH.BlankNodeOrLiteral: "!isIRI(?node)",
    SH.IRIOrLiteral: "!isBlank(?node)",
}
# Narrower than the datatypes are: pyshacl validates again what is left out.
_LEXICAL_FORMS: Final = {
    XSD.string: "",
    RDF.langString: "",
    XSD.boolean: "^(true|false|0|1)$",
    XSD.integer: "^[+-]?[0-9]{1,15}$",
    XSD.nonNegativeInteger: "^[0-9]{1,15}$",
    XSD.positiveInteger: "^[1-9][0-9]{0,14}$",
    XSD.date: (
        "^[12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        "|02-(0[1-9]|1[0-9]|2[0-8]))$|^[12][0-9](0[48]|[2468][048]|[13579][26])-02-29$"
    ),
}
# In a compiled query: a predicate that is a variable, and a class that is none of those named.
_ANY_PREDICATE: Final = re.compile(r"[?$]\w+ \?\w+ ")
_TYPE: Final = f"<{RDF.type}>"
_ANY_CLASS: Final = re.compile(rf"{re.escape(_TYPE)}(?!(?:/<{re.escape(RDFS.subClassOf)}>\*)? <)")
_FOCUS: Final = re.compile(r"SELECT \?this WHERE \{.*?\} GROUP BY \?this")
_EXACT_DATATYPES: Final = (XSD.string, RDF.langString)
_INTEGERS: Final = (XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger)
# What of regular expressions means the same to Python and to the engine, `\s` and `\S` aside.
_PLAIN_PATTERN: Final = re.compile(
    r"""(?: [^\\\[\](){}&~] | \\[nsS./(){}\[\]|?*+^$-] | \((?!\?) | \)
          | \{\d+(?:,\d*)?\} | \[\^?(?:[^\\\[\]&~] | ~(?!~) | \\[./(){}\[\]-])+\] )*""",
    re.VERBOSE,
)
_SPARQL_START: Final = re.compile(
    r"\s*SELECT\s+(?P<vars>\$this\b[^{]*?)\s*(?:WHERE\s*)?\{\s*\$this\s"
)
_SPARQL_WORDS: Final = frozenset({"SELECT", "WHERE", "FILTER", "NOT", "EXISTS", "STR", "AS", "a"})
_SPARQL_TOKEN: Final = re.compile(r"[?$]\w+|[\w-]*:[\w-]*|<[^<>\s]*>|\w+|[^\w\s]")
# pyshacl binds $this before it asks. That is the same as joining where each pattern binds what its
# filters use, and engines agree on how texts compare, but not on all other terms.
_COMPARISON: Final = re.compile(r"(?<![<>=!])(?:!=|<=|>=|=|<(?![^<>\s]*>)|>)(?!=)")
_TEXT: Final = r"STR\s*\(\s*[?$]\w+\s*\)"
_TEXT_COMPARISON: Final = re.compile(rf"{_TEXT}\s*(?:!=|<=|>=|=|<|>)\s*{_TEXT}")


class UnsupportedShapeError(Exception):
    """A shape says something that the compiler does not know; only pyshacl does."""


@dataclass(frozen=True)
class Probe:
    """A shape with targets, as queries."""

    shape: Node
    any_suspect: str
    """An ASK query: may a focus node not conform?"""
    suspects: str
    """A SELECT query for those focus nodes, in its one variable `?this`."""
    classes: frozenset[str]
    properties: frozenset[str]
    """Focus nodes are the instances of these classes, and the subjects of these properties; both
    are empty where there are others as well."""

    def about(self, nodes: Iterable[str]) -> str:
        """Return `any_suspect` of these focus nodes alone, which are written as in N-Triples."""
        values = f"VALUES ?this {{ {' '.join(nodes)} }}"
        return _FOCUS.sub(lambda _: values, self.any_suspect)


@dataclass(frozen=True)
class _Checks:
    """What a shape requires: of each value node, written `?node`, and of all together."""

    path: str | None
    of_values: tuple[str, ...]
    of_sets: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """Where a constraint on all values is met: the values are those of `node` over `path`."""

    shape: Node
    node: str
    path: str


def compile_shapes(shapes: Graph) -> tuple[Probe, ...]:
    """Return a probe for each shape that has a target; raises UnsupportedShapeError."""
    if (None, RDF.type, SH.ConstraintComponent) in shapes or (None, SH.target, None) in shapes:
        raise UnsupportedShapeError("a constraint component or a target of its own")
    compiler = _Compiler(shapes)
    return tuple(compiler.probe(shape) for shape in targeted(shapes))


def concerned(probes: Iterable[Probe], changed: bytes) -> tuple[Probe, ...]:
    """Return the probes that a change can make find something, or find less.

    `changed` are the quads, what follows from others among them, that were removed and added, as
    N-Quads. A probe that names none of their predicates, nor of their classes, and asks for no
    predicate by a variable, finds what it found before.
    """
    terms, has_types = set(), False
    for line in changed.splitlines():
        _, predicate, value = line.decode().split(" ", 2)
        is_type = predicate == _TYPE
        has_types |= is_type
        terms.add(value.partition(" ")[0] if is_type else predicate)
    return tuple(
        probe
        for probe in probes
        if _ANY_PREDICATE.search(probe.any_suspect)
        or (has_types and _ANY_CLASS.search(probe.any_suspect))
        or any(term in probe.any_suspect for term in terms)
    )


def targeted(shapes: Graph) -> list[Node]:
    """Return the shapes that have a target, in a stable order."""
    return sorted({shape for target in TARGETS for shape in shapes.subjects(target)}, key=str)


def narrow(shapes: Graph, focus: Mapping[Node, AnyCollection[Node]]) -> Graph:
    """Return the shapes with those of `focus` aimed at these nodes, and no others aimed at all."""
    result = Graph(bind_namespaces="none")
    result.namespace_manager = shapes.namespace_manager
    for triple in shapes:
        if triple[1] not in TARGETS:
            result.add(triple)
    for shape, nodes in focus.items():
        for node in nodes:
            result.add((shape, SH.targetNode, node))
    return result


class _Compiler:
    """Shapes as boolean SPARQL expressions that never end in an error.

    An expression for "conforms" may be false for what conforms, never true for what does not.
    Under a negation (`_exact`) it must be right both ways, or UnsupportedShapeError is raised.
    """

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._variables = 0
        self._open: list[Node] = []
        self._exact = False

    def probe(self, shape: Node) -> Probe:
        for kind in (RDFS.Class, OWL.Class):
            if (shape, RDF.type, kind) in self._shapes:
                raise UnsupportedShapeError(f"{shape} is a class and its own target")
        targets = " UNION ".join(f"{{ {each} }}" for each in self._targets(shape))
        focus = _distinct("?this", targets)
        queries = [f"{focus} {{ {query} }}" for query in self._queries(shape)]
        flat = [*queries, *self._flat(shape, focus)]
        whole = [*queries, f"{focus} FILTER(!({self.conforms(shape, '?this')}))"]
        return Probe(
            shape,
            f"ASK {{ {_union(flat)} }}",
            f"SELECT DISTINCT ?this WHERE {{ {_union(whole)} }}",
            *(self._target_names(shape, kind) for kind in (SH.targetClass, SH.targetSubjectsOf)),
        )

    def _target_names(self, shape: Node, kind: URIRef) -> frozenset[str]:
        others = (SH.targetNode, SH.targetObjectsOf)
        if any((shape, other, None) in self._shapes for other in others):
            return frozenset()
        return frozenset(map(_iri, self._shapes.objects(shape, kind)))

    def _targets(self, shape: Node) -> Iterable[str]:
        values = self._shapes.objects
        for value in values(shape, SH.targetClass):
            yield _instance("?this", _iri(value))
        for value in values(shape, SH.targetSubjectsOf):
            yield f"?this {_iri(value)} {self._variable()}"
        for value in values(shape, SH.targetObjectsOf):
            yield f"{self._variable()} {_iri(value)} ?this"
        for value in values(shape, SH.targetNode):
            yield f"VALUES ?this {{ {_term(value)} }}"

    def _flat(self, shape: Node, focus: str) -> list[str]:
        """Return patterns of which one matches where a focus node may not conform.

        Each value is checked once, however many focus nodes have it.
        """
        found = []
        with self._inside(shape):
            own = self._checks(shape, "?this", without=(SH.property, SH.closed))
            found += [
                f"{focus} {self._stray(shape, closed)}"
                for closed in self._shapes.objects(shape, SH.closed)
            ]
            found += self._flat_checks(own, focus)
            for part in self._shapes.objects(shape, SH.property):
                if own.path is not None:
                    raise UnsupportedShapeError("a targeted property shape with property shapes")
                with self._inside(part):
                    checks = self._checks(part, "?this")
                    if checks.path is None:
                        raise UnsupportedShapeError("a property shape without a path")
                    found += self._flat_checks(checks, focus)
        return found

    def _flat_checks(self, checks: _Checks, focus: str) -> Iterator[str]:
        if checks.of_values:
            value = "?this" if checks.path is None else self._variable()
            nodes = focus
            if checks.path is not None:
                nodes = _distinct(value, f"{focus} ?this {checks.path} {value}")
            yield f"{nodes} FILTER(!({_all(_of(value, check) for check in checks.of_values)}))"
        if checks.of_sets:
            yield f"{focus} FILTER(!({_all(checks.of_sets)}))"

    def conforms(self, shape: Node, node: str = "?node") -> str:
        """Return an expression that is true only if the value of the variable `node` conforms."""
        with self._inside(shape):
            checks = self._checks(shape, node)
            own = [self._each(node, checks.path, check) for check in checks.of_values]
            return _all([*own, *checks.of_sets])

    @contextmanager
    def _negated(self) -> Iterator[None]:
        outer, self._exact = self._exact, True
        yield
        self._exact = outer

    @contextmanager
    def _inside(self, shape: Node) -> Iterator[None]:
        if shape in self._open:
            raise UnsupportedShapeError(f"{shape} refers to itself")
        self._open.append(shape)
        yield
        self._open.pop()

    def _checks(self, shape: Node, node: str, without: tuple[URIRef, ...] = ()) -> _Checks:
        path_node = self._one(shape, SH.path)
        path = None if path_node is None else write_path(self._shapes, path_node, _iri)
        of_values: list[str] = []
        of_sets: list[str] = []
        for predicate in sorted(set(self._shapes.predicates(shape)) - set(without), key=str):
            if not str(predicate).startswith(str(SH)) or predicate in _NO_CONSTRAINTS:
                continue
            for value in self._shapes.objects(shape, predicate):
                if check := _OF_VALUES.get(predicate):
                    of_values.append(check(self, value))
                elif path is not None and (of_set := _OF_SETS.get(predicate)):
                    of_sets.append(of_set(self, value, _Place(shape, node, path)))
                elif predicate != SH.sparql or len(self._open) > 1:
                    raise UnsupportedShapeError(str(predicate))
        return _Checks(path, tuple(of_values), tuple(of_sets))

    def _each(self, node: str, path: str | None, check: str) -> str:
        if path is None:
            return f"({_of(node, check)})"
        value = self._variable()
        return f"NOT EXISTS {{ {node} {path} {value} FILTER(!({_of(value, check)})) }}"

    def _variable(self) -> str:
        self._variables += 1
        return f"?v{self._variables}"

    def _one(self, subject: Node, predicate: URIRef) -> Node | None:
        values = list(self._shapes.objects(subject, predicate))
        if len(values) > 1:
            raise UnsupportedShapeError(f"more than one {predicate}")
        return values[0] if values else None

    def _list(self, head: Node) -> list[Node]:
        return list(Collection(self._shapes, head))

    # Constraints on each value node: from the parameter's value to a check of `?node`.

    def of_class(self, value: Node) -> str:
        # What is true of nearly all values is asked first.
        return (
            f"EXISTS {{ ?node a {_iri(value)} }} || EXISTS {{ {_instance('?node', _iri(value))} }}"
        )

    def of_node_kind(self, value: Node) -> str:
        kind = _NODE_KINDS.get(URIRef(str(value)))
        if kind is None:
            raise UnsupportedShapeError(f"the node kind {value}")
        return kind

    def of_language_in(self, value: Node) -> str:
        tags = [str(each).lower() for each in self._list(value)]
        if "*" in tags:
            raise UnsupportedShapeError("any language")
        known = ", ".join(_term(Literal(tag)) for tag in tags)
        tag = "LCASE(LANG(?node))"
        return (
            'isLiteral(?node) && LANG(?node) != "" && '
            f'COALESCE({tag} IN ({known}) || STRBEFORE({tag}, "-") IN ({known}), false)'
        )

    def of_in(self, value: Node) -> str:
        terms = [_term(each) for each in self._list(value)]
        return " || ".join(f"sameTerm(?node, {term})" for term in terms) or "false"

    def of_closed(self, value: Node) -> str:
        stray = self._stray(self._open[-1], value)
        return f"NOT EXISTS {{ {stray.replace('?this', '?node')} }}"

    def of_not(self, value: Node) -> str:
        with self._negated():
            return f"!({self.conforms(value)})"

    def of_xone(self, value: Node) -> str:
        with self._negated():
            parts = [f"IF({self.conforms(each)}, 1, 0)" for each in self._list(value)]
        return f"({' + '.join(parts)}) = 1"

    def of_datatype(self, value: Node) -> str:
        datatype = URIRef(str(value))
        if datatype not in _LEXICAL_FORMS or (self._exact and datatype not in _EXACT_DATATYPES):
            raise UnsupportedShapeError(f"the datatype {value}")
        return _has_type("?node", datatype)

    def of_pattern(self, value: Node) -> str:
        if self._exact or not _PLAIN_PATTERN.fullmatch(str(value)):
            raise UnsupportedShapeError(f"the pattern {value}")
        # To Python, four control characters are white space; a match must be one to both.
        literal = _term(Literal(str(value).replace(r"\S", r"[^\s\x1c-\x1f]")))
        return f"!isBlank(?node) && COALESCE(REGEX(STR(?node), {literal}), false)"

    def of_min_inclusive(self, value: Node) -> str:
        if self._exact or not (isinstance(value, Literal) and value.datatype == XSD.integer):
            raise UnsupportedShapeError(f"the bound {value}")
        number = f"{XSD.integer.n3()}(STR(?node))"
        return f"({_is_integer('?node')}) && COALESCE({number} >= {int(value)}, false)"

    def of_property(self, value: Node) -> str:
        if self._one(value, SH.path) is None:
            raise UnsupportedShapeError("a property shape without a path")
        return self.conforms(value)

    def of_shapes(self, head: Node, operator: str) -> str:
        parts = [f"({self.conforms(each)})" for each in self._list(head)]
        if not parts:
            raise UnsupportedShapeError("an empty list of shapes")
        return operator.join(sorted(parts, key=lambda each: (each.count("{"), each)))

    def _stray(self, shape: Node, closed: Node) -> str:
        """Return a pattern for a triple of `?this` that a closed shape does not know."""
        if closed != Literal(True):
            raise UnsupportedShapeError("sh:closed without true")
        known: set[str] = set()
        if (head := self._one(shape, SH.ignoredProperties)) is not None:
            known.update(map(_iri, self._list(head)))
        for part in self._shapes.objects(shape, SH.property):
            path = self._one(part, SH.path)
            if isinstance(path, URIRef):
                known.add(_iri(path))
        predicate, value = self._variable(), self._variable()
        always = f"sameTerm({value}, {_iri(RDFS.Resource)})"
        return (
            f"?this {predicate} {value} "
            f"FILTER({predicate} != {_iri(RDF.type)} || !{always}) "
            # A join of all at once is many times as quick as a long list for each triple.
            f"MINUS {{ VALUES {predicate} {{ {' '.join(sorted(known))} }} }}"
        )

    # Constraints on all value nodes of a property shape together.

    def of_min_count(self, value: Node, place: _Place) -> str:
        return self._at_least(_count(value), place)

    def of_max_count(self, value: Node, place: _Place) -> str:
        return f"!({self._at_least(_count(value) + 1, place)})"

    def _at_least(self, count: int, place: _Place, check: str = "") -> str:
        if count == 0:
            return "true"
        if count > _MAX_COUNT:
            raise UnsupportedShapeError(f"a count of {count}")
        values = [self._variable() for _ in range(count)]
        patterns = " . ".join(f"{place.node} {place.path} {value}" for value in values)
        filters = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
        filters += [f"({_of(value, check)})" for value in values if check]
        condition = f" FILTER({' && '.join(filters)})" if filters else ""
        return f"EXISTS {{ {patterns}{condition} }}"

    def of_qualified(self, value: Node, place: _Place) -> str:
        least = self._one(place.shape, SH.qualifiedMinCount)
        most = self._one(place.shape, SH.qualifiedMaxCount)
        checks = []
        if least is not None:
            checks.append(self._at_least(_count(least), place, self.conforms(value)))
        if most is not None:
            with self._negated():
                within = self.conforms(value)
            checks.append(f"!({self._at_least(_count(most) + 1, place, within)})")
        if not checks:
            raise UnsupportedShapeError("a qualified value shape without a count")
        return " && ".join(checks)

    def of_has_value(self, value: Node, place: _Place) -> str:
        return f"EXISTS {{ {place.node} {place.path} {_term(value)} }}"

    def of_unique_lang(self, value: Node, place: _Place) -> str:
        if value != Literal(True):
            raise UnsupportedShapeError("sh:uniqueLang without true")
        one, other = self._variable(), self._variable()
        return (
            f"NOT EXISTS {{ {place.node} {place.path} {one}, {other} "
            f'FILTER(!sameTerm({one}, {other}) && LANG({one}) != "" && '
            f"LCASE(LANG({one})) = LCASE(LANG({other}))) }}"
        )

    def of_equals(self, value: Node, place: _Place) -> str:
        pairs = ((place.path, _iri(value)), (_iri(value), place.path))
        return " && ".join(
            f"NOT EXISTS {{ {place.node} {one} {term} "
            f"FILTER NOT EXISTS {{ {place.node} {other} {term} }} }}"
            for one, other in pairs
            for term in [self._variable()]
        )

    def of_disjoint(self, value: Node, place: _Place) -> str:
        common = self._variable()
        return (
            f"NOT EXISTS {{ {place.node} {place.path} {common} . "
            f"{place.node} {_iri(value)} {common} }}"
        )

    def of_order(self, value: Node, place: _Place, sign: str) -> str:
        if self._exact:
            raise UnsupportedShapeError("an order of values under a negation")
        one, other = self._variable(), self._variable()
        integer = XSD.integer.n3()
        numbers = (
            f"({_is_integer(one)}) && ({_is_integer(other)}) && "
            f"COALESCE({integer}(STR({one})) {sign} {integer}(STR({other})), false)"
        )
        # Days of four-figure years are in order where their texts are.
        days = (
            f"{_has_type(one, XSD.date)} && {_has_type(other, XSD.date)} && "
            f"STR({one}) {sign} STR({other})"
        )
        return (
            f"NOT EXISTS {{ {place.node} {place.path} {one} . {place.node} {_iri(value)} {other} "
            f"FILTER(!(({numbers}) || ({days}))) }}"
        )

    def _queries(self, shape: Node) -> list[str]:
        """Return the shape's SPARQL constraints (SHACL 5) as queries for `?this`."""
        return [self._query(each) for each in self._shapes.objects(shape, SH.sparql)]

    def _query(self, constraint: Node) -> str:
        text = str(self._one(constraint, SH.select) or "")
        known = {RDF.type, SH.select, SH.prefixes, SH.message, SH.severity}
        rest = _TEXT_COMPARISON.sub("", text[text.find("{") :])
        words = {word for word in _SPARQL_TOKEN.findall(text) if word[0].isalpha()}
        if (
            set(self._shapes.predicates(constraint)) - known
            or not _SPARQL_START.match(text)
            or {word for word in words if ":" not in word} - _SPARQL_WORDS
            or _COMPARISON.search(rest)
            or "#" in re.sub(r"<[^<>\s]*>", "", text)
        ):
            raise UnsupportedShapeError(f"the query {text}")
        prefixes = {
            str(self._shapes.value(each, SH.prefix)): str(self._shapes.value(each, SH.namespace))
            for ontology in self._shapes.objects(constraint, SH.prefixes)
            for each in self._shapes.objects(ontology, SH.declare)
        }

        def expand(match: re.Match[str]) -> str:
            if match["prefix"] not in prefixes:
                raise UnsupportedShapeError(f"the prefix {match['prefix']}")
            return _iri(URIRef(prefixes[match["prefix"]] + match["name"]))

        pattern = r"<[^<>\s]*>|(?P<prefix>\b[A-Za-z][\w-]*):(?P<name>[\w-]*)"
        where = re.sub(pattern, lambda match: expand(match) if match["prefix"] else match[0], text)
        # What else is selected is for the report; an expression there may not be bound twice.
        return f"SELECT ?this {where[where.index('{') :]}".replace("$", "?")


_NO_CONSTRAINTS: Final = frozenset(
    {
        *TARGETS,
        SH.path,
        SH.severity,
        SH.message,
        SH.name,
        SH.description,
        SH.order,
        SH.group,
        # Read together with the parameter that they belong to.
        SH.ignoredProperties,
        SH.qualifiedMinCount,
        SH.qualifiedMaxCount,
    }
)
_OF_VALUES: Final[Mapping[Node, Callable[[_Compiler, Node], str]]] = {
    SH["class"]: _Compiler.of_class,
    SH.nodeKind: _Compiler.of_node_kind,
    SH.languageIn: _Compiler.of_language_in,
    SH["in"]: _Compiler.of_in,
    SH.closed: _Compiler.of_closed,
    SH["not"]: _Compiler.of_not,
    SH.xone: _Compiler.of_xone,
    SH.datatype: _Compiler.of_datatype,
    SH.pattern: _Compiler.of_pattern,
    SH.minInclusive: _Compiler.of_min_inclusive,
    SH.node: _Compiler.conforms,
    SH.property: _Compiler.of_property,
    SH["and"]: lambda compiler, value: compiler.of_shapes(value, " && "),
    SH["or"]: lambda compiler, value: compiler.of_shapes(value, " || "),
}
_OF_SETS: Final[Mapping[Node, Callable[[_Compiler, Node, _Place], str]]] = {
    SH.minCount: _Compiler.of_min_count,
    SH.maxCount: _Compiler.of_max_count,
    SH.qualifiedValueShape: _Compiler.of_qualified,
    SH.hasValue: _Compiler.of_has_value,
    SH.uniqueLang: _Compiler.of_unique_lang,
    SH.equals: _Compiler.of_equals,
    SH.disjoint: _Compiler.of_disjoint,
    SH.lessThan: lambda compiler, value, place: compiler.of_order(value, place, "<"),
    SH.lessThanOrEquals: lambda compiler, value, place: compiler.of_order(value, place, "<="),
}


def write_path(graph: Graph, path: Node, write_iri: Callable[[Node], str]) -> str:
    """Return a path (SHACL 2.3.1) as SPARQL writes it. Raises UnsupportedShapeError."""
    if not isinstance(path, BNode):
        return write_iri(path)
    if (path, RDF.first, None) in graph:
        steps = (write_path(graph, step, write_iri) for step in Collection(graph, path))
        return f"({'/'.join(steps)})"
    if (choices := graph.value(path, SH.alternativePath)) is not None:
        paths = (write_path(graph, choice, write_iri) for choice in Collection(graph, choices))
        return f"({'|'.join(paths)})"
    for kind, before, after in (
        (SH.inversePath, "^", ""),
        (SH.zeroOrMorePath, "", "*"),
        (SH.oneOrMorePath, "", "+"),
        (SH.zeroOrOnePath, "", "?"),
    ):
        if (step := graph.value(path, kind)) is not None:
            return f"({before}{write_path(graph, step, write_iri)}{after})"
    raise UnsupportedShapeError("a path of no known kind")


def _of(node: str, check: str) -> str:
    """Return a check of `?node` as one of the variable `node`."""
    return check.replace("?node", node)


def _union(patterns: Iterable[str]) -> str:
    return " UNION ".join(f"{{ {pattern} }}" for pattern in patterns) or "FILTER(false)"


def _distinct(variable: str, pattern: str) -> str:
    # By GROUP BY, since the engine moves filters that stand outside into a SELECT DISTINCT.
    return f"{{ SELECT {variable} WHERE {{ {pattern} }} GROUP BY {variable} }}"


def _all(checks: Iterable[str]) -> str:
    # The expensive ones last: they are evaluated only where those before them are true.
    ordered = sorted(checks, key=lambda check: (check.count("{"), check))
    return " && ".join(f"({check})" for check in ordered) or "true"


def _iri(value: Node) -> str:
    if not isinstance(value, URIRef):
        raise UnsupportedShapeError(f"{value!r} where an IRI is meant")
    return value.n3()


def _term(value: Node) -> str:
    if isinstance(value, BNode) or (isinstance(value, Literal) and value.language):
        raise UnsupportedShapeError(f"the value {value!r}")
    return value.n3() if isinstance(value, URIRef) else _literal(value)


def _literal(value: Node) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    datatype = value.datatype if isinstance(value, Literal) else None
    return f'"{text}"' + (f"^^{datatype.n3()}" if datatype and datatype != XSD.string else "")


def _count(value: Node) -> int:
    if not (isinstance(value, Literal) and isinstance(value.value, int) and value.value >= 0):
        raise UnsupportedShapeError(f"the count {value}")
    return value.value


def _instance(node: str, kind: str) -> str:
    """Return a pattern for a SHACL instance of a class (SHACL 1.1)."""
    return f"{node} {_iri(RDF.type)}/{_iri(RDFS.subClassOf)}* {kind}"


def _has_type(node: str, datatype: URIRef) -> str:
    """Return a check for a datatype and a lexical form that surely is one of it."""
    form = _LEXICAL_FORMS[datatype]
    is_type = f"isLiteral({node}) && sameTerm(DATATYPE({node}), {datatype.n3()})"
    return is_type + (f' && REGEX(STR({node}), "{form}")' if form else "")


def _is_integer(node: str) -> str:
    return " || ".join(f"({_has_type(node, datatype)})" for datatype in _INTEGERS)
