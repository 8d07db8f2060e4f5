"""`cstokg serve`: the SPARQL endpoint and its pages."""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cstokg.cli.session import Session, pass_session
from cstokg.cli.token import tokens_option
from cstokg.errors import CstokgError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cstokg.dataset.model import Dataset
    from cstokg.dataset.query_service import QueryService
    from cstokg.execution import ProcessQueryService
    from cstokg.store.disk import DiskStore
    from cstokg.web.http.authorization import Writes
    from cstokg.web.protocol.shacl import Validator
    from cstokg.web.server.adapter import Application

_MIB = 2**20
_NO_EDITOR = (
    "warning: the scripts of the query editor are not built, so that /sparql has a plain form; "
    "install the package again without CSTOKG_NO_FRONTEND to build them"
)
_NO_TOKENS = (
    "warning: nobody may write yet: there is no token in {}; 'cstokg token --name NAME' makes one"
)
_UNBOUNDED = (
    "warning: queries are not bounded on this system, which is not Linux: one that runs away "
    "is not stopped; do not serve the open internet from here"
)
_OTHER_FILES = (
    "warning: the project's files are not those that the dataset in {0} was made from; it is "
    "served as it is there"
)


@dataclass(frozen=True)
class ServeOptions:
    """The options of `cstokg serve`; each has the unit that its help names."""

    host: str = "127.0.0.1"
    port: int = 8080
    timeout: float = 10.0
    memory: int = 1024
    max_rows: int = 1_000_000
    workers: int | None = None
    web_processes: int | None = None
    services: frozenset[str] = frozenset()
    cache_mib: int = 64
    writable: bool = False
    write_timeout: float = 60.0
    write_memory: int = 4096
    path: Path | None = None
    """The file of tokens."""
    max_upload: int = 64
    folder: Path | None = None
    """The folder of the store on disk."""
    base_url: str = ""

    @property
    def processes(self) -> int:
        """How many processes take requests."""
        if sys.platform != "linux":
            return 1
        return self.web_processes or len(os.sched_getaffinity(0))


def _hosts(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> frozenset[str]:
    for value in values:
        if not re.fullmatch(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?", value):
            raise click.BadParameter(
                f"{value!r} is not a host; write it as example.org or example.org:8080",
                ctx,
                parameter,
            )
    return frozenset(value.lower() for value in values)


@click.command(short_help="Serve the SPARQL endpoint.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen at; 0 takes a free one.",
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.05, 3600),
    envvar="CSTOKG_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long a query may take. One that takes longer is killed and answered with 503.",
)
@click.option(
    "--memory",
    default=1024,
    show_default=True,
    type=click.IntRange(16),
    envvar="CSTOKG_MEMORY",
    show_envvar=True,
    metavar="MIB",
    help="How much memory a query may take, in MiB. One that wants more is killed: 503.",
)
@click.option(
    "--max-rows",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(1),
    envvar="CSTOKG_MAX_ROWS",
    show_envvar=True,
    metavar="N",
    help="How many rows or triples an answer may have. A larger one is refused whole: 413.",
)
@click.option(
    "--workers",
    "--engines",
    type=click.IntRange(1, 64),
    envvar=["CSTOKG_WORKERS", "CSTOKG_ENGINES"],
    show_envvar=True,
    metavar="N",
    help="How many processes are kept at hand to answer queries; long ones run in up to four "
    "times as many beside them. By default one for each core.",
)
@click.option(
    "--web-processes",
    type=click.IntRange(1, 64),
    envvar="CSTOKG_WEB_PROCESSES",
    show_envvar=True,
    metavar="N",
    help="How many processes take requests and make pages. By default one for each core.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    envvar="CSTOKG_ALLOW_SERVICE",
    show_envvar=True,
    metavar="HOST",
    callback=_hosts,
    help="A host, or HOST:PORT, that SERVICE in a query may ask; may be repeated. By default no "
    "other server is ever asked. Redirects are not followed.",
)
@click.option(
    "--cache",
    "cache_mib",
    default=64,
    show_default=True,
    type=click.IntRange(0),
    envvar="CSTOKG_RESULT_CACHE",
    show_envvar=True,
    metavar="MIB",
    help="How much memory may keep answers for who asks the same again; 0 keeps none. After a "
    "change nothing kept is given.",
)
@click.option(
    "--writable",
    is_flag=True,
    envvar="CSTOKG_WRITABLE",
    show_envvar=True,
    help="Take changes: SPARQL Update and the Graph Store Protocol. A change after which the "
    "dataset would violate its shapes is refused whole.",
)
@click.option(
    "--write-timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.05, 3600),
    envvar="CSTOKG_WRITE_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long it may take to work out a change and what follows from it, and to validate.",
)
@click.option(
    "--write-memory",
    default=4096,
    show_default=True,
    type=click.IntRange(16),
    envvar="CSTOKG_WRITE_MEMORY",
    show_envvar=True,
    metavar="MIB",
    help="How much memory that may take, in MiB.",
)
@tokens_option
@click.option(
    "--max-upload",
    default=64,
    show_default=True,
    type=click.IntRange(1, 1024),
    envvar="CSTOKG_MAX_UPLOAD",
    show_envvar=True,
    metavar="MIB",
    help="How long a graph or an update may be, in MiB: 413. Queries have 1 MiB.",
)
@click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path),
    envvar="CSTOKG_STORE",
    show_envvar=True,
    metavar="DIR",
    help="Keep the dataset in this folder: an acknowledged change is on its disk. An empty one is "
    "filled from the project's files, and served from then on in place of them.",
)
@click.option(
    "--base-url",
    default="",
    envvar="CSTOKG_BASE_URL",
    show_envvar=True,
    metavar="URL",
    help="The address under which others see the server, such as https://example.org/graph, where "
    "a proxy stands before it. By default it is taken from each request.",
)
@pass_session
def command(session: Session, /, **options: Any) -> None:
    """Serve the dataset: a SPARQL 1.1 endpoint at /sparql, with a form for browsers.

    Prints the address once it answers, and serves until Ctrl-C. Each query runs in a process of
    its own that is killed when it passes a bound; all others are answered meanwhile.

    \b
    Examples:
      cstokg serve
      cstokg serve --port 0               # any free port, printed
      cstokg serve --timeout 60 --memory 4096
      cstokg serve --writable --store /var/lib/cstokg
      cstokg serve --base-url https://example.org/graph   # behind a proxy, at that address
      curl -G http://127.0.0.1:8080/sparql --data-urlencode 'query=ASK { ?s a ckg:State }'
    """
    serve(session, ServeOptions(**options))


def serve(session: Session, options: ServeOptions) -> None:
    """Serve the dataset of `session` until the process is told to stop. Raises CstokgError."""
    with tempfile.TemporaryDirectory(prefix="cstokg-metrics-") as counts:
        # Where the processes of the server count together; to be known when they import it.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        try:
            _serve(session, options)
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def _serve(session: Session, options: ServeOptions) -> None:
    from cstokg.web.http.proxy import parse_base_url
    from cstokg.web.protocol.editor import is_built
    from cstokg.web.server.run import choose_port, serve_application

    if options.base_url:
        parse_base_url(options.base_url)
    # Before the build: who cannot have the port should not wait for the data.
    port = choose_port(options.host, options.port)
    if not is_built():
        click.echo(_NO_EDITOR, err=True)
    name = f"[{options.host}]" if ":" in options.host else options.host
    greeting = f"cstokg serves at http://{name}:{port}/ (SPARQL at /sparql); Ctrl-C stops it"
    run = partial(serve_application, host=options.host, port=port, greeting=greeting)
    if sys.platform != "linux":
        if options.writable or options.folder:
            raise CstokgError(
                "changes are taken and kept on Linux alone",
                hint="Leave out --writable and --store.",
            )
        click.echo(_UNBOUNDED, err=True)
        run(partial(make_application, session, options))
        return
    _serve_bounded(session, options, partial(run, processes=options.processes))


def _serve_bounded(
    session: Session, options: ServeOptions, run: Callable[[Callable[[], Application]], None]
) -> None:
    """Have `run` serve the application that it is given, whose queries are bounded."""
    from cstokg.execution import Limits, WriteLimits, supervise
    from cstokg.shacl.posted_graph import shapes_graph
    from cstokg.shacl.write_check import ShapesCheck
    from cstokg.web.protocol.shacl import Validator

    shapes = session.settings().shapes
    known, writes = shapes_graph(shapes), _permit(options) if options.writable else None

    def serve_service(service: ProcessQueryService) -> None:
        validator = Validator(known, service.validate)
        run(partial(_application, service, options, validator, writes))

    with ExitStack() as stack:
        dataset, disk = _dataset(session, options, stack)
        code = supervise(
            dataset,
            Limits(options.timeout, options.memory * _MIB, options.max_rows, options.services),
            options.workers or len(os.sched_getaffinity(0)),
            serve_service,
            check=ShapesCheck(shapes),
            writes=WriteLimits(options.write_timeout, options.write_memory * _MIB)
            if options.writable
            else None,
            disk=disk,
        )
    if code:
        raise CstokgError(f"the web server ended with {code}")


def make_application(session: Session, options: ServeOptions) -> Application:
    """Build the dataset of `session` and return the application that serves it in one process."""
    from cstokg.shacl.posted_graph import shapes_graph, validate_posted_graph
    from cstokg.web.protocol.shacl import Validator

    dataset, shapes = session.dataset(), session.settings().shapes
    validate = partial(validate_posted_graph, dataset, shapes=shapes)
    return _application(dataset, options, Validator(shapes_graph(shapes), validate))


def _dataset(
    session: Session, options: ServeOptions, stack: ExitStack
) -> tuple[Dataset, DiskStore | None]:
    """Return the dataset, and where it is kept on disk, put there first if the folder is empty."""
    if options.folder is None:
        return session.dataset(), None
    from cstokg.dataset.stored import is_of_project, load_stored, origin_of
    from cstokg.store.disk import DiskStore

    disk = stack.enter_context(DiskStore(options.folder).exclusive())
    contents = disk.read()
    if contents is None:
        dataset = session.dataset()
        disk.seed(dataset.store.dump(), origin_of(dataset), revision=dataset.info.revision)
        return dataset, disk
    dataset = load_stored(session.settings(), contents)
    if not is_of_project(dataset, session.settings()):
        click.echo(_OTHER_FILES.format(options.folder), err=True)
    return dataset, disk


def _permit(options: ServeOptions) -> Writes:
    """Return who may write; warns where nobody may yet. Raises TokenError."""
    from cstokg.settings import find_tokens
    from cstokg.web.http.authorization import Writes
    from cstokg.web.http.token_file import TokenFile

    tokens = TokenFile(find_tokens(options.path))
    if not tokens.read():
        click.echo(_NO_TOKENS.format(tokens.path), err=True)
    return Writes(tokens, options.max_upload * _MIB)


def _application(
    service: QueryService,
    options: ServeOptions,
    validator: Validator,
    writes: Writes | None = None,
) -> Application:
    from cstokg.quality.competency_questions import load_questions
    from cstokg.web.application import create_app
    from cstokg.web.ops.request_log import send_to_stderr
    from cstokg.web.server.adapter import Application

    send_to_stderr(with_queries=logging.getLogger().isEnabledFor(logging.DEBUG))
    app = create_app(
        service,
        load_questions(),
        base_url=options.base_url,
        writes=writes,
        validator=validator,
    )
    return Application(app, options.cache_mib * _MIB // options.processes)
