"""Measure `cstokg serve` beside the native Oxigraph server and rdflib-endpoint, interleaved.

Each server gets the same graph, of this project's shape, and the same requests from wrk, in turns:
a slow moment of the machine falls on all of them. `cstokg` runs as it ships, with its bounds, log
and kept answers. A second checkout of it can be measured beside it (--old). Needs `wrk` (Debian:
apt-get install wrk); the other servers are installed with pip into environments of their own. See
docs/benchmark.md.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import quote

import workloads
from servers import PEERS, Server, machine, parser_of, prepare
from workloads import Workload

SERVERS: Final = ("cstokg", "old", "oxigraph", "rdflib-endpoint")
"""Those that wrk can ask in each manner, ours first."""

HERE: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measurement:
    """What wrk says of one run: requests a second, milliseconds, requests that failed."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(
    server: Server, workload: Workload, manner: str, connections: int, seconds: float
) -> Measurement:
    """Send the workload's requests in a manner over so many connections for some seconds."""
    address, _, _ = server.path.rpartition("query=")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as encoded:
        encoded.writelines(quote(query, safe="") + "\n" for query in workload.queries)
        encoded.flush()
        start = time.time_ns() // 1000 % len(workload.queries)
        output = subprocess.run(
            [
                *("wrk", "--threads", "1", "--connections", str(connections)),
                *("--duration", f"{seconds:g}s", "--timeout", "60s"),
                *("--script", str(HERE / "load.lua"), server.address),
            ],
            env={
                **os.environ,
                "QUERIES": encoded.name,
                "ADDRESS": address,
                "START": str(start),
                "MANNER": manner,
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    said = json.loads(output.rpartition("JSON ")[2])
    good = said["requests"] - said["failed"]
    return Measurement(good / said["seconds"], said["p50"], said["p99"], said["failed"])


class Heavy:
    """Keeps some heavy queries running on a server, each asked anew when it is over."""

    def __init__(self, server: Server, queries: Sequence[str]) -> None:
        self._server = server
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(query,)) for query in queries]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()
        time.sleep(1 if self._threads else 0)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, query: str) -> None:
        while not self._over.is_set():
            self._server.ask(query)


def measure(
    servers: Sequence[Server],
    chosen: Sequence[Workload],
    manners: Sequence[str],
    rounds: int,
    seconds: float,
) -> Iterator[tuple[Workload, str, int, dict[str, Measurement]]]:
    """Measure each workload on each server in turns; yield the medians of all rounds."""
    for workload in chosen:
        for manner, connections in product(manners, workload.connections):
            runs: dict[str, list[Measurement]] = {server.name: [] for server in servers}
            for _ in range(rounds):
                for server in servers:
                    if workload.heavy and server.name == "rdflib-endpoint":
                        # It would never be done with them, nor answer anything else; and it may
                        # still be at large answers that nobody waits for any more.
                        server.stop()
                        continue
                    with Heavy(server, workload.heavy):
                        length = seconds * workload.turns
                        runs[server.name].append(
                            load(server, workload, manner, connections, length)
                        )
                        if workload.heavy and server.name == "oxigraph":
                            server.stop()  # Else its heavy queries would burn on in others' turns.
                    if server.process and server.process.poll() is not None:
                        server.start()
            yield (
                workload,
                manner,
                connections,
                {name: _median(found) for name, found in runs.items() if found},
            )


def _median(runs: Sequence[Measurement]) -> Measurement:
    return Measurement(
        statistics.median(run.rate for run in runs),
        statistics.median(run.p50 for run in runs),
        statistics.median(run.p99 for run in runs),
        sum(run.failed for run in runs),
    )


def row(
    names: Sequence[str],
    workload: Workload,
    manner: str,
    connections: int,
    found: dict[str, Measurement],
) -> str:
    """Return a line of the table."""
    cells = [workload.title, workloads.MANNERS[manner], str(connections)]
    for name in names:
        if name not in found:
            cells.append("–")
            continue
        one = found[name]
        failed = f", {one.failed} failed" if one.failed else ""
        cells.append(f"{one.rate:,.0f}/s, {one.p50:.2f} / {one.p99:.1f} ms{failed}")
    ours = found.get("cstokg")
    for name in names[1:]:
        other = found.get(name)
        if ours is None or other is None:
            cells.append("–")
        elif other.rate:
            latency = f", {ours.p50 / other.p50:.2f} × its latency" if connections == 1 else ""
            cells.append(f"{ours.rate / other.rate:.2f} × its throughput{latency}")
        else:
            cells.append("it answers none")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the benchmark and print a table in Markdown."""
    parser = parser_of(__doc__)
    parser.add_argument(
        "--copies", type=int, default=56, help="copies of the data; 56 make 1 M triples"
    )
    parser.add_argument("--rounds", type=int, default=3, help="turns of each server")
    parser.add_argument("--seconds", type=float, default=3, help="length of a turn")
    parser.add_argument(
        "--old",
        type=Path,
        help="a second checkout of cstokg, installed in its .venv, to be measured beside this one",
    )
    parser.add_argument(
        "--servers", nargs="+", choices=SERVERS, default=SERVERS, help="which servers; all"
    )
    parser.add_argument(
        "--manners",
        nargs="+",
        choices=workloads.MANNERS,
        default=list(workloads.MANNERS),
        help="how queries are asked; in all manners",
    )
    parser.add_argument(
        "--workloads", nargs="+", choices=workloads.WORKLOADS, help="which workloads; all"
    )
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing (Debian: apt-get install wrk)")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    known = prepare(arguments.folder, arguments.copies, arguments.servers, arguments.old)
    servers = [known[name] for name in SERVERS if name in known]
    names = [server.name for server in servers]
    chosen = [workloads.WORKLOADS[name] for name in arguments.workloads or workloads.WORKLOADS]
    chosen = [workload.made(arguments.copies) for workload in chosen]
    print(machine())
    ours = f"cstokg {version('cstokg')}, pyoxigraph {version('pyoxigraph')}"
    print(f"{ours}; {', '.join(PEERS.values())}")
    to = [f"to {name}" for name in names[1:]]
    header = ["workload", "asked by", "connections", *names, *to]
    print(f"\n| {' | '.join(header)} |")
    print(f"|{'---|' * len(header)}", flush=True)
    try:
        for server in servers:
            server.start()
        for measured in measure(
            servers, chosen, arguments.manners, arguments.rounds, arguments.seconds
        ):
            print(row(names, *measured), flush=True)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
