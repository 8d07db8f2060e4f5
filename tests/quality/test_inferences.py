"""What must follow from ontology and data, and what must not: `inferences/expected.csv`.

Each row is put to HermiT, over what the files say and the shortcuts, and to the served dataset.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection

from cstokg import PREFIXES, Dataset, QueryOptions, build_dataset, load_settings
from cstokg.namespaces import LINKS_GRAPH, ONTOLOGY_GRAPH, SOURCE_GRAPHS

if TYPE_CHECKING:
    from rdflib.term import Node

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/inferences"
STRING = "http://www.w3.org/2001/XMLSchema#string"
SERVED_ONLY = {"endLatest"}
"""Properties of the derived bounds, whose datatype keeps them from a DL reasoner."""


@dataclass(frozen=True)
class Row:
    """One expectation; `subject`, `predicate` and `object` are prefixed names, `a` or words."""

    follows: bool
    axiom: str
    subject: str
    predicate: str
    object: str
    why: str

    def query(self) -> str:
        if self.predicate == "same":
            return f"ASK {{ {self.subject} owl:sameAs {self.object} }}"
        value = "?any" if self.object == "any" else self.object
        return f"ASK {{ {self.subject} {self.predicate} {value} }}"

    def to_hermit(self) -> str:
        """Return the line that `owlapi/Ask.java` reads."""
        if self.predicate == "a":
            parts = ["a", iri(self.subject), iri(self.object)]
        elif self.predicate == "same":
            parts = ["same", iri(self.subject), iri(self.object)]
        elif self.object == "any":
            parts = ["any-text", iri(self.subject), iri(self.predicate), STRING]
        else:
            parts = ["value", iri(self.subject), iri(self.predicate), iri(self.object)]
        return "\t".join(parts)


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def read_rows() -> list[Row]:
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [Row(follows == "yes", *rest) for follows, *rest in rows]


ROWS = read_rows()


@pytest.fixture(scope="module")
def supposed() -> Dataset:
    """The project's dataset, with what is supposed for these tests beside it."""
    return build_dataset(load_settings(), files=[FOLDER / "what-if.ttl"], use_cache=False)


@pytest.fixture(scope="module")
def said(supposed: Dataset) -> bytes:
    """What the files say and the shortcuts, as N-Triples that import nothing."""
    graphs = [
        name
        for name in supposed.info.triples
        if name == ONTOLOGY_GRAPH or name.startswith((SOURCE_GRAPHS, LINKS_GRAPH))
    ]
    lines = supposed.store.dump_union(graphs).splitlines(keepends=True)
    return b"".join(line for line in lines if str(OWL.imports).encode() not in line)


def ask_hermit(
    hermit: Callable[..., list[str]], content: bytes, questions: list[str], folder: Path
) -> tuple[bool, list[bool]]:
    """Return whether triples are consistent, and for each line whether it follows from them."""
    path = folder / "said.nt"
    path.write_bytes(content)
    lines = hermit("Ask.java", path, "".join(f"{line}\n" for line in questions))
    consistent, *answers = [line == "true" for line in lines]
    return consistent, answers


def test_the_list_is_worth_reading() -> None:
    assert len([row for row in ROWS if row.follows]) >= 40
    assert len([row for row in ROWS if not row.follows]) >= 25
    assert len({(row.subject, row.predicate, row.object) for row in ROWS}) == len(ROWS)


def kinds_of_axioms(graph: Graph) -> set[str]:
    """Return the kinds of axioms in the ontology that let something new follow."""
    marks: dict[str, tuple[Node | None, Node, Node | None]] = {
        "subclass": (None, RDFS.subClassOf, None),
        "equivalent class": (None, OWL.equivalentClass, None),
        "domain": (None, RDFS.domain, None),
        "range": (None, RDFS.range, None),
        "subproperty": (None, RDFS.subPropertyOf, None),
        "equivalent property": (None, OWL.equivalentProperty, None),
        "inverse": (None, OWL.inverseOf, None),
        "symmetric": (None, RDF.type, OWL.SymmetricProperty),
        "transitive": (None, RDF.type, OWL.TransitiveProperty),
        "reflexive": (None, RDF.type, OWL.ReflexiveProperty),
        "chain": (None, OWL.propertyChainAxiom, None),
        "has value": (None, OWL.hasValue, None),
        "some values": (None, OWL.someValuesFrom, None),
        "all values": (None, OWL.allValuesFrom, None),
        "union": (None, OWL.unionOf, None),
        "one of": (None, OWL.oneOf, None),
    }
    return {kind for kind, pattern in marks.items() if pattern in graph}


def test_each_kind_of_axiom_has_an_inference() -> None:
    graph = Graph()
    for path in (ROOT / "ontology").glob("*.ttl"):
        graph.parse(path)
    shown = {row.axiom for row in ROWS if row.follows} - {"shortcut"}
    assert shown == kinds_of_axioms(graph)


def test_what_is_expected_is_not_simply_said(supposed: Dataset) -> None:
    """A row would prove nothing if a file said it."""
    graphs = [
        name
        for name in supposed.info.triples
        if name == ONTOLOGY_GRAPH or name.startswith(SOURCE_GRAPHS)
    ]
    said = [
        row
        for row in ROWS
        if row.follows and supposed.query(row.query(), QueryOptions(default_graphs=graphs))
    ]
    assert said == []


@pytest.mark.slow
def test_the_served_dataset_has_what_follows_alone(supposed: Dataset) -> None:
    assert [row for row in ROWS if bool(supposed.query(row.query())) is not row.follows] == []


@pytest.mark.slow
@pytest.mark.long
def test_hermit_infers_what_follows_alone(
    hermit: Callable[..., list[str]], said: bytes, tmp_path: Path
) -> None:
    rows = [row for row in ROWS if row.predicate.partition(":")[2] not in SERVED_ONLY]
    consistent, answers = ask_hermit(hermit, said, [row.to_hermit() for row in rows], tmp_path)
    assert consistent
    wrong = [row for row, answer in zip(rows, answers, strict=True) if answer is not row.follows]
    assert wrong == []


@pytest.mark.slow
def test_no_two_names_are_forced_to_mean_one_thing(
    hermit: Callable[..., list[str]], said: bytes, tmp_path: Path
) -> None:
    """If all may be different then no key, no functional property makes any two the same."""
    graph = Graph().parse(data=said, format="nt")
    named = sorted(
        node for node in graph.subjects(RDF.type, OWL.NamedIndividual) if isinstance(node, URIRef)
    )
    assert len(named) > 800
    everyone = BNode()
    graph.add((everyone, RDF.type, OWL.AllDifferent))
    members = BNode()
    Collection(graph, members, list(named))
    graph.add((everyone, OWL.distinctMembers, members))
    consistent, _ = ask_hermit(hermit, graph.serialize(format="nt", encoding="utf-8"), [], tmp_path)
    assert consistent


def test_nothing_served_is_the_same_as_another(supposed: Dataset) -> None:
    assert not supposed.query("ASK { ?one owl:sameAs ?other }")
