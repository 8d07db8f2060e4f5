"""The servers that are measured: how each is installed, loaded and started, and how it is asked."""

import argparse
import gzip
import json
import multiprocessing
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from graph import write_project
from jena import JENA, jena_command

import cstokg

PEERS: Final = {
    "oxigraph": "oxigraph==0.5.13",
    "rdflib-endpoint": "rdflib-endpoint[web,cli]==0.6.3",
}
"""The other servers that pip installs, each into an environment of its own."""

PORTS: Final = {
    "cstokg": 19410,
    "old": 19413,
    "oxigraph": 19411,
    "rdflib-endpoint": 19412,
    "virtuoso": 19414,
    "jena": 19416,
}
_START: Final = 600
"""Seconds in which a server must have read the graph."""

_LONGEST: Final = 120
"""Seconds after which no answer to a request is expected."""

_UNION: Final = "https://w3id.org/cstokg/graph/union"
_VIRTUOSO: Final = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {data}
[HTTPServer]
ServerPort = {port}
ServerRoot = {folder}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 1000000
"""


class NoAnswerError(Exception):
    """A server did not do what was asked of it."""


@dataclass
class Server:
    """A server under test: how it is started, and where it takes queries."""

    name: str
    command: list[str]
    path: str
    """The address up to the query, which is the last parameter."""
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{PORTS[self.name]}"

    def start(self) -> None:
        """Start it and wait until it answers a query; NoAnswerError where it does not."""
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        begin = time.monotonic()
        while self.ask("ASK { ?s ?p ?o }") != 200:
            if self.process.poll() is not None or time.monotonic() - begin > _START:
                self.stop()
                raise NoAnswerError(f"{self.name} does not answer: {' '.join(self.command)}")
            time.sleep(0.05)

    def ask(self, query: str) -> int:
        """Ask a query; return the status, 0 where there was no answer."""
        return self.post(query, "application/sparql-results+json")[0]

    def post(self, query: str, accept: str) -> tuple[int, bytes]:
        """Ask as the editor and most libraries do: a form by POST, gzip accepted."""
        path, _, parameters = self.path.removesuffix("query=").rstrip("?&").partition("?")
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        address = f"{path}?{parameters}" if parameters else path
        return self.fetch(address, headers, urlencode({"query": query}).encode())

    def fetch(
        self,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        method: str | None = None,
        longest: float = _LONGEST,
    ) -> tuple[int, bytes]:
        """Return the status and the content of an answer; status 0 where there was none."""
        request = urllib.request.Request(
            self.address + path, body, {"Accept-Encoding": "gzip", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=longest) as answer:
                content = answer.read()
                if answer.headers.get("Content-Encoding") == "gzip":
                    content = gzip.decompress(content)
                return answer.status, content
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def memory(self) -> float:
        """Return the MiB that all processes of the server have, shared ones once."""
        total = 0
        for status in Path("/proc").glob("[0-9]*"):
            try:
                if self.process and os.getpgid(int(status.name)) == self.process.pid:
                    lines = (status / "smaps_rollup").read_text(encoding="ascii").splitlines()
                    total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except OSError:  # it has ended
                continue
        return total / 1024

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a benchmark's arguments, with what all of them take."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "cstokg-benchmark",
        help="where graphs and the other servers are kept between runs (%(default)s)",
    )
    return parser


def project_of(folder: Path, copies: int) -> Path:
    """Return the project with so many copies of the data, which is made where it is not there."""
    project = folder / f"project-{copies}"
    if not project.exists():
        write_project(project, copies)
    return project


def prepare(
    folder: Path, copies: int, names: Collection[str], old: Path | None = None
) -> dict[str, Server]:
    """Return the servers of these names that can be had, by name.

    Their graph and the environments of those that pip installs are made where they are not there.
    """
    project, cache = project_of(folder, copies), folder / "cache"
    dump, union = folder / f"graph-{copies}.nq", folder / f"graph-{copies}.nt"
    if not union.exists() and {*names} - {"cstokg", "old"}:
        # In a process of its own, which takes its memory with it.
        process = multiprocessing.Process(target=_dump, args=(project, cache, dump, union))
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(f"the graph of {copies} copies could not be built")
    for name, requirement in PEERS.items():
        if name in names and not (folder / name).exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder / name)], check=True)
            pip = folder / name / "bin" / "pip"
            subprocess.run([str(pip), "install", "-q", requirement], check=True)
    kept, native = folder / f"store-{copies}", str(folder / "oxigraph" / "bin" / "oxigraph")
    if "oxigraph" in names and not kept.exists():
        subprocess.run([native, "load", "-l", str(kept), "-f", str(dump)], check=True)
        subprocess.run([native, "optimize", "-l", str(kept)], check=True)
    shipped = ["-m", "cstokg", "--project", str(project), "serve", "--port"]
    bind = f"127.0.0.1:{PORTS['oxigraph']}"
    other = str(folder / "rdflib-endpoint" / "bin" / "rdflib-endpoint")
    servers = [
        Server(
            "cstokg",
            [sys.executable, *shipped, str(PORTS["cstokg"])],
            "/sparql?query=",
            {"CSTOKG_CACHE": str(cache)},
        ),
        Server(
            "oxigraph",
            [native, "serve-read-only", "-l", str(kept), "-b", bind],
            "/query?union-default-graph&query=",
        ),
        Server(
            "rdflib-endpoint",
            [other, "serve", "--port", str(PORTS["rdflib-endpoint"]), str(union)],
            "/?query=",
        ),
    ]
    if "virtuoso" in names and shutil.which("virtuoso-t"):
        servers.append(_virtuoso(folder / f"virtuoso-{copies}", dump, union))
    if "jena" in names and JENA.exists():
        command = jena_command(folder, PORTS["jena"], union, dump)
        servers.append(Server("jena", command, "/query?query="))
    if old is not None:
        python = str(old / ".venv" / "bin" / "python")
        environment = {"CSTOKG_CACHE": str(folder / "cache-old")}
        command = [python, *shipped, str(PORTS["old"])]
        servers.append(Server("old", command, "/sparql?query=", environment))
    return {server.name: server for server in servers if server.name in names}


def _dump(project: Path, cache: Path, dump: Path, union: Path) -> None:
    dataset = cstokg.build_dataset(cstokg.load_settings(project, cache))
    dump.write_bytes(dataset.store.dump())
    union.write_bytes(dataset.store.dump_union())


def _virtuoso(folder: Path, dump: Path, union: Path) -> Server:
    """Return Virtuoso (Debian: virtuoso-opensource-7), with the graph loaded where it is not yet.

    Its default graph is the merge of all, which is loaded as a graph of its own: the union that it
    makes by itself has a triple once for each graph that has it.
    """
    settings, sql = folder / "virtuoso.ini", PORTS["virtuoso"] + 1
    command = ["virtuoso-t", "+foreground", "+wait", "+configfile", str(settings)]
    path = f"/sparql?{urlencode({'default-graph-uri': _UNION})}&query="
    server = Server("virtuoso", command, path)
    if not folder.exists():
        folder.mkdir()
        values = {"folder": folder, "sql": sql, "port": PORTS["virtuoso"], "data": dump.parent}
        settings.write_text(_VIRTUOSO.format(**values), encoding="utf-8")
        server.start()
        commands = (
            f"ld_dir('{dump.parent}', '{dump.name}', 'urn:no'); "
            f"ld_dir('{dump.parent}', '{union.name}', '{_UNION}'); rdf_loader_run(); checkpoint;"
        )
        isql = ["isql-vt", str(sql), "dba", "dba", f"exec={commands}"]
        subprocess.run(isql, check=True, stdout=subprocess.DEVNULL)
        server.stop()
    return server


def rows(content: bytes) -> list[tuple[str, ...]]:
    """Return the rows of SPARQL JSON results, sorted, each value by its text alone.

    Some servers give a number or a date another datatype.
    """
    said = json.loads(content)
    names = said["head"]["vars"]
    bindings = said["results"]["bindings"]
    return sorted(tuple(row.get(name, {}).get("value", "") for name in names) for row in bindings)


def triples(content: bytes) -> list[str]:
    """Return the triples of Turtle, sorted; or of RDF/XML, which some server gives to all."""
    is_xml = content.startswith(b"<?xml")
    syntax = ox.RdfFormat.RDF_XML if is_xml else ox.RdfFormat.TURTLE
    return sorted(str(quad.triple) for quad in ox.parse(content, format=syntax))


def machine() -> str:
    """Return what it runs on, in a line."""
    cpu = "an unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(": ")[2]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores of {cpu}, {memory:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )
