"""The SPARQL servers that a dataset is kept on in tests: started here, with nothing in them."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from benchmarks.jena import JENA, jena_command
from tests.processes import listens, output_of, wait_until

from cstokg.store.remote.connection import Endpoint

VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 40
CheckpointInterval = 0
NumberOfBuffers = 20000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
Charset = UTF-8
"""


def free_ports(count: int) -> list[int]:
    with ExitStack() as taken:
        sockets = [
            taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        wait_until(lambda: listens(port) or process.poll() is not None, command[0])
        assert process.poll() is None, (folder / "log").read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def oxigraph_command(port: int, folder: Path) -> list[str]:
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program, "the package oxigraph is not installed"
    return [program, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]


@contextmanager
def oxigraph(folder: Path) -> Iterator[Endpoint]:
    (port,) = free_ports(1)
    with running(oxigraph_command(port, folder), folder, port):
        address = f"http://127.0.0.1:{port}"
        yield Endpoint(f"{address}/query", f"{address}/update")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Endpoint]:
    """Virtuoso, which is written by the user dba at an address that asks for the password."""
    if not shutil.which("virtuoso-t"):
        pytest.skip("needs Virtuoso (Debian: virtuoso-opensource-7)")
    sql, http = free_ports(2)
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=sql, http=http), "ascii")
    with running(["virtuoso-t", "-f", "-c", "virtuoso.ini"], folder, http):
        grant = 'grant SPARQL_UPDATE to "dba"'
        output_of("isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={grant}")
        address = f"http://127.0.0.1:{http}/sparql-auth"
        yield Endpoint(address, address, "dba", "dba")


@contextmanager
def jena(folder: Path) -> Iterator[Endpoint]:
    """Apache Jena's query engine, over HTTP by a program of ours: Debian has no Fuseki."""
    if not JENA.exists():
        pytest.skip("needs Jena (Debian: libapache-jena-java)")
    (port,) = free_ports(1)
    with running(jena_command(folder, port), folder, port):
        address = f"http://127.0.0.1:{port}"
        yield Endpoint(f"{address}/query", f"{address}/update")


SERVERS = {"jena": jena, "oxigraph": oxigraph, "virtuoso": virtuoso}
