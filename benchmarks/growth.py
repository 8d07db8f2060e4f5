"""Measure what users do at growing sizes, and draw how each cost grows.

The project's data are copied under new names, each copy a source of its own. At each size: the
build from files, the start from the kept build, memory, the twelve queries of `queries/` on each
server, and what `cstokg` alone does: an answer as of a day, a page, a search, a write, a new
source, a validation. Queries are asked as real clients ask: by POST, gzip accepted. Answers are
compared.

Other servers are installed with pip; Virtuoso and Jena are measured where they are (Debian:
virtuoso-opensource-7, libapache-jena-java). See docs/benchmark.md.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from graph import second_source
from servers import (
    PORTS,
    NoAnswerError,
    Server,
    machine,
    parser_of,
    prepare,
    project_of,
    rows,
    triples,
)

HERE: Final = Path(__file__).resolve().parent
QUERIES: Final = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("queries/*.rq"))
}
_GRAPHS: Final = ("08-construct", "09-describe")
_NOT_COMPARED: Final = ("09-describe", "12-who-says-so")
"""What DESCRIBE gives is the server's choice; names of graphs are not in the merge."""

_ENOUGH: Final = 20
"""How often a request is made at most."""

_BUDGET: Final = 10.0
"""Seconds in which it is made over and over."""

_FIRST: Final = 600.0
"""Seconds in which the first answer must come, for which an index may have to be made."""

_BOUNDS: Final = ("--timeout", "300", "--memory", "8192", "--max-rows", "10000000")
"""What cstokg is told, so that the index of ten million triples can be made."""

_TOO_LONG: Final = 3.0
"""Seconds that a query may take; a server that takes longer is not measured at larger sizes."""

_FACT: Final = """
PREFIX ckg: <https://w3id.org/cstokg/ontology#>
PREFIX id: <https://w3id.org/cstokg/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
{verb} DATA {{ GRAPH <https://w3id.org/cstokg/graph/source/scepanovic-2024-000> {{
  id:membership\\/benchmark a ckg:Membership, <http://www.w3.org/2002/07/owl#NamedIndividual> ;
    rdfs:label "a membership of the benchmark"@en ;
    dcterms:description "Invented."@en ;
    ckg:member id:state\\/uzbekistan-000 ;
    ckg:organization id:organization\\/guam-000 ;
    ckg:begin "2031" ;
    ckg:actuality id:actuality\\/prospective ;
    ckg:basis id:basis\\/stated ;
    ckg:assertedBy id:person\\/janko-scepanovic-000 ;
    ckg:evidence id:passage\\/scepanovic-2024-000-p15-s3 .
}} }}
"""


@dataclass
class Costs:
    """What was measured at one size: seconds and MiB, and for each query those of each server."""

    copies: int
    triples: int = 0
    work: dict[str, float] = field(default_factory=dict)
    queries: dict[str, dict[str, float | None]] = field(default_factory=dict)
    """Seconds; None where a server refused the query or took too long."""
    other_answers: dict[str, list[str]] = field(default_factory=dict)
    """The servers that answered a query otherwise than `cstokg`."""


def clock(do: Callable[[], object]) -> float:
    """Return the seconds of the clock that something takes."""
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def median(do: Callable[[int], object]) -> float:
    """Return the median of the seconds that something takes, done once before that."""
    do(0)
    taken: list[float] = []
    while len(taken) < _ENOUGH and sum(taken) < _BUDGET:
        number = len(taken) + 1
        taken.append(clock(lambda: do(number)))  # noqa: B023 - it is called at once
    return statistics.median(taken)


def measure(folder: Path, copies: int, names: Collection[str]) -> Costs:
    """Measure all costs at the size of so many copies."""
    costs = Costs(copies)
    _build(folder, copies, costs)
    servers = prepare(folder, copies, names)
    ours = servers["cstokg"]
    ours.command += _BOUNDS
    answers: dict[str, dict[str, list[Any] | None]] = {}
    for name, server in servers.items():
        progress(f"{copies} copies: {name}")
        try:
            started = clock(server.start)
            if server is ours:
                costs.work["start from the kept build, to the first answer"] = started
                costs.triples = count(server)
                try:
                    _site(server, copies, costs)
                except NoAnswerError as error:
                    progress(f"left out: {error}")
            _ask_all(server, costs, answers)
            if server is ours:
                costs.work["memory, all processes (MiB)"] = server.memory()
            else:
                costs.work[f"memory of {name} (MiB)"] = server.memory()
        except NoAnswerError as error:
            if server is ours:
                raise
            progress(f"left out: {error}")
        finally:
            server.stop()
    for query, found in answers.items():
        if query not in _NOT_COMPARED:
            costs.other_answers[query] = [
                name for name, answer in found.items() if answer not in (None, found["cstokg"])
            ]
    try:
        _writes(ours, costs)
    except NoAnswerError as error:
        progress(f"left out: {error}")
    return costs


def _build(folder: Path, copies: int, costs: Costs) -> None:
    project, cache = str(project_of(folder, copies)), folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)  # what is built now is what servers start from
    environment = {**os.environ, "CSTOKG_CACHE": str(cache)}

    def run(*command: str) -> float:
        arguments = [sys.executable, "-m", "cstokg", "--project", project, *command]
        progress(f"{copies} copies: {' '.join(command)}")
        return clock(
            lambda: subprocess.run(
                arguments, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        )

    costs.work["build from files"] = run("info")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    costs.work["memory of the build, at most until then (MiB)"] = peak
    costs.work["validation, from the kept build"] = run("validate")


def _site(server: Server, copies: int, costs: Costs) -> None:
    """Measure answers and pages; each request is another one, so that none is a kept answer."""

    def get(path: str, **parameters: str) -> None:
        address = f"{path}?{urlencode(parameters)}"
        status, content = server.fetch(address, {"Accept": "text/html"}, longest=_FIRST)
        if status != 200:
            raise NoAnswerError(f"{path}: {status} {content[:500]!r}")

    def as_of(number: int) -> None:
        get("/as-of", day=f"{2000 + number}-01-01", of="organization:csto-000", format="json")

    def page(number: int) -> None:
        get(f"/page/state/armenia-{number % copies:03}", n=str(number))

    def search(number: int) -> None:
        get("/search", q=f"peacekeeping force {2000 + number}")

    costs.work["the first page"] = clock(lambda: page(0))
    costs.work["an answer as of a day"] = median(as_of)
    costs.work["a page of a state"] = median(page)
    costs.work["the first search, which makes the index"] = clock(lambda: search(0))
    for number in range(_ENOUGH):  # each web process makes an index of its own
        search(number)
    costs.work["a search"] = median(lambda number: search(_ENOUGH + number))


def _ask_all(server: Server, costs: Costs, answers: dict[str, dict[str, list[Any] | None]]) -> None:
    for name, query in QUERIES.items():
        graph = name in _GRAPHS
        accept = "text/turtle" if graph else "application/sparql-results+json"

        def ask(_: int, query: str = query, accept: str = accept) -> tuple[int, bytes]:
            return server.post(query, accept)

        begun = time.perf_counter()
        status, content = ask(0)
        good = status == 200 and time.perf_counter() - begun < _TOO_LONG
        costs.queries.setdefault(name, {})[server.name] = median(ask) if good else None
        found = None
        if good:
            found = triples(content) if graph else rows(content)
        answers.setdefault(name, {})[server.name] = found


def _writes(server: Server, costs: Costs) -> None:
    """Measure a fact that is added and taken away, and a source that is put, over HTTP."""
    with tempfile.TemporaryDirectory() as place:
        tokens = Path(place) / "tokens"
        made = subprocess.run(
            [
                sys.executable,
                "-m",
                "cstokg",
                "token",
                "--name",
                "benchmark",
                "--tokens",
                str(tokens),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        command = [*server.command, "--writable", "--store", f"{place}/store"]
        command += ["--tokens", str(tokens), "--write-timeout", "3600", "--write-memory", "16384"]
        writer = Server(server.name, command, server.path, server.environment)
        key = {"Authorization": f"Bearer {made.stdout.split()[-1]}"}

        def send(path: str, kind: str, content: str, method: str) -> None:
            headers = {**key, "Content-Type": kind}
            status, said = writer.fetch(path, headers, content.encode(), method)
            if status not in (200, 201, 204):
                why = said[:2000].decode(errors="replace")
                raise NoAnswerError(f"a write was refused: {status} {why}")

        def write(number: int) -> None:
            update = _FACT.format(verb="DELETE" if number % 2 else "INSERT")
            send("/sparql", "application/sparql-update", update, "POST")

        def put_source() -> None:
            graph = urlencode({"graph": "https://w3id.org/cstokg/graph/source/second-2026"})
            send(f"/rdf-graph-store?{graph}", "text/turtle", second_source(), "PUT")

        progress(f"{costs.copies} copies: writes")
        costs.work["start with an empty store on disk"] = clock(writer.start)
        try:
            costs.work["a fact added or taken away, over HTTP"] = median(write)
            costs.work["a source of 25 passages put, over HTTP"] = clock(put_source)
        finally:
            writer.stop()


def too_much(costs: Costs, copies: int) -> set[str]:
    """Return the servers that are not measured at a size, by what they cost at a smaller one.

    They took too long with a query, or would need more than half of the machine's memory.
    """
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20 / 2
    found = set()
    for name in {name for each in costs.queries.values() for name in each} - {"cstokg"}:
        memory = costs.work[f"memory of {name} (MiB)"] * copies / costs.copies
        if memory > half or any(each.get(name, 0) is None for each in costs.queries.values()):
            progress(f"{copies} copies: {name} is left out")
            found.add(name)
    return found


def count(server: Server) -> int:
    """Return the number of triples of the merge of all graphs."""
    _, content = server.post(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "application/sparql-results+json"
    )
    return int(rows(content)[0][0])


def progress(text: str) -> None:
    """Say what is measured now."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def tables(found: list[Costs]) -> str:
    """Return the tables in Markdown."""
    sizes = [f"{costs.triples:,}" for costs in found]
    lines = [f"| triples | {' | '.join(sizes)} |", f"|---|{'---:|' * len(found)}"]
    for work in dict.fromkeys(work for costs in found for work in costs.work):
        cells = []
        for costs in found:
            value = costs.work.get(work)
            memory = "MiB" in work
            cells.append("–" if value is None else f"{value:,.0f}" if memory else seconds(value))
        lines.append(f"| {work} | {' | '.join(cells)} |")
    for costs in found:
        names = list(dict.fromkeys(name for each in costs.queries.values() for name in each))
        lines += ["", f"{costs.triples:,} triples, a query by POST:", ""]
        lines += [f"| query | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
        for query, taken in costs.queries.items():
            cells = []
            for name in names:
                value = taken[name]
                other = " *" if name in costs.other_answers.get(query, ()) else ""
                cells.append(f"over {_TOO_LONG:g} s" if value is None else seconds(value) + other)
            lines.append(f"| {query} | {' | '.join(cells)} |")
    return "\n".join(lines)


def seconds(value: float) -> str:
    """Return seconds as text, small ones as milliseconds."""
    return f"{value * 1000:,.1f} ms" if value < 1 else f"{value:,.1f} s"


def draw(found: list[Costs], path: Path) -> None:
    """Draw how costs grow, both axes by powers of ten."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "cstokg"
    from matplotlib import pyplot as plt

    sizes = [costs.triples for costs in found]
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 7), sharex=True)
    for axes in (left, right):
        axes.set_prop_cycle(color=mpl.colormaps["tab20"].colors)
    for work in found[0].work:
        if "MiB" not in work:
            left.plot(sizes, [costs.work.get(work) for costs in found], marker="o", label=work)
    for query in QUERIES:
        values = [costs.queries[query].get("cstokg") for costs in found]
        right.plot(sizes, values, marker="o", label=query)
    for axes, title in ((left, "What cstokg does"), (right, "The twelve queries, cstokg")):
        axes.set(xscale="log", yscale="log", title=title, xlabel="triples", ylabel="seconds")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, print the tables, and draw."""
    parser = parser_of(__doc__)
    parser.add_argument(
        "--copies",
        type=int,
        nargs="+",
        default=[1, 5, 56],
        help="the sizes: 56 copies make 1 M triples, 560 ten million (%(default)s)",
    )
    parser.add_argument(
        "--servers", nargs="+", choices=PORTS, default=[name for name in PORTS if name != "old"]
    )
    parser.add_argument("--plot", type=Path, help="draw how each cost grows into this SVG file")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(machine(), "\n", flush=True)
    found: list[Costs] = []
    names = arguments.servers
    for copies in arguments.copies:
        left_out = too_much(found[-1], copies) if found else set()
        names = [name for name in names if name not in left_out]
        found.append(measure(arguments.folder, copies, names))
        kept = arguments.folder / "growth.json"
        kept.write_text(json.dumps([asdict(costs) for costs in found], indent=1), encoding="utf-8")
    print(tables(found))
    if arguments.plot:
        draw(found, arguments.plot)


if __name__ == "__main__":
    main()
