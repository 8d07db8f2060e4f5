"""What is asked of the servers: the queries of each workload, and over how many connections."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

_PREFIXES: Final = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX ckg: <https://w3id.org/cstokg/ontology#> "
    "PREFIX id: <https://w3id.org/cstokg/id/> "
)
_STATES: Final = [
    "armenia",
    "azerbaijan",
    "belarus",
    "georgia",
    "kazakhstan",
    "kyrgyzstan",
    "russia",
    "tajikistan",
]
_DISTINCT: Final = 60_000
"""More than any server answers in one turn: no query comes twice to the same server's cache."""


@dataclass(frozen=True)
class Workload:
    """Queries that are asked over and over, beside `heavy` ones that run all the time."""

    title: str
    connections: tuple[int, ...]
    make: Callable[[int], list[str]]
    heavy: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    turns: int = 1
    """How many times as long a turn of it lasts: some servers answer few in a second."""

    def made(self, copies: int) -> "Workload":
        """Return the workload with its queries for a graph of so many copies."""
        return replace(self, queries=tuple(self.make(copies)))


MANNERS: Final = {
    "get": "GET, no coding accepted",
    "gzip": "GET, gzip accepted",
    "post": "POST of a form, gzip accepted",
    "format": "GET, &format=json, gzip accepted",
}
"""The ways in which programs ask: wrk and curl; browsers and HTTP libraries; the editor, Comunica
and SPARQLWrapper; and SPARQLWrapper again."""


def _same(_: int) -> list[str]:
    return [f"{_PREFIXES}SELECT ?name {{ id:state\\/armenia-000 rdfs:label ?name }}"]


def _small(copies: int) -> list[str]:
    # A name, then what a state is a member of, in turns; the number tells one text from the next.
    return [
        f"{_PREFIXES}SELECT ?x {{ id:state\\/{_STATES[n % 8]}-{n // 8 % copies:03} "
        f"{'rdfs:label' if n % 2 else 'ckg:memberOf'} ?x }} LIMIT {100 + n}"
        for n in range(_DISTINCT)
    ]


def _rows(rows: int) -> Callable[[int], list[str]]:
    def make(copies: int) -> list[str]:
        return [
            f"{_PREFIXES}SELECT ?x ?y {{ id:state\\/{_STATES[n % 8]}-{n // 8 % copies:03} ?x ?y }} "
            f"LIMIT {rows} # {n}"
            for n in range(_DISTINCT)
        ]

    return make


def _large(_: int) -> list[str]:
    return [
        f"{_PREFIXES}SELECT ?node ?passage ?name "
        f"{{ ?node ckg:evidence ?passage ; rdfs:label ?name }} LIMIT {10_000 + n % 50} # {n}"
        for n in range(2000)
    ]


# Each would run for minutes: the bounds of a server end it, or nothing does.
_HEAVY: Final = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(CONCAT(STR(?a), STR(?f)) = STR(?c)) }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(STR(?c) < STR(?d)) }",
)

WORKLOADS: Final = {
    "same": Workload("the same small query", (1, 16, 64), _same),
    "small": Workload("distinct queries, answers of 0.3 kB", (1, 16), _small),
    "medium": Workload("distinct queries, answers of 1.2 kB", (1, 16, 64), _rows(7)),
    "large": Workload("distinct queries, answers of 12 kB", (1, 16), _rows(75)),
    "rows": Workload("10,000-row answers", (1, 16), _large, turns=3),
    "heavy": Workload("answers of 0.3 kB beside two heavy queries", (1, 16), _small, _HEAVY),
}
