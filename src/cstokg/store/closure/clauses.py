"""Rules in SPARQL as Horn clauses about individuals, one for each axiom that a rule speaks of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cstokg.namespaces import RDF
from cstokg.store.oxigraph import ABOUT_INDIVIDUALS, Store

Bindings = Mapping[str, Any]
Key = tuple[Any, Any]

TYPE: Final = ox.NamedNode(RDF + "type")


class Pattern(NamedTuple):
    """A triple of terms, with the name of a variable, as a text, where any term may stand."""

    subject: Any
    predicate: Any
    object: Any

    def bind(self, bindings: Bindings) -> "Pattern":
        """Return the pattern with the variables replaced that `bindings` has a term for."""
        return Pattern(*(bindings.get(t, t) if isinstance(t, str) else t for t in self))

    def match(self, triple: ox.Triple, bindings: Bindings) -> Bindings | None:
        """Return `bindings` with those that make this pattern `triple`; None if none can."""
        found = dict(bindings)
        for term, value in zip(self, triple, strict=True):
            if (found.setdefault(term, value) if isinstance(term, str) else term) != value:
                return None
        return found

    @property
    def key(self) -> Key:
        """What a triple must have to match: the predicate, or the class that it says one is in."""
        named = self.predicate == TYPE and not isinstance(self.object, str)
        return self.predicate, self.object if named else None


class Clause(NamedTuple):
    """What holds if all of `body` does."""

    head: Pattern
    body: tuple[Pattern, ...]


class Program:
    """Clauses, found by the triples that they are about."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._uses: dict[Key, list[tuple[Clause, int]]] = defaultdict(list)
        self._concluding: dict[Key, list[Clause]] = defaultdict(list)
        for clause in clauses:
            self._concluding[clause.head.key].append(clause)
            for place, pattern in enumerate(clause.body):
                self._uses[pattern.key].append((clause, place))

    def uses(self, triple: ox.Triple) -> Iterator[tuple[Pattern, list[Pattern], Bindings]]:
        """Iterate over the clauses with `triple` as a part: the head, the other parts, bindings."""
        for key in _keys(triple):
            for clause, place in self._uses.get(key, ()):
                bindings = clause.body[place].match(triple, {})
                if bindings is not None:
                    yield clause.head, [*clause.body[:place], *clause.body[place + 1 :]], bindings

    def concluding(self, triple: ox.Triple) -> Iterator[tuple[list[Pattern], Bindings]]:
        """Iterate over the clauses that may conclude `triple`: their bodies, and the bindings."""
        for key in _keys(triple):
            for clause in self._concluding.get(key, ()):
                bindings = clause.head.match(triple, {})
                if bindings is not None:
                    yield list(clause.body), bindings


def find_program(rules: Sequence[str], names: Iterable[str], store: Store) -> Program:
    """Return what rules come to beside the axioms of a store: its triples with one of `names`.

    It is worked out once for the same axioms.
    """
    terms = [ox.NamedNode(name) for name in names]
    ends = [end for term in terms for end in ((term, None), (TYPE, term))]
    axioms = frozenset(chain.from_iterable(store.match(None, *end) for end in ends))
    return _program(tuple(rules), axioms)


@lru_cache(maxsize=4)
def _program(rules: tuple[str, ...], axioms: frozenset[ox.Triple]) -> Program:
    store = Store(as_set=False)
    store.add("urn:cstokg:axioms", axioms)
    return Program(read_clauses(rules, store))


def read_clauses(rules: Iterable[str], axioms: Store) -> Iterator[Clause]:
    """Iterate over the clauses that CONSTRUCT queries come to beside the triples of `axioms`.

    The patterns about individuals make the clause, all others are about terms and asked here, of
    `axioms`. A FILTER NOT EXISTS says that the pattern holds with all the terms that it can.
    """
    for rule in rules:
        head, _, where = rule.partition("WHERE {")
        prologue, _, template = head.partition("CONSTRUCT {")
        (conclusion,) = _patterns(template)
        body = _patterns(where)
        where = ABOUT_INDIVIDUALS.sub("", where.rstrip().removesuffix("}"))
        about_terms, for_all, _ = where.partition("FILTER NOT EXISTS")
        found: dict[tuple[Any, ...], list[Pattern]] = defaultdict(list)
        for number, row in enumerate(axioms.rows(f"{prologue}SELECT * WHERE {{{about_terms}}}")):
            patterns = [pattern.bind(row) for pattern in body]
            found[conclusion.bind(row), 0 if for_all else number] += patterns
        for (bound, _), patterns in found.items():
            yield Clause(bound, tuple(dict.fromkeys(patterns)))


def is_named(term: Any) -> bool:
    """Return True for a term that is an IRI."""
    return isinstance(term, ox.NamedNode)


def name_of(triple: ox.Triple) -> str:
    """Return the predicate of a triple, or the class that it says one is in."""
    key = _keys(triple)[0]
    name: str = (key[1] or key[0]).value
    return name


def _patterns(text: str) -> list[Pattern]:
    return [
        Pattern(s, TYPE if p == "a" else p[1:], o) for s, p, o in ABOUT_INDIVIDUALS.findall(text)
    ]


def _keys(triple: ox.Triple) -> list[Key]:
    any_value = (triple.predicate, None)
    return [(TYPE, triple.object), any_value] if triple.predicate == TYPE else [any_value]
