"""Turtle and TriG in the one form of the project's files and exports.

- Prefixes first, sorted, only those used. Then a block for each subject: the ontology's header
  first, IRIs in the order of their names as written, anonymous nodes last.
- One triple a line, `;` after each and `.` alone on the last line, so that one added triple is one
  line of diff. `a` first, then `rdfs:label`, then `_ORDERED_NAMES`, then all others by name; values
  by name.
- Blank nodes and lists stand where they are used. Only a blank node that is used more than once,
  or in a ring, has a label. The members of a list that means a set (`owl:members` and its like)
  are sorted; a list that means an order never is.

The serializers of rdflib (`turtle`, `longturtle`) and `otsrdflib` write the values of a property as
one list of objects, whose last line ends otherwise than the rest, have no order of properties, and
number blank nodes or depend on their labels.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from rdflib import OWL, RDF, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from cstokg.namespaces import PREFIXES
from cstokg.rdf.progress import track
from cstokg.store import Triple

_ORDERED_NAMES: Final = """
rdf:type rdfs:label
rdfs:subClassOf rdfs:subPropertyOf owl:equivalentClass owl:equivalentProperty rdfs:domain rdfs:range
owl:disjointWith owl:propertyDisjointWith owl:inverseOf owl:propertyChainAxiom owl:hasKey
owl:members owl:distinctMembers
owl:annotatedSource owl:annotatedProperty owl:annotatedTarget
owl:onProperty owl:onProperties
skos:inScheme skos:prefLabel skos:altLabel skos:hiddenLabel
dcterms:title dcterms:description skos:definition skos:scopeNote skos:editorialNote skos:example
rdfs:isDefinedBy
dcterms:creator dcterms:publisher dcterms:created dcterms:modified dcterms:issued dcterms:license
owl:versionIRI owl:versionInfo owl:priorVersion owl:imports
vann:preferredNamespacePrefix vann:preferredNamespaceUri dcterms:bibliographicCitation
sh:declare sh:prefix sh:namespace
sh:targetClass sh:targetNode sh:targetSubjectsOf sh:targetObjectsOf sh:path sh:prefixes sh:select
sh:closed sh:ignoredProperties sh:class sh:datatype sh:nodeKind sh:hasValue sh:in sh:languageIn
sh:uniqueLang sh:equals sh:disjoint sh:lessThan sh:lessThanOrEquals sh:pattern sh:flags
sh:qualifiedValueShape sh:qualifiedMinCount sh:qualifiedMaxCount sh:minLength sh:maxLength
sh:minInclusive sh:maxInclusive sh:minCount sh:maxCount sh:node sh:property sh:sparql
sh:not sh:xone sh:and sh:or
"""
"""Names, kinds, what they mean, what is known about them; in shapes, the targets and then the
constraints. A property that is not here comes after these, but before `_LAST`."""

_ORDER: Final = tuple(_ORDERED_NAMES.split())

_LAST: Final = ("sh:severity", "sh:message")
"""What closes a block of shapes: how grave it is, and how to fix it."""

_RANK: Final = {
    PREFIXES[prefix] + name: rank + (rank >= len(_ORDER))
    for rank, (prefix, _, name) in enumerate(each.partition(":") for each in (*_ORDER, *_LAST))
}

SETS: Final = frozenset(
    {
        OWL.disjointUnionOf,
        OWL.distinctMembers,
        OWL.hasKey,
        OWL.intersectionOf,
        OWL.members,
        OWL.oneOf,
        OWL.unionOf,
        OWL.withRestrictions,
    }
)
"""The properties whose list means a set (OWL 2 Mapping to RDF Graphs 2.1, SEQ of unordered sets).

Protégé writes those in an order of its own. Property chains and SHACL's paths are not among them.
"""

_INDENT: Final = "    "
_WIDTH: Final = 80
"""A list or node longer than this is broken into lines."""

_LOCAL_NAME: Final = re.compile(r"[A-Za-z0-9_]([\w.-]*[\w-])?", re.ASCII)
_BARE: Final = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
"""Which literals Turtle can write without quotes (RDF 1.1 Turtle 2.5.2 and 2.5.3)."""

_ESCAPES: Final = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in range(0x20) if chr(code) != "\n"}
    | {"\\": "\\\\", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r"}
)


def to_turtle(triples: Iterable[Triple]) -> bytes:
    """Return a graph as Turtle; what the project has no prefix for is written in full."""
    known = list(triples)
    shared, ring = find_entangled(known)
    return TurtleWriter(known, PREFIXES, shared | ring).document().encode()


def to_trig(graphs: Mapping[str, Iterable[Triple]]) -> bytes:
    """Return named graphs as TriG, in the order of their names."""
    known = {name: list(triples) for name, triples in sorted(graphs.items())}
    uses: Counter[Node] = Counter()
    for triples in known.values():
        uses.update({term for triple in triples for term in triple if isinstance(term, BNode)})
    labelled = {node for node, count in uses.items() if count > 1}
    for triples in known.values():
        labelled.update(*find_entangled(triples))
    writers = {name: TurtleWriter(triples, PREFIXES, labelled) for name, triples in known.items()}
    written = track("writing", writers.items())
    blocks = [f"<{name}> {{\n{writer.blocks()}}}\n" for name, writer in written]
    prefixes = {line for writer in writers.values() for line in writer.prefix_lines()}
    return "\n".join(["".join(sorted(prefixes)), *blocks]).encode()


def find_entangled(triples: Iterable[Triple]) -> tuple[set[Node], set[Node]]:
    """Return the blank nodes that are used more than once, and those that hang on a ring."""
    uses: Counter[Node] = Counter()
    values: dict[Node, list[Node]] = defaultdict(list)
    for subject, _, value in triples:
        is_blank = isinstance(value, BNode)
        values[subject] += [value] if is_blank else []
        uses[value] += is_blank
    reached: set[Node] = set()
    pending = [node for node in values if not uses[node]]
    while pending:
        node = pending.pop()
        if node not in reached:
            reached.add(node)
            pending += values.get(node, ())
    return {node for node, count in uses.items() if count > 1}, values.keys() - reached


class TurtleWriter:
    """Triples as text in the project's form.

    `prefixes` are used beside the project's where they fit. The blank nodes `labelled` have a block
    and a label of their own; all others are written where they are used, which must be one place.
    """

    def __init__(
        self,
        triples: Iterable[Triple],
        prefixes: Mapping[str, str],
        labelled: Collection[Node] = (),
    ) -> None:
        self._names = {
            namespace: prefix
            for prefix, namespace in PREFIXES.items()
            if prefixes.get(prefix, namespace) == namespace
        }
        for prefix, namespace in sorted(prefixes.items()):
            self._names.setdefault(namespace, prefix)
        self._labelled = labelled
        self._used: set[str] = set()
        self._values: dict[Node, dict[Node, list[Node]]] = defaultdict(dict)
        self._nested: set[Node] = set()
        for subject, predicate, value in triples:
            self._values[subject].setdefault(predicate, []).append(value)
            if isinstance(value, BNode) and value not in labelled:
                self._nested.add(value)

    def document(self) -> str:
        """Return the whole file."""
        blocks = self.blocks()
        head = "".join(self.prefix_lines())
        return f"{head}\n{blocks}" if head else blocks

    def blocks(self) -> str:
        """Return the blocks of all subjects."""
        return "\n".join(self._block(node) for node in track("writing", self.roots()))

    def used_prefixes(self) -> dict[str, str]:
        """Return the prefixes that were used so far, each with its namespace."""
        return {self._names[namespace]: namespace for namespace in self._used}

    def prefix_lines(self) -> list[str]:
        """Return the declarations of the prefixes that were used so far, sorted."""
        used = sorted(self.used_prefixes().items())
        return [f"@prefix {name}: <{namespace}> .\n" for name, namespace in used]

    def term(self, node: Node) -> str:
        """Return an IRI, a literal or a labelled blank node as it is written."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, BNode):
            return f"_:{node}"
        iri = str(node)
        end = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        while end > 0:
            # The longest namespace wins, whatever sign it ends with.
            if iri[:end] in self._names and _LOCAL_NAME.fullmatch(iri, end):
                self._used.add(iri[:end])
                return f"{self._names[iri[:end]]}:{iri[end:]}"
            end = max(iri.rfind(sign, 0, end - 1) for sign in "#/:") + 1
        return f"<{iri}>"

    def name(self, node: Node) -> str:
        """Return what a message calls a subject."""
        return "a blank node" if isinstance(node, BNode) else self.term(node)

    def _literal(self, literal: Literal) -> str:
        bare = _BARE.get(literal.datatype) if literal.datatype else None
        if bare and bare.fullmatch(str(literal)):
            return str(literal)
        quoted = _quote(str(literal))
        if literal.language:
            return f"{quoted}@{literal.language}"
        if literal.datatype and literal.datatype != XSD.string:
            return f"{quoted}^^{self.term(literal.datatype)}"
        return quoted

    def _is_anonymous(self, node: Node) -> bool:
        return isinstance(node, BNode) and node not in self._labelled

    def _block_key(self, node: Node) -> tuple[bool, bool, bool, str]:
        is_header = OWL.Ontology in self._values[node].get(RDF.type, ())
        is_anonymous = self._is_anonymous(node)
        text = self._block(node) if is_anonymous else self.term(node).removesuffix(">")
        return not is_header, isinstance(node, BNode), is_anonymous, text

    def _block(self, node: Node) -> str:
        subject = "[]" if self._is_anonymous(node) else self.term(node)
        lines = [f"{_INDENT}{line} ;\n" for line in self.statements(node, 1)]
        return "".join([f"{subject}\n", *lines, ".\n"])

    def statements(self, node: Node, depth: int = 0) -> list[str]:
        """Return what is said about a node, sorted: property and value, a pair each."""
        statements = []
        for predicate, values in self._values[node].items():
            verb = "a" if predicate == RDF.type else self.term(predicate)
            rank = _RANK.get(str(predicate), len(_ORDER))
            for value in values:
                text = self.value(value, depth, is_set=predicate in SETS)
                statements.append((rank, verb, _value_key(value, text), text))
        return [f"{verb} {text}" for _, verb, _, text in sorted(statements)]

    def pairs(self, node: Node) -> Mapping[Node, Sequence[Node]]:
        """Return what is said about a node: values by property."""
        return self._values.get(node, {})

    def roots(self) -> list[Node]:
        """Return the nodes that have a block, in the order of their blocks."""
        return sorted(self._values.keys() - self._nested, key=self._block_key)

    def value(self, node: Node, depth: int = 0, *, is_set: bool = False) -> str:
        """Return a node as it stands where it is used, blank nodes and lists whole."""
        if not self._is_anonymous(node) and node != RDF.nil:
            return self.term(node)
        items = self.list_items(node)
        if items is not None:
            texts = [self.value(item, depth + 1) for item in items]
            if is_set:
                keys = map(_value_key, items, texts)
                texts = [text for _, text in sorted(zip(keys, texts, strict=True))]
            return _bracketed("()", texts, "", depth)
        statements = self.statements(node, depth + 1)
        if len(statements) > 1:
            return _broken("[]", statements, " ;", depth)
        return _bracketed("[]", statements, " ;", depth)

    def list_items(self, node: Node) -> list[Node] | None:
        """Return the items of the list that begins at a node, None if it is no proper list."""
        items = []
        while node != RDF.nil:
            cell = self._values.get(node, {})
            if not self._is_anonymous(node) or cell.keys() != {RDF.first, RDF.rest}:
                return None
            (first, *more_first), (rest, *more_rest) = cell[RDF.first], cell[RDF.rest]
            if more_first or more_rest:
                return None
            items.append(first)
            node = rest
        return items


def _value_key(node: Node, text: str) -> tuple[int, str]:
    """Return where a value stands among others: IRIs, then literals, then blank nodes."""
    if isinstance(node, URIRef):
        # An IRI comes before those that go on where it ends.
        return 0, text.removesuffix(">")
    return (1 if isinstance(node, Literal) else 2), text


def _bracketed(brackets: str, texts: list[str], end: str, depth: int) -> str:
    if not texts:
        return brackets
    line = f"{brackets[0]} {' '.join(texts)} {brackets[1]}"
    if "\n" in line or len(line) > _WIDTH:
        return _broken(brackets, texts, end, depth)
    return line


def _broken(brackets: str, texts: list[str], end: str, depth: int) -> str:
    inner = "".join(f"{_INDENT * (depth + 1)}{text}{end}\n" for text in texts)
    return f"{brackets[0]}\n{inner}{_INDENT * depth}{brackets[1]}"


def _quote(text: str) -> str:
    escaped = text.translate(_ESCAPES)
    if "\n" in escaped:
        # RDF 1.1 Turtle 2.5.1: a long string keeps its lines; three quotation marks would end it.
        escaped = escaped.replace('"""', '\\"\\"\\"')
        if escaped.endswith('"'):
            escaped = f'{escaped[:-1]}\\"'
        return f'"""{escaped}"""'
    return '"' + escaped.replace('"', '\\"') + '"'
