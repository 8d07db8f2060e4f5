"""The one form of the project's Turtle files, so that one added triple is one line of diff.

- Prefixes first, sorted, only those used. Then a block for each subject: the ontology's header
  first, IRIs in the order of their names as written, anonymous nodes last.
- One triple a line, `;` after each and `.` alone on the last line. `a` first, then `rdfs:label`,
  then `_ORDERED_NAMES`, then all others by name; values by name.
- Blank nodes and lists stand where they are used, and have no labels. The members of a list that
  means a set (`owl:members` and its like) are sorted; a list that means an order never is.

The store's parser reads, since it keeps literals as they were written and tells the place of a
mistake; rdflib's would normalize them. Nor does a serializer of a library come near enough:
rdflib's `turtle` and `longturtle`, and `otsrdflib` on top of the first, write the values of a
property as one list of objects (whose last line ends otherwise than the rest), sort neither by a
property order of ours nor the members of a list, and number blank nodes or depend on their labels.

This module belongs to the build; it must not import from the export, the web or the command line.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from rdflib import OWL, RDF, XSD, BNode, Literal, URIRef

from cstokg.errors import MissingFileError, SourceError
from cstokg.namespaces import PREFIXES
from cstokg.store import read_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rdflib.term import Node

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
"""Names, kinds, what they mean, what is known about them; in shapes, whom they are for and what
they ask. A property that is not here comes after, but before `_LAST`."""

_ORDER: Final = tuple(_ORDERED_NAMES.split())

_LAST: Final = ("sh:severity", "sh:message")
"""What closes a block of shapes: how bad it is, and how to mend it."""

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

_TOKEN: Final = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\s]*>"
    r"|\\."
    r"|(?P<comment>\#[^\n]*)"
    r"|(?:@prefix|\bPREFIX)\s+(?P<prefix>[^\s:]*):\s*<(?P<namespace>[^<>\s]*)>",
    re.DOTALL | re.IGNORECASE,
)
"""What a comment's sign or a prefix can stand in without being one, and both of them."""

_XML_TOKEN: Final = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|\bxmlns:(?P<prefix>[^\s=]+)\s*=\s*[\"'](?P<namespace>[^\"']*)[\"']",
    re.DOTALL,
)

_OWL_API: Final = "Generated by the OWL API"

_SECTION: Final = (
    "(Annotation properties|Object Properties|Data properties|Datatypes|Classes|Individuals"
    "|Annotations|General axioms|Rules)"
)
_MADE_COMMENT: Final = re.compile(
    # Turtle
    rf"\#+|\#    {_SECTION}|\#\#\#  ([a-z][a-z0-9+.-]*:\S+|{_OWL_API} .*)"
    # XML
    rf"|/+\s+//\s+// {_SECTION}\s+//\s+/+|[a-z][a-z0-9+.-]*:\S+|{_OWL_API} .*"
)
"""The comments that the OWL API, and so Protégé, puts into what it saves: not to be kept."""

_XML_ROOT: Final = re.compile(r"<(?![?!])(?:[\w.-]+:)?(?P<name>[\w.-]+)")


class _Syntax(NamedTuple):
    """How a file is read: the extension that the store knows its syntax by, and its tokens."""

    suffix: str
    token: re.Pattern[str]


_TURTLE: Final = _Syntax(".ttl", _TOKEN)
_RDF_XML: Final = _Syntax(".rdf", _XML_TOKEN)


def format_file(path: Path) -> bytes:
    """Return what the file at `path` should contain: the same triples in the project's form.

    Reads Turtle, N-Triples and RDF/XML, whatever the file's name. Raises MissingFileError, and
    SourceError for a file that is not RDF in one of these, that has comments, which a graph cannot
    keep, or a blank node that cannot be written without a label.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise MissingFileError(path) from None
    return format_content(content, path)


def format_content(content: bytes, path: Path) -> bytes:
    """Return `content`, read from `path`, in the project's form. Raises SourceError."""
    triples, prefixes = _read(content, path)
    return TurtleWriter(triples, prefixes, path).document().encode()


def _read(content: bytes, path: Path) -> tuple[frozenset[Triple], dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            path, "this is not UTF-8", line=line, hint="Save the file as UTF-8."
        ) from None
    syntax = _find_syntax(text, path)
    for token in syntax.token.finditer(text):
        if token["comment"] is not None and not _is_made(token["comment"]):
            raise SourceError(
                path,
                f"this file has a comment, which would be lost: {token['comment'].strip()}",
                line=text.count("\n", 0, token.start()) + 1,
                hint="Make it a skos:scopeNote or skos:editorialNote of what it is about, which "
                "Protégé keeps as well, or take it out.",
            )
    if syntax is _RDF_XML:
        _check_xml(text, path)
    try:
        triples = frozenset(read_triples(text.encode(), path.with_suffix(syntax.suffix)))
    except SourceError as error:
        raise SourceError(
            path, error.problem, line=error.line, column=error.column, hint=error.hint
        ) from None
    if _OWL_API in text:
        triples -= _bare_declarations(triples)
    return triples, declared_prefixes(text, syntax.token)


def declared_prefixes(text: str, token: re.Pattern[str] = _TOKEN) -> dict[str, str]:
    """Return the prefixes that a file of Turtle declares, each with its namespace."""
    return {
        found["prefix"]: found["namespace"] for found in token.finditer(text) if found["namespace"]
    }


def _check_xml(text: str, path: Path) -> None:
    # The store's parser takes a file that breaks off for one that ends there.
    try:
        ParserCreate().Parse(text.encode(), True)  # it has no other way
    except ExpatError as error:
        raise SourceError(
            path,
            f"this is not XML: {ErrorString(error.code)}",
            line=error.lineno,
            column=error.offset + 1,
        ) from None


def _is_made(comment: str) -> bool:
    return _MADE_COMMENT.fullmatch(comment.strip()) is not None


def _bare_declarations(triples: Iterable[Triple]) -> set[Triple]:
    """Return the triples that say nothing but that a value of others is an individual.

    The OWL API adds one for each individual that a file uses and another file describes.
    """
    about: Counter[Node] = Counter(subject for subject, _, _ in triples)
    used = {value for _, _, value in triples}
    return {
        (subject, predicate, value)
        for subject, predicate, value in triples
        if value == OWL.NamedIndividual and about[subject] == 1 and subject in used
    }


def _find_syntax(text: str, path: Path) -> _Syntax:
    start = text.lstrip()
    root = _XML_ROOT.search(re.sub(r"<!--.*?-->", "", start, flags=re.DOTALL))
    is_xml = start.startswith(("<?xml", "<!--", "<!DOCTYPE", "<rdf:RDF"))
    if is_xml and root and root["name"] == "RDF":
        return _RDF_XML
    if is_xml or re.match(r"(Prefix|Ontology)\s*[(:]", start):
        raise SourceError(
            path,
            "this is neither Turtle nor RDF/XML",
            hint="In Protégé choose File, Save as, Turtle Syntax.",
        )
    return _TURTLE


def prefix_names(declared: Mapping[str, str]) -> dict[str, str]:
    """Return namespace to prefix: the project's, and of a file's own those that fit beside them."""
    names = {
        namespace: prefix
        for prefix, namespace in PREFIXES.items()
        if declared.get(prefix, namespace) == namespace
    }
    for prefix, namespace in sorted(declared.items()):
        names.setdefault(namespace, prefix)
    return names


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

    Raises SourceError, naming `path`, where a blank node is used twice or is part of a ring.
    """

    def __init__(
        self, triples: Iterable[Triple], prefixes: Mapping[str, str], path: Path | str
    ) -> None:
        self._path = path
        self._names = prefix_names(prefixes)
        self._used: set[str] = set()
        self._values: dict[Node, dict[Node, list[Node]]] = defaultdict(dict)
        self._uses: Counter[Node] = Counter()
        for subject, predicate, value in triples:
            self._values[subject].setdefault(predicate, []).append(value)
            if isinstance(value, BNode):
                self._uses[value] += 1

    def document(self) -> str:
        """Return the whole file."""
        self._refuse_shared_nodes()
        blocks = [self._block(node) for node in self.roots()]
        used = sorted((self._names[namespace], namespace) for namespace in self._used)
        head = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in used)
        return "\n".join([head, *blocks] if head else blocks)

    def term(self, node: Node) -> str:
        """Return an IRI or a literal as it is written."""
        if isinstance(node, Literal):
            return self._literal(node)
        iri = str(node)
        end = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        while end > 0:
            # The longest namespace wins, whatever sign it ends with.
            if iri[:end] in self._names and _LOCAL_NAME.fullmatch(iri, end):
                self._used.add(iri[:end])
                return f"{self._names[iri[:end]]}:{iri[end:]}"
            end = max(iri.rfind(sign, 0, end - 1) for sign in "#/:") + 1
        return f"<{iri}>"

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

    def _block_key(self, node: Node) -> tuple[bool, bool, str]:
        is_header = OWL.Ontology in self._values[node].get(RDF.type, ())
        is_blank = isinstance(node, BNode)
        text = self._block(node) if is_blank else self.term(node).removesuffix(">")
        return not is_header, is_blank, text

    def _block(self, node: Node) -> str:
        subject = "[]" if isinstance(node, BNode) else self.term(node)
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
        roots = [node for node in self._values if not self._uses[node]]
        return sorted(roots, key=self._block_key)

    def value(self, node: Node, depth: int = 0, *, is_set: bool = False) -> str:
        """Return a node as it stands where it is used, blank nodes and lists whole."""
        if not isinstance(node, BNode) and node != RDF.nil:
            return self.term(node)
        items = self.list_items(node)
        if items is not None:
            texts = [self.value(item, depth + 1) for item in items]
            if is_set:
                keys = map(_value_key, items, texts)
                texts = [text for _, text in sorted(zip(keys, texts, strict=True))]
            return self._bracketed("()", texts, "", depth)
        statements = self.statements(node, depth + 1)
        if len(statements) > 1:
            return _broken("[]", statements, " ;", depth)
        return self._bracketed("[]", statements, " ;", depth)

    @staticmethod
    def _bracketed(brackets: str, texts: list[str], end: str, depth: int) -> str:
        if not texts:
            return brackets
        line = f"{brackets[0]} {' '.join(texts)} {brackets[1]}"
        if "\n" in line or len(line) > _WIDTH:
            return _broken(brackets, texts, end, depth)
        return line

    def list_items(self, node: Node) -> list[Node] | None:
        """Return the items of the list that begins at a node, None if it is no proper list."""
        items = []
        while node != RDF.nil:
            cell = self._values.get(node, {})
            if not isinstance(node, BNode) or cell.keys() != {RDF.first, RDF.rest}:
                return None
            (first, *more_first), (rest, *more_rest) = cell[RDF.first], cell[RDF.rest]
            if more_first or more_rest:
                return None
            items.append(first)
            node = rest
        return items

    def _refuse_shared_nodes(self) -> None:
        shared, ring = find_entangled(
            (subject, predicate, value)
            for subject, pairs in self._values.items()
            for predicate, values in pairs.items()
            for value in values
        )
        if shared:
            users = min(self._describe_uses(node) for node in shared)
            raise SourceError(
                self._path,
                f"a blank node is the value of {users}",
                hint="Give the node an IRI, or write it out once for each use.",
            )
        if ring:
            users = min(self._describe_uses(node) for node in ring)
            raise SourceError(
                self._path,
                f"blank nodes refer to each other in a ring, by {users}",
                hint="Give one of them an IRI.",
            )

    def _describe_uses(self, node: Node) -> str:
        uses = sorted(
            f"{self.term(predicate)} of "
            f"{'a blank node' if isinstance(subject, BNode) else self.term(subject)}"
            for subject, pairs in self._values.items()
            for predicate, values in pairs.items()
            for value in values
            if value == node
        )
        return " and ".join(uses)


def _value_key(node: Node, text: str) -> tuple[int, str]:
    """Return where a value stands among others: IRIs, then literals, then blank nodes."""
    if isinstance(node, URIRef):
        # An IRI comes before those that go on where it ends.
        return 0, text.removesuffix(">")
    return (1 if isinstance(node, Literal) else 2), text


def _broken(brackets: str, texts: list[str], end: str, depth: int) -> str:
    inner = "".join(f"{_INDENT * (depth + 1)}{text}{end}\n" for text in texts)
    return f"{brackets[0]}\n{inner}{_INDENT * depth}{brackets[1]}"


_ESCAPES: Final = {
    "\\": "\\\\",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\r": "\\r",
}


def _quote(text: str) -> str:
    escaped = "".join(
        _ESCAPES.get(char) or (f"\\u{ord(char):04X}" if char < " " and char != "\n" else char)
        for char in text
    )
    if "\n" in escaped:
        # RDF 1.1 Turtle 2.5.1: a long string keeps its lines; three quotation marks would end it.
        escaped = escaped.replace('"""', '\\"\\"\\"')
        if escaped.endswith('"'):
            escaped = f'{escaped[:-1]}\\"'
        return f'"""{escaped}"""'
    return '"' + escaped.replace('"', '\\"') + '"'
