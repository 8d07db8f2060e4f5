"""`cstokg serve`: the SPARQL endpoint and its pages."""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cstokg.cli.session import Session, pass_session
from cstokg.cli.token import TOKENS_HELP
from cstokg.errors import CstokgError, QueryError, QueryStoppedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cstokg.dataset.model import Dataset
    from cstokg.dataset.query_service import QueryService
    from cstokg.execution import ProcessQueryService
    from cstokg.store.disk import DiskStore
    from cstokg.store.remote.connection import Endpoint
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
_ASKED = (
    "--store is the address at which a SPARQL server takes queries, as sparql:URL, and "
    "--store-update that of updates; CSTOKG_STORE_USER and CSTOKG_STORE_PASSWORD say who asks."
)


def _hosts(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> frozenset[str]:
    for value in values:
        if not re.fullmatch(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?", value):
            raise click.BadParameter(
                f"{value!r} is not a host; write it as example.org or example.org:8080",
                ctx,
                parameter,
            )
    return frozenset(value.lower() for value in values)


def _option(default: Any, text: str, metavar: str = "", **more: Any) -> Any:
    """Return a field of ServeOptions that is an option of the command line as well.

    `text` is its help; `name` is its name, where the field's is another one, and `also` a second.
    Its variable of the environment is CSTOKG_ and the name, or `variable`; none for "".
    """
    return field(default=default, metadata={"help": text, "metavar": metavar or None, **more})


def _declare(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the options that ServeOptions declares."""
    for each in reversed(fields(ServeOptions)):
        more = dict(each.metadata)
        name = more.pop("name", each.name.replace("_", "-"))
        variables = [more.pop("variable", name)]
        names = [f"--{name}"]
        if also := more.pop("also", ""):
            names.append(f"--{also}")
            variables.append(also)
        environment = [f"CSTOKG_{one.upper().replace('-', '_')}" for one in variables if one]
        command = click.option(
            *names,
            each.name,
            default=each.default,
            show_default=each.default not in (None, "", False, ()),
            envvar=environment or None,
            show_envvar=bool(environment),
            **more,
        )(command)
    return command


_CORES = click.IntRange(1, 64)
_SECONDS = click.FloatRange(0.05, 3600)
_MEMORY = click.IntRange(16)


@dataclass(frozen=True)
class ServeOptions:
    """The options of `cstokg serve`; each has the unit that its help names."""

    host: str = _option("127.0.0.1", "The address to listen at.", variable="")
    port: int = _option(
        8080,
        "The port to listen at; 0 takes a free one.",
        variable="",
        type=click.IntRange(0, 65535),
    )
    timeout: float = _option(
        10.0,
        "How long a query may take. One that takes longer is killed and answered with 503.",
        "SECONDS",
        type=_SECONDS,
    )
    memory: int = _option(
        1024,
        "How much memory a query may take, in MiB. One that wants more is killed: 503.",
        "MIB",
        type=_MEMORY,
    )
    max_rows: int = _option(
        1_000_000,
        "How many rows or triples an answer may have. A larger one is refused whole: 413.",
        "N",
        type=click.IntRange(1),
    )
    workers: int | None = _option(
        None,
        "How many processes are kept at hand to answer queries; long ones run in up to four times "
        "as many beside them. By default one for each core.",
        "N",
        also="engines",
        type=_CORES,
    )
    web_processes: int | None = _option(
        None,
        "How many processes take requests and make pages. By default one for each core.",
        "N",
        type=_CORES,
    )
    services: frozenset[str] = _option(
        (),
        "A host, or HOST:PORT, that SERVICE in a query may ask; may be repeated. By default no "
        "other server is ever asked. Redirects are not followed.",
        "HOST",
        name="allow-service",
        multiple=True,
        callback=_hosts,
    )
    cache_mib: int = _option(
        64,
        "How much memory may keep answers for who asks the same again; 0 keeps none. After a "
        "change nothing kept is given.",
        "MIB",
        name="cache",
        variable="result-cache",
        type=click.IntRange(0),
    )
    writable: bool = _option(
        False,
        "Take changes: SPARQL Update and the Graph Store Protocol. A change after which the "
        "dataset would violate its shapes is refused whole.",
        is_flag=True,
    )
    write_timeout: float = _option(
        60.0,
        "How long it may take to work out a change and what follows from it, and to validate.",
        "SECONDS",
        type=_SECONDS,
    )
    write_memory: int = _option(4096, "How much memory that may take, in MiB.", "MIB", type=_MEMORY)
    tokens: Path | None = _option(  # noqa: RUF009 - it is a field
        None, TOKENS_HELP, "FILE", type=click.Path(path_type=Path, dir_okay=False)
    )
    max_upload: int = _option(
        64,
        "How long a graph or an update may be, in MiB: 413. Queries have 1 MiB.",
        "MIB",
        type=click.IntRange(1, 1024),
    )
    store: str = _option(
        "",
        "Keep the dataset in this folder: an acknowledged change is on its disk. An empty one is "
        "filled from the project's files, and served from then on in place of them. Or, as "
        "sparql:URL, on another SPARQL 1.1 server, at the address where it takes queries.",
        "DIR",
    )
    store_update: str = _option(
        "", "The address at which such a server takes updates; by default that of queries.", "URL"
    )
    base_url: str = _option(
        "",
        "The address under which others see the server, such as https://example.org/graph, where "
        "a proxy stands before it. By default it is taken from each request.",
        "URL",
    )

    @property
    def processes(self) -> int:
        """How many processes take requests."""
        if sys.platform != "linux":
            return 1
        return self.web_processes or len(os.sched_getaffinity(0))

    @property
    def endpoint(self) -> Endpoint | None:
        """The SPARQL server that keeps the dataset, if one does. Raises CstokgError."""
        url = self.store.removeprefix("sparql:")
        if url == self.store:
            return None
        from cstokg.store.remote.connection import Endpoint

        update = self.store_update or url
        for each in (url, update):
            if not re.fullmatch(r"https?://[^/@?#\s]+(?:[/?][^#\s]*)?", each):
                raise CstokgError(
                    f"{each!r} is not the address of a SPARQL server",
                    hint="Write it as sparql:http://localhost:7878/query.",
                )
        secrets = (os.environ.get(f"CSTOKG_STORE_{name}", "") for name in ("USER", "PASSWORD"))
        return Endpoint(url, update, *secrets)


@click.command(short_help="Serve the SPARQL endpoint.")
@_declare
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
      cstokg serve --store sparql:http://localhost:7878/query
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
        if options.writable or options.store:
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
    if endpoint := options.endpoint:
        return _shared_dataset(session, options, endpoint), None
    if not options.store:
        return session.dataset(), None
    from cstokg.store.disk import DiskStore

    disk = stack.enter_context(DiskStore(Path(options.store)).exclusive())
    dataset = session.stored_dataset(disk)
    _warn_of_other_files(session, dataset, options.store)
    return dataset, disk


def _warn_of_other_files(session: Session, dataset: Dataset, place: str) -> None:
    from cstokg.dataset.stored import is_of_project

    if not is_of_project(dataset, session.settings()):
        click.echo(_OTHER_FILES.format(place), err=True)


def _shared_dataset(session: Session, options: ServeOptions, endpoint: Endpoint) -> Dataset:
    """Return the dataset on another server, put there first if it has none."""
    from cstokg.dataset.shared import derive_anew, fill_shared, open_shared
    from cstokg.store.remote.store import RemoteStore

    store = RemoteStore(endpoint, max(options.timeout, options.write_timeout))
    try:
        dataset = open_shared(session.settings(), store)
        if dataset is None:
            return fill_shared(session.settings(), store, session.dataset())
        if options.writable:
            dataset = derive_anew(dataset)
    except (QueryError, QueryStoppedError, StorageError) as error:
        raise CstokgError(
            f"{endpoint.query}: {error.message}", hint=error.hint or _ASKED
        ) from error
    _warn_of_other_files(session, dataset, endpoint.query)
    return dataset


def _permit(options: ServeOptions) -> Writes:
    """Return who may write; warns where nobody may yet. Raises TokenError."""
    from cstokg.settings import find_tokens
    from cstokg.web.http.authorization import Writes
    from cstokg.web.http.token_file import TokenFile

    tokens = TokenFile(find_tokens(options.tokens))
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
    # Where others write as well, whether an answer is still right is not known without asking.
    kept = 0 if options.endpoint else options.cache_mib * _MIB // options.processes
    return Application(app, kept)
