"""HermiT over what the files say: is it consistent, and what follows that no file says?

owlready2 runs HermiT in a Java process. It does not read Turtle (it raises nothing and yields
junk), and drops the last slash of IRIs in RDF/XML: it is handed N-Triples.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from cstokg.dataset.model import Dataset
from cstokg.errors import ReasonerError, ReasonerUnavailableError
from cstokg.namespaces import OWL, RDF, RDFS

_NOTHING: Final = OWL + "Nothing"
_INFERENCES: Final = "http://inferrences/"
"""The ontology, in owlready2's spelling, that it adds inferences to."""

_SHORT_LIVED: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for a process of about a second, in which its second compiler only costs."""

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Reasoning:
    """What the reasoner found. Everything is named by IRI and sorted.

    Of an inconsistent ontology everything follows, so that nothing is listed for one.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    """Classes that nothing can be in."""
    inferred_types: tuple[Pair, ...] = ()
    """Individuals and the narrowest classes they are in, where no file says so."""
    inferred_superclasses: tuple[Pair, ...] = ()
    """Classes and the classes right above them, where no file says so."""
    inferred_equivalents: tuple[Pair, ...] = ()
    """Classes that mean the same, where no file says so."""
    inferred_values: tuple[Triple, ...] = ()
    """Links between individuals that no file says, nor the inverse or a narrower property of them;
    only where they were asked for."""
    seconds: float = 0.0

    @property
    def is_fine(self) -> bool:
        """Return True if the ontology is consistent and something can be in every class."""
        return self.consistent and not self.unsatisfiable


def reason_dataset(dataset: Dataset, *, values: bool = False) -> Reasoning:
    """Run HermiT over the ontology and the data as the files say them, nothing derived.

    With `values` it infers links between individuals too, which takes twice as long or more.

    Raises ReasonerUnavailableError where there is no Java, and ReasonerError where HermiT cannot
    read what the files say.
    """
    return reason_ntriples(dataset.store.dump_union(dataset.asserted_graphs), values=values)


def reason_ntriples(content: bytes, *, values: bool = False) -> Reasoning:
    """Run HermiT over triples written as N-Triples. Raises as `reason_dataset` does.

    Imports are not followed: all that is meant must be in `content`.
    """
    import owlready2

    # A world of its own: owlready2's usual one keeps what earlier runs put into it.
    world = owlready2.World()
    try:
        world.get_ontology(_INFERENCES + "asserted").load(fileobj=BytesIO(without_imports(content)))
        return reason_world(world, values=values)
    finally:
        world.close()


def reason_world(world: Any, *, values: bool = False) -> Reasoning:
    """Run HermiT over an `owlready2.World`; what it finds is added to the world as well.

    Raises as `reason_dataset` does.
    """
    _require_java()
    import owlready2

    started = time.monotonic()
    with _temporary_files():
        try:
            owlready2.sync_reasoner_hermit(world, infer_property_values=values, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Reasoning(consistent=False, seconds=time.monotonic() - started)
        except owlready2.OwlReadyJavaError as error:
            raise ReasonerError(
                f"HermiT cannot reason over the files: {_first_cause(str(error))}",
                hint="Datatypes outside OWL 2's map, such as xsd:date, are the usual cause.",
            ) from error
    found = list(_inferences(world))
    return Reasoning(
        consistent=True,
        unsatisfiable=tuple(sorted(s for s, _, o in found if o == _NOTHING)),
        inferred_types=_pairs(found, RDF + "type"),
        inferred_superclasses=_pairs(found, RDFS + "subClassOf"),
        inferred_equivalents=_pairs(found, OWL + "equivalentClass"),
        inferred_values=tuple(
            sorted({each for each in found if not each[1].startswith((RDF, RDFS, OWL))})
        ),
        seconds=time.monotonic() - started,
    )


def first_inconsistent(contents: Sequence[bytes]) -> int | None:
    """Return which of several texts of N-Triples is the first that is inconsistent, from 0.

    One Java process checks one after the other and stops at that one, so that a search in a growing
    list of axioms costs little more than one check. None if all are consistent.
    Raises as `reason_dataset` does.
    """
    _require_java()
    import owlready2

    home = Path(owlready2.__file__).parent / "hermit"
    classpath = os.pathsep.join((str(home), f"{home}/HermiT.jar"))
    with tempfile.TemporaryDirectory(prefix="cstokg-") as folder:
        paths = [Path(folder) / f"{number}.nt" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(without_imports(content))
        run = subprocess.run(  # noqa: S603 - the program and its arguments are our own
            [
                *(owlready2.JAVA_EXE, *_SHORT_LIVED, "-cp", classpath),
                *("org.semanticweb.HermiT.cli.CommandLine", "-k"),
                *(path.as_uri() for path in paths),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    consistent = run.stdout.count(" is satisfiable.")
    if consistent == len(contents):
        return None
    if "Inconsistent ontology" in run.stderr:
        return consistent
    raise ReasonerError(f"HermiT cannot reason over the files: {_first_cause(run.stderr.strip())}")


def _require_java() -> None:
    if shutil.which("java") is None:
        raise ReasonerUnavailableError(
            "the reasoner HermiT needs Java, and there is no 'java' on the PATH",
            hint="Install a Java runtime, such as openjdk-17-jre-headless, and try again.",
        )


def without_imports(content: bytes) -> bytes:
    """Return N-Triples without owl:imports, which owlready2 would fetch over the network."""
    imports = f" <{OWL}imports> ".encode()
    return b"".join(line for line in content.splitlines(keepends=True) if imports not in line)


def _inferences(world: Any) -> Iterator[Triple]:
    """Iterate over the triples that the reasoner added, and no file says."""
    added = world.get_ontology(_INFERENCES)
    for subject, predicate, value in added._get_obj_triples_spo_spo(None, None, None):  # noqa: SLF001
        # Blank nodes have negative numbers.
        if subject > 0 and value > 0:
            names = (world._unabbreviate(number) for number in (subject, predicate, value))  # noqa: SLF001
            yield tuple(names)


def _pairs(found: list[Triple], predicate: str) -> tuple[Pair, ...]:
    silent = {_NOTHING, OWL + "Ontology"}
    return tuple(sorted({(s, o) for s, p, o in found if p == predicate and o not in silent}))


def _first_cause(message: str) -> str:
    """Return the words of a Java exception, without class names and the places in the code."""
    words = " ".join(re.split(r"\n\s+at ", message)[0].split())
    return words.rpartition("Exception: ")[2]


@contextmanager
def _temporary_files() -> Iterator[None]:
    """Let owlready2 write its files where they are removed, even after an error."""
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="cstokg-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = usual
