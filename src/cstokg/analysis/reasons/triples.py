"""Why a triple is in the graph, or is not: the source, the rule, the accounts, the voices."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.evidence import Evidence, read_evidence
from cstokg.analysis.labels import Queryable
from cstokg.analysis.reasons.rules import Rule, expand_term, read_rules
from cstokg.dataset.query_service import QueryService
from cstokg.errors import QueryRefusedError
from cstokg.namespaces import CKG, GRAPH, LINKS_GRAPH, META_GRAPH, RESOURCE, SOURCE_GRAPHS, shorten
from cstokg.store.sparql.lexer import tokens

_SAID: Final = "SELECT ?graph {{ GRAPH ?graph {{ {} }} }} ORDER BY ?graph"
_BOUNDS: Final = tuple(
    f"<{CKG}{time}{side}>" for time in ("date", "begin", "end") for side in ("Earliest", "Latest")
)
_MOST: Final = 20
"""How many ways of one rule are looked at."""


Triple = tuple[str, str, str]
"""Its terms are as in N-Triples."""


@dataclass(frozen=True)
class Ground:
    """One reason for a triple: a graph says it, or a rule gives it from what a source says."""

    triple: Triple
    graph: str
    rule: str
    """The rule's name, empty where the graph says it itself."""
    words: str
    source: str
    """The document whose graph it is, as an IRI; empty for what all share."""
    evidence: tuple[Evidence, ...] = ()
    """What the accounts rest on that it uses."""


@dataclass(frozen=True)
class Lack:
    """A rule that would give the triple from what a source says, if one thing more held."""

    rule: str
    words: str
    source: str
    holds: tuple[str, ...]
    lacks: str


GROUNDS: Final[Cells[Ground]] = {
    Column("how", "Why"): lambda ground: ground.words,
    Column("source", "Source", "nodes"): lambda ground: ground.source,
    Column("accounts", "Rests on", "nodes"): lambda ground: (
        each.account for each in ground.evidence
    ),
    Column("sentences", "Sentences", "nodes"): lambda ground: (
        passage for each in ground.evidence for passage in each.passages
    ),
    Column("voices", "Who says so", "nodes"): lambda ground: (
        voice for each in ground.evidence for voice in each.voices
    ),
}
_LACKS: Final[Cells[Lack]] = {
    Column("how", "A rule that would give it"): lambda lack: lack.words,
    Column("source", "Source", "nodes"): lambda lack: lack.source,
    Column("holds", "What holds"): lambda lack: "; ".join(lack.holds),
    Column("lacks", "What is lacking"): lambda lack: lack.lacks,
}


@dataclass(frozen=True)
class Why:
    """A triple with its grounds, or what it lacks."""

    triple: Triple
    grounds: tuple[Ground, ...]
    lacks: tuple[Lack, ...]


def why(dataset: QueryService, subject: str, predicate: str, value: str) -> Why:
    """Return why a triple is in the graph; where it is not, what the rules that give it lack.

    The terms are as in SPARQL: an IRI, a prefixed name, a literal, `a`.
    Raises QueryRefusedError for what is no term.
    """
    triple = (read_term(subject), read_term(predicate), read_term(value))
    said = _SAID.format(" ".join(triple))
    graphs = [graph for (graph,) in dataset.select(said).texts if graph != META_GRAPH]
    known = sorted(graph for graph in dataset.info.triples if graph != META_GRAPH)
    grounds = tuple(
        ground for graph in graphs for ground in _grounds(dataset, triple, graph, known)
    )
    lacks = () if graphs else tuple(_lacks(dataset, triple, known))
    return Why(triple, grounds, lacks)


def read_term(text: str) -> str:
    """Return a term as in N-Triples, of one that is written as in SPARQL.

    Raises QueryRefusedError for all else: the text is going to be a part of a query.
    """
    text = text.strip()
    if text.startswith(("https://", "http://", "urn:")):  # a whole IRI without its brackets
        text = f"<{text}>"
    words = list(tokens(text))
    kinds = [word.kind for word in words]
    marks = [word.text for word in words]
    if kinds == ["pname"] or marks == ["a"]:
        iri = expand_term(marks[0])
        if iri.startswith("<"):
            return iri
        raise QueryRefusedError(f"the prefix of {text} is not known")
    is_literal = kinds in (["string"], ["string", "lang"], ["number"]) or (
        kinds[:1] == ["string"] and marks[1:2] == ["^^"] and kinds[2:] in (["iri"], ["pname"])
    )
    if kinds == ["iri"] or is_literal:
        return "".join(marks[:-1]) + expand_term(marks[-1])
    raise QueryRefusedError(
        f"{text!r} is no term",
        hint='Write state:armenia, <https://example.org/a>, "a text"@en or 22000.',
    )


def to_answer(found: Why, name_of: Callable[[str], str]) -> Answer:
    """Return the answer for people; `name_of` has the labels of IRIs."""
    words = in_words(found.triple, name_of)
    query = _SAID.format(" ".join(found.triple))
    if found.lacks:
        title = f"Not so: {words}. What is lacking: that {found.lacks[0].lacks}."
        return replace(make_answer(title, found.lacks, _LACKS, query), sources=())
    title = f"Nothing says so, and no rule gives it: {words}."
    if found.grounds:
        title = f"So it is: {words}. It rests on {basis_of(found.grounds)}."
    return make_answer(title, found.grounds, GROUNDS, query)


def in_words(triple: Triple, name_of: Callable[[str], str]) -> str:
    """Return a triple as people read it."""
    return ", ".join(name_of(term[1:-1]) if term[0] == "<" else term for term in triple)


def basis_of(grounds: Iterable[Ground]) -> str:
    """Return in words how much reasons rest on."""
    grounds = list(grounds)
    sources = {ground.source for ground in grounds if ground.source}
    evidence = [each for ground in grounds for each in ground.evidence]
    sentences = {passage for each in evidence for passage in each.passages}
    if not sentences:
        return "what all sources share"
    return f"{count(len(sentences), 'sentence')} of {count(len(sources), 'source')}"


def count(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}{'s' * (number != 1)}"


def _grounds(
    dataset: Queryable, triple: Triple, graph: str, known: Sequence[str]
) -> Iterator[Ground]:
    kind, _, slug = graph.removeprefix(GRAPH).partition("/")
    document, told_in = _document(slug), f"{SOURCE_GRAPHS}{slug}"
    reasons: Iterable[tuple[str, str, list[str]]]
    if kind not in ("links", "derived"):
        document, told_in = document if kind == "source" else "", graph
        words = "The source says so." if document else f"It is said in the graph {kind}."
        reasons = [("", words, [])]
    elif triple[1] in _BOUNDS:
        words = "It is the first or the last day that the times of the account can mean."
        reasons = [("times", words, [])]
    else:
        reasons = _by_rules(dataset, triple, _scope(slug, known))
    for rule, words, nodes in reasons:
        evidence = read_evidence(dataset, dict.fromkeys((*nodes, triple[0].strip("<>"))), told_in)
        yield Ground(triple, graph, rule, words, document, tuple(evidence.values()))


def _by_rules(
    dataset: Queryable, triple: Triple, scope: Sequence[str]
) -> Iterator[tuple[str, str, list[str]]]:
    """Iterate over the rules that give a triple: their name, why they do, the nodes they use.

    The triples about individuals are those of the first way in which a rule gives it.
    """
    for rule in read_rules():
        bound = rule.bind(triple)
        rows = None if bound is None else dataset.select(_query(rule, bound, scope, rule.body))
        if not bound or not rows:
            continue
        used = {str(term): None for row in rows for term in row if str(term).startswith(RESOURCE)}
        first = dict(zip(rows.variables, rows.rows[0], strict=True))
        premises = "; ".join(
            " ".join("a" if each == "a" else shorten(str(first[each[1:]])) for each in pattern)
            for pattern in rule.patterns()
        )
        words = f"{rule.words} Here from: {premises}." if premises else rule.words
        yield rule.name, words, [node for node in used if f"<{node}>" not in bound.values()]


def _lacks(dataset: Queryable, triple: Triple, known: Sequence[str]) -> Iterator[Lack]:
    """Iterate over what rules lack, those first for which most holds."""
    found = []
    for slug in _slugs(known):
        for rule in read_rules():
            bound = rule.bind(triple)
            conditions = list(rule.conditions())
            if bound is None or not conditions:
                continue
            holds: list[str] = []
            for condition in conditions:
                query = _query(rule, bound, _scope(slug, known), condition.beginning, limit=1)
                if not len(dataset.select(query)):
                    found.append(
                        Lack(rule.name, rule.words, _document(slug), tuple(holds), condition.words)
                    )
                    break
                holds.append(condition.words)
    yield from sorted(found, key=lambda lack: -len(lack.holds))


def _query(
    rule: Rule, bound: dict[str, str], scope: Iterable[str], body: str, limit: int = _MOST
) -> str:
    """Return a query for the ways in which a rule, or a part of it, holds in some graphs."""
    graphs = " ".join(f"FROM <{graph}>" for graph in scope)
    values = f"VALUES ({' '.join(bound)}) {{ ({' '.join(bound.values())}) }}"
    return f"{rule.prologue}\nSELECT * {graphs} WHERE {{ {values}\n{body}\n}} LIMIT {limit}"


def _scope(slug: str, known: Sequence[str]) -> list[str]:
    """Return the graphs that a source is judged by; of several sources, all."""
    if not slug:
        return list(known)
    others = {each for each in _slugs(known) if each != slug}
    return [graph for graph in known if graph.rpartition("/")[2] not in others]


def _slugs(known: Sequence[str]) -> list[str]:
    """Return the slugs of the sources from which something follows."""
    links = f"{LINKS_GRAPH}/"
    return [graph.removeprefix(links) for graph in known if graph.startswith(links)]


def _document(slug: str) -> str:
    return f"{RESOURCE}source/{slug}" if slug and slug not in ("things", "identifiers") else ""
