"""The dataset against its SHACL shapes, with findings that a person can act on.

Queries made from the shapes (`compile_shapes`) say quickly where something may be wrong; pyshacl
then decides, over plain rdflib graphs: over other stores it gives wrong results.

Reference: W3C Shapes Constraint Language (SHACL), https://www.w3.org/TR/shacl/.
"""

import logging
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final
from typing import Literal as OneOf

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.query import Result
from rdflib.term import Node

from cstokg.dataset.derive import scopes
from cstokg.dataset.imports import unmet_imports
from cstokg.dataset.load import SourceFile, find_origins
from cstokg.dataset.model import Dataset
from cstokg.dataset.sources import find_others, find_sources
from cstokg.dataset.times import TIMES, find_bad_dates, find_times
from cstokg.errors import MissingFolderError, SourceError
from cstokg.namespaces import BASE, META_GRAPH, PREFIXES
from cstokg.rdf.locations import Locations
from cstokg.rdf.progress import track_all
from cstokg.shacl.compiler import (
    TARGETS,
    Probe,
    UnsupportedShapeError,
    compile_shapes,
    concerned,
    narrow,
    write_path,
)
from cstokg.shacl.reach import Reach
from cstokg.store import Store, plain_graph
from cstokg.store.parsing import turtle_files

log = logging.getLogger(__name__)

Severity = OneOf["violation", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")
_SH: Final = PREFIXES["sh"]
_MANY: Final = 20
"""With more queries than this a view of a few graphs is copied first: then each takes half."""

_ALL_TARGETS: Final = (*TARGETS, SH.target)
_TARGETS: Final = " ".join(each.n3() for each in _ALL_TARGETS)
_SHAPES_IN_DATA: Final = f"""
PREFIX sh: <{_SH}>
ASK {{
  {{ ?shape a sh:NodeShape }} UNION {{ ?shape a sh:PropertyShape }}
  UNION {{ VALUES ?names {{ {_TARGETS} sh:shapesGraph }} ?shape ?names ?node }}
}}
"""
_HAS_TARGETS: Final = f"ASK {{ VALUES ?target {{ {_TARGETS} }} ?shape ?target ?node }}"
_EDTF: Final = URIRef(f"{BASE}shapes#EdtfDate")
"""The shape of times; SHACL has no words for all that makes a text a date, so we judge here."""
_EDTF_CONSTRAINT: Final = URIRef(f"{BASE}shapes#EdtfConstraintComponent")


@dataclass(frozen=True)
class Finding:
    """One result of a validation (SHACL 3.6.2), with IRIs in full.

    `path` is empty where the whole node is meant, `value` where no one value is. `places` are the
    files that describe the node, with the line where it is found: `data/x/states.ttl:12`.
    """

    severity: Severity
    message: str
    focus: str
    path: str
    value: str
    constraint: str
    shape: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What a validation found, the gravest first, and how much was validated."""

    findings: tuple[Finding, ...]
    results: tuple[Node, ...]
    """The node in `graph` of each finding."""
    graph: Graph
    """The report as SHACL has it (section 3.1): `sh:ValidationReport` and its results."""
    triples: int
    shapes: int

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def ok(self) -> bool:
        """True if there is no violation; warnings and information may stand."""
        return not self.count("violation")


def validate_dataset(
    dataset: Dataset,
    shapes: Path,
    *,
    files: Sequence[Path] = (),
    judged: Mapping[str, Store] | None = None,
    changed: tuple[bytes, bytes] | None = None,
) -> Report:
    """Validate a dataset against the shapes of a folder: each source by itself.

    A source is judged beside what all share, and a graph that is no source beside everything;
    `judged` names the graphs, with the stores that they are judged in, where not all are wanted.
    With `changed`, the quads that were removed and added as N-Quads, only those shapes are looked
    at that such a change concerns, and those nodes that it touches or that conformed before.
    With `files`, which must have been built into the dataset, the findings are only those about
    nodes that these files, or the files in these folders, describe.

    Raises MissingFolderError where no shape is found, and SourceError for a shape that is not
    well-formed.
    """
    known = read_shapes(shapes)
    if changed is None and (note := unused_shapes(dataset.store)):
        log.warning("%s", note)
    if changed is not None and known.probes is not None:
        known = replace(known, probes=concerned(known.probes, b"".join(changed)))
    others = find_others(dataset.store)
    total = 1 + len(find_sources(dataset.store)) + len(others) if judged is None else len(judged)

    def reports() -> Iterator[Report]:
        every = scopes(dataset.store) if judged is None else judged.items()
        for graph, scope in track_all("validating", every, total):
            report = validate_store(scope, known, changed)
            if graph in others:
                subjects = {str(subject) for subject, _, _ in scope.triples([graph])}
                report = only_about(report, subjects)
            yield report

    report = merge_reports(reports())
    triples = dataset.info.triples
    report = replace(
        report, shapes=known.count, triples=sum(triples.values()) - triples.get(META_GRAPH, 0)
    )
    if files:
        own = find_origins(file for file in dataset.info.files if _is_in(file, files))
        report = only_about(report, own)
    if not report.findings:
        return report
    origins = dataset.origins()
    locations = Locations({file.name: file.content for file in dataset.info.files})

    def places(finding: Finding) -> tuple[str, ...]:
        names = origins.get(finding.focus, ())
        rest = list(filter(None, (finding.path, finding.value))) if finding.path else []
        return tuple(locations.find([name], finding.focus, *rest) for name in names)

    return replace(report, findings=tuple(replace(f, places=places(f)) for f in report.findings))


@dataclass(frozen=True)
class Shapes:
    """The shapes of a folder, compiled where that is possible."""

    graph: Graph
    probes: tuple[Probe, ...] | None
    """None where only pyshacl understands a shape; then it validates everything."""
    count: int


def read_shapes(folder: Path) -> Shapes:
    """Return a folder's shapes, compiled once for the files as they are.

    Raises MissingFolderError for a folder without any, SourceError for a syntax error.
    """
    stats = [(path, path.stat()) for path in sorted(folder.rglob("*.ttl"))]
    files = tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
    return _compiled(folder, files)


@lru_cache(maxsize=4)
def _compiled(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> Shapes:
    del files  # part of the cache's key, so that an edited folder is read again
    shapes = load_shapes(folder)
    try:
        probes = compile_shapes(shapes)
    except UnsupportedShapeError as error:
        log.warning("validation is slow, since only pyshacl understands a shape: %s", error)
        probes = None
    return Shapes(shapes, probes, _shape_count(shapes))


def validate_store(
    store: Store, shapes: Shapes, changed: tuple[bytes, bytes] | None = None
) -> Report:
    """Validate the union of a store's graphs: quickly where nothing is wrong.

    With `changed`, as in `validate_dataset`, what was wrong before is left out.
    Raises SourceError for a shape that is not well-formed.
    """
    probes = list(shapes.probes or ())
    if changed is not None:
        reach = Reach(b"".join(changed), store)
        probes = [each for each in probes if _may_find(each, store, reach.focus(each))]
    if len(probes) > _MANY:
        store = store.copy(as_set=False)
    suspects = find_suspects(store, probes)
    dates = {date.node.n3() for date in find_bad_dates(find_times(store))}
    if changed is not None:
        touched = {line.split(b" ", 1)[0].decode() for line in b"".join(changed).splitlines()}
        suspects = _without_old(suspects, store, shapes, changed, touched) if suspects else {}
        dates &= touched
    if shapes.probes is not None and not suspects and not dates:
        count = 0 if changed else _triple_count(store)  # of all, which the caller knows
        return replace(merge_reports(()), triples=count, shapes=shapes.count)
    aimed = shapes.graph
    nodes = set(chain(*suspects.values()))
    # The labels of blank nodes are an engine's own, and may not be those of the plain graph.
    if shapes.probes is not None and not any(isinstance(node, BNode) for node in nodes):
        aimed = narrow(shapes.graph, suspects)
    report = validate_graph(plain_graph(store.triples()), aimed)
    if changed is not None and shapes.probes is not None:
        report = only_about(report, {*map(str, nodes), *(date[1:-1] for date in dates)})
    return replace(report, shapes=shapes.count)


def _without_old(
    suspects: Mapping[Node, Sequence[Node]],
    store: Store,
    shapes: Shapes,
    changed: tuple[bytes, bytes],
    touched: Container[str],
) -> dict[Node, list[Node]]:
    """Return the suspects that a change touches, or that were none before it."""
    names = {f"<{graph}>".encode() for graph in store.graph_names()}
    before = store.copy(as_set=False)
    before.amend(*(b"".join(_lines_in(names, quads)) for quads in reversed(changed)))
    old = find_suspects(before, shapes.probes or ())
    new = {
        shape: [n for n in nodes if n not in old.get(shape, ()) or n.n3() in touched]
        for shape, nodes in suspects.items()
    }
    return {shape: nodes for shape, nodes in new.items() if nodes}


def _lines_in(graphs: Container[bytes], nquads: bytes) -> Iterator[bytes]:
    """Iterate over the lines of N-Quads that are in one of `graphs`, as N-Quads write names."""
    for line in nquads.splitlines(keepends=True):
        if line.rsplit(b" ", 2)[1] in graphs:
            yield line


def merge_reports(reports: Iterable[Report]) -> Report:
    """Return several reports as one, each finding once; of none, that all conforms."""
    found: dict[Finding, tuple[Node, Graph]] = {}
    for report in reports:
        for finding, result in zip(report.findings, report.results, strict=True):
            found.setdefault(finding, (result, report.graph))
    return _report(found)


def _report(found: Mapping[Finding, tuple[Node, Graph]]) -> Report:
    """Return a report of findings, each with its result and the graph that describes that."""
    graph = plain_graph()
    head = BNode()
    graph.add((head, RDF.type, SH.ValidationReport))
    graph.add((head, SH.conforms, Literal(not found)))
    findings = sorted(found, key=_place_in_report)
    for finding in findings:
        result, described = found[finding]
        graph.add((head, SH.result, result))
        graph += described.cbd(result)
    results = tuple(found[finding][0] for finding in findings)
    return Report(tuple(findings), results, graph, triples=0, shapes=0)


def _may_find(probe: Probe, store: Store, focus: set[str] | None) -> bool:
    """Return False if a probe finds nothing about `focus`; None is not known."""
    return focus is None or (bool(focus) and store.holds(probe.about(sorted(focus))))


def find_suspects(store: Store, probes: Iterable[Probe]) -> dict[Node, list[Node]]:
    """Return the focus nodes that may not conform, by the shape that each may break."""
    return {
        probe.shape: [node for (node,) in store.select(probe.suspects) if node is not None]
        for probe in probes
        if store.holds(probe.any_suspect)
    }


def load_shapes(folder: Path) -> Graph:
    """Return the shapes in a folder's Turtle files as one graph, as `store_shapes` does."""
    return plain_graph(store_shapes(folder).triples())


def store_shapes(folder: Path) -> Store:
    """Return a store with the shapes in a folder's Turtle files.

    Raises MissingFolderError for a folder without any, SourceError for a syntax error.
    """
    store = Store()
    for path in turtle_files(folder):
        store.load(path.read_bytes(), path, "urn:shapes")
    for note in unmet_imports(store):
        log.warning("%s", note)
    if not store.holds(_HAS_TARGETS):
        # A validator whose paths match no file passes, having checked nothing.
        raise MissingFolderError(folder, "has no SHACL shape in it", hint="See 'cstokg info'.")
    return store


def unused_shapes(store: Store) -> str:
    """Return a sentence about shapes among the data, which nothing is held to; else nothing."""
    if not store.holds(_SHAPES_IN_DATA):
        return ""
    return "there are shapes among the data: nothing is held to them, but to the project's own"


class _AskedGraph(Graph):
    """A graph of which each query is read once: pyshacl asks the same of one node after another."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, graph.namespace_manager)

    def query(self, query_object: Any, *rest: Any, **options: Any) -> Result:
        read = _read_query(query_object) if isinstance(query_object, str) else query_object
        return super().query(read, *rest, **options)


@lru_cache(maxsize=256)
def _read_query(text: str) -> Any:
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text, initNs=PREFIXES)


def validate_graph(data: Graph, shapes: Graph) -> Report:
    """Validate a plain graph against a graph of shapes, and its times by EDTF.

    Raises SourceError for a bad shape.
    """
    from pyshacl import validate as run_pyshacl
    from pyshacl.errors import ReportableRuntimeError

    try:
        # In place: without inference or rules pyshacl changes nothing, and copies take long.
        _, graph, text = run_pyshacl(
            _AskedGraph(data), shacl_graph=_strict(shapes), inference="none", inplace=True
        )
    except ReportableRuntimeError as error:
        raise SourceError("shapes", " ".join(str(error).split())) from error
    if not isinstance(graph, Graph):  # pyshacl returns some failures in place of a report
        raise SourceError("shapes", " ".join(str(text).split()))
    _add_bad_dates(graph, data, shapes)
    results = graph.objects(predicate=SH.result)
    pairs = [(_finding(graph, shapes, each), each) for each in results]
    pairs.sort(key=lambda pair: _place_in_report(pair[0]))
    return Report(
        tuple(finding for finding, _ in pairs),
        tuple(result for _, result in pairs),
        graph,
        triples=len(data),
        shapes=_shape_count(shapes),
    )


def _strict(shapes: Graph) -> Graph:
    """Return shapes whose patterns end where a text ends.

    pyshacl 0.40 matches with Python, whose `$` is before a last line end as well; XPath's is not.
    """
    strict = Graph()
    for shape, predicate, value in shapes:
        ends = predicate == SH.pattern and re.fullmatch(r"(.*[^\\])\$", str(value), re.DOTALL)
        strict.add((shape, predicate, Literal(ends[1] + r"\Z") if ends else value))
    return strict


def _add_bad_dates(report: Graph, data: Graph, shapes: Graph) -> None:
    """Add to a report a result for each time that is no date, if none is about it yet."""
    head = next(report.subjects(RDF.type, SH.ValidationReport))
    about = (SH.focusNode, SH.resultPath, SH.value)
    told = {
        tuple(report.value(result, each) for each in about)
        for result in report.objects(head, SH.result)
    }
    times = ((node, path, text) for path in TIMES for node, text in data.subject_objects(path))
    for node, path, text, error in find_bad_dates(times):
        if (node, path, text) in told:
            continue
        parts = shapes.objects(_EDTF, SH.property)
        result = BNode()
        for predicate, value in (
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, node),
            (SH.resultPath, path),
            (SH.value, text),
            (SH.resultSeverity, SH.Violation),
            (SH.sourceConstraintComponent, _EDTF_CONSTRAINT),
            (
                SH.sourceShape,
                next((part for part in parts if (part, SH.path, path) in shapes), _EDTF),
            ),
            (SH.resultMessage, Literal(f"{error.message}. {error.hint}".rstrip(), lang="en")),
        ):
            report.add((result, predicate, value))
        report.add((head, SH.result, result))
        report.set((head, SH.conforms, Literal(False)))


def _triple_count(store: Store) -> int:
    ((count,),) = store.select("SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }")
    return int(str(count))


def _shape_count(shapes: Graph) -> int:
    return len({shape for target in _ALL_TARGETS for shape in shapes.subjects(target)})


def _finding(graph: Graph, shapes: Graph, result: Node) -> Finding:
    def value(name: str) -> str:
        term = graph.value(result, SH[name])
        return "" if term is None else str(term)

    messages = sorted(graph.objects(result, SH.resultMessage), key=_english_first)
    severity = value("resultSeverity").removeprefix(_SH).lower()
    return Finding(
        severity=next((known for known in SEVERITIES if known == severity), "violation"),
        message=" ".join(str(messages[0]).split()) if messages else "",
        focus=value("focusNode"),
        path=_path_text(graph, graph.value(result, SH.resultPath)),
        value=value("value"),
        constraint=value("sourceConstraintComponent"),
        shape=_shape_name(shapes, graph.value(result, SH.sourceShape)),
        places=(),
    )


def _place_in_report(finding: Finding) -> tuple[int | str, ...]:
    # Whole, so that no two findings change places from one run to the next.
    return (
        SEVERITIES.index(finding.severity),
        *(finding.focus, finding.path, finding.value),
        *(finding.constraint, finding.shape, finding.message),
    )


def _english_first(message: Node) -> tuple[bool, str]:
    return getattr(message, "language", None) not in ("en", None), str(message)


def _path_text(graph: Graph, path: Node | None) -> str:
    """Return an IRI as it is, and a longer path as SPARQL writes it, its IRIs in full."""
    if path is None:
        return ""
    text = write_path(graph, path, str)
    return text[1:-1] if isinstance(path, BNode) else text


def _shape_name(shapes: Graph, shape: Node | None) -> str:
    """Return the shape's IRI, or that of the shape which a nameless one belongs to."""
    while isinstance(shape, BNode):
        shape = next(iter(shapes.subjects(None, shape)), None)
    return "" if shape is None else str(shape)


def only_about(report: Report, subjects: Container[str]) -> Report:
    """Return the report without the results about other nodes than `subjects`."""
    pairs = zip(report.findings, report.results, strict=True)
    kept = {each: (result, report.graph) for each, result in pairs if each.focus in subjects}
    return replace(_report(kept), triples=report.triples, shapes=report.shapes)


def _is_in(file: SourceFile, paths: Iterable[Path]) -> bool:
    return any(file.path.is_relative_to(path.absolute()) for path in paths)
